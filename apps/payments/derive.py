"""计算过程: say a stored due again, word for word, from its own facts and standards."""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.outcome import Outcome, Situation, pronounce
from apps.casework.programme import PROGRAMMES, Programme, Rule
from apps.payments.models import Due
from apps.standards.book import Book, MissingStandard, Standards, Value, unpack
from apps.units.language import in_chinese
from apps.units.months import Month
from apps.units.working import Say, Working


class Derivation(NamedTuple):
    """A due said again: the words with their amounts, and the standards it rests on."""

    working: Working
    outcome: Outcome
    documents: list[Value]


class Numbered(NamedTuple):
    """A card that answers with the very rule a due was computed with."""

    card: Programme
    rule: Rule

    def rule_of(self, _month: Month) -> Rule:
        return self.rule

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def lapses(self) -> bool:
        return self.card.lapses

    def named(self, number: int) -> str:
        return self.card.named(number)


@in_chinese()
def say_again(
    programme: str, rule: int, facts: list[int], standards: Standards, say: Say
) -> Outcome:
    """Run the rule a due was computed with on its stored facts."""
    card = PROGRAMMES[programme]
    numbered = card.rule_numbered(rule)
    width = len(Situation._fields)
    situation = Situation(*facts[:width])
    case = numbered.facts(*facts[width:])
    return pronounce(Numbered(card, numbered), case, situation, standards, say)


def derive(due: Due, book: Book | None = None) -> Derivation:
    """The working of a due; its amount must come out the same to the fen (asserted)."""
    book = book or unpack(due.calculation.book)
    standards = book.month(due.month)
    working = Working()
    outcome = say_again(due.programme, due.rule, due.facts, standards, working)
    assert outcome.fen == due.fen, (due.pk, outcome)
    return Derivation(working, outcome, documents_of(due.programme, standards))


def documents_of(programme: str, standards: Standards) -> list[Value]:
    """The standards a programme's rule reads in a month, with document and whether example."""
    found = []
    for key in PROGRAMMES[programme].standards:
        try:
            found.append(standards.row(key))
        except MissingStandard:
            found += [standards.row(key, band) for band in standards.bands(key)]
    return found
