"""计算: one month for everybody or for some, programme after programme, nothing written.

The same code serves the monthly run, the decision, the trial (试算) and the proofs; they differ
only in where the results go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
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
from apps.casework.reading import Line
from apps.standards.book import Book
from apps.units.months import Month
from apps.units.working import silent

# (programme, entitlement id, subject) -> WAITING or LAPSED at the end of the month before;
# awards that are not listed were ACTIVE (or start this month).
Previous = Mapping[tuple[str, int, int], Verdict]
# (programme, pairs of subject and month) -> fen before sanction of those that were computed
Earlier = Callable[[str, Collection[tuple[int, Month]]], Mapping[tuple[int, Month], int]]

# So many answers of a programme are kept; then all are forgotten and the keeping begins anew.
MOST_KEPT = 5_000
_ACTIVE = int(Standing.ACTIVE)


class Result(NamedTuple):
    """One award, one month: what was found, with all it was found from.

    ``kept`` is one for all results of equal facts and situation: what is worked out from those
    alone may be left there for the next of them, by number of persons.
    """

    card: Programme
    case: Case
    situation: Situation
    outcome: Outcome
    kept: dict[int, Any]


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
    line: Line | None = None,
) -> Iterator[Result]:
    """Every award in force in ``month`` within ``scope``, in the order the cards declare.

    ``computed`` is filled on the way; ``only`` leaves out programmes that have no award (pass a
    set closed under what they wait for). Reads the database through each card's gather(), on a
    ``line`` of its own if there is one: then all programmes' facts are asked for at once.
    """
    gathering = Gathering(
        month=month,
        scope=scope or Scope(),
        computed=computed if computed is not None else Computed(),
        book=book,
        earlier=earlier,
        line=line,
    )
    wanted = {code for card in PROGRAMMES.values() for code in waits_for(card)}
    groups = [[c for c in group if only is None or c.code in only] for group in in_order()]
    asked = [[_Judge(card, gathering, previous or {}) for card in group] for group in groups]
    for judges in asked:
        results = _slot(judges) if len(judges) > 1 else _each(judges)
        if any(judge.card.code in wanted for judge in judges):
            results = _sharing(results, gathering.computed, wanted)
        yield from results


def _sharing(results: Iterable[Result], computed: Computed, wanted: set[str]) -> Iterator[Result]:
    """The same results, known to the programmes that wait for them."""
    for result in results:
        if result.card.code in wanted:
            case, outcome = result.case, result.outcome
            share = Share(outcome.base, len(case.persons), outcome.verdict, case.entitlement_id)
            computed.put(result.card.code, case.persons, share)
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
        self._plain = {int(standing): Situation(int(standing)) for standing in Standing}

    def of(self, case: Case) -> Situation:
        """The situation of one case."""
        standing = self._standing(case) if self._lapses else _ACTIVE
        subject = case.subject
        for shares, programme, number in self._barring:
            if subject in shares and self._holds(programme, subject):
                return Situation(standing, number)
        return self._plain[standing]

    def _standing(self, case: Case) -> int:
        if self._previous:
            before = self._previous.get((self._code, case.entitlement_id, case.subject))
            if before is Verdict.LAPSED:
                return int(Standing.LAPSED)
            if before is Verdict.WAITING:
                return int(Standing.WAITING)
        return int(Standing.WAITING) if case.new else _ACTIVE


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


class _Judge:
    """A card in the month: its facts asked for, its rule with a memory of what it has answered."""

    def __init__(self, card: Programme, gathering: Gathering, previous: Previous) -> None:
        assert card.gather is not None, card.code
        self.card, self._gathering, self._previous = card, gathering, previous
        self._cases = card.gather(replace(gathering, card=card))
        self._kept: dict[tuple[Any, Situation], tuple[Outcome, dict[int, Any]]] = {}

    @cached_property
    def _of_month(self) -> _OfMonth:
        return _OfMonth(self.card, self.card.rule_of(self._gathering.month))

    def results(self) -> Iterator[Result]:
        """Each case of the month pronounced."""
        card, situation_of_case = self.card, self._situations().of
        recall, say = self._kept.get, self.say
        for case in self._cases:
            situation = situation_of_case(case)
            question = (case.facts, situation)
            outcome, kept = recall(question) or say(question)
            yield Result(card, case, situation, outcome, kept)

    def _situations(self) -> _Situations:
        return _Situations(self.card, self._gathering, self._previous)

    def say(self, question: tuple[Any, Situation]) -> tuple[Outcome, dict[int, Any]]:
        """The rule's answer on facts and situation, kept for the next who is alike."""
        facts, situation = question
        outcome = pronounce(self._of_month, facts, situation, self._gathering.standards, silent)
        assert outcome.fen >= 0, (self.card.code, facts)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        answer = self._kept[question] = (outcome, {})
        return answer

    @property
    def competes(self) -> bool:
        """Whether only the highest of its slot is paid this month."""
        slot = self.card.slot
        assert slot is not None
        return slot.switch is None or self._gathering.standards.on(slot.switch)


def _each(judges: list[_Judge]) -> Iterator[Result]:
    for judge in judges:
        yield from judge.results()


def _slot(judges: list[_Judge]) -> Iterator[Result]:
    """Programmes of one slot: each bids, and for each person only the highest stays."""
    competing = {judge.card.number: judge for judge in judges if judge.competes}
    if len(competing) < 2:
        yield from _each(judges)
        return
    found = list(_each(judges))
    best = _highest(found, competing)
    for result in found:
        judge = competing.get(result.card.number)
        fen, number = best.get(result.case.subject, (0, 0))
        if judge is None or not fen or -number == result.card.number:
            yield result
            continue
        situation = result.situation._replace(rival=-number, rival_fen=fen)
        outcome, kept = judge.say((result.case.facts, situation))
        yield result._replace(situation=situation, outcome=outcome, kept=kept)


def _highest(found: list[Result], competing: Collection[int]) -> dict[int, tuple[int, int]]:
    """Person → the highest bid: fen, and minus the number of the programme (the lower wins)."""
    best: dict[int, tuple[int, int]] = {}
    for card, case, _, outcome, _ in found:
        if outcome.fen and card.number in competing:
            bid = (outcome.fen, -card.number)
            before = best.get(case.subject)
            if before is None or bid > before:
                best[case.subject] = bid
    return best
