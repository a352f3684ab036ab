"""A grandmother with two children whose parents are away, and the posts that look after them."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pytest

from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.registers import actions
from apps.registers.models import ChildFile
from tests import builders

HERE, FAR = "430482001200", "430482101200"  # 禄福村, 小柏村


@pytest.fixture
def day() -> dt.date:
    """The clock of every test stands at this day."""
    return dt.date(2024, 7, 10)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock: it is set."""


@pytest.fixture
def township(db: None) -> Staff:
    """乡镇经办 of the first village's township."""
    return builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])


@pytest.fixture
def helper(db: None) -> Staff:
    """村级协理员 of the first village."""
    return builders.staff(Role.VILLAGE_HELPER, HERE)


class Family(NamedTuple):
    """A grandmother and a child."""

    home: Household
    elder: Person
    child: Person


def family(name: str = "刘小芳", *, born: str = "2015-03-02", division: str = HERE) -> Family:
    """A child with its grandmother."""
    elder = builders.person("周桂英", "1955-02-01")
    child = builders.person(name, born)
    home = builders.household(
        (elder, "applicant"), (child, "grandchild"), division=division, zone="rural"
    )
    return Family(home, elder, child)


def opened(
    one: Family, by: Staff, on: str = "2024-02-01", register: str = "left_behind", **more: str
) -> ChildFile:
    """A file of the family's child."""
    ground = "both_away" if register == "left_behind" else "poverty"
    asked = {"ground": ground, "level": "ordinary", **more}
    return actions.open_file(
        household_id=one.home.pk,
        person_id=one.child.pk,
        register=register,
        on=builders.date(on),
        by=by,
        **asked,
    )


def visited(file: ChildFile, by: Staff, on: str = "2024-05-01", **more: str) -> None:
    """A visit at which all is well unless told otherwise."""
    seen = {"way": "home", "care": "good", "school": "attending", "note": "与祖母同住", **more}
    actions.visit(file.pk, on=builders.date(on), today=dt.date(2024, 7, 10), by=by, **seen)
