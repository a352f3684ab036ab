"""儿童福利: the queries that fill the facts of its programmes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from apps.casework.outcome import Verdict
from apps.casework.programme import Case, Computed, Gathering
from apps.casework.reading import owed, stream
from apps.child_welfare import rule
from apps.child_welfare.rule import Orphan, Parent, StudyGrant, Unattended
from apps.households.history import deaths, newest, studying
from apps.units.ages import add_months, attained_month
from apps.units.months import Month

MODE = {"institutional": rule.INSTITUTIONAL, "scattered": rule.SCATTERED, None: rule.SCATTERED}

# The few children of a programme, not the county: what `only` narrows the facts to.
MINE = "person_id IN (SELECT person_id FROM o)"
PARENT = 'code, number, detail, "on", recorded_on'


class Child(NamedTuple):
    """One award of a month with what both monthly programmes ask about a child."""

    entitlement_id: int
    person: int
    new: bool
    about: tuple[int, int, int, int, int]  # mode, gone, grown, father, mother


class Settled(NamedTuple):
    """The two days of an award: a parent's state known and true by then is not tested again.

    The officer's decision is final; only what became true, or known, later can end a condition.
    An award taken over without its file counts as applied for and decided before its first month.
    """

    applied_on: dt.date
    decided_on: dt.date


def gather_orphan(gathering: Gathering) -> Iterator[Case]:
    """Each orphan award of the month (R-GE-02, R-GE-04)."""
    return (
        Case(child.entitlement_id, child.person, (child.person,), child.new, Orphan(*child.about))
        for child in _children(gathering, "orphan_allowance", rule.lost)
    )


def gather_unattended(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month with what it tops up (R-SW-06, R-SW-08)."""
    computed = gathering.computed
    return (
        Case(
            child.entitlement_id,
            child.person,
            (child.person,),
            child.new,
            Unattended(*child.about, *_topped_up(computed, child.person)),
        )
        for child in _children(gathering, "unattended_child_allowance", rule.lost_or_qualifies)
    )


def _topped_up(computed: Computed, person: int) -> tuple[int, int, int, int]:
    """What is taken off: held, the household's fen, for how many, the child's own fen (R-SW-06)."""
    home = computed.share("minimum_living", person)
    own = computed.share("disability_living", person)
    held = rule.KNOWN
    if own and own.verdict is Verdict.HELD:
        held = rule.LIVING_ALLOWANCE_HELD
    if home and home.verdict is Verdict.HELD:
        held = rule.MINIMUM_LIVING_HELD
    living = own.base_fen if own else 0
    if home is None or not home.base_fen:
        return held, 0, 1, living
    return held, home.base_fen, home.heads, living


def _children(
    gathering: Gathering, programme: str, still: Callable[[Parent], bool]
) -> Iterator[Child]:
    """The awards of a programme; ``still``: whether a parent's state keeps the award going."""
    sql = f"""
        WITH o AS MATERIALIZED ({owed(gathering)})
        SELECT o.id, o.person_id, o.new, p.born, m.code, d.died_on IS NOT NULL,
               coalesce(s.studying, FALSE),
               coalesce(a.applied_on, o.first - 1),
               coalesce((SELECT min(c.decided_on) FROM casework_decision c
                         WHERE c.entitlement_id = o.id AND c.kind = 'confirm'), o.first - 1),
               f.code, f.number, f.detail, f."on", f.recorded_on,
               h.code, h.number, h.detail, h."on", h.recorded_on
        FROM o
        JOIN households_person p ON p.id = o.person_id
        JOIN casework_entitlement t ON t.id = o.id
        LEFT JOIN casework_application a ON a.id = t.application_id
        LEFT JOIN {newest("care_mode", "code", before="first_day", only=MINE)} m
               ON m.person_id = o.person_id
        LEFT JOIN {deaths(only=MINE)} d ON d.person_id = o.person_id
        LEFT JOIN {studying(rule.SCHOOLS_PAST_18, only=MINE)} s ON s.person_id = o.person_id
        LEFT JOIN {newest("parent", PARENT, before="first_day", only=MINE, where="part = 'father'")}
               f ON f.person_id = o.person_id
        LEFT JOIN {newest("parent", PARENT, before="first_day", only=MINE, where="part = 'mother'")}
               h ON h.person_id = o.person_id
    """
    rows = stream(gathering, programme, sql)
    return (_child(row, gathering.month, still) for row in rows)


def _child(row: tuple[Any, ...], month: Month, still: Callable[[Parent], bool]) -> Child:
    """One row of the query of _children()."""
    entitlement, person, new, born, mode, dead, studies, *rest = row
    settled = Settled(*rest[:2])
    father = _ended_by(rest[2:7], settled, month, still)
    mother = _ended_by(rest[7:], settled, month, still)
    grown = _grown(born, month, studies=studies)
    return Child(entitlement, person, new, (MODE[mode], int(dead), grown, father, mother))


def _grown(born: dt.date, month: Month, *, studies: bool) -> int:
    """Minor through the month of the 18th birthday; later only while studying (R-GE-04)."""
    if month <= attained_month(born, rule.ADULT):
        return rule.MINOR
    return rule.STUDYING if studies else rule.GROWN_UP


def _ended_by(
    found: list[Any], settled: Settled, month: Month, still: Callable[[Parent], bool]
) -> int:
    """0 while the parent's part stands, else the status that ended the condition (R-SW-08)."""
    code, number, detail, on, recorded_on = found
    if code is None or (recorded_on <= settled.decided_on and on <= settled.applied_on):
        return 0
    complete = add_months(on, rule.MONTHS_AWAY) < month
    return 0 if still(Parent(code, number or 0, detail, complete)) else rule.STATUS[code][0]


def gather_study_grant(gathering: Gathering) -> Iterator[Case]:
    """Each grant decided in the month with its school year (R-GE-05)."""
    sql = f"""
        SELECT o.id, o.person_id, o.new, t.school_year
        FROM ({owed(gathering)}) o JOIN casework_entitlement t ON t.id = o.id
    """
    return (
        Case(entitlement, person, (person,), new, StudyGrant(first_year(text)))
        for entitlement, person, new, text in stream(gathering, "orphan_study_grant", sql)
    )


def first_year(school_year: str) -> int:
    """The calendar year in which a school year ("2024-2025", "2024") begins; 0: not a year."""
    found = re.match(r"\d{4}", school_year)
    return int(found[0]) if found else 0
