"""计算: one month for everybody or for some, programme after programme, nothing written.

The same code serves the monthly run, the decision, the trial (试算) and the proofs; they differ
only in where the results go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from apps.casework.outcome import Outcome, Share, Situation, Standing, Verdict, pronounce
from apps.casework.programme import (
    PROGRAMMES,
    Case,
    Computed,
    Gathering,
    Programme,
    Scope,
    in_order,
    waits_for,
)
from apps.standards.book import Book
from apps.units.months import Month
from apps.units.working import silent

# (programme, entitlement id, subject) -> WAITING or LAPSED at the end of the month before;
# awards that are not listed were ACTIVE (or start this month).
Previous = Mapping[tuple[str, int, int], Verdict]
Earlier = Callable[[str, int, Month], int | None]


class Result(NamedTuple):
    """One award, one month: what was found, with all it was found from."""

    card: Programme
    case: Case
    situation: Situation
    outcome: Outcome


def no_earlier(_programme: str, _subject: int, _month: Month) -> int | None:
    """Nothing is known of earlier months."""
    return None


def calculate(
    month: Month,
    *,
    book: Book,
    scope: Scope | None = None,
    previous: Previous | None = None,
    earlier: Earlier = no_earlier,
    computed: Computed | None = None,
    only: frozenset[str] | None = None,
) -> Iterator[Result]:
    """Every award in force in ``month`` within ``scope``, in the order the cards declare.

    ``computed`` is filled on the way; ``only`` leaves out programmes that have no award (pass a
    set closed under what they wait for). Reads the database through each card's gather().
    """
    gathering = Gathering(
        month=month,
        scope=scope or Scope(),
        computed=computed if computed is not None else Computed(),
        book=book,
        earlier=earlier,
    )
    wanted = {code for card in PROGRAMMES.values() for code in waits_for(card)}
    for group in in_order():
        cards = [c for c in group if only is None or c.code in only]
        judge = _slot if len(cards) > 1 else _each
        for result in judge(cards, gathering, previous or {}):
            if result.card.code in wanted:
                share = Share(result.outcome.base, len(result.case.persons), result.outcome.verdict)
                gathering.computed.put(result.card.code, result.case.persons, share)
            yield result


def situation_of(
    card: Programme, case: Case, gathering: Gathering, previous: Previous
) -> Situation:
    """Standing from the month before, and which programme bars this one (first in the list)."""
    standing = Standing.WAITING if case.new else Standing.ACTIVE
    before = previous.get((card.code, case.entitlement_id, case.subject))
    if before is Verdict.LAPSED:
        standing = Standing.LAPSED
    elif before is Verdict.WAITING:
        standing = Standing.WAITING
    barred = 0
    if case.subject > 0:
        for exclusion in card.excluded_by:
            if exclusion.switch and not gathering.standards.on(exclusion.switch):
                continue
            if gathering.computed.holds(exclusion.programme, case.subject):
                barred = PROGRAMMES[exclusion.programme].number
                break
    return Situation(int(standing) if card.lapses else int(Standing.ACTIVE), barred)


class _Judge:
    """pronounce() with a memory: many cases of a month have the very same facts."""

    def __init__(self, card: Programme, gathering: Gathering) -> None:
        self.card, self.standards = card, gathering.standards
        self._seen: dict[tuple[Any, Situation], Outcome] = {}

    def __call__(self, facts: Any, situation: Situation) -> Outcome:
        key = (facts, situation)
        found = self._seen.get(key)
        if found is None:
            found = pronounce(self.card, facts, situation, self.standards, silent)
            assert found.fen >= 0, (self.card.code, facts)
            if len(self._seen) > 200_000:
                self._seen.clear()
            self._seen[key] = found
        return found


def _each(cards: list[Programme], gathering: Gathering, previous: Previous) -> Iterator[Result]:
    for card in cards:
        assert card.gather is not None, card.code
        judge = _Judge(card, gathering)
        for case in card.gather(replace(gathering, card=card)):
            situation = situation_of(card, case, gathering, previous)
            yield Result(card, case, situation, judge(case.facts, situation))


def _slot(cards: list[Programme], gathering: Gathering, previous: Previous) -> Iterator[Result]:
    """Programmes of one slot: each bids, and for each person only the highest stays."""
    judges = {card.code: _Judge(card, gathering) for card in cards}
    found: list[Result] = []
    best: dict[int, tuple[int, int]] = {}
    for result in _each(cards, gathering, previous):
        found.append(result)
        bid = (result.outcome.fen, -result.card.number)
        if result.outcome.fen and _competes(result.card, gathering):
            best[result.case.subject] = max(best.get(result.case.subject, (0, 0)), bid)
    for result in found:
        fen, number = best.get(result.case.subject, (0, 0))
        if not fen or -number == result.card.number or not _competes(result.card, gathering):
            yield result
            continue
        situation = result.situation._replace(rival=-number, rival_fen=fen)
        outcome = judges[result.card.code](result.case.facts, situation)
        yield result._replace(situation=situation, outcome=outcome)


def _competes(card: Programme, gathering: Gathering) -> bool:
    assert card.slot is not None
    return card.slot.switch is None or gathering.standards.on(card.slot.switch)
