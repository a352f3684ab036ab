"""Every programme's 算例 are worked: the policy office's figures are the test."""

from __future__ import annotations

import pytest

from apps.casework.examples import Example, examples, work
from apps.casework.programme import PROGRAMMES
from apps.units.money import yuan


@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e.programme}：{e.name}")
def test_an_example_comes_to_what_the_policy_office_says(example: Example) -> None:
    worked = work(example)
    shown = "\n".join(f"{words}：{yuan(fen)}" for words, fen in worked.working.lines)
    assert worked.agrees, shown


def test_every_programme_with_a_rule_has_examples() -> None:
    with_examples = {example.programme for example in examples()}
    assert {card.code for card in PROGRAMMES.values() if card.rules} <= with_examples
