"""残疾人证: which certificate counts in which month (R-CJ-11, R-CJ-12)."""

from __future__ import annotations

import pytest

from apps.casework import actions as casework
from apps.offices.models import Role
from tests.builders import application, award, date, month, staff
from tests.disability_subsidies.amounts import (
    Home,
    both,
    certificate,
    minimum_living,
    owed,
    owed_in,
)

pytestmark = pytest.mark.django_db


def test_a_worse_grade_counts_from_the_month_after_issue(lives: Home) -> None:
    home, who = lives
    minimum_living(home)
    both(home, who)
    certificate(who, "2024-07-12", 3)
    assert owed_in("disability_nursing", who, "2024: 7 8 9") == [90, 0, 0]
    assert owed_in("disability_living", who, "2024: 7 8 9") == [90, 90, 90]


def test_a_better_grade_counts_from_the_month_of_its_application(lives: Home) -> None:
    home, who = lives
    certificate(who, "2021-06-01", 3)
    certificate(who, "2024-07-12", 2)
    award("disability_nursing", home, who, on="2024-07-25", decided="2024-08-08")
    assert owed_in("disability_nursing", who, "2024: 6 7 8") == [0, 90, 90]


def test_a_certificate_issued_after_the_application_waits_for_its_month(lives: Home) -> None:
    """Only the basis of a reissue makes a certificate count before its issue."""
    home, who = lives
    certificate(who, "2021-06-01", 3)
    certificate(who, "2024-07-12", 2)
    award("disability_nursing", home, who, on="2024-05-25", decided="2024-08-08")
    assert owed_in("disability_nursing", who, "2024: 5 6 7 8") == [0, 0, 90, 90]


def test_a_certificate_counts_through_the_month_of_its_last_day(lives: Home) -> None:
    home, who = lives
    certificate(who, "2021-01-01", 1, until=date("2024-07-03"))
    award("disability_nursing", home, who, on="2024-01-08")
    certificate(who, "2024-10-12", 1)
    assert owed_in("disability_nursing", who, "2024: 7 8 10 11") == [90, 0, 0, 0]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (None, [0, 0, 0, 90, 90]),
        ("2024-09", [0, 0, 90, 90, 90]),
        ("2024-08", [0, 90, 90, 90, 90]),
        ("2024-05", [90, 90, 90, 90, 90]),  # at most three months: July is the first
    ],
)
def test_a_reissued_certificate_counts_from_its_issue_and_back_as_decided(
    lives: Home, asked: str | None, expected: list[int]
) -> None:
    home, who = lives
    certificate(who, "2021-01-01", 1, until=date("2024-06-03"))
    award("disability_nursing", home, who, on="2024-01-08")
    certificate(who, "2024-10-12", 1)
    terms = {"arrears_from": month(asked)} if asked else {}
    award(
        "disability_nursing",
        home,
        who,
        on="2024-11-04",
        decided="2024-11-20",
        basis="certificate_reissued",
        **terms,
    )
    assert owed("disability_nursing", who, "2024-06") == 90
    assert owed_in("disability_nursing", who, "2024: 7 8 9 10 11") == expected


def test_a_reissue_never_reaches_back_further_than_the_standard(lives: Home) -> None:
    home, who = lives
    certificate(who, "2021-01-01", 1, until=date("2024-03-03"))
    certificate(who, "2024-10-12", 1)
    found = award(
        "disability_nursing",
        home,
        who,
        on="2024-11-04",
        basis="certificate_reissued",
        arrears_from=month("2024-05"),
    )
    assert found.period.lower == month("2024-07")
    assert owed_in("disability_nursing", who, "2024: 5 6 7 8 10") == [0, 0, 90, 90, 90]


def test_a_reissue_with_other_months_than_asked_begins_no_later_than_the_issue(
    lives: Home,
) -> None:
    home, who = lives
    certificate(who, "2024-03-12", 1)
    found = award(
        "disability_nursing",
        home,
        who,
        on="2024-05-04",
        basis="certificate_reissued",
        arrears_from=month("2024-04"),
    )
    assert found.period.lower == month("2024-03")


def test_months_before_a_reissue_count_by_the_certificate_of_the_decision(lives: Home) -> None:
    """A later certificate of another grade changes nothing in the months before the first one."""
    home, who = lives
    certificate(who, "2021-01-01", 1, until=date("2024-06-03"))
    certificate(who, "2024-10-12", 2)
    award(
        "disability_nursing",
        home,
        who,
        on="2024-11-04",
        basis="certificate_reissued",
        arrears_from=month("2024-08"),
    )
    certificate(who, "2024-12-02", 3)
    assert owed_in("disability_nursing", who, "2024: 7 8 9 12") == [0, 90, 90, 90]
    assert owed("disability_nursing", who, "2025-01") == 0


def test_an_application_by_basis_alone_reaches_back_to_the_issue(lives: Home) -> None:
    home, who = lives
    certificate(who, "2024-03-12", 1)
    asked = application(
        "disability_nursing", home, who, on="2024-05-04", basis="certificate_reissued"
    )
    casework.confirm(asked.pk, on=date("2024-05-20"), by=staff(Role.COUNTY_SUPERVISOR))
    assert owed_in("disability_nursing", who, "2024: 2 3 4 5") == [0, 90, 90, 90]
