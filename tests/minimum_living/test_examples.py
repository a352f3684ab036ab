"""The worked examples of the policy officers come out to the fen, and say why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.casework.outcome import Situation, pronounce
from apps.casework.programme import PROGRAMMES
from apps.standards.book import Book, Value
from apps.standards.loading import by_band, entry_of
from apps.units.money import parse_yuan
from apps.units.months import month, parse_month
from apps.units.working import Working, silent

FILE = Path(__file__).parents[2] / "apps" / "minimum_living" / "examples.yaml"
EXAMPLES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def book(values: dict[str, Any]) -> Book:
    rows = []
    for key, raw in values.items():
        entry = entry_of(key)
        for band, one in by_band(entry, raw).items():
            number, word = entry.parsed(one)
            rows.append(
                Value(key, band, month(2010, 1), None, number, word, entry.unit, "某文件", False)
            )
    return Book(rows)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: str(e["name"]))
def test_example(example: dict[str, Any]) -> None:
    of = parse_month(example["month"])
    card = PROGRAMMES[example["programme"]]
    rule = card.rule_of(of)
    assert rule.number == example["rule"]
    facts = rule.facts(**example["facts"])
    standards = book(example["standards"]).month(of)
    working = Working()
    outcome = pronounce(card, facts, Situation(), standards, working)
    assert outcome.fen == parse_yuan(example["amount"])
    assert pronounce(card, facts, Situation(), standards, silent) == outcome
    assert working.lines[-1][1] == outcome.fen
    if "verdict" in example:
        assert outcome.verdict.name.lower() == example["verdict"]


def test_every_rule_has_examples() -> None:
    numbers = {e["rule"] for e in EXAMPLES}
    cards = [c for c in PROGRAMMES.values() if c.app == "minimum_living"]
    assert {rule.number for card in cards for rule in card.rules} <= numbers
