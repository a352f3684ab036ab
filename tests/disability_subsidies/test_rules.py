"""残疾人两项补贴: the two rules on plain values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casework.outcome import Situation, Standing, Verdict
from apps.disability_subsidies.rule import Living, Nursing
from tests.disability_subsidies.plain import say, standards_of

FLAG = st.integers(0, 1)
LIVING = st.builds(
    Living,
    gone=st.integers(0, 3),
    grade=st.integers(0, 4),
    minimum_living=st.integers(0, 2),
    marginal=FLAG,
    work_injury=FLAG,
    cadre=FLAG,
)


@st.composite
def nursing(draw: st.DrawFn) -> Nursing:
    grade, outside = draw(st.integers(0, 4)), draw(st.integers(0, 2))
    return Nursing(
        gone=draw(st.integers(0, 3)),
        grade=grade,
        mind=draw(FLAG) if grade == 3 else 0,
        work_injury=draw(FLAG),
        outside=outside,
        outside_fen=draw(st.integers(1, 300_00)) if outside else 0,
    )


def standards(monthly: int = 90, *, marginal: bool = False, mind: bool = False) -> Any:
    return standards_of(
        {
            "disability_living.monthly": f"{monthly}.00",
            "disability_living.include_marginal_household": marginal,
            "disability_nursing.monthly": f"{monthly}.00",
            "disability_nursing.include_grade3_mental_intellectual": mind,
        }
    )


@given(LIVING, st.booleans())
def test_living_is_paid_when_and_only_when_every_condition_holds(
    case: Living, extended: bool
) -> None:
    said = say("disability_living", case, standards(marginal=extended))
    poor = case.minimum_living == 1 or (extended and case.marginal == 1)
    due = not case.gone and case.grade and poor and not case.work_injury and not case.cadre
    assert said.outcome.fen == (90_00 if due else 0)
    assert (said.outcome.verdict is Verdict.PAYABLE) == bool(due)
    assert said.lines[-1][1] == said.outcome.fen
    assert said.lines[-1][0]


@given(LIVING)
def test_an_exclusion_alone_never_ends_the_living_award(case: Living) -> None:
    free = case._replace(work_injury=0, cadre=0)
    barred = case._replace(work_injury=1, cadre=1)
    ended = Verdict.LAPSED
    assert (say("disability_living", free, standards()).outcome.verdict is ended) == (
        say("disability_living", barred, standards()).outcome.verdict is ended
    )


@given(nursing(), st.booleans())
def test_nursing_is_paid_when_and_only_when_every_condition_holds(
    case: Nursing, extended: bool
) -> None:
    said = say("disability_nursing", case, standards(mind=extended))
    severe = case.grade in (1, 2) or (extended and case.grade == 3 and case.mind)
    due = not case.gone and severe and not case.work_injury and case.outside_fen < 90_00
    assert said.outcome.fen == (90_00 if due else 0)
    assert (said.outcome.verdict is Verdict.PAYABLE) == bool(due)
    assert said.lines[-1][1] == said.outcome.fen


@given(nursing())
def test_outside_benefits_never_end_the_nursing_award(case: Nursing) -> None:
    alone = case._replace(work_injury=0, outside=0, outside_fen=0)
    ended = Verdict.LAPSED
    assert (say("disability_nursing", case, standards()).outcome.verdict is ended) == (
        say("disability_nursing", alone, standards()).outcome.verdict is ended
    )


@given(nursing())
def test_a_better_grade_never_pays_less(case: Nursing) -> None:
    fen = say("disability_nursing", case, standards()).outcome.fen
    if case.grade > 1:
        better = case._replace(grade=case.grade - 1, mind=0)
        assert say("disability_nursing", better, standards()).outcome.fen >= fen


LIVING_OK = Living(gone=0, grade=2, minimum_living=1, marginal=0, work_injury=0, cadre=0)


@pytest.mark.parametrize(
    ("standing", "verdict"),
    [(Standing.WAITING, Verdict.WAITING), (Standing.ACTIVE, Verdict.LAPSED)],
)
def test_a_missing_condition_waits_before_the_award_began_and_ends_it_after(
    standing: Standing, verdict: Verdict
) -> None:
    case = LIVING_OK._replace(minimum_living=0)
    said = say("disability_living", case, standards(), Situation(standing))
    assert said.outcome.verdict is verdict


def test_an_ended_award_stays_ended_although_all_conditions_hold_again() -> None:
    said = say("disability_living", LIVING_OK, standards(), Situation(Standing.LAPSED))
    assert said.outcome.verdict is Verdict.LAPSED
    assert "重新申请" in said.lines[0][0]


def test_a_held_minimum_living_award_holds_the_subsidy() -> None:
    said = say("disability_living", LIVING_OK._replace(minimum_living=2), standards())
    assert said.outcome.verdict is Verdict.HELD


def test_a_missing_standard_holds_the_case() -> None:
    said = say("disability_living", LIVING_OK, standards_of({}))
    assert said.outcome.verdict is Verdict.HELD
    assert "disability_living.monthly" in said.lines[0][0]


def test_the_words_name_the_document_and_the_standard() -> None:
    said = say("disability_living", LIVING_OK, standards())
    assert said.lines == [("残疾2级，本月享受低保，按补贴标准每月90.00元发放（某文）", 90_00)]
