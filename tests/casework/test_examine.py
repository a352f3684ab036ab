"""审核: the tests that hold for every programme, said in the order of the law."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from apps.casework import actions
from apps.casework.actions import Refused, adopt_transitions
from apps.casework.outcome import Outcome, Test
from apps.casework.programme import (
    PROGRAMMES,
    Exclusion,
    Nature,
    Programme,
    Rule,
    Slot,
    Start,
    Subject,
)
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.standards.book import MissingStandard
from tests.builders import application, award, date, fact, household, month, person, staff

pytestmark = pytest.mark.django_db

ALLOWANCE, PENSION = "old_age_allowance", "stub_pension"


class NoFacts(NamedTuple):
    """Nothing to know."""


def pays_nothing(_facts: Any, _standards: Any, _say: Any) -> Outcome:
    return Outcome(0)


STUB = Programme(
    code=PENSION,
    number=99,
    name="试验补贴",
    short="试验",
    app="casework",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.AFTER_DECISION,
    law=(),
    rules=(Rule(991, month("2010-01"), pays_nothing, NoFacts),),
    gather=lambda _gathering: iter(()),
)


@pytest.fixture
def grandmother() -> Person:
    return person("王秀英", born="1940-02-01")


@pytest.fixture
def home(grandmother: Person) -> Household:
    return household((grandmother, "applicant"))


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lay the stub on the table, with these traits."""

    def lay(code: str = PENSION, **traits: Any) -> None:
        monkeypatch.setitem(PROGRAMMES, code, replace(PROGRAMMES.get(code, STUB), **traits))
        adopt_transitions()

    return lay


def failed(home: Household, who: Person, on: str = "2024-05-10") -> list[str]:
    asked = application(PENSION, home, who, on=on)
    tests = actions.examine(asked.pk, on=date(on))
    return [test.code for test in tests if test.passed is False]


def test_a_programme_held_in_the_next_month_excludes(
    cards: Any, home: Household, grandmother: Person
) -> None:
    cards(excluded_by=(Exclusion(ALLOWANCE),))
    award(ALLOWANCE, home, grandmother, on="2024-05-06")
    assert failed(home, grandmother) == ["excluded"]


def test_an_exclusion_that_is_switched_off_does_not(
    cards: Any, home: Household, grandmother: Person
) -> None:
    cards(excluded_by=(Exclusion(ALLOWANCE, switch="stub_pension.no_such_switch"),))
    award(ALLOWANCE, home, grandmother, on="2024-05-06")
    assert failed(home, grandmother) == []


def test_an_award_that_has_ended_by_then_does_not_exclude(
    cards: Any, home: Household, grandmother: Person
) -> None:
    cards(excluded_by=(Exclusion(ALLOWANCE),))
    held = award(ALLOWANCE, home, grandmother, on="2024-03-06")
    actions.stop(
        held.pk,
        on=date("2024-05-07"),
        by=staff(Role.COUNTY_SUPERVISOR),
        prepared_by=staff(),
        reason="voluntary",
    )
    assert failed(home, grandmother) == []


@pytest.mark.parametrize(
    ("bid", "number", "expected"),
    [
        (49_99, 99, ["higher_nursing_benefit"]),
        (50_00, 99, ["higher_nursing_benefit"]),  # the earlier number wins a tie
        (50_00, 1, []),
        (50_01, 99, []),
    ],
)
def test_only_the_highest_of_a_slot_is_awarded(
    cards: Any, home: Household, grandmother: Person, bid: int, number: int, expected: list[str]
) -> None:
    cards(ALLOWANCE, slot=Slot("stub"))
    cards(slot=Slot("stub"), bid=lambda _x: bid, number=number)
    award(ALLOWANCE, home, grandmother, on="2024-05-06")  # 50.00 from the age of 80
    assert failed(home, grandmother) == expected


def test_the_newest_choice_between_two_programmes_holds(
    cards: Any, home: Household, grandmother: Person
) -> None:
    cards()
    fact("choice", grandmother, "2024-01-05", code=ALLOWANCE, detail=PENSION)
    asked = application(PENSION, home, grandmother, on="2024-05-10")
    (test,) = actions.examine(asked.pk, on=date("2024-05-10"))
    assert test == Test("chosen_other", False, "本人已选择享受高龄津贴，放弃试验补贴")
    fact("choice", grandmother, "2024-05-09", code=PENSION, detail=ALLOWANCE)
    assert actions.examine(asked.pk, on=date("2024-05-10")) == []


def test_a_failed_test_rejects_with_its_code(
    cards: Any, home: Household, grandmother: Person
) -> None:
    def examine(_x: Any) -> list[Test]:
        return [
            Test("age", True, "年满八十"),
            Test("purse", None, "由经办人判断"),
            Test("hat", False, "没有帽子"),
        ]

    cards(examine=examine)
    asked = application(PENSION, home, grandmother)
    decision = actions.decide(asked.pk, on=date("2024-05-10"), by=staff(Role.COUNTY_SUPERVISOR))
    assert (decision.kind, decision.reason) == ("reject", "hat")
    assert decision.findings[2] == ["hat", False, "没有帽子"]


def test_what_is_left_to_the_officer_does_not_reject(
    cards: Any, home: Household, grandmother: Person
) -> None:
    cards(examine=lambda _x: [Test("purse", None, "由经办人判断")])
    asked = application(PENSION, home, grandmother)
    decision = actions.decide(asked.pk, on=date("2024-05-10"), by=staff(Role.COUNTY_SUPERVISOR))
    assert (decision.kind, decision.effective) == ("confirm", month("2024-06"))


def test_a_missing_standard_holds_the_case_and_decides_nothing(
    cards: Any, home: Household, grandmother: Person
) -> None:
    def examine(x: Any) -> list[Test]:
        raise MissingStandard("stub_pension.monthly", "", month("2024-06"))

    cards(examine=examine)
    asked = application(PENSION, home, grandmother)
    with pytest.raises(Refused, match=r"待补.*stub_pension\.monthly"):
        actions.decide(asked.pk, on=date("2024-05-10"), by=staff(Role.COUNTY_SUPERVISOR))
    asked.refresh_from_db()
    assert asked.state == "submitted"
