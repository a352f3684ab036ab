"""特困: the rules alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES
from apps.destitute_support import rule
from apps.destitute_support.rule import Basic, Care, Funeral
from apps.units.money import yuan
from apps.units.months import month
from tests.destitute_support.worked import said

JUNE = month(2024, 6)
AMOUNTS = st.integers(0, 10_000_000)
BASIC_KEYS = PROGRAMMES["destitute_basic"].standards
CARE_KEYS = PROGRAMMES["destitute_care"].standards


@given(
    facts=st.builds(
        Basic,
        zone=st.integers(0, 2),
        mode=st.integers(1, 2),
        gone=st.integers(0, 1),
        grown=st.integers(0, 3),
    ),
    amounts=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS),
)
def test_the_basic_amount_is_one_of_the_standards_or_nothing_with_a_reason(
    facts: Basic, amounts: tuple[int, int, int]
) -> None:
    standards = dict(zip(BASIC_KEYS, map(yuan, amounts), strict=True))
    outcome, lines = said(PROGRAMMES["destitute_basic"], facts, standards, JUNE)
    rural, urban, institution = amounts
    wanted = institution if facts.mode == rule.INSTITUTIONAL else (0, urban, rural)[facts.zone]
    stands = facts.zone and not facts.gone and facts.grown != rule.GROWN_UP
    assert outcome.fen == (wanted if stands else 0)
    assert lines
    assert lines[-1][1] == outcome.fen
    assert outcome.fen or outcome.why


@given(
    failed=st.integers(-1, 6),
    basic=st.sampled_from(list(Verdict)),
    amounts=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS).map(sorted),
)
def test_care_never_falls_with_more_failed_indicators(
    failed: int, basic: Verdict, amounts: list[int]
) -> None:
    standards = dict(zip(CARE_KEYS, map(yuan, amounts), strict=True))
    card = PROGRAMMES["destitute_care"]
    less, _ = said(card, Care(2, failed, basic), standards, JUNE)
    more, _ = said(card, Care(2, min(failed + 1, 6), basic), standards, JUNE)
    assert 0 <= less.fen <= more.fen
    if basic is not Verdict.PAYABLE:
        assert more.fen == 0


@given(
    months=st.integers(0, 24), basic=st.integers(-1, 1_000_000), died=st.sampled_from([0, 202409])
)
def test_the_funeral_is_months_times_the_basic_amount(months: int, basic: int, died: int) -> None:
    facts = Funeral(died, 2, 1, basic)
    outcome, lines = said(
        PROGRAMMES["destitute_funeral"], facts, {"destitute_funeral.months": months}, JUNE
    )
    assert outcome.fen == (months * basic if died and basic > 0 else 0)
    assert lines


def test_a_missing_standard_holds_the_case() -> None:
    outcome, lines = said(PROGRAMMES["destitute_basic"], Basic(2, 1, 0, 0), {}, JUNE)
    assert outcome.verdict is Verdict.HELD
    assert "标准" in lines[-1][0]


@pytest.mark.parametrize(
    ("failed", "grade"),
    [(0, "self"), (1, "partial"), (3, "partial"), (4, "full"), (6, "full")],
)
def test_self_care_grades(failed: int, grade: str) -> None:
    assert rule.self_care_grade(failed) == grade


@pytest.mark.parametrize(
    ("age", "certificates", "passed"),
    [
        (60, [], True),
        (59, [], False),
        (15, [], True),
        (16, [], None),
        (17, [], None),
        (18, [], False),
        (30, [("intellectual", 3)], True),
        (30, [("mental", 3)], True),
        (30, [("mental", 4)], False),
        (30, [("limb", 2)], True),
        (30, [("limb", 3)], False),
        (30, [("vision", 1)], True),
        (30, [("vision", 2)], False),
        (30, [("hearing", 1)], False),
        (30, [("speech", 1)], False),
        (30, [("multiple", 1)], False),
        (30, [("limb", 3), ("limb", 2)], True),
    ],
)
def test_no_working_capacity(
    age: int, certificates: list[tuple[str, int]], passed: bool | None
) -> None:
    assert rule.working_capacity(age, certificates).passed is passed


@pytest.mark.parametrize(("flag", "passed"), [(True, True), (False, False), (None, False)])
def test_a_finding_never_made_does_not_pass(flag: bool | None, passed: bool) -> None:
    assert rule.finding("able_obligor", "无有履行能力的义务人", flag).passed is passed


def test_the_budget_line_follows_the_zone() -> None:
    card = PROGRAMMES["destitute_basic"]
    assert card.budget_of(Basic(1, 1, 0, 0)) == "2082101"
    assert card.budget_of(Basic(2, 1, 0, 0)) == "2082102"
