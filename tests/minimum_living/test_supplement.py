"""分类施保: for whom, when, and nothing at all while it is off (R-DB-16)."""

from __future__ import annotations

import pytest

from apps.casework.engine import Result
from apps.households.models import Household, Person
from apps.minimum_living import actions
from tests.builders import date, fact, household, month, person
from tests.minimum_living.stories import adopt, awarded, earns, family, known, owed, two

pytestmark = pytest.mark.django_db

JILIN = {
    "serious_illness": "0.30",
    "severe_disability": "0.20",
    "elder_70": "0.10",
    "minor": "0.10",
}
SUPPLEMENT = "minimum_living_supplement"


def extra(home: Household, of: str, who: Person) -> int:
    return owed(home, of, SUPPLEMENT, who)


def dues(home: Household, of: str) -> list[Result]:
    return [r for r in known(home, of).results[month(of)] if r.card.code == SUPPLEMENT]


def test_off_by_default_nothing_is_yielded() -> None:
    """C040."""
    home, _ = family()
    awarded(home)
    assert dues(home, "2024-06") == []


def test_each_person_on_top_of_the_gap() -> None:
    """C041."""
    adopt("minimum_living.supplement", JILIN)
    home, people = family(zone="urban")
    fact("disability", people[0], "2020-06-01", code="limb", number=1)
    earns(people[1], 1000)
    awarded(home)
    assert owed(home, "2024-06") == 110_000
    assert [extra(home, "2024-06", who) for who in people] == [14_000, 0, 7_000]
    assert len(dues(home, "2024-06")) == 2  # no zero dues for people in no category


def test_the_highest_rate_only() -> None:
    adopt("minimum_living.supplement", JILIN)
    who = person("老人", "1950-01-01")
    home = household((who, "applicant"), zone="rural")
    awarded(home)
    assert extra(home, "2024-06", who) == 4_500
    fact("illness", who, "2024-07-31", flag=True)
    assert (extra(home, "2024-06", who), extra(home, "2024-07", who)) == (4_500, 13_500)


def test_ages_count_from_the_month_of_the_birthday() -> None:
    adopt("minimum_living.supplement", JILIN)
    old, young = person("老人", "1954-06-30"), person("青年", "2006-06-30")
    home = household((old, "applicant"), (young, "child"), zone="urban")
    awarded(home)
    assert [extra(home, of, old) for of in ("2024-05", "2024-06")] == [0, 7_000]
    assert [extra(home, of, young) for of in ("2024-05", "2024-06")] == [7_000, 0]


def test_a_certificate_that_has_expired_or_changed() -> None:
    adopt("minimum_living.supplement", JILIN)
    home, people = family(zone="urban", size=1)
    who = people[0]
    fact("disability", who, "2020-06-01", code="limb", number=2, until=date("2024-04-10"))
    awarded(home)
    assert [extra(home, of, who) for of in ("2024-04", "2024-05")] == [14_000, 0]
    fact("disability", who, "2024-06-15", code="limb", number=1)
    fact("disability", who, "2024-08-15", code="limb", number=3)
    assert [extra(home, f"2024-0{m}", who) for m in (5, 6, 8, 9)] == [0, 14_000, 14_000, 0]


def test_nothing_without_an_amount() -> None:
    adopt("minimum_living.supplement", JILIN)
    home, people = family()
    earns(people[0], 9000)
    awarded(home)
    assert dues(home, "2024-06") == []


def test_only_for_those_present() -> None:
    adopt("minimum_living.supplement", JILIN)
    home, people = family(zone="urban")
    mine = awarded(home)
    actions.grant_grace(mine.pk, on=date("2024-05-28"), months=6, **two())
    assert extra(home, "2024-07", people[2]) == 7_000
    fact("death", people[2], "2024-07-03")
    assert (extra(home, "2024-07", people[2]), extra(home, "2024-08", people[2])) == (7_000, 0)
    assert extra(home, "2024-12", people[2]) == 0  # the award is over
