"""低保、单人户、低保边缘、刚性支出: what decide() answers and why (R-DB-03, 09, R-BY, R-GX)."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.actions import Refused
from apps.casework.models import Decision, Entitlement
from apps.households.models import Household, Person
from apps.minimum_living.examine import valid_to
from apps.standards.book import Book
from tests.builders import award, date, fact, from_paper, month
from tests.minimum_living.stories import (
    adopt,
    awarded,
    decide,
    earns,
    family,
    owed,
)

pytestmark = pytest.mark.django_db


def outcome(decision: Decision) -> tuple[str, str]:
    return decision.kind, decision.reason


def finding(decision: Decision, code: str) -> Any:
    return next(passed for found, passed, _ in decision.findings if found == code)


def test_equality_is_not_below_but_on_the_edge() -> None:
    """C005."""
    home, people = family(zone="urban", size=2)
    earns(people[0], 1400)
    fact("property", home, "2024-05-06", flag=True)
    refused = decide("minimum_living", home, None, "2024-05-30")
    assert outcome(refused) == ("reject", "income_not_below_standard")
    edge = decide("marginal_household", home, None, "2024-05-31")
    assert outcome(edge) == ("confirm", "")
    assert edge.entitlement is not None
    assert edge.entitlement.period.lower == month("2024-05")
    assert owed(home, "2024-06") == 0


def test_below_the_standard_is_confirmed_and_frozen() -> None:
    home, people = family()
    earns(people[0], 800)
    decision = decide("minimum_living", home, None, "2023-12-15")
    assert outcome(decision) == ("confirm", "")
    assert finding(decision, "property_over_limit") is None  # nothing recorded: the officer
    assert owed(home, "2024-06") == 55_000


def test_property_over_the_limits() -> None:
    home, _ = family()
    fact("property", home, "2024-05-06", flag=True)
    fact("property", home, "2024-05-07", flag=False)
    decision = decide("minimum_living", home, None, "2024-05-30")
    assert outcome(decision) == ("reject", "property_over_limit")


def test_the_standard_of_the_month_of_the_decision() -> None:
    home, people = family(zone="urban", size=1)
    earns(people[0], 680)
    assert decide("minimum_living", home, None, "2023-12-15").kind == "reject"
    assert decide("minimum_living", home, None, "2024-01-15").kind == "confirm"


def test_a_missing_standard_holds_the_decision() -> None:
    home, _ = family()
    adopt("minimum_living.rural_annual", None, since="2024-05")
    with pytest.raises(Refused, match="待补"):
        decide("minimum_living", home, None, "2024-05-30")


def test_members_are_named_with_the_reason() -> None:
    home, people = family()
    fact("custody", people[1], "2024-01-01", code="imprisoned")
    words = decide("minimum_living", home, None, "2024-05-30").findings[0][2]
    assert "成员0" in words
    assert "成员1不计入（在监狱服刑）" in words


def test_nobody_counted_is_refused() -> None:
    home, people = family(size=1)
    fact("custody", people[0], "2024-01-01", code="imprisoned")
    assert outcome(decide("minimum_living", home, None, "2024-05-30")) == ("reject", "members")


# ---- 单人户 -----------------------------------------------------------------------------------


def marginal(yuan: int = 1600) -> tuple[Household, list[Person]]:
    """A rural family on the edge since December 2023 (1.0 to 1.5 times 416.67 × 3)."""
    home, people = family()
    earns(people[0], yuan)
    assert decide("marginal_household", home, None, "2023-12-14").kind == "confirm"
    return home, people


@pytest.mark.parametrize(
    ("kind", "grade", "expires", "passes"),
    [
        ("limb", 2, None, True),
        ("limb", 3, None, False),
        ("mental", 3, None, True),
        ("intellectual", 3, None, True),
        ("mental", 4, None, False),
        ("limb", 1, "2023-12-28", False),
        ("limb", 1, "2023-12-29", True),
    ],
)
def test_severe_disability_on_the_edge(
    kind: str, grade: int, expires: str | None, passes: bool
) -> None:
    home, people = marginal()
    until = date(expires) if expires else None
    fact("disability", people[1], "2020-06-01", code=kind, number=grade, until=until)
    decision = decide(
        "minimum_living", home, people[1], "2023-12-29", basis="edge_severe_disability"
    )
    assert outcome(decision) == (
        ("confirm", "") if passes else ("reject", "single_entry_conditions")
    )
    assert (owed(home, "2024-06", who=people[1]) == 45_000) is passes


def test_in_the_month_of_issue_the_older_certificate_counts_too() -> None:
    home, people = marginal()
    fact("disability", people[1], "2020-06-01", code="limb", number=2)
    fact("disability", people[1], "2023-12-20", code="limb", number=4)
    basis = "edge_severe_disability"
    assert decide("minimum_living", home, people[1], "2023-12-29", basis).kind == "confirm"


def test_serious_illness_needs_the_edge() -> None:
    """C017."""
    home, people = family()
    earns(people[0], 2100)
    fact("illness", people[1], "2023-12-20", flag=True)
    edge = decide("marginal_household", home, None, "2024-05-27")
    assert outcome(edge) == ("reject", "income_not_below_edge")
    single = decide("minimum_living", home, people[1], "2024-05-28", "edge_serious_illness")
    assert outcome(single) == ("reject", "single_entry_conditions")


def test_serious_illness_on_the_edge() -> None:
    home, people = marginal()
    fact("illness", people[1], "2023-12-20", flag=True)
    single = decide("minimum_living", home, people[1], "2023-12-28", "edge_serious_illness")
    assert outcome(single) == ("confirm", "")


@pytest.mark.parametrize(
    ("who", "grade", "income", "passes"),
    [
        (1, 2, None, True),
        (1, 3, None, False),
        (2, 2, None, False),  # a child
        (1, 1, "wage", False),
        (1, 1, "business_net", False),
        (1, 1, "child_support", True),
    ],
)
def test_adult_without_work(who: int, grade: int, income: str | None, passes: bool) -> None:
    home, people = family()
    earns(people[0], 9000)
    fact("disability", people[who], "2020-06-01", code="limb", number=grade)
    if income:
        earns(people[who], 100, code=income)
    decision = decide("minimum_living", home, people[who], "2024-05-28", "adult_unemployed_severe")
    assert (decision.kind == "confirm") is passes


def test_religious_staff() -> None:
    home, people = family()
    fact("religious", people[1], "2021-05-28", day=date("2021-05-28"))
    basis = "religious_staff"
    assert decide("minimum_living", home, people[1], "2024-05-27", basis).kind == "reject"
    assert decide("minimum_living", home, people[1], "2024-05-28", basis).kind == "confirm"
    assert owed(home, "2024-06", who=people[1]) == 45_000


def test_the_own_income_must_be_below_the_standard() -> None:
    home, people = marginal()
    fact("illness", people[1], "2023-12-20", flag=True)
    earns(people[1], 420, code="pension")
    single = decide("minimum_living", home, people[1], "2023-12-28", "edge_serious_illness")
    assert outcome(single) == ("reject", "income_not_below_standard")


def test_without_a_basis_any_of_them_will_do() -> None:
    home, people = marginal()
    assert decide("minimum_living", home, people[1], "2023-12-28").kind == "reject"
    fact("illness", people[1], "2023-12-20", flag=True)
    assert decide("minimum_living", home, people[1], "2023-12-29").kind == "confirm"


def test_nobody_is_counted_twice() -> None:
    home, people = family()
    awarded(home)
    fact("disability", people[1], "2020-06-01", code="limb", number=1)
    single = decide("minimum_living", home, people[1], "2024-05-28", "adult_unemployed_severe")
    assert outcome(single) == ("reject", "already_counted")


# ---- 低保边缘 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yearly", "reason"),
    [
        (16_199, "income_below_standard"),
        (16_200, ""),
        (24_299, ""),
        (24_300, "income_not_below_edge"),
    ],
)
def test_the_edge_is_from_the_standard_to_below_its_multiple(yearly: int, reason: str) -> None:
    home, people = family()
    earns(people[0], yearly, per="year", code="business_net")
    assert decide("marginal_household", home, None, "2024-05-27").reason == reason


def test_property_fails_the_edge() -> None:
    home, people = family()
    earns(people[0], 1600)
    fact("property", home, "2024-05-06", flag=False)
    edge = decide("marginal_household", home, None, "2024-05-27")
    assert outcome(edge) == ("reject", "property_over_limit")


# ---- 刚性支出困难家庭 ---------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def decided_on_paper(db: None) -> None:
    """The rules are asked here, not the steps before the decision."""
    from_paper()


def spending(medical: int, education: int, income: int = 60_000) -> tuple[Household, list[Person]]:
    home, people = family(zone="urban")
    earns(people[0], income, per="year")
    fact("property", home, "2025-02-17", flag=True)
    for code, yuan in (("medical", medical), ("education", education)):
        fact("expenditure", home, "2025-02-17", code=code, amount_fen=yuan * 100, per="year")
    return home, people


def rigid(home: Household, on: str = "2025-03-10") -> Decision:
    return decide("rigid_expenditure_household", home, None, on)


def test_the_ratio_must_be_exceeded() -> None:
    """C097, C098."""
    home, _ = spending(30_000, 6_000)
    assert outcome(rigid(home)) == ("reject", "ratio_not_exceeded")
    home, _ = spending(34_000, 8_000)
    decision = rigid(home)
    assert outcome(decision) == ("confirm", "")
    assert decision.entitlement is not None
    period = Entitlement.objects.get(pk=decision.entitlement.pk).period
    assert (period.lower, period.upper) == (month("2025-03"), month("2026-04"))


def test_the_newest_of_a_category_counts() -> None:
    home, _ = spending(34_000, 8_000)
    fact("expenditure", home, "2025-03-01", code="medical", amount_fen=2_800_000, per="year")
    assert rigid(home).reason == "ratio_not_exceeded"


def test_income_must_be_below_the_disposable_income() -> None:
    home, _ = spending(100_000, 0, income=120_000)
    assert rigid(home).reason == "income_not_below_disposable"
    home, _ = spending(100_000, 0, income=119_999)
    assert rigid(home).kind == "confirm"


def test_not_for_those_on_minimum_living_nor_on_the_edge() -> None:
    home, people = spending(34_000, 8_000)
    awarded(home)  # an award that comes to nothing
    assert rigid(home).kind == "confirm"
    home, people = family(zone="urban")
    fact("expenditure", home, "2025-02-17", code="medical", amount_fen=100, per="year")
    awarded(home)
    assert rigid(home).reason == "on_minimum_living"
    home, people = family(zone="urban")
    earns(people[0], 2500)
    fact("expenditure", home, "2025-02-17", code="medical", amount_fen=9_000_000, per="year")
    award("marginal_household", home, on="2025-01-10")
    assert rigid(home).reason == "recognised_marginal"


def test_without_income_any_expenditure_exceeds() -> None:
    home, _ = family(zone="urban")
    fact("expenditure", home, "2025-02-17", code="medical", amount_fen=100, per="year")
    assert rigid(home).kind == "confirm"


def test_valid_through_the_same_date_of_the_last_month(standards: Book) -> None:
    march = standards.month(month("2025-03"))
    assert valid_to(date("2025-03-10"), march) == date("2026-03-10")
    assert valid_to(date("2024-02-29"), march) == date("2025-02-28")
    assert valid_to(date("2024-02-29"), standards.month(month("2024-02"))) is None
