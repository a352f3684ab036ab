"""项目卡片: what a programme declares about itself. Payments and casework know only cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from apps.casework.outcome import Outcome, Share, Test, Verdict
from apps.casework.procedure import Procedure
from apps.casework.procedures import SHORT
from apps.standards.book import Book, Standards
from apps.units.months import Month
from apps.units.working import Say

if TYPE_CHECKING:
    from apps.casework.models import Application
    from apps.casework.reading import Line


class Subject(StrEnum):
    """Whose award it is."""

    HOUSEHOLD = "household"
    PERSON = "person"
    EITHER = "either"


class Nature(StrEnum):
    """How it is given."""

    MONTHLY = "cash_monthly"
    ONE_OFF = "cash_one_off"
    IN_KIND = "in_kind"
    STATUS = "status"


class Start(StrEnum):
    """The first month of an award."""

    AFTER_DECISION = "month_after_decision"
    OF_DECISION = "month_of_decision"
    OF_APPLICATION = "month_of_application"


class Exclusion(NamedTuple):
    """A programme that takes the month away from this one for the same person.

    ``switch`` names the standard that turns the exclusion on; None: always.
    """

    programme: str
    switch: str | None = None
    note: str = ""


class Slot(NamedTuple):
    """A place for which several programmes compete; only the highest is paid (择高)."""

    name: str
    switch: str | None = None


class Rule(NamedTuple):
    """A dated rule: never edited once it has paid; a new one is added beside it."""

    number: int
    since: Month
    function: Callable[[Any, Standards, Say], Outcome]
    facts: type[Any]


class Case(NamedTuple):
    """One award in one month, as gathered: the engine adds its situation."""

    entitlement_id: int
    subject: int  # person id, or minus household id
    persons: tuple[int, ...]
    new: bool  # this is the first month of the award
    facts: Any


@dataclass(frozen=True)
class Scope:
    """Which awards to compute: everybody, or those of the named households and persons."""

    households: tuple[int, ...] | None = None
    persons: tuple[int, ...] = ()

    @property
    def everybody(self) -> bool:
        return self.households is None

    def params(self) -> dict[str, Any]:
        return {"households": list(self.households or ()), "persons": list(self.persons)}

    def entitlements(self, alias: str = "e") -> str:
        """SQL condition on casework_entitlement; needs params()."""
        if self.everybody:
            return "TRUE"
        return (
            f"({alias}.household_id = ANY(%(households)s) OR {alias}.person_id = ANY(%(persons)s))"
        )

    def of_persons(self, column: str) -> str:
        """SQL condition on a person column; needs params()."""
        return "TRUE" if self.everybody else f"{column} = ANY(%(persons)s)"


class Computed:
    """What this calculation has already found for the month, by programme and person."""

    def __init__(self) -> None:
        self._shares: dict[str, dict[int, Share]] = {}

    def put(self, programme: str, persons: Iterable[int], share: Share) -> None:
        """One share a person: of two awards the one with money, of two such the newer.

        (Who has moved is counted in both households until the first is determined anew.)
        """
        found = self._shares.setdefault(programme, {})
        for person in persons:
            other = found.get(person)
            if other is None or _prevails(share, other):
                found[person] = share

    def share(self, programme: str, person: int) -> Share | None:
        """The share of a person in an award of ``programme`` this month, if there is one."""
        return self._shares.get(programme, {}).get(person)

    def of(self, programme: str) -> Mapping[int, Share]:
        """All shares of a programme this month by person."""
        return self._shares.get(programme, {})

    def holds(self, programme: str, person: int) -> bool:
        """Whether the person has a standing award of ``programme`` with money this month.

        A held award counts as held by the person: nobody is paid twice because of a gap.
        """
        share = self.share(programme, person)
        return share is not None and share.verdict in (Verdict.PAYABLE, Verdict.HELD)


@dataclass
class Gathering:
    """What gather() is given: the month, whose awards, what is known so far."""

    month: Month
    scope: Scope
    computed: Computed
    book: Book
    # (programme, pairs of subject and earlier month) -> fen before sanction, as computed last
    earlier: Callable[[str, Collection[tuple[int, Month]]], Mapping[tuple[int, Month], int]]
    card: Programme | None = None  # the card that is asking
    # what one gather() read of the awards of another that stands after it, by programme
    passed_on: dict[str, list[Any]] = field(default_factory=dict)
    line: Line | None = None  # where to ask ahead; None: on the connection of the transaction

    @property
    def standards(self) -> Standards:
        return self.book.month(self.month)


class Examination(NamedTuple):
    """What examine() is given: an application and the day on which it is judged."""

    application: Application
    day: dt.date
    book: Book
    computed: Callable[[Month], Computed]  # the dues of a month, as known, of those concerned


@dataclass(frozen=True)
class Programme:
    """The card of a programme (项目). See docs/add-a-programme.md."""

    code: str
    number: int  # stable for ever: stored in facts as barred_by and rival
    name: str
    short: str
    app: str
    subject: Subject
    nature: Nature
    start: Start
    law: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    # Asks when it is called, and looks at what is computed only once its first case is wanted:
    # so it may be called while the programmes before it are still being computed.
    gather: Callable[[Gathering], Iterator[Case]] | None = None
    examine: Callable[[Examination], list[Test]] | None = None
    # fen the award would come to in the month after the day, to be weighed in its slot (择高)
    bid: Callable[[Examination], int] | None = None
    awarded_with: str | None = None  # its awards are those of another programme of the same app
    after: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    tops_up: tuple[str, ...] = ()
    excluded_by: tuple[Exclusion, ...] = ()
    # SQL: entitlement_id, person_id of everybody counted in %(month)s (awards of households)
    counted: str = ""
    # a member with one of these awards is left out of the household's headcount and income
    members_out_by: tuple[str, ...] = ()
    slot: Slot | None = None
    # each award stands by itself (按次救助): a new one may begin while another runs
    repeats: bool = False
    lapses: bool = False  # ends for good in the first month a condition is missing
    chosen_against: tuple[str, ...] = ()  # a recorded 择一 for one of these refuses this one
    needs_life_certificate: bool = False
    advance: str | None = None  # standard whose value "quarterly" pays a rural quarter ahead
    counts_as_income: bool = False
    public_notice: bool = True
    budget: Callable[[Any], str] | str = ""  # 科目 code, or a function of the facts
    standards: tuple[str, ...] = ()  # keys its rule reads, in the order of the standards page
    # called inside decide() after the award exists: freeze what the decision rests on
    on_confirm: Callable[..., None] | None = None
    # the same for many (award, decision) of a trial at once; None: nothing is frozen
    on_imagine: Callable[..., None] | None = None
    first_month: Callable[..., Month] | None = None  # overrides ``start``
    procedure: Procedure = SHORT  # the steps of an application; see casework/procedures.py
    tracks: tuple[tuple[str, Procedure], ...] = ()  # another procedure for a type (急难型)
    help: str = field(default="", compare=False)

    def rule_of(self, month: Month) -> Rule:
        """The rule in force for a month."""
        return max((r for r in self.rules if r.since <= month), key=lambda r: r.since)

    def rule_numbered(self, number: int) -> Rule:
        """The rule that a stored due was computed with."""
        return next(r for r in self.rules if r.number == number)

    def budget_of(self, facts: Any) -> str:
        """The 科目 that pays this case."""
        return self.budget if isinstance(self.budget, str) else self.budget(facts)

    def steps(self, track: str = "") -> Procedure:
        """The procedure of an application of a type; that of the card where none is its own."""
        return dict(self.tracks).get(track, self.procedure)

    def named(self, number: int) -> str:
        """The Chinese name of the programme with a stored number."""
        return next(card.name for card in PROGRAMMES.values() if card.number == number)


def _prevails(share: Share, other: Share) -> bool:
    return (share.base_fen > 0, share.award) > (other.base_fen > 0, other.award)


PROGRAMMES: dict[str, Programme] = {}


def register(*cards: Programme) -> None:
    """Make programmes known; called at import of each app's programme.py."""
    for card in cards:
        known = PROGRAMMES.get(card.code)
        numbers = {c.number for c in PROGRAMMES.values() if c.code != card.code}
        if card.number in numbers:
            raise ValueError(f"programme number {card.number} is taken")
        if known is None or known == card:
            PROGRAMMES[card.code] = card


