"""材料的页面: what is there and what is missing, uploading, and the file itself."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from apps.evidence import actions, holdings
from apps.evidence.catalogue import TYPES
from apps.evidence.forms import About, Upload
from apps.evidence.models import INVESTIGATORS, Document
from apps.evidence.sniffing import CONTENT_TYPES
from apps.evidence.views.acting import (
    Page,
    Way,
    about_application,
    about_household,
    head,
    page,
)
from apps.offices.models import Staff
from apps.offices.perms import for_casework
from apps.units.language import lazy as _

PREFILLED = ("type", "person", "replaces")


def upload(about: About, _thing: Any, data: dict[str, Any]) -> Document:
    """File what the form brings; the name and the kind of file are judged by the action."""
    file = data["file"]
    paper = actions.Paper(
        type=data["type"],
        name=file.name,
        pages=data["pages"],
        person_id=int(data["person"]) if data["person"] else None,
        application_id=_whose(about, data["type"]),
        issued_on=data["issued_on"],
        expires_on=data["expires_on"],
        replaces_id=data["replaces"],
        note=data["note"],
    )
    home = about.home.pk
    return actions.file_document(paper, file.read(), household_id=home, on=about.on, by=about.staff)


def _whose(about: About, kind: str) -> int | None:
    """Papers of one application carry it; those of people serve every application."""
    return about.pk if about.application and TYPES[kind].own else None


WAYS = {"upload": Way(Upload, upload, _("材料已登记。"))}


def _build(about: About, given: dict[str, str]) -> dict[str, Any]:
    asked = holdings.holdings(about.application, about.on) if about.application else []
    answering = {one.document.pk for one in asked if one.document}
    old = Document.objects.filter(household=about.home, replaced_by__isnull=False)
    if about.application is not None:
        old = old.filter(Q(application=about.application) | Q(application__isnull=True))
    readable = {code for code in TYPES if holdings.may_read(about.staff, code)}
    return {
        **head(about, "application-documents"),
        "asked_for": asked,
        "have": sum(one.required and one.complete for one in asked),
        "wanted": sum(one.required for one in asked),
        "others": [
            one
            for one in holdings.current(about.home, about.application)
            if one.pk not in answering and one.type in readable
        ],
        "old": list(old.filter(type__in=readable).select_related("person").order_by("-pk")),
        "on": about.on,
        "limit": holdings.standard("upload_limit_mb", about.on),
        "may_upload": about.staff.role in INVESTIGATORS,
        "upload_form": Upload(initial=given, about=about),
    }


def _given(request: HttpRequest) -> dict[str, str]:
    """What a link to the form has filled in already."""
    return {name: request.GET[name] for name in PREFILLED if request.GET.get(name)}


PAGE = Page(WAYS, _build, "evidence/documents.html")


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def of_application(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """材料: of an application, against what its programme asks for."""
    about = about_application(staff, pk)
    return page(request, about, _given(request), PAGE)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def of_household(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """材料: of a household, whatever it applies for."""
    about = about_household(staff, number)
    return page(request, about, _given(request), PAGE)


@for_casework
@require_safe
def file(_request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """The file, to be saved and never to be run: for who may read it, inside the territory."""
    found, content = actions.open_document(pk, by=staff)
    answer = HttpResponse(content, content_type=CONTENT_TYPES[found.media])
    answer["Content-Disposition"] = content_disposition_header(True, found.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
