"""我的待办中的名册: children to visit or reported, stays whose days run out, alerts.

Each queue is one or a few set-based queries; what is derived there and what its page shows are the
same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from apps.casework.ending import endings
from apps.casework.kept import hang_together, kept
from apps.casework.models import Entitlement
from apps.casework.procedures import CASEWORKERS, COUNTY, TOWNSHIP
from apps.casework.worklist import LIMIT, Asked, Line, Task, lasting, lines, page_of, queue
from apps.offices.models import Role
from apps.offices.together import Question
from apps.registers import alerts as raised
from apps.registers import low_income_words as income
from apps.registers import station, stay_relief, words
from apps.registers.clocks import days
from apps.registers.models import IdentityStep, Stay, StayExtension
from apps.registers.open_files import OpenFile, flagged
from apps.registers.station_words import SEARCHES
from apps.units.language import lazy as _
from apps.units.language import worded

_DAY = dt.timedelta(days=1)
hang_together("registers_childfile")


def _rows(asked: Asked, flag: str) -> list[OpenFile]:
    return [row for row in asked.rows(flagged) if flag in row.flags][:LIMIT]


def _task(row: OpenFile, key: str, what: str, why: str, verb: str) -> Task:
    return Task(
        key=f"{key}-{row.pk}",
        what=what,
        why=why,
        verb=verb,
        url=page_of("child-file", row.pk),
        division=row.division,
        household_id=row.home,
        person_id=row.who,
    )


@queue("child-reports", _("儿童强制报告"), order=5, roles=words.VISITORS, asks=(flagged,))
def child_reports(asked: Asked) -> Iterator[Task]:
    """Children reported alone, missing or perhaps harmed, and those with no adult at home."""
    limit = days(asked.book, asked.today, "report_days")
    for row in _rows(asked, "reported"):
        due = row.reported_on + limit * _DAY if row.reported_on and limit else row.reported_on
        made = _task(
            row,
            "child-report",
            _("处置儿童强制报告"),
            _("独居、失踪或疑似受侵害"),
            _("处置"),
        )
        yield made._replace(due=due, since=row.reported_on)
    for row in _rows(asked, "alone"):
        if not row.reports:
            why = _("户内没有成年人，也没有确认委托照护（R-LS-01）")
            made = _task(row, "child-alone", _("核实儿童监护"), why, _("核实"))
            yield made._replace(due=asked.today, since=row.visited_on or row.opened_on)


@queue("child-visits", _("儿童走访"), order=55, roles=words.VISITORS, asks=(flagged,))
def child_visits(asked: Asked) -> Iterator[Task]:
    """Children whose visit is due, by register and level (R-LS-01, R-KJ-01)."""
    return (_visit(row._replace(flags=())) for row in _rows(asked, "due"))


@lru_cache(maxsize=20_000)
def _visit(row: OpenFile) -> Task:
    """Hundreds of children, the same from load to load: worded once a process."""
    register = words.REGISTERS.get(row.register, "")
    last = (
        worded(_("上次{visited_on}"), visited_on=row.visited_on)
        if row.visited_on
        else _("还没有走访")
    )
    why = worded(_("{register}，{last}"), register=register, last=last)
    made = _task(row, "child-visit", _("儿童走访"), why, _("走访"))
    return made._replace(due=row.due_on, since=row.visited_on or row.opened_on, visit=True)


@queue("child-files", _("儿童档案核对"), order=65, roles=CASEWORKERS, asks=(flagged,))
def child_files(asked: Asked) -> Iterator[Task]:
    """Files of children who have outgrown their register, moved, or whose entry was voided."""
    for row in _rows(asked, "age"):
        made = _task(
            row,
            "child-age",
            _("儿童已达年龄上限"),
            _("转入另一名册或销档"),
            _("办理"),
        )
        yield made._replace(due=row.out_on, since=row.out_on)
    for row in _rows(asked, "check"):
        why = _("登记已作废，请核对后销档") if row.void else _("儿童已登记到另一户，请转档")
        yield _task(row, "child-check", _("核对儿童档案"), why, _("核对"))


@lasting
def staying(asked: Asked) -> Question[Line]:
    """Those at the station; ``words``: the searches made, ``number``: 1 of whom nobody knows."""
    made = Subquery(
        IdentityStep.objects.filter(stay=OuterRef("pk"))
        .values("stay")
        .annotate(all=StringAgg("kind", ","))
        .values("all")
    )
    rows = Stay.objects.visible_to(asked.staff).filter(state="in").order_by("last_day", "pk")
    unknown = Case(When(Q(person=None) & ~Q(tells="told"), then=1), default=0)
    told = {"on": F("admitted_on"), "until": F("last_day"), "who": F("person_id")}
    found = Coalesce(made, Value(""), output_field=TextField())
    return lines(rows, "division", pk=F("id"), **told, words=found, number=unknown)


@queue("stays", _("入站救助期限"), order=12, roles=COUNTY, asks=(staying,))
def stays(asked: Asked) -> Iterator[Task]:
    """Stays whose ten days are nearly over, and searches an unknown person is owed (R-LL-02)."""
    warning = days(asked.book, asked.today, "stay_warning_days") or 0
    for one in asked.rows(staying):
        if one.last - warning * _DAY <= asked.today:
            why = worded(_("救助期限到{last_day}，落实去向或提出延长"), last_day=one.last)
            yield _of_stay(one, "stay", _("救助期限将满"), why, one.last)
        if not one.number:
            continue
        made = one.words.split(",")
        for wanted in station.searches_owed(one.began, made, asked.calendar, asked.book):
            what = SEARCHES[wanted.kind]
            yield _of_stay(one, f"stay-{wanted.kind}", what, _("身份不明"), wanted.due)


def _of_stay(one: Line, key: str, what: str, why: str, due: dt.date | None) -> Task:
    return one.task(key, what=what, why=why, verb=_("办理"), url=page_of("stay", one.pk), due=due)


# Of an extension: the stay it is of, which is what its page and its task are about.
_EXTENSION: dict[str, Any] = {
    "pk": F("stay_id"),
    "division": F("stay__division"),
    "who": F("stay__person_id"),
    "words": F("reason"),
}


@lasting
def stays_to_extend(asked: Asked) -> Question[Line]:
    """Extensions somebody else has proposed; ``code``: the last day of the stay."""
    rows = StayExtension.objects.visible_to(asked.staff).filter(state="proposed")
    if asked.staff.role != Role.COUNTY_SUPERVISOR:
        rows = rows.none()
    others = rows.exclude(prepared_by=asked.staff).order_by("pk")
    last = Cast("stay__last_day", TextField())
    return lines(others, "until", **_EXTENSION, on=F("proposed_on"), code=last)


@lasting
def stays_to_file(asked: Asked) -> Question[Line]:
    """Extensions granted and not yet filed above."""
    rows = StayExtension.objects.visible_to(asked.staff).filter(state="granted", filed_on=None)
    return lines(rows.order_by("pk"), **_EXTENSION, on=F("decided_on"))


@queue(
    "stay-extensions",
    _("延长救助"),
    order=13,
    roles=COUNTY,
    asks=(stays_to_extend, stays_to_file),
)
def stay_extensions(asked: Asked) -> Iterator[Task]:
    """Extensions to decide, and granted ones to file above (R-LL-02)."""
    for one in asked.rows(stays_to_extend):
        why = worded(_("延长至{until}：{reason}"), until=one.last, reason=one.words)
        last = dt.date.fromisoformat(one.code)
        yield _of_stay(one, "stay-decide", _("审批延长救助"), why, last)
    for one in asked.rows(stays_to_file):
        yield _of_stay(one, "stay-file", _("延长救助报上级备案"), one.words, one.on)


@lasting
def stays_over(asked: Asked) -> Question[Line]:
    """Stays that are over while their award still runs; ``number``: the award."""
    left = Stay.objects.visible_to(asked.staff).filter(state="left")
    awards = Entitlement.objects.of(stay_relief.PROGRAMME).filter(period__upper_inf=True)
    rows = awards.filter(application__stay__in=left, period__isempty=False).order_by("pk")
    stay = "application__stay__"
    told = {"pk": F(f"{stay}id"), "division": F(f"{stay}division"), "who": F(f"{stay}person_id")}
    return lines(rows, "programme", **told, on=F(f"{stay}left_on"), number=F("id"))


@queue("stay-endings", _("离站后停发"), order=14, roles=COUNTY, asks=(stays_over,))
def stay_endings(asked: Asked) -> Iterator[Task]:
    """Those whose end nobody has proposed yet."""
    found = {int(one.number): one for one in asked.rows(stays_over)}
    waiting = endings().waiting(list(found)) if found else set()
    for award, one in found.items():
        if award not in waiting:
            why = worded(_("已于{left_on}离站"), left_on=one.began)
            yield _of_stay(one, "stay-end", stay_relief.END, why, one.on)


@lasting
def often_taken_in(asked: Asked) -> Question[station.Candidate]:
    """Who has been taken in as often as the standard asks."""
    return station.candidates_asked(asked.staff, asked.book, asked.today)


@queue("prone", _("易走失人员"), order=75, roles=COUNTY, asks=(often_taken_in,))
def prone(asked: Asked) -> Iterator[Task]:
    """People taken in again and again who are not yet in the 易走失人员库."""
    for one in asked.rows(often_taken_in):
        yield Task(
            key=f"prone-{one.person_id}",
            what=_("列入易走失人员库"),
            why=worded(_("已入站{times}次"), times=one.times),
            verb=_("列入"),
            url=page_of("stay", one.newest),
            division=asked.staff.division,
            person_id=one.person_id,
        )


@kept(home="household_id", person="person_id")
def alerted(asked: Asked) -> Question[raised.Raised]:
    """Alerts nobody has dealt with."""
    homes = asked.only.homes if asked.only else None
    return raised.question(asked.staff, asked.today, asked.book, homes=homes)


@queue("alerts", _("低收入人口预警"), order=58, roles=TOWNSHIP, asks=(alerted,))
def alerts(asked: Asked) -> Iterator[Task]:
    """For the township that knows the household (R-DT-01)."""
    here = reverse("alerts")
    for one in raised.told(asked.rows(alerted)[:LIMIT], asked.today, asked.book):
        kind = one.about.kind
        yield Task(
            key=f"alert-{one.key}",
            what=worded(_("{kind}：{label}"), kind=income.KINDS[kind], label=one.about.label),
            why=one.said,
            verb=_("处置"),
            url=f"{here}?kind={kind}&division={one.division}",
            division=one.division,
            since=one.since,
            household_id=one.household_id,
            person_id=one.person_id or 0,
        )