def in_order() -> list[list[Programme]]:
    """Cards with rules in the order of computing; those of one slot stand together.

    Who waits for nobody, and for whom nobody waits, comes first: those are the short questions,
    and the rules have work while the facts that many wait for are read.
    """
    left = {c.code: c for c in PROGRAMMES.values() if c.rules}
    waiting = {code: waits_for(card) for code, card in left.items()}
    tied = {code for code, others in waiting.items() if others}.union(*waiting.values())
    done: set[str] = set()
    groups: list[list[Programme]] = []
    while left:
        ready = [c for c in left.values() if _may_compute(c, done, left)]
        if not ready:
            raise ValueError(f"programmes wait for each other: {sorted(left)}")
        first = min(ready, key=lambda c: (c.code in tied, c.number))
        group = [first]
        if first.slot:
            group = sorted(
                (c for c in left.values() if c.slot and c.slot.name == first.slot.name),
                key=lambda c: c.number,
            )
        groups.append(group)
        for card in group:
            done.add(card.code)
            del left[card.code]
    return groups


def _may_compute(card: Programme, done: set[str], left: dict[str, Programme]) -> bool:
    """Whether everything the card (and its slot companions) comes after is computed."""
    group = [card]
    if card.slot:
        group = [c for c in left.values() if c.slot and c.slot.name == card.slot.name]
    return all(code in done or code not in left for c in group for code in waits_for(c))


def waits_for(card: Programme) -> set[str]:
    """The programmes whose dues a card needs: declared order, exclusions, top-ups, conditions."""
    barred = {e.programme for e in card.excluded_by}
    return {*card.after, *card.requires, *card.tops_up, *card.members_out_by, *barred} - {card.code}
