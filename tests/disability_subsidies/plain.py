"""A programme's rule on plain values: standards from a map as in the catalogue, no database."""

from __future__ import annotations

from typing import Any, NamedTuple

from apps.casework.outcome import Outcome, Situation, Standing, pronounce
from apps.casework.programme import PROGRAMMES
from apps.standards.book import Book, Standards, Value
from apps.standards.loading import by_band, entry_of
from apps.units.months import Month, month
from apps.units.working import Working

JUNE = month(2024, 6)


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
