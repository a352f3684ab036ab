"""残疾人两项补贴: awards month by month, through the real actions."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.engine import Gathering
from apps.casework.outcome import Verdict
from apps.casework.programme import Computed, Scope
from apps.disability_subsidies.facts import gather_living, gather_nursing
from apps.households import actions as households
from apps.standards.actions import adopt
from apps.standards.book import Book
from apps.standards.models import current_book
from tests.builders import award, date, fact, household, month, person
from tests.disability_subsidies.amounts import (
    Home,
    benefit,
    both,
    certificate,
    decide,
    minimum_living,
    owed,
    owed_in,
    results,
    stop,
)

pytestmark = pytest.mark.django_db


def test_an_award_counts_from_the_month_of_application(lives: Home) -> None:
    home, who = lives
    award("disability_nursing", home, who, on="2024-05-28", decided="2024-06-18")
    assert owed_in("disability_nursing", who, "2024: 4 5 6 7") == [0, 90, 90, 90]


def test_losing_minimum_living_ends_the_living_subsidy_only(lives: Home) -> None:
    home, who = lives
    minimum_living(home)
    both(home, who)
    stop("minimum_living", home, on="2024-07-18")
    assert owed_in("disability_living", who, "2024: 1 7 8") == [90, 90, 0]
    assert owed_in("disability_nursing", who, "2024: 1 7 8") == [90, 90, 90]
    award("minimum_living", home, on="2024-09-02")
    assert owed("minimum_living", home, "2024-10") > 0
    assert owed("disability_living", who, "2024-10") == 0  # it needs a new application
    award("disability_living", home, who, on="2024-11-04")
    assert owed_in("disability_living", who, "2024: 10 11") == [0, 90]


def test_an_award_waits_for_minimum_living_and_begins_with_it(lives: Home) -> None:
    home, who = lives
    award("disability_living", home, who, on="2023-12-04")
    minimum_living(home)
    assert results("disability_living", who, "2023-12")[0].outcome.verdict is Verdict.WAITING
    assert owed("disability_living", who, "2024-01") == 90


def test_an_award_of_minimum_living_that_comes_to_nothing_does_not_count(lives: Home) -> None:
    home, who = lives
    fact("income", who, on="2023-11-01", code="wage", amount_fen=3000_00, per="month")
    minimum_living(home)
    assert results("minimum_living", home, "2024-02")
    assert decide("disability_living", home, who, "2024-02-05") == (
        "reject",
        "not_on_minimum_living",
    )
    award("disability_living", home, who, on="2024-02-06")
    assert owed("disability_living", who, "2024-02") == 0


def test_the_month_in_which_minimum_living_ends_is_enough_to_decide(lives: Home) -> None:
    home, who = lives
    minimum_living(home)
    stop("minimum_living", home, on="2024-04-18")
    assert decide("disability_living", home, who, "2024-04-22") == ("confirm", "")
    assert owed_in("disability_living", who, "2024: 3 4 5") == [0, 90, 0]


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("death", {}),
        ("residence", {"flag": True}),
        ("custody", {"code": "declared_missing"}),
    ],
)
def test_nothing_from_the_month_after_the_person_is_gone(
    lives: Home, kind: str, columns: dict[str, Any]
) -> None:
    home, who = lives
    award("disability_nursing", home, who, on="2024-01-08")
    fact(kind, who, on="2024-05-15", **columns)
    assert owed_in("disability_nursing", who, "2024: 5 6") == [90, 0]


def test_prison_does_not_end_the_subsidies(lives: Home) -> None:
    home, who = lives
    award("disability_nursing", home, who, on="2024-01-08")
    fact("custody", who, on="2024-05-15", code="imprisoned")
    assert owed("disability_nursing", who, "2024-06") == 90


def test_a_marginal_household_is_let_in_by_the_switch(lives: Home) -> None:
    home, who = lives
    award("marginal_household", home, on="2024-01-08")
    award("disability_living", home, who, on="2024-02-05")
    assert owed("disability_living", who, "2024-03") == 0
    key = "disability_living.include_marginal_household"
    adopt(key, from_month=month("2024-03"), value=True, recorded_on=date("2024-04-01"), by=None)
    assert owed_in("disability_living", who, "2024: 2 3 4") == [0, 90, 90]


def test_leaving_a_marginal_household_ends_the_subsidy_from_the_next_month(db: None) -> None:
    head, who = person("李四"), person()
    home = household((head, "applicant"), (who, "child"))
    certificate(who, "2020-06-01", 3)
    key = "disability_living.include_marginal_household"
    adopt(key, from_month=month("2024-01"), value=True, recorded_on=date("2024-01-01"), by=None)
    assert decide("disability_living", home, who, "2024-01-05") == (
        "reject",
        "not_on_minimum_living",
    )
    award("marginal_household", home, on="2024-01-08")
    assert decide("disability_living", home, who, "2024-02-05") == ("confirm", "")
    left = date("2024-04-10")
    households.leave(household_id=home.pk, person_id=who.pk, on=left, recorded_on=left, by=None)
    assert owed_in("disability_living", who, "2024: 2 3 4 5") == [90, 90, 90, 0]


def test_grade_three_of_the_mind_is_let_in_by_the_switch(lives: Home) -> None:
    home, who = lives
    certificate(who, "2023-06-01", 3, "mental")
    assert decide("disability_nursing", home, who, "2024-04-08") == ("reject", "certificate")
    key = "disability_nursing.include_grade3_mental_intellectual"
    adopt(key, from_month=month("2024-05"), value=True, recorded_on=date("2024-05-01"), by=None)
    assert decide("disability_nursing", home, who, "2024-05-08") == ("confirm", "")
    assert owed("disability_nursing", who, "2024-05") == 90


def test_decisions_give_the_first_condition_that_fails(lives: Home) -> None:
    home, who = lives
    assert decide("disability_living", home, who, "2024-01-22") == (
        "reject",
        "not_on_minimum_living",
    )
    minimum_living(home, decided="2024-02-20")
    assert decide("disability_living", home, who, "2024-02-22") == ("confirm", "")
    benefit(who, "work_injury_nursing", 1200, "2024-03-10")
    assert decide("disability_nursing", home, who, "2024-03-22") == ("reject", "excluded")


def test_a_decision_refuses_who_has_moved_or_expired_or_draws_more(lives: Home) -> None:
    home, who = lives
    benefit(who, "other_nursing_allowance", 200, "2024-01-10")
    assert decide("disability_nursing", home, who, "2024-01-22") == (
        "reject",
        "higher_nursing_benefit",
    )
    benefit(who, "other_nursing_allowance", 90, "2024-01-23")
    assert decide("disability_nursing", home, who, "2024-01-24") == (
        "reject",
        "higher_nursing_benefit",
    )
    benefit(who, "other_nursing_allowance", 200, "2024-02-10", until=date("2024-03-31"))
    fact("residence", who, on="2024-02-20", flag=True)
    assert decide("disability_nursing", home, who, "2024-02-22") == ("reject", "moved_out")
    fact("residence", who, on="2024-03-01", flag=False)
    certificate(who, "2024-03-05", 2, until=date("2024-03-31"))
    assert decide("disability_nursing", home, who, "2024-04-22") == ("reject", "certificate")
    assert decide("disability_nursing", home, who, "2024-03-22") == ("confirm", "")


@pytest.mark.parametrize("everybody", [True, False])
def test_gathering_asks_the_database_once(
    lives: Home, everybody: bool, standards: Book, django_assert_max_num_queries: Any
) -> None:
    home, who = lives
    both(home, who)
    scope = Scope() if everybody else Scope((home.pk,), (who.pk,))
    asked = Gathering(month("2024-05"), scope, Computed(), standards, lambda *_: None)
    for gather in (gather_living, gather_nursing):
        with django_assert_max_num_queries(2):  # the second only sets how the first is planned
            (case,) = gather(asked)
        assert case.subject == who.pk
        assert all(type(value) is int for value in case.facts)


def test_the_standards_of_the_figures_are_all_known(standards: Book) -> None:
    june = current_book().month(month("2024-06"))
    assert june.amount("disability_living.monthly") == june.amount("disability_nursing.monthly")
    assert june.number("disability.reissue_arrears_max_months") == 3
