"""儿童的故事: two orphans who turn 18, and a child whose family comes into minimum living."""

from __future__ import annotations

import datetime as dt

from apps.households.models import Household, Person
from seeds.desk import Desk, Story


def _orphan(desk: Desk, name: str, born: str) -> tuple[Household, Person, int]:
    """A child whose parents are dead, with a grandmother; the award."""
    grandmother = desk.person("吴冬娥", "f", "1953-08-12")
    child = desk.person(name, "m", born)
    home = desk.household("rural", (grandmother, "applicant"), (child, "grandchild"))
    desk.fact("parent", child, "2019-02-03", part="father", code="dead")
    desk.fact("parent", child, "2021-07-15", part="mother", code="dead")
    desk.fact("care_mode", child, code="scattered")
    return home, child, desk.grant("orphan_allowance", home, child)


def stays_at_school(desk: Desk) -> Story:
    """吴子轩: turns 18 in May and goes on at senior high school, so the allowance goes on."""
    yield dt.date(2023, 2, 21)
    _, child, _ = _orphan(desk, "吴子轩", "2006-05-20")
    yield dt.date(2024, 4, 29)
    desk.fact("schooling", child, "2022-09-01", code="senior_high", until=dt.date(2025, 6, 30))


def leaves_school(desk: Desk) -> Story:
    """吴浩: turns 18 in August and goes to work; August is the last month (R-GE-04)."""
    yield dt.date(2023, 2, 22)
    _, _, award = _orphan(desk, "吴浩", "2006-08-15")
    yield dt.date(2024, 8, 26)
    desk.stop(award, "condition_ended")


def joins_minimum_living(desk: Desk) -> Story:
    """赵雨桐: paid in full until June, then what minimum living leaves open (R-SW-06)."""
    yield dt.date(2023, 4, 18)
    grandmother = desk.person("赵云秀", "f", "1955-09-01")
    child = desk.person("赵雨桐", "f", "2015-03-27")
    home = desk.household("rural", (grandmother, "applicant"), (child, "grandchild"))
    desk.fact("parent", child, "2022-01-10", part="father", code="imprisoned", number=96)
    desk.fact("parent", child, "2020-06-05", part="mother", code="lost_contact")
    desk.fact("care_mode", child, code="scattered")
    desk.account(child, grandmother, "guardian")
    desk.grant("unattended_child_allowance", home, child)
    yield dt.date(2024, 5, 7)
    desk.fact("co_residence", child, household_id=home.pk, flag=True)
    desk.earns(grandmother, "resident_pension_other", 150)
    asked = desk.apply("minimum_living", home)
    yield dt.date(2024, 5, 28)
    desk.decide(asked)
