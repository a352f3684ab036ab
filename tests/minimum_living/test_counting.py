"""Who of a household counts, and with which incomes, on a day (R-DB-01, 02, 05 to 07)."""

from __future__ import annotations

from typing import Any

import pytest

from apps.households.actions import leave, void
from apps.households.models import Person
from apps.minimum_living.evidence import Evidence, Seen
from tests.builders import award, date, fact, household, month, person

pytestmark = pytest.mark.django_db

AS_OF = "2024-06-15"


def seen(who: Person, relationship: str = "child", as_of: str = AS_OF) -> Seen:
    """``who`` in the household of another applicant, as the picture of a day shows them."""
    home = household((person("户主", "1960-01-01"), "applicant"), (who, relationship))
    picture = Evidence(home.pk).picture(date(as_of), month("2024-07"))
    return next(m for m in picture.members if m.person == who.pk)


def grown(born: str = "2000-02-02") -> Person:
    return person("子女", born)


def test_applicant_spouse_and_minor_child_count() -> None:
    a, b, c = person(), person("配偶", "1985-01-01"), person("孩子", "2006-06-16")
    home = household((a, "applicant"), (b, "spouse"), (c, "child"))
    picture = Evidence(home.pk).picture(date(AS_OF), month("2024-07"))
    assert [m.why_not for m in picture.members] == ["", "", ""]


def test_a_child_of_eighteen_on_the_day_is_an_adult() -> None:
    assert seen(grown("2006-06-15")).why_not == "adult_child"


@pytest.mark.parametrize(
    ("level", "until", "counts"),
    [
        ("undergraduate", None, True),
        ("junior_college", "2024-06-01", True),  # the month of the last day still counts
        ("undergraduate", "2024-05-31", False),
        ("postgraduate", None, False),
        ("none", None, False),
    ],
)
def test_an_adult_child_at_school(level: str, until: str | None, counts: bool) -> None:
    who = grown()
    fact("schooling", who, "2023-09-01", code=level, until=date(until) if until else None)
    assert (seen(who).why_not == "") is counts


def test_the_newest_schooling_holds() -> None:
    who = grown()
    fact("schooling", who, "2023-09-01", code="undergraduate")
    fact("schooling", who, "2024-03-01", code="none")
    assert seen(who).why_not == "adult_child"


def test_a_dependent_adult_counts_until_found_otherwise() -> None:
    who = grown()
    fact("dependent_adult", who, "2023-09-01", flag=True)
    assert seen(who, as_of="2024-01-01").why_not == ""


def test_a_finding_that_ends() -> None:
    who = grown()
    fact("dependent_adult", who, "2023-09-01", flag=True)
    fact("dependent_adult", who, "2024-02-01", flag=False)
    assert seen(who).why_not == "adult_child"


@pytest.mark.parametrize(
    "relationship", ["parent", "grandparent", "grandchild", "sibling", "other"]
)
def test_others_count_only_living_together(relationship: str) -> None:
    who = person("亲属", "2015-01-01" if relationship == "grandchild" else "1950-01-01")
    home = household((person("户主", "1980-01-01"), "applicant"), (who, relationship))
    evidence = Evidence(home.pk)
    found = evidence.picture(date(AS_OF), month("2024-07")).members
    assert [m.why_not for m in found if m.person == who.pk] == ["not_co_resident"]
    fact("co_residence", who, "2024-01-01", household_id=home.pk, flag=True)
    found = Evidence(home.pk).picture(date(AS_OF), month("2024-07")).members
    assert [m.why_not for m in found if m.person == who.pk] == [""]


def test_living_together_elsewhere_does_not_count() -> None:
    who = person("祖母", "1950-01-01")
    elsewhere = household()
    fact("co_residence", who, "2024-01-01", household_id=elsewhere.pk, flag=True)
    assert seen(who, "grandparent").why_not == "not_co_resident"


@pytest.mark.parametrize(
    ("status", "why_not"),
    [
        ("imprisoned", "imprisoned"),
        ("compulsory_rehabilitation", "compulsory_rehabilitation"),
        ("declared_missing", "declared_missing"),
        ("detained", ""),
        ("community_correction", ""),
    ],
)
def test_custody(status: str, why_not: str) -> None:
    who = person("配偶", "1980-01-01")
    fact("custody", who, "2024-02-01", code=status)
    assert seen(who, "spouse").why_not == why_not


def test_released_counts_again() -> None:
    who = person("配偶", "1980-01-01")
    fact("custody", who, "2024-02-01", code="imprisoned")
    fact("custody", who, "2024-05-01", code="none")
    assert seen(who, "spouse").why_not == ""


@pytest.mark.parametrize(("since", "why_not"), [("2021-06-15", "religious"), ("2021-06-16", "")])
def test_three_full_years_in_a_temple(since: str, why_not: str) -> None:
    who = person("配偶", "1980-01-01")
    fact("religious", who, since, day=date(since))
    assert seen(who, "spouse").why_not == why_not


def test_the_dead_are_out() -> None:
    who = person("配偶", "1980-01-01")
    fact("death", who, AS_OF)
    assert seen(who, "spouse").why_not == "dead"


