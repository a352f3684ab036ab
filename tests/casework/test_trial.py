"""试算: the same answer as a payment would be, and not a trace left behind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps

from apps.casework.outcome import Verdict
from apps.casework.trial import HypotheticalHousehold, HypotheticalPerson, trial
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound
from apps.standards.book import Value
from tests.builders import award, date, fact, household, month, person, staff

pytestmark = pytest.mark.django_db

ALLOWANCE = "old_age_allowance"


@pytest.fixture
def grandmother() -> Person:
    return person("王秀英", born="1940-02-01")


@pytest.fixture
def home(grandmother: Person) -> Household:
    return household((grandmother, "applicant"))


def contents() -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    models = [m for m in apps.get_models() if m.__module__.startswith("apps.")]
    return {m.__name__: list(m.objects.order_by("pk").values()) for m in models}


def test_a_trial_writes_nothing(home: Household, grandmother: Person, clerk: Staff) -> None:
    before = contents()
    found = trial(
        programme=ALLOWANCE,
        month=month("2024-06"),
        household_id=home.pk,
        person_id=grandmother.pk,
        facts=[{"kind": "illness", "on": date("2024-01-01"), "flag": True}],
        by=clerk,
    )
    assert (found.fen, found.verdict) == (50_00, Verdict.PAYABLE)
    assert contents() == before


def test_a_trial_says_the_working(home: Household, grandmother: Person, clerk: Staff) -> None:
    award(ALLOWANCE, home, grandmother, on="2024-05-06")
    found = trial(programme=ALLOWANCE, month=month("2030-02"), person_id=grandmother.pk, by=clerk)
    assert found.fen == 100_00  # ninety in February 2030
    words, fen = found.lines[-1]
    assert "90周岁" in words
    assert fen == 100_00
    assert found.findings == []


def test_a_trial_of_a_draft_standard(home: Household, grandmother: Person, clerk: Staff) -> None:
    draft = Value(
        key="old_age_allowance.bands",
        band="80",
        since=month("2024-07"),
        until=None,
        value=80_00,
        choice="",
        unit="fen_month",
        document="草案",
        example=False,
    )

    def in_month(text: str) -> int:
        found = trial(
            programme=ALLOWANCE,
            month=month(text),
            person_id=grandmother.pk,
            standards=[draft],
            by=clerk,
        )
        return found.fen

    assert (in_month("2024-06"), in_month("2024-07")) == (50_00, 80_00)


def test_a_trial_with_a_hypothetical_fact(
    home: Household, grandmother: Person, clerk: Staff
) -> None:
    award(ALLOWANCE, home, grandmother, on="2024-05-06")
    found = trial(
        programme=ALLOWANCE,
        month=month("2024-08"),
        person_id=grandmother.pk,
        facts=[{"kind": "residence", "on": date("2024-07-02"), "flag": True}],
        by=clerk,
    )
    assert (found.fen, found.verdict) == (0, Verdict.LAPSED)
    assert found.lines


def test_a_trial_of_a_household_that_does_not_exist(clerk: Staff) -> None:
    before = contents()
    found = trial(
        programme=ALLOWANCE,
        month=month("2024-06"),
        household=HypotheticalHousehold(
            zone="rural",
            members=(
                HypotheticalPerson(dt.date(1960, 1, 1)),
                HypotheticalPerson(dt.date(1934, 1, 1), relationship="parent"),
            ),
        ),
        person_id=1,
        by=clerk,
    )
    assert found.fen == 100_00
    assert contents() == before


def test_nobody_tries_what_lies_outside_the_territory(home: Household, grandmother: Person) -> None:
    elsewhere = staff(Role.TOWNSHIP_CLERK, division="430482109")
    with pytest.raises(NotFound):
        trial(programme=ALLOWANCE, month=month("2024-06"), person_id=grandmother.pk, by=elsewhere)


def test_a_refused_trial_leaves_nothing_either(
    home: Household, grandmother: Person, clerk: Staff
) -> None:
    fact("death", grandmother, "2024-01-01")
    before = contents()
    with pytest.raises(ValueError, match="死亡"):
        trial(programme=ALLOWANCE, month=month("2024-06"), person_id=grandmother.pk, by=clerk)
    assert contents() == before


WAGE = {"kind": "income", "code": "wage", "amount_fen": 500_00, "per": "month"}
COUPLE = HypotheticalHousehold(
    zone="urban",
    members=(
        HypotheticalPerson(dt.date(1980, 1, 1), facts=(WAGE,)),
        HypotheticalPerson(
            dt.date(1982, 1, 1),
            relationship="spouse",
            facts=({"kind": "disability", "code": "limb", "number": 1},),
        ),
    ),
    facts=({"kind": "property", "flag": True},),
)


def test_a_trial_of_minimum_living_for_a_couple(clerk: Staff) -> None:
    found = trial(programme="minimum_living", month=month("2024-06"), household=COUPLE, by=clerk)
    assert found.fen == 2 * 700_00 - 500_00
    assert found.refused_by is None
    assert found.findings


def test_a_trial_of_what_would_be_refused_says_by_which_test(clerk: Staff) -> None:
    rich = COUPLE._replace(facts=({"kind": "property", "flag": False},))
    found = trial(programme="minimum_living", month=month("2024-06"), household=rich, by=clerk)
    assert found.refused_by is not None
    assert found.refused_by.code == "property_over_limit"


def test_a_trial_with_another_programme_taken_as_granted(clerk: Staff) -> None:
    def living(*awards: str) -> int:
        found = trial(
            programme="disability_living",
            month=month("2024-06"),
            household=COUPLE,
            person_id=1,
            awards=awards,
            by=clerk,
        )
        return found.fen

    assert (living(), living("minimum_living")) == (0, 90_00)


def test_a_trial_on_new_facts_determines_a_household_anew(clerk: Staff) -> None:
    who = person()
    home = household((who, "applicant"))
    fact("property", home, flag=True)
    fact("income", who, code="wage", amount_fen=300_00, per="month")
    award("minimum_living", home, on="2024-03-04")

    def owed(*facts: dict[str, Any]) -> int:
        found = trial(
            programme="minimum_living",
            month=month("2024-06"),
            household_id=home.pk,
            facts=facts,
            by=clerk,
        )
        return found.fen

    assert owed() == 400_00
    lost = {**WAGE, "person_id": who.pk, "amount_fen": 0, "on": date("2024-05-20")}
    assert owed(lost) == 700_00
    assert owed() == 400_00
