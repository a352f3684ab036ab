"""结论: what a rule may answer, and the situation it answers in. Plain values, no Django."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

from apps.standards.book import MissingStandard, Standards
from apps.units.money import yuan
from apps.units.working import Say


class Verdict(IntEnum):
    """What one month of one award comes to."""

    PAYABLE = 1  # conditions hold and an amount is due
    NOTHING = 2  # the award stands, but this month comes to nothing (excluded, above the line)
    WAITING = 3  # awarded on application, conditions not yet met
    LAPSED = (
        4  # a condition failed after the award began: it has ended, a new application is needed
    )
    HELD = 5  # a fact or a standard is missing: 待补, never guessed
    UNQUALIFIED = 6  # a condition fails this month (of an award that does not lapse by itself)


class Standing(IntEnum):
    """Where an award stood at the end of the month before."""

    WAITING = 0
    ACTIVE = 1
    LAPSED = 2


class Outcome(NamedTuple):
    """The answer of a rule: fen to be owed, and the amount before any sanction (``base_fen``)."""

    fen: int
    verdict: Verdict = Verdict.PAYABLE
    base_fen: int = -1  # -1: the same as fen
    why: str = ""

    @property
    def base(self) -> int:
        """Fen before any sanction."""
        return self.fen if self.base_fen < 0 else self.base_fen


class Situation(NamedTuple):
    """What the run knows about a case beside its own facts; stored in front of them.

    ``barred_by`` is the number of the programme that excludes this one this month (0: none);
    ``rival`` the number of the programme in the same slot whose amount wins (0: none).
    """

    standing: int = Standing.ACTIVE
    barred_by: int = 0
    rival: int = 0
    rival_fen: int = 0


class Test(NamedTuple):
    """One eligibility test of a decision, said aloud; ``passed`` None: left to the officer."""

    code: str
    passed: bool | None
    words: str


class Share(NamedTuple):
    """What an award of this calculation means for one of its persons."""

    base_fen: int  # amount of the whole award before any sanction
    heads: int  # persons it is for
    verdict: Verdict
    award: int = 0  # the award itself


def pronounce(
    card: Any, facts: Any, situation: Situation, standards: Standards, say: Say
) -> Outcome:
    """Say a programme's month: what holds for every programme around its own rule.

    Order: ended awards stay ended; the programme's rule; programmes that exclude it; the slot in
    which only the highest is paid. A missing standard holds the case (never an error).
    """
    if situation.standing == Standing.LAPSED:
        say("此前月份已不符合享受条件，待遇已终止，须重新申请", 0)
        return Outcome(0, Verdict.LAPSED, why="lapsed")
    try:
        outcome: Outcome = card.rule_of(standards.month).function(facts, standards, say)
    except MissingStandard as missing:
        say(f"待补：{missing}", 0)
        return Outcome(0, Verdict.HELD, why="missing_standard")
    if outcome.verdict is Verdict.UNQUALIFIED and card.lapses:
        waiting = situation.standing == Standing.WAITING
        return outcome._replace(verdict=Verdict.WAITING if waiting else Verdict.LAPSED)
    if outcome.verdict is not Verdict.PAYABLE:
        return outcome
    return _beside_others(card, situation, outcome, say)


def _beside_others(card: Any, situation: Situation, outcome: Outcome, say: Say) -> Outcome:
    """Exclusion and slot, the two ways another programme takes a month away."""
    if situation.barred_by:
        name = card.named(situation.barred_by)
        say(f"本月享受{name}，不同时享受{card.name}", 0)
        return Outcome(0, Verdict.NOTHING, why="excluded")
    if situation.rival:
        name = card.named(situation.rival)
        say(f"同类补贴择高：{name}{yuan(situation.rival_fen)}元，本项不再发放", 0)
        return Outcome(0, Verdict.NOTHING, why="higher_in_slot")
    return outcome
