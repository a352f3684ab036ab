"""Small families and what happens to them, drawn at random in the casebook's own format.

A story is a case without expectations, so a minimal one that breaks a property can be written
down as a case as it stands (``written``). Awards come with the facts that usually make them
payable; further facts, corrections and decisions then fall on any day of eight months of 2024.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import yaml
from hypothesis import strategies as st

from apps.units.months import last_day, month_code, next_month

Case = dict[str, Any]
Event = dict[str, Any]
Draw = Callable[..., Any]

JANUARY = dt.date(2024, 1, 1)
LAST = 8  # the last month in which anything becomes known, counted from January
THROUGH = next_month(JANUARY, LAST)
SINCE = "2023-01-01"

AMOUNTS = ("0.01", "100.00", "333.33", "649.99", "700.00", "1250.55")
BENEFITS = ("40.00", "90.00", "90.01", "200.00")
# Born so that an age that matters is attained on some day of the months of the story, or not.
AGES = (4, 12, 16, 18, 18, 30, 45, 60, 65, 70, 80, 90, 100)
RELATED = ("spouse", "child", "child", "parent", "grandparent", "sibling", "other")
KEYS = "ABCD"


def day(month: int, of_month: int) -> dt.date:
    """A day of the month that lies so many after January 2024; 0 is its last day."""
    first = next_month(JANUARY, month)
    return first.replace(day=of_month) if of_month else last_day(first)


def days(first: int, last: int) -> st.SearchStrategy[dt.date]:
    """A day in these months: the edges of the month, around pay day, or in between."""
    return st.builds(day, st.integers(first, last), st.sampled_from((1, 9, 10, 11, 15, 0)))


def late() -> st.SearchStrategy[int]:
    """How many days after it was true something becomes known; mostly at once."""
    return st.sampled_from((0, 0, 0, 1, 31, 75, 140))


@st.composite
def born(draw: Draw, ages: tuple[int, ...] = AGES) -> str:
    """A birthday on which one of the ages is attained in 2024."""
    age, month = draw(st.sampled_from(ages)), draw(st.integers(1, 12))
    on = draw(st.sampled_from((1, 15, 28, 29)))
    year = 2024 - age
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return dt.date(year, month, on if month != 2 or leap else min(on, 28)).isoformat()


@st.composite
def families(draw: Draw, ages: tuple[int, ...] = AGES) -> Case:
    """One to four people in one household; some relations need a finding to count (R-DB-01)."""
    size = draw(st.integers(1, 4))
    keys = list(KEYS[:size])
    persons = {key: {"born": draw(born(ages)), "sex": draw(st.sampled_from("mf"))} for key in keys}
    members = {key: draw(st.sampled_from(RELATED)) for key in keys[1:]}
    members = {"A": "applicant", **members}
    home = {"class": draw(st.sampled_from(("urban", "rural"))), "since": SINCE, "members": members}
    events = [
        {"on": SINCE, "kind": "co_residence", "household": "H", "person": key, "long_term": True}
        for key in keys
        if members[key] not in ("applicant", "spouse", "child") and draw(st.booleans())
    ]
    return {"persons": persons, "households": {"H": home}, "events": events, "runs": []}


# ---- facts ----
def person_facts(who: str) -> st.SearchStrategy[Event]:
    """Any fact about a person, without its day."""

    def of(kind: str, **columns: Any) -> st.SearchStrategy[Event]:
        values = {
            name: value if isinstance(value, st.SearchStrategy) else st.sampled_from(value)
            for name, value in columns.items()
        }
        fixed = {"kind": st.just(kind), "person": st.just(who)}
        return st.fixed_dictionaries({**fixed, **values})

    yes = (True, False)
    return st.one_of(
        of("income", source=("wage", "business_net", "central_base_pension"), monthly=AMOUNTS),
        of("income", source=("pension", "veterans_allowance"), annual=("5399.99", "8400.00")),
        of("deduction", category=("employment_cost", "rigid_expenditure"), monthly=AMOUNTS),
        of(
            "disability",
            type=("vision", "limb", "mental", "intellectual"),
            grade=(1, 2, 3, 4),
        ),
        of("self_care", failed_indicators=(0, 1, 3, 4, 6)),
        of("death"),
        of("custody_status", status=("imprisoned", "declared_missing", "detained", "none")),
        of("schooling", level=("compulsory", "senior_high", "undergraduate", "none")),
        of("illness", listed=yes),
        of("residence", moved_out=yes),
        of("care_mode", mode=("scattered", "institutional")),
        of(
            "other_benefit",
            benefit=("work_injury_nursing", "other_nursing_allowance", "retired_cadre_allowance"),
            monthly=BENEFITS,
        ),
        of("dependent_adult", finding=yes),
        st.builds(_parent, st.just(who), st.sampled_from(("father", "mother")), parents()),
        of("life_certificate", status=("passed",)),
        st.builds(
            lambda month: {
                "kind": "life_certificate",
                "person": who,
                "status": "due",
                "due": day(month, 15).isoformat(),
            },
            st.integers(0, 5),
        ),
    )


def parents() -> st.SearchStrategy[Event]:
    """A parent's status with what it needs beside itself (R-SW-01 to 03)."""
    return st.sampled_from(
        (
            {"status": "dead"},
            {"status": "declared_missing"},
            {"status": "disabled", "disability_type": "limb", "grade": 2},
            {"status": "disabled", "disability_type": "limb", "grade": 3},
            {"status": "disabled", "disability_type": "mental", "grade": 4},
            {"status": "seriously_ill"},
            {"status": "imprisoned", "months": 5},
            {"status": "imprisoned", "months": 6},
            {"status": "lost_contact"},
            {"status": "guardianship_revoked"},
            {"status": "able"},
        )
    )


