"""救助站的页面: stays, admission, one stay with its acts, the 易走失人员库."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.casework.procedures import COUNTY
from apps.households.listing import places
from apps.offices.actions import note_export
from apps.offices.calendar import current_calendar
from apps.offices.doors.gate import confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_casework
from apps.registers import actions, station
from apps.registers import station_words as words
from apps.registers.models import ProneEntry, Stay
from apps.registers.offers import Offer, Refusals, carry_out, shown
from apps.registers.on_record import recorded_of_list, recorded_of_stay
from apps.registers.places import wanted_division
from apps.registers.station_forms import Admit, EndProne
from apps.registers.words import HEALTH_READERS, HIDDEN
from apps.standards.models import current_book
from apps.units.language import in_chinese
from apps.units.language import lazy as _
from apps.units.sheets import as_csv

HEADINGS = (
    "档号", "姓名", "性别", "年龄", "类别", "来站方式", "入站日期", "期限末日", "状态",
    "离站日期", "离站方式",
)  # fmt: skip
Do = Callable[[Stay, int, Staff, dt.date, dict[str, Any]], object]
ACTS: dict[str, tuple[Do, str]] = {
    "search": (lambda s, _row, by, _day, d: actions.search(s.pk, by=by, **d), _("查询已登记。")),
    "conclude": (
        lambda _s, row, by, _day, d: actions.conclude_search(row, by=by, **d),
        _("查询结果已登记。"),
    ),
    "identify": (
        lambda s, _row, by, day, d: actions.identify(s.pk, on=day, by=by, **d),
        _("身份已查明。"),
    ),
    "extend": (
        lambda s, _row, by, day, d: actions.propose_extension(s.pk, on=day, by=by, **d),
        _("已提出延长，待另一人批准。"),
    ),
    "decide": (
        lambda _s, row, by, day, d: actions.decide_extension(row, on=day, by=by, **d),
        _("已作出决定。"),
    ),
    "file": (
        lambda _s, row, by, day, d: actions.file_extension(row, on=day, by=by, **d),
        _("已登记报上级备案。"),
    ),
    "relief": (
        lambda s, _row, by, day, d: actions.ask_relief(s.pk, on=day, by=by, **d),
        _("已提出流浪乞讨救助申请，请到申请页办理受理和确认。"),
    ),
    "leave": (lambda s, _row, by, _day, d: actions.leave(s.pk, by=by, **d), _("已登记离站。")),
    "end_relief": (
        lambda s, _row, by, day, _d: actions.end_relief(s.pk, on=day, by=by),
        _("已提出停发，待另一人批准。"),
    ),
    "prone": (
        lambda s, _row, by, day, d: actions.enter_prone(
            s.person_id or 0, division=s.division, on=day, by=by, **d
        ),
        _("已列入易走失人员库。"),
    ),
}


STATES = (("in", _("在站")), ("left", _("已离站")), ("", _("全部")))


def _filters(request: HttpRequest) -> station.Filters:
    asked = request.GET
    state, flag = asked.get("state", "in"), asked.get("flag", "")
    return station.Filters(
        state=state if state in ("in", "left", "") else "in",
        division=wanted_division(request),
        flag=flag if flag in station.FLAGS else "",
        text=asked.get("q", "").strip()[:40],
    )


@for_casework
@require_safe
def stays(request: HttpRequest, staff: Staff) -> HttpResponse:
    """入站救助: who is at the station, whose days run out, who nobody knows."""
    filters, today = _filters(request), timezone.localdate()
    found = Paginator(station.stays(staff, filters, today), station.PAGE)
    page = found.get_page(request.GET.get("page"))
    townships, villages = places(staff, filters.division)
    context = {
        "rows": [
            (
                one,
                station.name_of(one, staff),
                station.age_words(one, today),
                station.marks(one, today),
            )
            for one in page
        ],
        "page": page,
        "filters": filters,
        "narrow": filters != station.Filters(),
        "states": STATES,
        "flags": station.FLAGS.items(),
        "townships": townships,
        "villages": villages,
        "may_name": staff.role in station.READERS,
        "may_admit": staff.role in COUNTY,
    }
    return render(request, "registers/stays.html", context)


@for_casework
@confirmed()
@require_safe
@in_chinese()
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """导出入站救助: the whole filtered list as CSV; names as far as the post may see."""
    today = timezone.localdate()
    rows = list(station.stays(staff, _filters(request), today))
    note_export(by=staff, kind="registers.export", what="入站救助", count=len(rows))
    answer = HttpResponse(
        as_csv(HEADINGS, [_cells(one, staff, today) for one in rows]),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="stays-{today}.csv"'
    return answer


def _cells(one: Stay, staff: Staff, today: dt.date) -> list[object]:
    group = one.get_group_display()
    if one.group == "disabled" and staff.role not in HEALTH_READERS:
        group = HIDDEN
    return [
        one.pk,
        station.name_of(one, staff),
        {"m": gettext("男"), "f": gettext("女")}.get(one.sex, ""),
        station.age(one, today),
        group,
        one.get_brought_by_display(),
        one.admitted_on,
        one.last_day,
        one.get_state_display(),
        one.left_on or "",
        words.LEAVINGS.get(one.leaving, ""),
    ]


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def admit(request: HttpRequest, staff: Staff) -> HttpResponse:
    """入站登记: the station's file of somebody, with its ten days."""
    if staff.role not in COUNTY:
        raise NotAllowed(gettext("入站登记由县级经办和审核办理。"))
    offered = places(staff, "")[0]
    if request.method != "POST":
        form = Admit(townships=offered, initial={"admitted_on": timezone.localdate()})
        return render(request, "registers/admit.html", {"form": form})
    form = Admit(request.POST, townships=offered)
    if not form.is_valid():
        return render(request, "registers/admit.html", {"form": form}, status=400)
    data = dict(form.cleaned_data)
    try:
        made = actions.admit(on=data.pop("admitted_on"), by=staff, **data)
    except Refusals as refusal:
        context = {"form": form, "problems": (str(refusal),)}
        return render(request, "registers/admit.html", context, status=400)
    messages.success(
        request, gettext("已登记入站，救助期限到{last_day}。").format(last_day=made.last_day)
    )
    return redirect("stay", pk=made.pk)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一份入站救助档案: the clock, the search, the extension, leaving."""
    today = timezone.localdate()
    one = station.found(staff, pk)
    offers = station.offers(staff, one, today)
    recorded = partial(recorded_of_stay, one)
    asked = None
    if request.method == "POST":
        asked = carry_out(
            request,
            offers,
            lambda offer, data: ACTS[offer.code][0](one, offer.row, staff, today, data),
            recorded,
        )
        if asked.done and asked.offer is not None:
            messages.success(request, ACTS[asked.offer.code][1])
            return redirect("stay", pk=pk)
    context = station.context(staff, one, today, current_calendar())
    context |= {
        "offers": shown(offers, today, asked, recorded),
        "lost": asked.sight if asked and asked.offer is None else None,
        "form": asked.form if asked else None,
        "problems": asked.problems if asked else (),
    }
    return render(request, "registers/stay.html", context, status=asked.status if asked else 200)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def prone(request: HttpRequest, staff: Staff) -> HttpResponse:
    """易走失人员库: who may stray again and who looks after them; who ought to be entered."""
    if staff.role not in station.READERS:
        raise NotAllowed(gettext("易走失人员库只供经办岗位查看。"))
    today = timezone.localdate()
    state = "closed" if request.GET.get("state") == "closed" else "open"
    rows = list(station.prone(staff, state=state, division=wanted_division(request))[:500])
    offers = [
        Offer("close", gettext("移出：{name}").format(name=one.person.name), EndProne, row=one.pk)
        for one in rows
        if state == "open" and staff.role in COUNTY
    ]
    asked = None
    if request.method == "POST":
        asked = carry_out(
            request,
            offers,
            lambda offer, data: actions.close_prone(offer.row, on=today, by=staff, **data),
            recorded_of_list,
        )
        if asked.done:
            messages.success(request, gettext("已移出易走失人员库。"))
            return redirect("prone")
    groups = shown(offers, today, asked)
    forms = {one["offer"].row: one for group in groups.values() for one in group}
    health = staff.role in HEALTH_READERS
    context = {
        "rows": [(one, _reason(one, health=health), forms.get(one.pk)) for one in rows],
        "state": state,
        "lost": asked.sight if asked and asked.offer is None else None,
        "candidates": station.candidates(staff, current_book(), today),
        "form": asked.form if asked else None,
        "problems": asked.problems if asked else (),
    }
    status = asked.status if asked else 200
    return render(request, "registers/prone.html", context, status=status)


def _reason(one: ProneEntry, *, health: bool) -> str:
    hidden = one.reason in words.PRONE_HEALTH and not health
    return HIDDEN if hidden else one.get_reason_display()
