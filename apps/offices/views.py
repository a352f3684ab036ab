"""机构与岗位的页面: the working calendar, one's own settings, help."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
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
from apps.offices.doors.gate import confirmed
from apps.offices.doors.models import Sitting
from apps.offices.doors.passwords import days_left, in_days
from apps.offices.doors.whence import plain
from apps.offices.forms import HolidayNoticeForm, PreferenceForm, TokenForm
from apps.offices.models import Event, HolidayNotice, Language, Role, Staff
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_staff
from apps.offices.sight import Record, Sight, chosen, clash, kept
from apps.offices.tokens import ApiToken, Scope

YEARS_BEFORE, YEARS_AFTER = 1, 2
LOGINS = 10
TOKENS = 50


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
    return _profile(request, staff, form)


def _profile(
    request: HttpRequest,
    staff: Staff,
    form: PreferenceForm | None = None,
    asked: TokenForm | None = None,
    made: tuple[ApiToken, str] | None = None,
) -> HttpResponse:
    """The page; ``made`` is a token that is shown this once."""
    now = timezone.now()
    mine = Event.objects.filter(kind=Event.LOGIN, object_id=staff.pk)
    chosen = {"density": staff.density, "letter_keys": staff.letter_keys}
    chosen["language"] = staff.language or get_language()
    refused = asked if asked is not None and asked.errors else None
    left = days_left(request.user, now)
    sittings = Sitting.objects.filter(user_id=staff.user_id or 0).order_by("-seen_at")
    context = {
        "sittings": [(one, plain(one.browser)) for one in sittings],
        "this": request.session.session_key,
        "left": "" if left is None else in_days(left),
        "form": form or PreferenceForm(initial=chosen),
        "logins": mine.order_by("-pk")[:LOGINS],
        "tokens": [
            (one, [Scope(code).label for code in one.scopes], _token_state(one, now))
            for one in ApiToken.objects.visible_to(staff).order_by("-pk")[:TOKENS]
        ],
        "asked": asked or TokenForm(longest=settings.API_TOKEN_DAYS),
        "refused": refused,
        "made": made,
    }
    wrong = refused is not None or (form is not None and bool(form.errors))
    answer = render(request, "offices/profile.html", context, status=400 if wrong else 200)
    if made is not None:
        answer["Cache-Control"] = "no-store"
    return answer


def _token_state(one: ApiToken, now: dt.datetime) -> str:
    """Empty while it may be used."""
    if one.revoked_at is not None:
        return gettext("已撤销")
    return gettext("已过期") if one.expires_at <= now else ""


@for_staff
@confirmed()
@require_POST
def new_token(request: HttpRequest, staff: Staff) -> HttpResponse:
    """签发接口令牌: the answer shows it, no other page ever will.

    Who makes one has just proved who they are: its calls are not asked again.
    """
    asked = TokenForm(request.POST, longest=settings.API_TOKEN_DAYS)
    if not asked.is_valid():
        return _profile(request, staff, asked=asked)
    data, now = asked.cleaned_data, timezone.now()
    made = actions.issue_token(
        name=data["name"],
        scopes=data["scopes"],
        at=now,
        expires_at=now + dt.timedelta(days=data["days"]),
        by=staff,
    )
    return _profile(request, staff, made=made)


@for_staff
@require_POST
def revoke_token(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """撤销接口令牌: from the next call on it opens nothing."""
    actions.revoke_token(pk, at=timezone.now(), by=staff)
    messages.success(request, gettext("已撤销，用它的程序从现在起不能再调用。"))
    return redirect("profile")


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
