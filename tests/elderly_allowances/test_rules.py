"""高龄津贴、养老服务补贴: the two rules on plain values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casework.outcome import Situation, Standing, Verdict
from apps.elderly_allowances.rule import NOT_ASSESSED, ElderService, OldAge, dependence
from apps.units.money import yuan
from tests.disability_subsidies.plain import say, standards_of

BANDS = {"80": "50.00", "90": "100.00", "100": "600.00"}
AGES = st.integers(0, 125)


@st.composite
def services(draw: st.DrawFn) -> ElderService:
    outside = draw(st.integers(0, 2))
    return ElderService(
        age=draw(st.integers(60, 70)),
        gone=draw(st.integers(0, 2)),
        minimum_living=draw(st.integers(0, 2)),
        failed=draw(st.integers(-1, 6)),
        outside=outside,
        outside_fen=draw(st.integers(1, 100_00)) if outside else 0,
    )


def service_standards(*, exclusive: bool = True) -> Any:
    return standards_of(
        {
            "elder_service_subsidy.monthly": "50.00",
            "elder_service_subsidy.exclusive_with_disability_nursing": exclusive,
        }
    )


@given(AGES, st.dictionaries(st.integers(60, 110), st.integers(1, 1000_00), min_size=1))
def test_the_highest_band_attained_is_paid_whatever_the_bands(
    age: int, bands: dict[int, int]
) -> None:
    table = standards_of(
        {"old_age_allowance.bands": {str(a): yuan(fen) for a, fen in bands.items()}}
    )
    said = say("old_age_allowance", OldAge(age, 0), table)
    due = 0
    for lowest in sorted(bands):
        if age >= lowest:
            due = bands[lowest]
    assert said.outcome.fen == due
    assert (said.outcome.verdict is Verdict.PAYABLE) == (due > 0)
    assert said.lines[-1][1] == due


@given(AGES, st.integers(1, 2))
def test_nothing_after_death_or_departure(age: int, gone: int) -> None:
    table = standards_of({"old_age_allowance.bands": BANDS})
    said = say("old_age_allowance", OldAge(age, gone), table)
    assert (said.outcome.fen, said.outcome.verdict) == (0, Verdict.LAPSED)


def test_an_award_from_before_the_birthday_waits() -> None:
    table = standards_of({"old_age_allowance.bands": BANDS})
    said = say("old_age_allowance", OldAge(79, 0), table, Situation(Standing.WAITING))
    assert said.outcome.verdict is Verdict.WAITING


@pytest.mark.parametrize("given_", [{}, {"old_age_allowance.bands": None}])
def test_without_bands_the_case_is_held_not_ended(given_: dict[str, Any]) -> None:
    said = say("old_age_allowance", OldAge(85, 0), standards_of(given_))
    assert said.outcome.verdict is Verdict.HELD


@given(services(), st.booleans())
def test_service_when_and_only_when_every_condition_holds(
    case: ElderService, exclusive: bool
) -> None:
    said = say("elder_service_subsidy", case, service_standards(exclusive=exclusive))
    due = (
        case.age >= 65
        and not case.gone
        and case.minimum_living == 1
        and case.failed >= 1
        and not (exclusive and case.outside_fen >= 50_00)
    )
    assert said.outcome.fen == (50_00 if due else 0)
    assert (said.outcome.verdict is Verdict.PAYABLE) == due
    assert said.lines[-1][1] == said.outcome.fen


def test_service_waits_for_an_assessment() -> None:
    case = ElderService(70, 0, 1, NOT_ASSESSED, 0, 0)
    said = say("elder_service_subsidy", case, service_standards())
    assert said.outcome.verdict is Verdict.HELD
    assert "评估" in said.lines[0][0]


def test_a_service_award_does_not_lapse_by_itself() -> None:
    case = ElderService(70, 0, 0, 3, 0, 0)
    said = say("elder_service_subsidy", case, service_standards())
    assert said.outcome.verdict is Verdict.UNQUALIFIED


@pytest.mark.parametrize(("failed", "word"), [(1, "部分"), (4, "部分"), (5, "完全"), (6, "完全")])
def test_the_cut_between_partial_and_full_dependence(failed: int, word: str) -> None:
    assert f"{word}失能" in dependence(failed)
