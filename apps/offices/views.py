"""机构与岗位的页面: the working calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from apps.offices import actions
from apps.offices.calendar import current_calendar
from apps.offices.forms import HolidayNoticeForm
from apps.offices.models import HolidayNotice, Role, Staff
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_staff

YEARS_BEFORE, YEARS_AFTER = 1, 2


@for_staff
def calendar(request: HttpRequest, staff: Staff) -> HttpResponse:
    """工作日历: the years around today, which are announced, and the form for a new notice."""
    if request.method != "POST":
        return _calendar(request, staff, _form(request.GET.get("year", "")))
    form = HolidayNoticeForm(request.POST)
    if not form.is_valid():
        return _calendar(request, staff, form, status=400)
    try:
        actions.adopt_holidays(**form.cleaned_data, by=staff, recorded_on=timezone.localdate())
    except (NotAllowed, actions.BadCalendar) as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 400
        return _calendar(request, staff, form, (str(refusal),), status)
    messages.success(
        request, f"已登记{form.cleaned_data['year']}年放假安排，时限自即日起照此计算。"
    )
    return redirect("calendar")


def _form(year: str) -> HolidayNoticeForm:
    """The form with the year's own notice, or what the calendar takes for it, filled in."""
    if not (year.isdecimal() and 2001 <= int(year[:4]) <= 2060):
        return HolidayNoticeForm()
    number = int(year[:4])
    own = HolidayNotice.objects.in_force().filter(year=number).first()
    known = current_calendar()
    spans = own.holidays if own else [[*span, "假期"] for span in known.holidays_of(number)]
    return HolidayNoticeForm(
        initial={
            "year": number,
            "document": own.document if own else "",
            "holidays": "\n".join(" ".join(map(str, span)) for span in spans),
            "makeup": "\n".join(map(str, known.makeup_of(number))),
        }
    )


def _calendar(
    request: HttpRequest,
    staff: Staff,
    form: HolidayNoticeForm,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    today, known = timezone.localdate(), current_calendar()
    own = {n.year: n for n in HolidayNotice.objects.in_force().select_related("recorded_by")}
    years = [
        {
            "year": year,
            "own": own.get(year),
            "estimated": known.is_estimated(today.replace(year=year, day=1)),
            "holidays": known.holidays_of(year),
            "makeup": known.makeup_of(year),
        }
        for year in range(today.year - YEARS_BEFORE, today.year + YEARS_AFTER + 1)
    ]
    context = {
        "years": years,
        "form": form,
        "may_keep": staff.role == Role.COUNTY_SUPERVISOR,
        "problems": problems,
        "today": today,
        "workday": known.is_workday(today),
    }
    return render(request, "offices/calendar.html", context, status=status)