def test_what_is_recorded_as_an_error_is_not_known() -> None:
    who = person("配偶", "1980-01-01")
    wrong = fact("custody", who, "2024-02-01", code="imprisoned")
    void(wrong.pk, on=date("2024-03-01"), by=None, reason="登记错人")
    assert seen(who, "spouse").why_not == ""


@pytest.mark.parametrize("programme", ["destitute_basic", "orphan_allowance", "minimum_living"])
def test_whoever_has_an_award_of_their_own_is_out(programme: str) -> None:
    who = person("成员", "2012-01-01")
    home = household((person("户主", "1980-01-01"), "applicant"), (who, "child"))
    award(programme, home, who, on="2024-05-05")
    found = Evidence(home.pk).picture(date(AS_OF), month("2024-06")).members
    why = {"minimum_living": "single_entry"}.get(programme, programme)
    assert [m.why_not for m in found if m.person == who.pk] == [why]
    found = Evidence(home.pk).picture(date(AS_OF), month("2024-05")).members
    assert [m.why_not for m in found if m.person == who.pk] == [""]


def test_who_has_left_is_not_seen() -> None:
    a, b = person(), person("配偶", "1985-01-01")
    home = household((a, "applicant"), (b, "spouse"))
    leave(
        household_id=home.pk,
        person_id=b.pk,
        on=date("2024-06-01"),
        recorded_on=date("2024-06-20"),
        by=None,
    )
    evidence = Evidence(home.pk)
    assert len(evidence.picture(date("2024-05-31"), month("2024-06")).members) == 2
    assert len(evidence.picture(date("2024-06-01"), month("2024-06")).members) == 1


# ---- Incomes and deductions -------------------------------------------------------------------


def income(who: Person, code: str, yuan: int, on: str = "2024-01-01", **more: Any) -> None:
    fact("income", who, on, code=code, amount_fen=yuan * 100, per=more.pop("per", "month"), **more)


def test_incomes_are_split_and_yearly() -> None:
    who = person()
    income(who, "wage", 100)
    income(who, "business_net", 6000, per="year")
    income(who, "property_rent", 50)
    income(who, "central_base_pension", 123)
    income(who, "veterans_allowance", 900)
    income(who, "social_relief", 900)
    found = seen(who, "spouse")
    assert (found.wage, found.base_pension, found.other) == (120_000, 147_600, 660_000)


def test_a_newer_income_of_a_source_replaces_the_older() -> None:
    who = person()
    income(who, "wage", 500)
    income(who, "business_net", 10)
    income(who, "wage", 0, on="2024-03-01")
    income(who, "business_net", 700, on="2024-03-01")
    found = seen(who, "spouse")
    assert (found.wage, found.other) == (0, 840_000)


def test_the_last_day_of_an_income_is_in_force() -> None:
    who = person()
    income(who, "wage", 500, until=date(AS_OF))
    assert seen(who, "spouse").wage == 600_000
    other = person()
    income(other, "wage", 500, until=date("2024-06-14"))
    assert seen(other, "spouse").wage == 0


def test_of_two_facts_of_one_day_the_later_recorded_holds() -> None:
    who = person()
    income(who, "wage", 500, on="2024-03-01")
    income(who, "wage", 400, on="2024-03-01")
    assert seen(who, "spouse").wage == 480_000


def test_deductions_of_household_and_person() -> None:
    who = person()
    home = household((who, "applicant"))
    for owner in (who, home):
        fact(
            "deduction",
            owner,
            "2024-01-01",
            code="rigid_expenditure",
            amount_fen=10_000,
            per="month",
        )
    fact("deduction", home, "2024-02-01", code="employment_cost", amount_fen=5_000, per="month")
    fact("deduction", home, "2024-03-01", code="rigid_expenditure", amount_fen=200, per="month")
    picture = Evidence(home.pk).picture(date(AS_OF), month("2024-07"))
    assert picture.household_deduction == 12 * 5_200
    assert picture.members[0].deduction == 120_000
    assert picture.facts().deductions == 120_000 + 62_400


def test_a_single_entry_sees_one_person_and_no_deduction_of_the_household() -> None:
    a, b = person(), person("配偶", "1985-01-01")
    home = household((a, "applicant"), (b, "spouse"), zone="rural")
    fact("deduction", home, code="rigid_expenditure", amount_fen=10_000, per="month")
    fact("religious", b, "2020-01-01", day=date("2020-01-01"))
    income(b, "wage", 10)
    picture = Evidence(home.pk, b.pk).picture(date(AS_OF), month("2024-07"))
    assert [m.person for m in picture.members] == [b.pk]
    assert picture.facts()[1:7] == (2, 1, 12_000, 0, 0, 0)


def test_the_zone_and_grade_are_the_newest() -> None:
    home = household(zone="rural")
    fact("zone", home, "2024-06-11", code="urban")
    fact("grade", home, "2024-02-01", code="B")
    evidence = Evidence(home.pk)
    assert evidence.picture(date("2024-06-10"), month("2024-07")).zone == "rural"
    assert evidence.picture(date("2024-06-11"), month("2024-07")).zone == "urban"
    assert evidence.picture(date("2022-06-11"), month("2024-07")).zone == "rural"
    assert evidence.picture(date(AS_OF), month("2024-07")).facts().grade == 2
