"""儿童福利: the rules alone."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES
from apps.child_welfare import rule
from apps.child_welfare.facts import first_year
from apps.child_welfare.rule import Orphan, Parent, Unattended
from apps.units.money import yuan
from apps.units.months import month
from tests.destitute_support.worked import said

JUNE = month(2024, 6)
FEN = st.integers(0, 500_000)
DEAD, MISSING = Parent("dead", 0, "", False), Parent("declared_missing", 0, "", False)
ABLE, ILL = Parent("able", 0, "", False), Parent("seriously_ill", 0, "", False)


def topped_up(standard: int, household: int, heads: int, living: int) -> tuple[int, int]:
    """The amount in fen, and the sum of the lines said before it."""
    facts = Unattended(1, 0, 0, 0, 0, 0, household, heads, living)
    values = {"unattended_child_allowance.scattered": yuan(standard)}
    outcome, lines = said(PROGRAMMES["unattended_child_allowance"], facts, values, JUNE)
    return outcome.fen, sum(fen for _, fen in lines[:-1])


@given(standard=FEN, household=FEN, heads=st.integers(1, 12), living=FEN)
def test_the_top_up_is_the_exact_difference_rounded_once(
    standard: int, household: int, heads: int, living: int
) -> None:
    exact = standard - Fraction(household, heads) - living
    fen, said_fen = topped_up(standard, household, heads, living)
    assert fen == max(0, floor(exact + Fraction(1, 2)))
    assert max(0, said_fen) == fen  # what is shown adds up to what is paid


@given(standard=FEN, household=FEN, more=FEN, heads=st.integers(1, 12))
def test_more_minimum_living_never_pays_more_than_the_standard_in_all(
    standard: int, household: int, more: int, heads: int
) -> None:
    fen, _ = topped_up(standard, household, heads, 0)
    less, _ = topped_up(standard, household + more, heads, 0)
    assert less <= fen
    share = Fraction(household, heads)
    assert fen + share <= max(Fraction(standard), share) + Fraction(1, 2)


@given(
    facts=st.builds(
        Orphan,
        mode=st.integers(1, 2),
        gone=st.integers(0, 1),
        grown=st.integers(0, 2),
        father=st.integers(0, 11),
        mother=st.integers(0, 11),
    ),
    amounts=st.tuples(FEN, FEN),
)
def test_an_orphan_gets_the_standard_or_a_reason(facts: Orphan, amounts: tuple[int, int]) -> None:
    values = dict(zip(PROGRAMMES["orphan_allowance"].standards, map(yuan, amounts), strict=True))
    outcome, lines = said(PROGRAMMES["orphan_allowance"], facts, values, JUNE)
    ended = facts.gone or facts.grown == rule.GROWN_UP or facts.father or facts.mother
    assert outcome.fen == (0 if ended else amounts[facts.mode - 1])
    assert lines
    assert outcome.fen or outcome.why


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (Parent("disabled", 2, "limb", False), True),
        (Parent("disabled", 3, "limb", False), False),
        (Parent("disabled", 3, "mental", False), True),
        (Parent("disabled", 4, "intellectual", False), True),
        (Parent("disabled", 0, "mental", False), False),
        (Parent("imprisoned", 6, "", False), True),
        (Parent("imprisoned", 5, "", False), False),
        (Parent("compulsory_rehabilitation", 24, "", False), True),
        (Parent("restricted", 0, "", False), False),
        (Parent("lost_contact", 0, "", True), True),
        (Parent("lost_contact", 0, "", False), False),
        (Parent("guardianship_revoked", 0, "", False), True),
        (Parent("deported", 0, "", False), True),
        (ILL, True),
        (ABLE, False),
        (DEAD, False),
    ],
)
def test_which_parents_qualify(parent: Parent, expected: bool) -> None:
    assert rule.qualifies(parent) is expected


@pytest.mark.parametrize(
    ("father", "mother", "expected"),
    [
        (DEAD, DEAD, False),
        (DEAD, MISSING, False),
        (MISSING, MISSING, False),
        (DEAD, ILL, True),
        (MISSING, ILL, True),
        (ILL, ILL, True),
        (DEAD, ABLE, False),
        (MISSING, ABLE, False),
        (ILL, ABLE, False),
        (ABLE, ABLE, False),
        (DEAD, None, False),
        (ILL, None, False),
        (None, None, False),
    ],
)
def test_the_truth_table_both_ways(
    father: Parent | None, mother: Parent | None, expected: bool
) -> None:
    for tests in (rule.unattended_test(father, mother), rule.unattended_test(mother, father)):
        assert all(test.passed for test in tests) is expected
        assert all(test.words for test in tests)
        assert {test.code for test in tests} == {"parents_test"}


@pytest.mark.parametrize(
    ("father", "mother", "expected"),
    [(DEAD, MISSING, True), (DEAD, ILL, False), (DEAD, None, False)],
)
def test_who_is_an_orphan(father: Parent, mother: Parent | None, expected: bool) -> None:
    assert all(test.passed for test in rule.orphan_test(father, mother)) is expected


@pytest.mark.parametrize(("held", "name"), [(1, "困难残疾人生活补贴"), (2, "最低生活保障金")])
def test_what_is_topped_up_must_be_known(held: int, name: str) -> None:
    facts = Unattended(1, 0, 0, 0, 0, held, 0, 1, 0)
    values = {"unattended_child_allowance.scattered": "1100.00"}
    outcome, lines = said(PROGRAMMES["unattended_child_allowance"], facts, values, JUNE)
    assert outcome.verdict is Verdict.HELD
    assert name in lines[-1][0]


@pytest.mark.parametrize(
    ("text", "year"), [("2024-2025", 2024), ("2024", 2024), ("", 0), ("下学年", 0)]
)
def test_the_school_year(text: str, year: int) -> None:
    assert first_year(text) == year


def test_children_are_never_put_on_a_notice() -> None:
    for code in ("orphan_allowance", "unattended_child_allowance", "orphan_study_grant"):
        assert not PROGRAMMES[code].public_notice
