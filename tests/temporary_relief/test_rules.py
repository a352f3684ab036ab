"""临时救助: its rule on plain values, and that vagrant relief has none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES, in_order
from apps.temporary_relief.rule import Relief
from apps.units.money import yuan
from tests.disability_subsidies.plain import say, standards_of


@given(
    st.integers(0, 100_000_00),
    st.integers(0, 1),
    st.none() | st.integers(0, 20),
    st.integers(1, 2000_00),
)
def test_never_above_the_cap_without_approval_and_never_above_the_assessment(
    assessed: int, over_cap: int, multiple: int | None, line: int
) -> None:
    table = standards_of(
        {"temporary_relief.cap_multiple": multiple, "minimum_living.urban_monthly": yuan(line)}
    )
    said = say("temporary_relief", Relief(assessed, over_cap), table)
    fen = said.outcome.fen
    limited = multiple is not None and not over_cap
    assert fen <= assessed
    assert not limited or fen <= (multiple or 0) * line
    assert fen == assessed or fen == (multiple or 0) * line
    assert (said.outcome.verdict is Verdict.PAYABLE) == (fen > 0)
    assert said.lines[-1][1] == fen


def test_a_cap_without_the_minimum_living_standard_is_held() -> None:
    table = standards_of({"temporary_relief.cap_multiple": 10})
    said = say("temporary_relief", Relief(1_00, 0), table)
    assert said.outcome.verdict is Verdict.HELD


def test_the_words_show_the_cap_and_the_special_decision() -> None:
    table = standards_of(
        {"temporary_relief.cap_multiple": 10, "minimum_living.urban_monthly": "700.00"}
    )
    capped = say("temporary_relief", Relief(9000_00, 0), table)
    assert "封顶7000.00元（城市低保月标准700.00元，某文的10倍）" in capped.lines[-1][0]
    approved = say("temporary_relief", Relief(9000_00, 1), table)
    assert "一事一议" in approved.lines[-1][0]


def test_vagrant_relief_has_no_amount_and_no_rule() -> None:
    assert not PROGRAMMES["vagrant_relief"].rules
    assert all(c.code != "vagrant_relief" for group in in_order() for c in group)
