"""成员: who lived where, from day to day, as known."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.households import actions
from apps.households.actions import BadFact
from apps.households.models import Household, Member, Person
from apps.households.profile import profile, village_name
from apps.offices.models import Change
from tests.builders import date, household, month, person

pytestmark = pytest.mark.django_db


def stays(who: Person) -> list[tuple[str, str | None]]:
    """The known stays of a person, as dates."""
    rows = Member.objects.known_now().filter(person=who).order_by("period")
    return [
        (str(row.period.lower), str(row.period.upper) if row.period.upper else None) for row in rows
    ]


def admit(home: Household, who: Person, on: str, known: str, relationship: str = "child") -> None:
    actions.admit(
        household_id=home.pk,
        person_id=who.pk,
        relationship=relationship,
        on=date(on),
        recorded_on=date(known),
        by=None,
    )


def leave(home: Household, who: Person, on: str, known: str) -> None:
    actions.leave(
        household_id=home.pk, person_id=who.pk, on=date(on), recorded_on=date(known), by=None
    )


def test_a_member_leaves_and_the_past_stays_as_it_was_known() -> None:
    son = person("张小明", born="2010-03-03")
    home = household((person(), "applicant"), (son, "child"))

    leave(home, son, "2024-03-10", known="2024-04-02")

    assert stays(son) == [("2023-01-01", "2024-03-10")]
    then = Member.objects.known_on(date("2024-04-01")).get(person=son)
    assert then.period.upper is None  # on 1 April nobody knew yet
    assert Member.objects.filter(person=son).count() == 2


def test_a_stay_known_too_late_is_corrected_by_voiding_and_adding() -> None:
    home, son = household(), person("张小明", born="2010-03-03")
    admit(home, son, "2024-05-01", known="2024-05-06")
    admit(home, son, "2024-02-01", known="2024-06-03")

    assert stays(son) == [("2024-02-01", None)]
    assert Member.objects.known_on(date("2024-05-31")).get(person=son).period.lower == date(
        "2024-05-01"
    )


def test_a_relationship_changes_from_a_day_on() -> None:
    home, friend = household(), person("李四")
    admit(home, friend, "2024-01-10", known="2024-01-10", relationship="other")
    admit(home, friend, "2024-05-01", known="2024-05-01", relationship="spouse")

    rows = Member.objects.known_now().filter(person=friend).order_by("period")
    assert [(row.relationship, str(row.period.lower)) for row in rows] == [
        ("other", "2024-01-10"),
        ("spouse", "2024-05-01"),
    ]


def test_nobody_lives_in_two_households() -> None:
    son = person("张小明", born="2010-03-03")
    first = household((person(), "applicant"), (son, "child"))
    second = household(
        (person("李四"), "applicant"),
    )

    with pytest.raises(BadFact, match=first.number):
        admit(second, son, "2024-05-01", known="2024-05-01")
    with pytest.raises(IntegrityError, match="one_household_at_a_time"), transaction.atomic():
        Member.objects.create(
            person=son,
            household=second,
            relationship="child",
            period=DateRange(date("2024-05-01"), None),
            recorded_on=date("2024-05-01"),
        )

    leave(first, son, "2024-05-01", known="2024-05-01")
    admit(second, son, "2024-05-01", known="2024-05-01")
    assert stays(son) == [("2023-01-01", "2024-05-01"), ("2024-05-01", None)]


def test_who_is_not_a_member_cannot_leave() -> None:
    with pytest.raises(BadFact, match="不是该户成员"):
        leave(household(), person("李四"), "2024-05-01", known="2024-05-01")


def test_a_change_of_members_names_the_month_from_which_amounts_may_differ() -> None:
    home, son = household(), person("张小明", born="2010-03-03")
    admit(home, son, "2024-02-15", known="2024-06-03")
    change = Change.objects.latest("pk")
    assert (change.household_id, change.person_id) == (home.pk, son.pk)
    assert change.from_month == month("2024-02")


def test_a_household_has_one_applicant() -> None:
    with pytest.raises(BadFact, match="一名申请人"):
        household((person(), "child"))


def test_a_household_number_is_made_when_none_is_given() -> None:
    home = household()
    assert home.number == f"{home.division}{home.pk:08d}"


def test_an_address_names_its_village_once() -> None:
    home = household()
    village = village_name(home.division)
    for kept, shown in (("三组", f"{village} 三组"), (f"{village}三组", f"{village}三组")):
        home.address = kept
        assert profile(home, date("2024-06-01")).address == shown
