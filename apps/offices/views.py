"""机构与岗位的页面: the working calendar, one's own settings, help."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from apps.offices import actions
from apps.offices.calendar import current_calendar
from apps.offices.doors.entering import remember
from apps.offices.doors.models import Sitting
from apps.offices.doors.passwords import days_left, in_days
from apps.offices.doors.whence import plain
from apps.offices.forms import HolidayNoticeForm, PreferenceForm
from apps.offices.models import Event, HolidayNotice, Language, Role, Staff
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_staff
from apps.offices.sight import Record, Sight, chosen, clash, kept

YEARS_BEFORE, YEARS_AFTER = 1, 2
LOGINS = 10


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """切换语言: back to the page one came from, in the other language; a post keeps its choice."""
    chosen = request.POST.get("language", "")
    staff = Staff.objects.filter(user_id=request.user.pk or 0, active=True).first()
    if staff is not None and chosen in Language.values:
        actions.speak(by=staff, language=chosen)
    return set_language(request)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, staff: Staff) -> HttpResponse:
    """个人设置: rows, keys and language, kept for this member of staff; their log-ins."""
    chosen = {
        "density": staff.density,
        "letter_keys": staff.letter_keys,
        "language": staff.language or get_language(),
    }
    form = PreferenceForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data.pop("language")
        actions.prefer(by=staff, **form.cleaned_data)
        answer = redirect("profile")
        if wanted:
            actions.speak(by=staff, language=wanted)
            translation.activate(wanted)
            remember(answer, wanted)
        messages.success(request, gettext("已保存，换一台电脑登录也是这样。"))
        return answer
    mine = Event.objects.filter(kind=Event.LOGIN, object_id=staff.pk)
    left = days_left(request.user, timezone.now())
    sittings = Sitting.objects.filter(user_id=staff.user_id or 0).order_by("-seen_at")
    context = {
        "form": form,
        "logins": mine.order_by("-pk")[:LOGINS],
        "sittings": [(one, plain(one.browser)) for one in sittings],
        "this": request.session.session_key,
        "left": "" if left is None else in_days(left),
    }
    return render(request, "offices/profile.html", context, status=400 if form.errors else 200)


@for_staff
@require_safe
def usage(request: HttpRequest, _staff: Staff) -> HttpResponse:
    """快捷键与帮助: every key, and whom to ask."""
    keepers = Staff.objects.filter(role=Role.SYSTEM_ADMIN, active=True).order_by("pk")
    return render(request, "offices/usage.html", {"keepers": keepers})


@for_staff
def calendar(request: HttpRequest, staff: Staff) -> HttpResponse:
    """工作日历: the years around today, which are announced, and the form for a new notice."""
    if request.method != "POST":
        return _calendar(request, staff, _form(request.GET.get("year", "")))
    form = HolidayNoticeForm(request.POST)
    now, year = _years_on_record(), request.POST.get("year", "")
    met = clash(form, now, subject=year, by=staff, at=timezone.now())
    if met is not None:
        return _calendar(request, staff, form, status=409, met=met)
    form = HolidayNoticeForm(chosen(request.POST, now.get(year)))
    if not form.is_valid():
        return _calendar(request, staff, form, status=400)
    try:
        actions.adopt_holidays(**form.cleaned_data, by=staff, recorded_on=timezone.localdate())
    except (NotAllowed, actions.BadCalendar) as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 400
        return _calendar(request, staff, form, (str(refusal),), status)
    messages.success(
        request,
        gettext("已登记{year}年放假安排，时限自即日起照此计算。").format(
            year=form.cleaned_data["year"]
        ),
    )
    return redirect("calendar")


def _years_on_record() -> dict[str, Record]:
    """By year its notice, as the boxes of the form would hold it."""
    return {
        str(one.year): Record(_boxes(one), "offices.holidaynotice", one.pk)
        for one in HolidayNotice.objects.in_force()
    }


def _boxes(notice: HolidayNotice) -> dict[str, str]:
    return {
        "document": notice.document,
        "holidays": "\n".join(" ".join(map(str, span)) for span in notice.holidays),
        "makeup": "\n".join(map(str, notice.makeup)),
    }


def _form(year: str) -> HolidayNoticeForm:
    """The form with the year's own notice, or what the calendar takes for it, filled in."""
    if not (year.isdecimal() and 2001 <= int(year[:4]) <= 2060):
        return HolidayNoticeForm()
    number = int(year[:4])
    own = HolidayNotice.objects.in_force().filter(year=number).first()
    known = current_calendar()
    spans = (
        own.holidays if own else [[*span, gettext("假期")] for span in known.holidays_of(number)]
    )
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
    met: Sight | None = None,
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
        "sight": met or kept(request.POST, _years_on_record(), timezone.now()),
        "may_keep": staff.role == Role.COUNTY_SUPERVISOR,
        "problems": problems,
        "today": today,
        "workday": known.is_workday(today),
    }
    return render(request, "offices/calendar.html", context, status=status)
