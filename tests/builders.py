"""Small words for tests; everything is made by the real actions, on 5 June 2024 unless told."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from apps.casework import actions as casework
from apps.casework.models import Application, Entitlement
from apps.households import actions as households
from apps.households.models import Fact, Household, Person
from apps.offices.actions import appoint
from apps.offices.models import Role, Staff
from apps.standards import actions as standards
from apps.units.months import Month, parse_month

VILLAGE = "430482100001"
COUNTY = "430482"
BEGAN = dt.date(2023, 1, 1)
_numbers = count(1)


def month(text: str) -> Month:
    """``month("2024-06")``."""
    return parse_month(text)


def date(text: str) -> dt.date:
    """``date("2024-06-05")``."""
    return dt.date.fromisoformat(text)


def staff(role: Role = Role.COUNTY_CLERK, division: str = COUNTY) -> Staff:
    """A post; another one at each call."""
    return appoint(name=f"{role.label}{next(_numbers)}", role=role, division=division)


def person(name: str = "张三", born: str = "1980-05-05", **more: Any) -> Person:
    """Someone."""
    return households.new_person(
        name=name, born=date(born), by=None, recorded_on=more.pop("recorded_on", BEGAN), **more
    )


def household(
    *members: tuple[Person, str],
    zone: str = "urban",
    since: str = "2023-01-01",
    division: str = VILLAGE,
) -> Household:
    """A household of these members; of 张三 alone when none are named."""
    return households.form_household(
        division=division,
        zone=zone,
        since=date(since),
        members=members or ((person(), "applicant"),),
        by=None,
        recorded_on=date(since),
    )


def fact(kind: str, owner: Person | Household, on: str = "2024-01-01", **columns: Any) -> Fact:
    """A fact about a person or a household, recorded on the day unless ``known`` says when."""
    known = date(columns.pop("known", on))
    key = "person_id" if isinstance(owner, Person) else "household_id"
    columns.setdefault(key, owner.pk)
    return households.record(kind, on=date(on), recorded_on=known, by=None, **columns)


def application(
    programme: str, home: Household, who: Person | None = None, on: str = "2024-05-05", **more: Any
) -> Application:
    """A submitted application, prepared by a fresh county clerk."""
    return casework.apply(
        programme,
        household_id=home.pk,
        person_id=who.pk if who else None,
        on=date(on),
        by=staff(Role.COUNTY_CLERK),
        **more,
    )


def from_paper() -> None:
    """补录 in every month: a decision may be entered without the steps that led to it."""
    standards.replace_all(
        "casework.back_entry", [(month("2000-01"), True)], recorded_on=BEGAN, by=None
    )


def award(
    programme: str,
    home: Household,
    who: Person | None = None,
    on: str = "2024-05-05",
    decided: str | None = None,
    **terms: Any,
) -> Entitlement:
    """A confirmed award, applied for ``on`` and decided that day unless told otherwise."""
    asked = application(programme, home, who, on)
    decision = casework.confirm(
        asked.pk,
        on=date(decided or on),
        by=staff(Role.COUNTY_SUPERVISOR),
        terms=casework.Terms(**terms),
    )
    assert decision.entitlement is not None
    return decision.entitlement
