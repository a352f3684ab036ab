"""材料 and 申报核对 as panels: what the household's and the application's pages may include.

``{% include "evidence/panel_documents.html" with panel=documents only %}`` with
``documents = documents_panel(…)``; likewise panel_compare.html with ``compare_panel(…)``. On the
application's page both stand by themselves (casework.panels).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.models import OPEN_STATES, Application
from apps.casework.panels import household_panel, panel
from apps.casework.steps import steps_of
from apps.evidence import comparing, holdings, property_lines
from apps.evidence.catalogue import TYPES
from apps.evidence.models import READERS, Document
from apps.households.models import Household
from apps.offices.models import Staff
from apps.units.language import lazy as _

RECENT = 5  # applications looked through for one with a verification
MARKS = {
    "ok": ("ok", "ok", _("有")),
    "soon": ("warn", "warn", _("将到期")),
    "late": ("bad", "stop", _("已到期")),
    "missing": ("bad", "stop", _("缺")),
    "optional": ("end", "circle", _("可不交")),
}


class Paper(NamedTuple):
    """One tile: the document or the place where it should be."""

    title: str
    words: str
    url: str
    missing: bool
    icon: str


@household_panel("documents", "evidence/panel_documents.html", order=20)
def documents_panel(
    staff: Staff, home: Household, on: dt.date, application: Application | None = None
) -> dict[str, Any]:
    """材料 n/m with expiry: of the application where there is one, else of the household."""
    if staff.role not in READERS:
        return {"papers": [], "have": 0, "asked": 0, "url": "", "may_read": False}
    if application is None:
        url = reverse("household-documents", args=[home.number])
    else:
        url = reverse("application-documents", args=[application.pk])
    asked = holdings.holdings(application, on) if application else []
    answering = {one.document.pk for one in asked if one.document}
    wanted = [one for one in asked if one.required or one.document]
    papers = [_asked(one, url) for one in wanted]
    papers += [
        _paper(one, TYPES[one.type].label)
        for one in holdings.current(home, application)
        if one.pk not in answering and holdings.may_read(staff, one.type)
    ]
    have = sum(one.required and one.complete for one in asked)
    return {
        "papers": papers,
        "have": have,
        "asked": sum(one.required for one in asked),
        "url": url,
        "may_read": True,
    }


def _asked(one: holdings.Holding, url: str) -> Paper:
    if one.document is not None:
        tile = _paper(one.document, one.title)
        return tile._replace(missing=one.state == "late")
    who = f"&person={one.who.pk}" if one.who else ""
    return Paper(
        one.title, gettext("缺，点此上传"), f"{url}?type={one.type}{who}#upload", True, "upload"
    )


def _paper(one: Document, title: str) -> Paper:
    icon = "doc" if one.media == "pdf" else "camera"
    words = gettext("{pages} 页").format(pages=one.pages)
    if one.expires_on:
        words = gettext("{expires_on} 到期").format(expires_on=one.expires_on)
    return Paper(title, words, reverse("document-file", args=[one.pk]), False, icon)


@panel("documents", "evidence/panel_documents.html", order=10)
def on_application(staff: Staff, application: Application, on: dt.date) -> dict[str, Any]:
    """材料 on the application's page."""
    return documents_panel(staff, application.household, on, application)


@panel("compare", "evidence/panel_compare.html", order=20)
def compared(staff: Staff, application: Application, on: dt.date) -> dict[str, Any] | None:
    """The same on the application's page, where its procedure has a verification at all."""
    if not any("checked" in step.needs for step in steps_of(application)):
        return None
    return compare_panel(staff, application, on)


@household_panel("compare", "evidence/panel_compare_later.html", order=10)
def compared_at_home(_staff: Staff, home: Household, on: dt.date) -> dict[str, Any] | None:
    """The same on the household's page, asked for after it: many figures, seldom read there."""
    one = newest_verified(home, on)
    return None if one is None else {"number": home.number, "application": one}


def newest_verified(home: Household, on: dt.date) -> Application | None:
    """The newest application of a household whose procedure has a verification."""
    rows = Application.objects.filter(household=home, applied_on__lte=on).order_by("-pk")
    for one in rows[:RECENT]:
        if any("checked" in step.needs for step in steps_of(one)):
            return one
    return None


def compare_panel(staff: Staff, application: Application, on: dt.date) -> dict[str, Any]:
    """申报、核对、入户、采信 side by side, and the property test; raw figures by post."""
    request = comparing.newest_check(application)
    return {
        "lines": comparing.lines(application, staff),
        "property": property_lines.judged(application, on, staff),
        "check": request,
        "check_words": comparing.checked_until(request, on),
        "url": reverse("application-compare", args=[application.pk]),
        "open": application.state in OPEN_STATES,
        "acting": False,
    }
