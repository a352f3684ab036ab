"""计算: one month for everybody or for some, programme after programme, nothing written.

The same code serves the monthly run, the decision, the trial (试算) and the proofs; they differ
only in where the results go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from apps.casework.outcome import Outcome, Share, Situation, Standing, Verdict, pronounce
from apps.casework.programme import (
    PROGRAMMES,
    Case,
    Computed,
    Gathering,
    Programme,
    Rule,
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
# (programme, pairs of subject and month) -> fen before sanction of those that were computed
Earlier = Callable[[str, Collection[tuple[int, Month]]], Mapping[tuple[int, Month], int]]

# So many answers are kept; a full memory that was of use less often is given up.
MOST_KEPT = 5_000
_ACTIVE = int(Standing.ACTIVE)


class Result(NamedTuple):
    """One award, one month: what was found, with all it was found from."""

    card: Programme
    case: Case
    situation: Situation
    outcome: Outcome


def no_earlier(
    _programme: str, _asked: Collection[tuple[int, Month]]
) -> Mapping[tuple[int, Month], int]:
    """Nothing is known of earlier months."""
    return {}


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
                case, outcome = result.case, result.outcome
                share = Share(outcome.base, len(case.persons), outcome.verdict, case.entitlement_id)
                gathering.computed.put(result.card.code, case.persons, share)
            yield result


def situation_of(
    card: Programme, case: Case, gathering: Gathering, previous: Previous
) -> Situation:
    """The situation of a single case."""
    return _Situations(card, gathering, previous).of(case)


class _Situations:
    """Standing from the month before, and which programme bars this one (first in the list).

    Asked once for every case: what is the same for all cases of a card is found beforehand, and
    the few situations there are exist once.
    """

    def __init__(self, card: Programme, gathering: Gathering, previous: Previous) -> None:
        self._code, self._lapses, self._previous = card.code, card.lapses, previous
        computed = gathering.computed
        self._holds = computed.holds
        self._barring = [
            (computed.of(e.programme), e.programme, PROGRAMMES[e.programme].number)
            for e in card.excluded_by
            if e.switch is None or gathering.standards.on(e.switch)
        ]
        self._known: dict[tuple[int, int], Situation] = {}

    def of(self, case: Case) -> Situation:
        """The situation of one case."""
        standing = self._standing(case) if self._lapses else _ACTIVE
        barred, subject = 0, case.subject
        for shares, programme, number in self._barring:
            if subject in shares and self._holds(programme, subject):
                barred = number
                break
        key = (standing, barred)
        return self._known.get(key) or self._known.setdefault(key, Situation(*key))

    def _standing(self, case: Case) -> int:
        if self._previous:
            before = self._previous.get((self._code, case.entitlement_id, case.subject))
            if before is Verdict.LAPSED:
                return int(Standing.LAPSED)
            if before is Verdict.WAITING:
                return int(Standing.WAITING)
        return int(Standing.WAITING) if case.new else _ACTIVE


class Memory:
    """Answers to repeated questions, kept as long as that pays.

    Most facts of a month are shared by thousands; where hardly any two are alike (incomes to the
    fen), remembering would cost more than it saves, and stops.
    """

    __slots__ = ("_hits", "_seen", "_worth_it")

    def __init__(self) -> None:
        self._seen: dict[Any, Any] = {}
        self._hits = 0
        self._worth_it = True

    def recall(self, question: Any) -> Any:
        """The answer kept for a (hashable) question, or None."""
        if not self._seen:
            return None
        found = self._seen.get(question)
        if found is not None:
            self._hits += 1
        return found

    def keep(self, question: Any, answer: Any) -> None:
        """Remember an answer, while there is room and sense in it."""
        if not self._worth_it:
            return
        self._seen[question] = answer
        if len(self._seen) > MOST_KEPT:
            self._worth_it = self._hits > MOST_KEPT
            self._hits = 0
            self._seen.clear()


class _OfMonth(NamedTuple):
    """A card as pronounce() needs it, its rule looked up once for all cases of the month."""

    card: Programme
    rule: Rule

    def rule_of(self, _month: Month) -> Rule:
        return self.rule

    def named(self, number: int) -> str:
        return self.card.named(number)

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def lapses(self) -> bool:
        return self.card.lapses


def _judge(card: Programme, gathering: Gathering) -> Callable[[Any, Situation], Outcome]:
    """pronounce() for a card in the month, with a memory."""
    standards, memory = gathering.standards, Memory()

    @cache
    def of_month() -> _OfMonth:
        return _OfMonth(card, card.rule_of(standards.month))

    def judge(facts: Any, situation: Situation) -> Outcome:
        question = (facts, situation)
        found: Outcome | None = memory.recall(question)
        if found is None:
            found = pronounce(of_month(), facts, situation, standards, silent)
            assert found.fen >= 0, (card.code, facts)
            memory.keep(question, found)
        return found

    return judge


def _each(cards: list[Programme], gathering: Gathering, previous: Previous) -> Iterator[Result]:
    for card in cards:
        assert card.gather is not None, card.code
        judge = _judge(card, gathering)
        situations = _Situations(card, gathering, previous)
        for case in card.gather(replace(gathering, card=card)):
            situation = situations.of(case)
            yield Result(card, case, situation, judge(case.facts, situation))


def _slot(cards: list[Programme], gathering: Gathering, previous: Previous) -> Iterator[Result]:
    """Programmes of one slot: each bids, and for each person only the highest stays."""
    judges = {card.code: _judge(card, gathering) for card in cards}
    found: list[Result] = []
    best: dict[int, tuple[int, int]] = {}
    competing = {card.number for card in cards if _competes(card, gathering)}
    for result in _each(cards, gathering, previous):
        found.append(result)
        bid = (result.outcome.fen, -result.card.number)
        if bid[0] and result.card.number in competing:
            before = best.get(result.case.subject)
            if before is None or bid > before:
                best[result.case.subject] = bid
    for result in found:
        fen, number = best.get(result.case.subject, (0, 0))
        if not fen or -number == result.card.number or result.card.number not in competing:
            yield result
            continue
        situation = result.situation._replace(rival=-number, rival_fen=fen)
        outcome = judges[result.card.code](result.case.facts, situation)
        yield result._replace(situation=situation, outcome=outcome)


def _competes(card: Programme, gathering: Gathering) -> bool:
    assert card.slot is not None
    return card.slot.switch is None or gathering.standards.on(card.slot.switch)
