"""高龄津贴、养老服务补贴: what a decision asks, and from which month the allowance counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.casework.models import Application
from apps.casework.outcome import Test
from apps.casework.programme import Examination
from apps.elderly_allowances.facts import highest_outside, on_minimum_living
from apps.elderly_allowances.rule import (
    OUTSIDE,
    POOR,
    POOR_HELD,
    SERVICE_AGE,
    ages,
    dependence,
)
from apps.households.models import Fact, Person
from apps.standards.book import Book, MissingStandard
from apps.units.ages import age_in_month, attained_month
from apps.units.money import yuan
from apps.units.months import Month, month, month_of, next_month

KINDS = ("death", "residence", "self_care", "other_benefit")


def first_month(application: Application, _terms: Any, _on: dt.date, book: Book) -> Month:
    """The month of application; the award waits there until an age band is attained (R-GL-02).

    A late application reaches back as the standard ``late_application`` says: not at all, to
    January of its year, or to the month in which the lowest age band was attained.
    """
    applied = month_of(application.applied_on)
    standards = book.month(applied)
    try:
        way = standards.choice("old_age_allowance.late_application")
        lowest = min(ages(standards))
    except MissingStandard:
        return applied
    assert application.person is not None
    if way == "since_attainment":
        return min(applied, attained_month(application.person.born, lowest))
    return month(applied.year, 1) if way == "current_year" else applied


def examine_old_age(x: Examination) -> list[Test]:
    """高龄津贴: the lowest band attained by the end of the month, residence, death (R-GL-01…03)."""
    return [_old_enough(x), *_presence(_known(x))]


def examine_elder_service(x: Examination) -> list[Test]:
    """养老服务补贴: age, minimum living, dependence, other nursing benefits (R-YL-01 to 03)."""
    age = age_in_month(_applicant(x).born, month_of(x.day))
    known = _known(x)
    return [
        Test("age", age >= SERVICE_AGE, f"本月满{age}周岁，须满{SERVICE_AGE}周岁"),
        _means(x),
        _self_care(known),
        *_presence(known),
        _highest(x, known),
    ]


def bid(x: Examination) -> int:
    """Fen of service the award would be in the month after the day, for the slot (择高)."""
    return x.book.month(next_month(month_of(x.day))).amount("elder_service_subsidy.monthly")


def _applicant(x: Examination) -> Person:
    assert x.application.person is not None
    return x.application.person


def _known(x: Examination) -> list[Fact]:
    """The facts of the applicant that bear on the decision, known on its day, newest first."""
    rows = Fact.objects.known_on(x.day).filter(
        kind__in=KINDS, person_id=x.application.person_id, on__lte=x.day
    )
    return list(rows.order_by("-on", "-id"))


def _old_enough(x: Examination) -> Test:
    """The lowest age band is attained in the month of the decision (CV-05, R-GL-01)."""
    now = month_of(x.day)
    age = age_in_month(_applicant(x).born, now)
    lowest = min(ages(x.book.month(now)))
    return Test("age", age >= lowest, f"本月满{age}周岁，最低年龄档{lowest}周岁")


def _newest(known: list[Fact], kind: str) -> Fact | None:
    return next((f for f in known if f.kind == kind), None)


def _presence(known: list[Fact]) -> list[Test]:
    """户籍与死亡 on the day of the decision (R-GL-03)."""
    moved, dead = _newest(known, "residence"), _newest(known, "death")
    out = moved is not None and bool(moved.flag)
    return [
        Test("moved_out", not out, "户籍已迁出本市" if out else "户籍未迁出本市"),
        Test("dead", dead is None, "没有死亡登记" if dead is None else "已死亡"),
    ]


def _means(x: Examination) -> Test:
    """On minimum living in the month of the decision or the next (R-YL-01)."""
    now, person = month_of(x.day), x.application.person_id or 0
    found = {on_minimum_living(x.computed(m), person) for m in (now, next_month(now))}
    if POOR in found:
        return Test("not_on_minimum_living", True, "本人在享低保")
    if POOR_HELD in found:
        return Test("not_on_minimum_living", None, "本人的低保待遇尚不能确定")
    return Test("not_on_minimum_living", False, "本人未享受低保")


def _self_care(known: list[Fact]) -> Test:
    """At least one of the six indicators failed in the newest assessment (R-YL-02)."""
    newest = _newest(known, "self_care")
    if newest is None:
        return Test("self_care", False, "没有自理能力评估")
    failed = newest.number or 0
    return Test("self_care", failed > 0, dependence(failed))


def _highest(x: Examination, known: list[Fact]) -> Test:
    """Ours is higher than the outside nursing benefits of next month (择高, R-YL-03)."""
    then = next_month(month_of(x.day))
    standards = x.book.month(then)
    if not standards.on("elder_service_subsidy.exclusive_with_disability_nursing"):
        return Test("higher_nursing_benefit", True, "本地规定可与护理补贴同时享受")
    latest: dict[str, Fact] = {}
    for fact in known:
        if fact.kind == "other_benefit":
            latest.setdefault(fact.code, fact)
    fen = {code: _monthly(f) for code, f in latest.items() if f.until is None or f.until >= then}
    outside, most = highest_outside(
        fen.get("other_nursing_allowance", 0), fen.get("retired_cadre_allowance", 0)
    )
    if not outside:
        return Test("higher_nursing_benefit", True, "没有系统外的同类护理补贴")
    ours = bid(x)
    words = f"{OUTSIDE[outside]}每月{yuan(most)}元，养老服务补贴每月{yuan(ours)}元"
    return Test("higher_nursing_benefit", most < ours, words)


def _monthly(fact: Fact) -> int:
    """A benefit in fen a month, as the gathering query reads it."""
    return (fact.amount_fen or 0) // (12 if fact.per == "year" else 1)
