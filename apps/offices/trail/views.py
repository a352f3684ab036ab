"""审计查询的页面: who wrote what, when, from where and why; nothing can be changed here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.offices.actions import note_export
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_staff
from apps.offices.trail.chain import newest
from apps.offices.trail.models import READERS
from apps.offices.trail.reading import ALL, HEADINGS, Asked, cells, found
from apps.units.language import in_chinese, listed
from apps.units.sheets import as_csv


def _refuse_others(staff: Staff) -> None:
    if staff.role not in READERS:
        who = listed(Role(role).label for role in READERS)
        raise NotAllowed(gettext("审计留痕只向{who}提供。").format(who=who))


@for_staff
@require_safe
def trail(request: HttpRequest, staff: Staff) -> HttpResponse:
    """审计查询: by household, staff, kind, days and change set, a page at a time."""
    _refuse_others(staff)
    asked = Asked(request.GET)
    after = request.GET.get("after", "")
    page = None
    if asked.is_valid():
        page = found(staff, asked, after=int(after[:18]) if after.isdecimal() else 0)
    context = {
        "form": asked,
        "page": page,
        "narrow": page is not None and asked.narrow,
        "root": newest(),
        "links": staff.role != Role.AUDIT_ADMIN,
    }
    return render(request, "offices/trail.html", context, status=200 if page else 400)


@for_staff
@require_safe
@in_chinese()
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """导出审计留痕: the whole filtered list as CSV, numbers starred as on the page."""
    _refuse_others(staff)
    asked = Asked(request.GET)
    if not asked.is_valid():
        return render(request, "offices/trail.html", {"form": asked, "root": newest()}, status=400)
    rows = found(staff, asked, limit=ALL).rows
    note_export(by=staff, kind="offices.export", what="审计留痕", count=len(rows))
    answer = HttpResponse(
        as_csv(HEADINGS, [cells(row) for row in rows]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate()}.csv"'
    return answer