def _parent(child: str, parent: str, said: Event) -> Event:
    return {"kind": "parent_status", "child": child, "parent": parent, **said}


def household_facts() -> st.SearchStrategy[Event]:
    """Any fact about the household, without its day."""
    home = {"household": "H"}
    return st.one_of(
        st.builds(lambda v: {"kind": "property", **home, "within_limits": v}, st.booleans()),
        st.builds(
            lambda v: {"kind": "household_class", **home, "class": v},
            st.sampled_from(("urban", "rural")),
        ),
        st.builds(
            lambda v: {"kind": "deduction", **home, "category": "rigid_expenditure", "monthly": v},
            st.sampled_from(AMOUNTS),
        ),
    )


UNTIL = {"income": "until", "deduction": "until", "schooling": "until", "other_benefit": "until"}
UNTIL["disability"] = "expires"


@st.composite
def facts(draw: Draw, keys: str, *, first: int = -3, last: int = LAST) -> Event:
    """A fact on a day, known then or later, some of them for a time only."""
    who = draw(st.sampled_from((*keys, "H")))
    fact = dict(draw(household_facts() if who == "H" else person_facts(who)))
    on = draw(days(first, last))
    if fact["kind"] in UNTIL and draw(st.booleans()):
        end = on + dt.timedelta(days=draw(st.sampled_from((0, 20, 45, 91, 200))))
        fact[UNTIL[fact["kind"]]] = end.isoformat()
    return dated(fact, on, draw(late()))


def dated(fact: Event, on: dt.date, days_late: int = 0) -> Event:
    """The fact with its day, and the day it becomes known when that is another."""
    known = min(on + dt.timedelta(days=days_late), max(on, day(LAST, 0)))
    event = {"on": on.isoformat(), **fact}
    return event if known == on else {**event, "known": known.isoformat()}


def owner(event: Event) -> tuple[Any, ...]:
    """What makes two facts of one day contradict each other: only one of them may be drawn."""
    parts = ("kind", "person", "child", "household", "source", "category", "benefit", "parent")
    found = tuple(event.get(part) for part in parts)
    return (*found, event["on"], event.get("status") if event["kind"] == "life_certificate" else 0)


def once(events: list[Event]) -> list[Event]:
    """The first of those that would contradict each other on a day; one death a person."""
    seen: set[Any] = set()
    kept = []
    for event in events:
        mark = ("death", event["person"]) if event["kind"] == "death" else owner(event)
        if mark not in seen:
            seen.add(mark)
            kept.append(event)
    return kept


def written(case: Case) -> str:
    """The story as it would stand in a casebook file."""
    return yaml.safe_dump(case, allow_unicode=True, sort_keys=False, width=100)


def runs_of(months: list[int]) -> list[Any]:
    """A run on the tenth of each of these months."""
    return [month_code(next_month(JANUARY, month)) for month in months]
