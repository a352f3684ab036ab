"""Months of an award through the database: determination, death, other awards, raises."""

from __future__ import annotations

import pytest

from apps.casework.engine import calculate
from apps.casework.outcome import Verdict
from apps.minimum_living.models import Determination
from apps.standards.models import current_book
from tests.builders import award, fact, household, month
from tests.minimum_living.stories import (
    adopt,
    again,
    awarded,
    earns,
    family,
    owed,
    periods,
    result,
    said,
)

pytestmark = pytest.mark.django_db


def test_from_the_month_after_the_decision() -> None:
    home, people = family()
    earns(people[0], 800)
    awarded(home, decided="2024-03-29")
    assert owed(home, "2024-03") == 0
    assert owed(home, "2024-04") == 55_000


def test_the_exact_fraction_is_rounded_once() -> None:
    home, people = family()
    earns(people[0], 2180, per="year", code="business_net")
    awarded(home)
    assert owed(home, "2024-06") == 116_833


def test_an_urban_single_person_gets_the_full_standard() -> None:
    home = household(zone="urban")
    awarded(home)
    assert owed(home, "2024-06") == 70_000


def test_a_fact_without_a_determination_changes_nothing() -> None:
    """R-DB-12."""
    home, people = family()
    earns(people[0], 800)
    awarded(home)
    earns(people[1], 500, on="2024-02-01")
    assert owed(home, "2024-06") == 55_000


def test_the_standard_of_the_month_as_known_now() -> None:
    """C022: a raise adopted later re-prices the months (CV-09)."""
    home, people = family()
    earns(people[0], 6000, per="year", code="business_net")
    awarded(home)
    assert owed(home, "2024-01") == 85_000
    adopt("minimum_living.rural_annual", "6000.00", since="2024-02")
    assert owed(home, "2024-01") == 85_000
    assert owed(home, "2024-02") == 100_000


def test_income_above_the_standard_pays_nothing_but_the_award_stands() -> None:
    home, people = family()
    earns(people[0], 5000)
    awarded(home)
    found = result(home, "2024-06")
    assert (found.outcome.fen, found.outcome.verdict) == (0, Verdict.NOTHING)
    assert found.outcome.why == "income_not_below_standard"
    assert "不低于保障标准" in said(home, "2024-06")[-1]


def test_a_dead_member_is_out_from_the_next_month_with_income_and_deduction() -> None:
    """CV-08: the month of death in full, from the next month without the person."""
    home, people = family()
    earns(people[0], 600)
    earns(people[1], 300)
    fact(
        "deduction",
        people[1],
        "2023-11-01",
        code="rigid_expenditure",
        amount_fen=10_000,
        per="month",
    )
    awarded(home)
    assert owed(home, "2024-06") == 135_000 - 90_000 + 10_000
    fact("death", people[1], "2024-06-10", known="2024-09-17")
    assert owed(home, "2024-06") == 55_000
    assert owed(home, "2024-07") == 90_000 - 60_000
    assert set(result(home, "2024-07").case.persons) == {people[0].pk, people[2].pk}


def test_nothing_after_everybody_has_died() -> None:
    home = household(zone="rural")
    awarded(home)
    who = home.members.get().person
    fact("death", who, "2024-03-05", known="2024-07-20")
    assert owed(home, "2024-03") == 45_000
    found = result(home, "2024-04")
    assert (found.outcome.fen, found.outcome.verdict) == (0, Verdict.NOTHING)
    assert "均已死亡" in said(home, "2024-04")[-1]


@pytest.mark.parametrize("programme", ["destitute_basic", "orphan_allowance"])
def test_a_member_cared_for_elsewhere_is_out_without_a_determination(programme: str) -> None:
    home, people = family()
    earns(people[0], 600)
    child = people[2]
    for parent in ("father", "mother"):  # so that the orphan award has something to give
        fact("parent", child, "2023-01-01", part=parent, code="dead")
    awarded(home)
    award(programme, home, child, on="2024-05-05")
    assert owed(home, "2024-05") == 75_000
    assert owed(home, "2024-06", programme, child) > 0
    assert owed(home, "2024-06") == 30_000
    assert len(result(home, "2024-06").case.persons) == 2


