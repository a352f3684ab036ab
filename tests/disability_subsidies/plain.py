"""A programme's rule on plain values: standards from a map as in the catalogue, no database."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from apps.casework.outcome import Outcome, Situation, Standing, pronounce
from apps.casework.programme import PROGRAMMES
from apps.standards.book import Book, Standards, Value
from apps.standards.loading import by_band, entry_of
from apps.units.months import Month, month, parse_month
from apps.units.working import Working

JUNE = month(2024, 6)
APPS = Path(__file__).resolve().parents[2] / "apps"


class Said(NamedTuple):
    """What a rule answered, and every line it said on the way."""

    outcome: Outcome
    lines: list[tuple[str, int]]


def standards_of(given: dict[str, Any], when: Month = JUNE) -> Standards:
    """The standards of one month, written as in standards.yaml: {"a.b": "90.00", "c.d": True}."""
    values = []
    for key, value in given.items():
        entry = entry_of(key)
        for band, raw in by_band(entry, value).items():
            number, word = entry.parsed(raw)
            values.append(Value(key, band, when, None, number, word, entry.unit, "某文", True))
    return Book(values).month(when)


def say(code: str, facts: Any, standards: Standards, situation: Situation | None = None) -> Said:
    """The programme's month, said aloud; the award began before unless a situation says more."""
    working = Working()
    card = PROGRAMMES[code]
    found = pronounce(card, facts, situation or Situation(Standing.ACTIVE), standards, working)
    return Said(found, working.lines)


def examples(app: str) -> list[Any]:
    """The 算例 of an app, as test parameters named by what they show."""
    read = yaml.safe_load((APPS / app / "examples.yaml").read_text(encoding="utf-8"))
    return [pytest.param(one, id=one["name"]) for one in read]


def say_example(example: dict[str, Any]) -> Said:
    """An example from its file, run through the rule of its month."""
    when = parse_month(example["month"])
    facts = PROGRAMMES[example["programme"]].rule_of(when).facts(**example["facts"])
    return say(example["programme"], facts, standards_of(example["standards"], when))
