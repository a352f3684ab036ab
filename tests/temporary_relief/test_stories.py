"""临时救助、流浪救助: decisions and what they come to, through the real actions."""

from __future__ import annotations

import pytest

from apps.casework import actions as casework
from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.standards.actions import adopt
from apps.standards.models import current_book
from tests.builders import application, award, date, household, month, person, staff
from tests.disability_subsidies.amounts import decide, minimum_living, owed, owed_in, results

pytestmark = pytest.mark.django_db
RELIEF, VAGRANT = "temporary_relief", "vagrant_relief"
Home = tuple[Household, Person]


@pytest.fixture
def lives(db: None) -> Home:
    who = person()
    return household((who, "applicant"), zone="urban"), who


def test_relief_is_owed_once_in_the_month_of_the_decision(lives: Home) -> None:
    home, _ = lives
    award(RELIEF, home, on="2024-05-30", decided="2024-06-04", assessed_fen=1400_00)
    assert owed_in(RELIEF, home, "2024: 5 6 7") == [0, 1400, 0]


@pytest.mark.parametrize(("approved", "expected"), [(False, 7000), (True, 9000)])
def test_the_cap_holds_unless_lifted_by_special_decision(
    lives: Home, approved: bool, expected: int
) -> None:
    home, _ = lives
    award(
        RELIEF,
        home,
        on="2024-06-04",
        assessed_fen=9000_00,
        relief_type="expenditure",
        over_cap_approved=approved,
    )
    assert owed(RELIEF, home, "2024-06") == expected


def test_without_a_configured_cap_the_assessment_is_owed(lives: Home) -> None:
    home, _ = lives
    key = "temporary_relief.cap_multiple"
    adopt(key, from_month=month("2024-06"), value=None, recorded_on=date("2024-06-01"), by=None)
    award(RELIEF, home, on="2024-05-06", assessed_fen=9000_00)
    award(RELIEF, home, on="2024-06-04", assessed_fen=9000_00)
    assert owed_in(RELIEF, home, "2024: 5 6") == [7000, 9000]


def test_a_household_and_its_member_are_relieved_apart_and_more_than_once(lives: Home) -> None:
    home, who = lives
    award(RELIEF, home, on="2024-06-04", assessed_fen=1000_00)
    award(RELIEF, home, on="2024-06-14", assessed_fen=500_00)
    award(RELIEF, home, who, on="2024-06-04", assessed_fen=300_00)
    assert owed(RELIEF, home, "2024-06") == 1500
    assert owed(RELIEF, who, "2024-06") == 300


def test_relief_without_an_assessed_amount_is_held(lives: Home) -> None:
    home, _ = lives
    assert decide(RELIEF, home, None, "2024-06-04") == ("confirm", "")
    assert results(RELIEF, home, "2024-06")[0].outcome.verdict is Verdict.HELD


def test_the_officer_is_told_the_cap(lives: Home) -> None:
    home, _ = lives
    asked = application(RELIEF, home, on="2024-06-04")
    (test,) = casework.examine(asked.pk, on=date("2024-06-04"))
    assert test.passed is None
    assert "封顶7000.00元" in test.words


def test_vagrant_relief_is_never_owed_and_minimum_living_only_warns(lives: Home) -> None:
    home, who = lives
    asked = application(VAGRANT, home, who, on="2024-02-04")
    (test,) = casework.examine(asked.pk, on=date("2024-02-04"))
    assert test.passed is True
    minimum_living(home)
    (warned,) = casework.examine(asked.pk, on=date("2024-02-04"))
    assert warned.passed is None
    by = staff(Role.COUNTY_SUPERVISOR)
    assert casework.decide(asked.pk, on=date("2024-02-05"), by=by).kind == "confirm"
    assert owed_in(VAGRANT, who, "2024: 2 3") == [0, 0]


def test_the_ten_days_are_a_standard() -> None:
    assert PROGRAMMES[VAGRANT].standards == ("vagrant_relief.days",)
    assert current_book().month(month("2024-06")).amount("vagrant_relief.days") == 10
