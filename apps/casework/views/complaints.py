"""投诉举报的页面: of one application, and of all in the territory with their export."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.casework import actions, complained
from apps.casework.listing import divisions, heads_of
from apps.casework.models import CASEWORKERS, Application, Complaint
from apps.casework.programme import PROGRAMMES
from apps.casework.register_forms import ComplaintForm
from apps.casework.views.applications import find
from apps.casework.views.registers import adding, done
from apps.offices.actions import note_export
from apps.offices.doors.gate import confirmed
from apps.offices.models import Staff
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, clash, kept
from apps.units.language import in_chinese
from apps.units.sheets import as_csv


@for_casework
@require_safe
def everywhere(request: HttpRequest, staff: Staff) -> HttpResponse:
    """投诉举报: all of the territory, open ones in front, a page at a time."""
    wanted, today = complained.wanted_of(request.GET), timezone.localdate()
    rows, page = complained.page_of(staff, wanted, today, request.GET.get("page"))
    context = {
        "rows": rows,
        "page": page,
        "wanted": wanted,
        "narrow": any(wanted),
        "states": complained.STATES,
        "divisions": divisions(staff),
        "today": today,
    }
    return render(request, "casework/all_complaints.html", context)


@for_casework
@confirmed()
@require_safe
@in_chinese()
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """导出投诉举报: the whole filtered list as CSV."""
    wanted, today = complained.wanted_of(request.GET), timezone.localdate()
    rows = complained.lines(list(complained.found(staff, wanted, today)), today)
    note_export(by=staff, kind="casework.export", what="投诉举报", count=len(rows))
    answer = HttpResponse(
        as_csv(complained.HEADINGS, [complained.cells(row) for row in rows]),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="complaints-{today}.csv"'
    return answer


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def of_application(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """投诉举报: what has been received about one application, and one more."""
    found, today = find(staff, pk), timezone.localdate()
    posted = request.POST if request.method == "POST" else None
    form = ComplaintForm(posted, today=today)
    problems: tuple[str, ...] = ()
    status, at, now = 200, timezone.localtime(), {WHOLE: _received(found)}
    met = clash(form, now, by=staff, at=at) if posted is not None else None
    if met is not None:
        status = 409
    elif posted is not None:
        outcome = done(form, lambda data: actions.register_complaint(pk, by=staff, **data))
        if outcome is None:
            messages.success(request, gettext("已登记，须由县级入户核查并作决定。"))
            return redirect("application", pk=pk)
        problems, status = outcome
    context = {
        "application": found,
        "card": PROGRAMMES[found.programme],
        "head": heads_of({found.household_id}).get(found.household_id, "—"),
        "form": form,
        "problems": problems,
        "sight": met or kept(request.POST, now, at),
        "may_register": staff.role in CASEWORKERS,
        "rows": complained.of(found, today),
    }
    return render(request, "casework/complaints.html", context, status=status)


def _received(found: Application) -> Record:
    """The complaints that are on record already: each asks for a visit of the county."""
    rows = Complaint.objects.filter(application=found).order_by("pk")
    said = [f"{one.on} {one.words}" for one in rows]
    return adding(gettext("已登记的投诉举报"), said, "casework.application", found.pk)