def test_an_award_without_a_determination_is_held() -> None:
    home, _ = family()
    mine = awarded(home)
    Determination.objects.filter(entitlement=mine).update(period=(month("2025-01"), None))
    found = result(home, "2024-06")
    assert found.outcome.verdict is Verdict.HELD
    assert "没有核定结果" in said(home, "2024-06")[0]


def test_a_missing_standard_holds_the_month() -> None:
    home, people = family()
    earns(people[0], 800)
    awarded(home)
    adopt("minimum_living.rural_annual", None, since="2024-06")
    assert result(home, "2024-06").outcome.verdict is Verdict.HELD


def test_the_base_pension_counts_after_the_last_exempt_month() -> None:
    home, people = family(size=2)
    earns(people[0], 123, code="central_base_pension")
    earns(people[1], 10, code="resident_pension_other")
    awarded(home)
    assert owed(home, "2025-12") == 90_000 - 1_000
    assert owed(home, "2026-01") == 90_000 - 1_000 - 12_300


def test_the_class_changes_with_the_next_determination() -> None:
    """C038: R-DB-27; the budget line follows."""
    home, people = family(size=2)
    earns(people[0], 200)
    mine = awarded(home)
    fact("zone", home, "2024-06-11", code="urban")
    again(mine, "2024-06-15")
    assert owed(home, "2024-06") == 70_000
    assert owed(home, "2024-07") == 120_000
    june, july = result(home, "2024-06"), result(home, "2024-07")
    assert june.card.budget_of(june.case.facts) == "2081902"
    assert july.card.budget_of(july.case.facts) == "2081901"


def test_by_grade_needs_a_grade() -> None:
    home, _ = family()
    mine = awarded(home)
    adopt("minimum_living.mode", "grade", since="2024-01")
    adopt("minimum_living.grade_amounts", {"rural_B": "320.00"}, since="2024-01")
    assert result(home, "2024-06").outcome.verdict is Verdict.HELD
    fact("grade", home, "2024-06-05", code="B")
    again(mine, "2024-06-05")
    assert owed(home, "2024-07") == 96_000


def test_the_working_is_said_in_the_order_of_the_law() -> None:
    home, people = family()
    earns(people[0], 800)
    earns(people[1], 123, code="central_base_pension")
    earns(people[2], 100, code="child_support")
    fact("deduction", home, "2023-11-20", code="rigid_expenditure", amount_fen=400_00, per="month")
    awarded(home)
    assert [words[:5] for words in said(home, "2024-06")] == [
        "农村低保标",
        "计入保障人",
        "工资性收入",
        "中央确定的",
        "其他计入收",
        "减 核定的",
        "全年计入收",
        "人均月收入",
        "补差 =（",
        "月保障金",
    ]


def test_one_row_holds_per_month() -> None:
    home, _ = family()
    mine = awarded(home)
    again(mine, "2024-03-15")
    again(mine, "2024-03-20")
    assert periods(mine) == ["2024-01..2024-04", "2024-04.."]


def test_a_single_entry_uses_own_income_and_the_class_of_the_household() -> None:
    home, people = family()
    earns(people[0], 9000)
    earns(people[1], 100)
    awarded(home, people[1])
    assert owed(home, "2024-06", who=people[1]) == 35_000
    assert owed(home, "2024-06") == 0
    fact("death", people[1], "2024-07-01")
    assert owed(home, "2024-08", who=people[1]) == 0


def test_two_households_do_not_mix() -> None:
    one, people = family()
    two, others = family()
    earns(people[0], 800)
    earns(others[0], 400)
    awarded(one)
    awarded(two)
    assert (owed(one, "2024-06"), owed(two, "2024-06")) == (55_000, 95_000)


def test_everybody_at_once_is_the_same_as_one_by_one() -> None:
    homes = []
    for yuan in (800, 400, 0):
        home, people = family()
        earns(people[0], yuan)
        awarded(home)
        homes.append(home)
    fact("death", people[1], "2024-05-10")
    found = {
        r.case.subject: r.outcome.fen
        for r in calculate(month("2024-06"), book=current_book())
        if r.card.code == "minimum_living"
    }
    assert found == {-home.pk: owed(home, "2024-06") for home in homes}
