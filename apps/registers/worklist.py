"""我的待办中的名册: children to visit or reported, stays whose days run out, alerts.

Each queue is one or a few set-based queries; what is derived there and what its page shows are the
same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from apps.casework.ending import endings
from apps.casework.models import Entitlement
from apps.casework.procedures import CASEWORKERS, COUNTY, TOWNSHIP
from apps.casework.worklist import LIMIT, Asked, Task, page_of, queue
from apps.offices.models import Role
from apps.registers import alerts as raised
from apps.registers import listing, station, stay_relief, words
from apps.registers import low_income_words as income
from apps.registers.clocks import days
from apps.registers.models import IdentityStep, Stay, StayExtension
from apps.registers.station_words import SEARCHES

_DAY = dt.timedelta(days=1)


def _flagged(asked: Asked) -> list[listing.Row]:
    """Every file with something open about it (one query for all queues of files)."""
    filters = listing.Filters(flag=listing.ANY)
    return listing.everyone(asked.staff, filters, today=asked.today, book=asked.book)


def _rows(asked: Asked, flag: str) -> list[listing.Row]:
    rows = asked.once("child-files", _flagged)
    return [row for row in rows if flag in row.flags][:LIMIT]


def _task(row: listing.Row, key: str, what: str, why: str, verb: str) -> Task:
    return Task(
        key=f"{key}-{row.pk}",
        what=what,
        why=why,
        verb=verb,
        url=page_of("child-file", row.pk),
        division=row.division,
        household_id=row.household_id,
        person_id=row.person_id,
    )


@queue("child-reports", "儿童强制报告", order=5, roles=words.VISITORS)
def child_reports(asked: Asked) -> Iterator[Task]:
    """Children reported alone, missing or perhaps harmed, and those with no adult at home."""
    limit = days(asked.book, asked.today, "report_days")
    for row in _rows(asked, "reported"):
        due = row.reported_on + limit * _DAY if row.reported_on and limit else row.reported_on
        made = _task(row, "child-report", "处置儿童强制报告", "独居、失踪或疑似受侵害", "处置")
        yield made._replace(due=due, since=row.reported_on)
    for row in _rows(asked, "alone"):
        if not row.reports:
            why = "户内没有成年人，也没有确认委托照护（R-LS-01）"
            made = _task(row, "child-alone", "核实儿童监护", why, "核实")
            yield made._replace(due=asked.today, since=row.visited_on or row.opened_on)


@queue("child-visits", "儿童走访", order=55, roles=words.VISITORS)
def child_visits(asked: Asked) -> Iterator[Task]:
    """Children whose visit is due, by register and level (R-LS-01, R-KJ-01)."""
    for row in _rows(asked, "due"):
        register = words.REGISTERS.get(row.register, "")
        last = f"上次{row.visited_on}" if row.visited_on else "还没有走访"
        made = _task(row, "child-visit", "儿童走访", f"{register}，{last}", "走访")
        yield made._replace(due=row.due_on, since=row.visited_on or row.opened_on, visit=True)


@queue("child-files", "儿童档案核对", order=65, roles=CASEWORKERS)
def child_files(asked: Asked) -> Iterator[Task]:
    """Files of children who have outgrown their register, moved, or whose entry was voided."""
    for row in _rows(asked, "age"):
        made = _task(row, "child-age", "儿童已达年龄上限", "转入另一名册或销档", "办理")
        yield made._replace(due=row.out_on, since=row.out_on)
    for row in _rows(asked, "check"):
        why = "登记已作废，请核对后销档" if row.void else "儿童已登记到另一户，请转档"
        yield _task(row, "child-check", "核对儿童档案", why, "核对")


@queue("stays", "入站救助期限", order=12, roles=COUNTY)
def stays(asked: Asked) -> Iterator[Task]:
    """Stays whose ten days are nearly over, and searches an unknown person is owed (R-LL-02)."""
    warning = days(asked.book, asked.today, "stay_warning_days") or 0
    rows = list(
        Stay.objects.visible_to(asked.staff)
        .filter(state="in")
        .select_related("person")
        .order_by("last_day", "pk")[:LIMIT]
    )
    made: dict[int, set[str]] = {}
    steps = IdentityStep.objects.filter(stay__in=rows).values_list("stay_id", "kind")
    for stay, kind in steps:
        made.setdefault(stay, set()).add(kind)
    for one in rows:
        if one.last_day - warning * _DAY <= asked.today:
            why = f"救助期限到{one.last_day}，落实去向或提出延长"
            yield _of_stay(one, "stay", "救助期限将满", why, one.last_day)
        for wanted in station.wanted(one, made.get(one.pk, set()), asked.calendar, asked.book):
            what = SEARCHES[wanted.kind]
            yield _of_stay(one, f"stay-{wanted.kind}", what, "身份不明", wanted.due)


def _of_stay(one: Stay, key: str, what: str, why: str, due: dt.date | None) -> Task:
    return Task(
        key=f"{key}-{one.pk}",
        what=what,
        why=why,
        verb="办理",
        url=page_of("stay", one.pk),
        division=one.division,
        due=due,
        since=one.admitted_on,
        person_id=one.person_id or 0,
    )


@queue("stay-extensions", "延长救助", order=13, roles=COUNTY)
def stay_extensions(asked: Asked) -> Iterator[Task]:
    """Extensions somebody else has proposed, and granted ones not yet filed above (R-LL-02)."""
    rows = StayExtension.objects.visible_to(asked.staff).select_related("stay")
    decides = asked.staff.role == Role.COUNTY_SUPERVISOR
    if decides:
        waiting = rows.filter(state="proposed").exclude(prepared_by=asked.staff)
        for one in waiting.order_by("pk")[:LIMIT]:
            why = f"延长至{one.until}：{one.reason}"
            task = _of_stay(one.stay, "stay-decide", "审批延长救助", why, one.stay.last_day)
            yield task._replace(since=one.proposed_on)
    for one in rows.filter(state="granted", filed_on=None).order_by("pk")[:LIMIT]:
        task = _of_stay(one.stay, "stay-file", "延长救助报上级备案", one.reason, one.decided_on)
        yield task._replace(since=one.decided_on)


@queue("stay-endings", "离站后停发", order=14, roles=COUNTY)
def stay_endings(asked: Asked) -> Iterator[Task]:
    """Stays that are over while their award still runs and nobody has proposed its end."""
    left = Stay.objects.visible_to(asked.staff).filter(state="left")
    awards = Entitlement.objects.of(stay_relief.PROGRAMME).filter(period__upper_inf=True)
    over = awards.filter(application__stay__in=left, period__isempty=False)
    found = {one.pk: one for one in over.select_related("application__stay").order_by("pk")[:LIMIT]}
    waiting = endings().waiting(list(found)) if found else set()
    for pk, one in found.items():
        if pk in waiting or one.application is None:
            continue
        stay = one.application.stay
        task = _of_stay(stay, "stay-end", stay_relief.END, f"已于{stay.left_on}离站", stay.left_on)
        yield task._replace(since=stay.left_on, programme=one.programme)


@queue("prone", "易走失人员", order=75, roles=COUNTY)
def prone(asked: Asked) -> Iterator[Task]:
    """People taken in again and again who are not yet in the 易走失人员库."""
    for person, _name, times, stay in station.candidates(asked.staff, asked.book, asked.today):
        yield Task(
            key=f"prone-{person}",
            what="列入易走失人员库",
            why=f"已入站{times}次",
            verb="列入",
            url=page_of("stay", stay),
            division=asked.staff.division,
            person_id=person,
        )


@queue("alerts", "低收入人口预警", order=58, roles=TOWNSHIP)
def alerts(asked: Asked) -> Iterator[Task]:
    """Alerts nobody has dealt with, for the township that knows the household (R-DT-01)."""
    for one in raised.alerts(asked.staff, today=asked.today, book=asked.book)[:LIMIT]:
        kind = income.KINDS[one.about.kind]
        yield Task(
            key=f"alert-{one.key}",
            what=f"{kind}：{one.about.label}",
            why=one.said,
            verb="处置",
            url=f"{reverse('alerts')}?kind={one.about.kind}&division={one.division}",
            division=one.division,
            since=one.since,
            household_id=one.household_id,
            person_id=one.person_id or 0,
        )
