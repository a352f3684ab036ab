"""Says a rule through its card, without a database."""

from __future__ import annotations

from typing import Any

from apps.casework.outcome import Outcome, Situation, pronounce
from apps.casework.programme import Programme
from apps.standards.book import Book, Value
from apps.standards.loading import entry_of
from apps.units.months import Month, month
from apps.units.working import Working

LONG_AGO = month(2010, 1)


def book_of(values: dict[str, Any]) -> Book:
    """A book with these values from long ago on; amounts as text in yuan."""
    found = []
    for key, raw in values.items():
        entry = entry_of(key)
        number, word = entry.parsed(raw)
        found.append(Value(key, "", LONG_AGO, None, number, word, entry.unit, "", False))
    return Book(found)


def said(
    card: Programme, facts: Any, standards: dict[str, Any], of: Month
) -> tuple[Outcome, list[tuple[str, int]]]:
    """The outcome of a month and the words it was said in."""
    working = Working()
    outcome = pronounce(card, facts, Situation(), book_of(standards).month(of), working)
    return outcome, working.lines
