"""算例: the examples agreed with the policy office, worked by the rules as they stand.

Each programme app keeps them in its examples.yaml; the suite works every one, and the help page
of a programme shows them with their working.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.apps import apps

from apps.casework.outcome import Outcome, Situation, Verdict, pronounce
from apps.casework.programme import PROGRAMMES
from apps.standards.book import Book, Value
from apps.standards.loading import by_band, entry_of
from apps.units.money import parse_yuan
from apps.units.months import Month, parse_month
from apps.units.working import Working


class Example(NamedTuple):
    """One example: the facts, the standards it takes, and the fen that must come out."""

    app: str
    name: str
    programme: str
    month: Month
    standards: dict[str, Any]
    facts: dict[str, int]
    fen: int
    verdict: Verdict | None
    rule: int | None


class Worked(NamedTuple):
    """An example with its working and what it came to."""

    example: Example
    working: Working
    outcome: Outcome

    @property
    def agrees(self) -> bool:
        """Whether the rule says what the policy office says."""
        same = self.outcome.fen == self.example.fen
        return same and self.example.verdict in (None, self.outcome.verdict)


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """All examples of all apps, in the order of the files. ValueError names file and example."""
    found: list[Example] = []
    for config in apps.get_app_configs():
        path = Path(config.path) / "examples.yaml"
        if config.name.startswith("apps.") and path.exists():
            rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
            found += [_example(config.label, row) for row in rows]
    return tuple(found)


def _example(app: str, row: dict[str, Any]) -> Example:
    try:
        return Example(
            app=app,
            name=row["name"],
            programme=row["programme"],
            month=parse_month(row["month"]),
            standards=row.get("standards") or {},
            facts=row["facts"],
            fen=parse_yuan(row["amount"]),
            verdict=Verdict[row["verdict"].upper()] if "verdict" in row else None,
            rule=row.get("rule"),
        )
    except (KeyError, ValueError, TypeError) as fault:
        raise ValueError(f"{app}/examples.yaml 的“{row.get('name')}”：{fault!r}") from None


def work(example: Example) -> Worked:
    """Say the example's rule on its facts with just the standards it names."""
    card = PROGRAMMES[example.programme]
    rule = card.rule_of(example.month)
    unknown = set(example.facts) - set(rule.facts._fields)
    if unknown:
        raise ValueError(f"{example.name}：没有名为{'、'.join(sorted(unknown))}的事实。")
    usual = dict.fromkeys(rule.facts._fields, 0) | rule.facts._field_defaults
    facts = rule.facts(**{**usual, **example.facts})
    working = Working()
    standards = _book(example).month(example.month)
    outcome = pronounce(card, facts, Situation(), standards, working)
    return Worked(example, working, outcome)


def _book(example: Example) -> Book:
    rows = []
    for key, value in example.standards.items():
        entry = entry_of(key)
        for band, raw in by_band(entry, value).items():
            number, choice = entry.parsed(raw)
            rows.append(
                Value(key, band, example.month, None, number, choice, entry.unit, "算例", True)
            )
    return Book(rows)
