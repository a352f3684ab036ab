"""测算: what the county would pay in a month under other standards. Nothing is written.

The month is computed twice by the very engine of the run, once under the standards in force and
once under the drafts, from the same facts; only the programmes that can differ, and those they
wait for. Families with a status beside the programme (低保边缘) are tried as if they applied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext

from apps.casework.assess import ordered, programmes_of
from apps.casework.engine import Result, calculate
from apps.casework.models import Entitlement
from apps.casework.outcome import Verdict, pronounce
from apps.casework.programme import PROGRAMMES, Nature, Programme, Scope, Subject, waits_for
from apps.casework.reading import Line, Remembering, own_line
from apps.casework.supposed import Would, would_get
from apps.payments.compute import no_collecting, stored_standing
from apps.payments.simulation.drafts import Draft, with_drafts, without
from apps.payments.summary import TOWNSHIP, townships_of
from apps.standards.book import Book, Standards
from apps.standards.models import current_book
from apps.units.language import listed
from apps.units.months import Month, next_month
from apps.units.working import silent

Key = tuple[str, int, int]  # programme, award, subject


class Amount(NamedTuple):
    """What one award comes to under both books: fen a month, and persons behind it."""

    now: int
    then: int
    heads: int


class Part(NamedTuple):
    """One programme of those who receive it already: 存量."""

    card: Programme
    awards: int
    heads: int
    now_fen: int
    then_fen: int
    raised: int
    lowered: int

    @property
    def unit(self) -> str:
        """What an award of it is counted in."""
        return "人" if self.card.subject is Subject.PERSON else "户"

    @property
    def change_fen(self) -> int:
        """More a month."""
        return self.then_fen - self.now_fen


class Bound(NamedTuple):
    """上限: what a draft would cost a year if everybody it reaches got the whole difference.

    Each person once: what is paid on top of an award (``on_top``: 分类施保) is not in it.
    """

    draft: Draft
    now_words: str
    heads: int
    step_fen: int | None  # a year and person; None: not a sum of money a person
    fen: int | None
    on_top: str


class Town(NamedTuple):
    """One township: awards whose amount changes, their persons, fen a month before and after."""

    name: str
    awards: int
    heads: int
    now_fen: int
    then_fen: int

    @property
    def change_fen(self) -> int:
        """More a month."""
        return self.then_fen - self.now_fen


class Newly(NamedTuple):
    """新增: families with a status that would be entitled under the drafts, and only then."""

    card: Programme
    among: str  # the names of the statuses
    tried: int
    unknown: int  # a fact is missing: it cannot be said
    households: int
    heads: int
    fen: int


class Simulation(NamedTuple):
    """All that the drafts would change."""

    month: Month
    drafts: list[Draft]
    bounds: list[Bound]
    parts: list[Part]
    towns: list[Town]
    steps: list[int]  # the change of every award whose amount changes, fen a month
    newly: list[Newly]

    @property
    def stock_fen(self) -> int:
        """More a month for those who receive already."""
        return sum(part.change_fen for part in self.parts)

    @property
    def newly_fen(self) -> int:
        """A month for those who would be entitled."""
        return sum(one.fen for one in self.newly)

    @property
    def fen(self) -> int:
        """More a month, all together."""
        return self.stock_fen + self.newly_fen


def simulate(drafts: Sequence[Draft], month: Month, territory: str) -> Simulation:
    """What ``drafts`` would change in ``month``, in sums of a territory."""
    book = current_book()
    then = with_drafts(book, drafts, month)
    codes = affected({one.entry.key for one in drafts})
    with transaction.atomic():
        reach = _Reach([without(book, one) for one in drafts], month)
        amounts = _amounts(book, then, month, codes, reach)
        inside, towns = _by_township(amounts, territory)
        amounts = {key: one for key, one in amounts.items() if key[1] in inside}
        newly = [one for code in codes for one in _newly(code, month, (book, then), territory)]
    return Simulation(
        month=month,
        drafts=list(drafts),
        bounds=_bounds(drafts, book.month(month), reach, amounts),
        parts=_parts(amounts),
        towns=towns,
        steps=[one.then - one.now for one in amounts.values() if one.then != one.now],
        newly=newly,
    )


def affected(keys: Collection[str]) -> list[str]:
    """The paid programmes whose amounts may differ: those that read a key, and who follows them."""
    reads = set(keys)
    ruled = [card for card in PROGRAMMES.values() if card.rules]
    found = {card.code for card in ruled if not reads.isdisjoint(card.standards)}
    while True:
        slots = {card.slot.name for card in ruled if card.slot and card.code in found}
        more = {card.code for card in ruled if card.slot and card.slot.name in slots}
        more |= {card.code for card in ruled if not found.isdisjoint(waits_for(card))}
        if more <= found:
            break
        found |= more
    paid = (Nature.MONTHLY, Nature.ONE_OFF)
    return [c.code for c in ordered(PROGRAMMES.values()) if c.code in found and c.nature in paid]


def _needed(codes: Collection[str]) -> frozenset[str]:
    """The programmes to compute: what is asked for, and all that it waits for, of those awarded."""
    found, more = set(codes), set(codes)
    while more:
        more = {code for one in more for code in waits_for(PROGRAMMES[one])} - found
        found |= more
    return frozenset(found) & programmes_of(Scope())


class _Reach:
    """Which results a draft reaches: those that would come out otherwise without its value."""

    def __init__(self, books: Sequence[Book], month: Month) -> None:
        self._standards = [book.month(month) for book in books]
        self.found: list[set[Key]] = [set() for _ in books]

    def look(self, key: Key, result: Result) -> None:
        """Note which drafts reach the result; asked once for all of equal facts."""
        for n, standards in enumerate(self._standards):
            known = result.kept.get(-1 - n)
            if known is None:
                known = result.kept[-1 - n] = _differs(result, standards)
            if known:
                self.found[n].add(key)


def _differs(result: Result, standards: Standards) -> bool:
    again = pronounce(result.card, result.case.facts, result.situation, standards, silent)
    return again != result.outcome


def _amounts(
    book: Book, then: Book, month: Month, codes: Collection[str], reach: _Reach
) -> dict[Key, Amount]:
    """Every award of the programmes asked about, under both books."""
    found: dict[Key, Amount] = {}
    with own_line() as own, no_collecting():
        line = Remembering(own) if own else None
        for result in _results(book, month, codes, line):
            key = (result.card.code, result.case.entitlement_id, result.case.subject)
            reach.look(key, result)
            found[key] = Amount(result.outcome.fen, 0, len(result.case.persons))
        for result in _results(then, month, codes, line):
            key = (result.card.code, result.case.entitlement_id, result.case.subject)
            now = found[key].now if key in found else 0
            found[key] = Amount(now, result.outcome.fen, len(result.case.persons))
    return found


def _results(
    book: Book, month: Month, codes: Collection[str], line: Line | None
) -> Iterator[Result]:
    previous = dict(stored_standing(next_month(month, -1)))
    results = calculate(
        month,
        book=book,
        previous={k: v for k, v in previous.items() if v is not Verdict.PAYABLE},
        earlier=_earlier,
        only=_needed(codes),
        line=line,
    )
    return (result for result in results if result.card.code in codes)


def _earlier(
    programme: str, asked: Collection[tuple[int, Month]]
) -> Mapping[tuple[int, Month], int]:
    """The amount before sanction of earlier months, as the last issued run knew it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (d.subject, d.month) d.subject, d.month, d.base_fen
            FROM unnest(%s::bigint[], %s::date[]) AS a (subject, month)
            JOIN payments_due d ON d.subject = a.subject AND d.programme = %s
                AND d.month = a.month
            JOIN payments_paymentrun r ON r.calculation_id = d.calculation_id
                AND r.state IN ('approved', 'sent', 'closed')
            ORDER BY d.subject, d.month, d.calculation_id DESC
            """,
            (*map(list, zip(*asked, strict=True)), programme),
        )
        return {(subject, month): fen for subject, month, fen in cursor.fetchall()}


TOWNS = """
SELECT x.award, left(h.division, %(width)s)
FROM unnest(%(awards)s::bigint[]) AS x (award)
JOIN casework_entitlement e ON e.id = x.award
JOIN households_household h ON h.id = e.household_id
WHERE h.division LIKE %(territory)s
"""


def _by_township(amounts: Mapping[Key, Amount], territory: str) -> tuple[set[int], list[Town]]:
    """The awards inside the territory, and what changes by township (all townships are named)."""
    awards = sorted({key[1] for key in amounts})
    params: dict[str, Any] = {"awards": awards, "width": TOWNSHIP, "territory": f"{territory}%"}
    with connection.cursor() as cursor:
        cursor.execute(TOWNS, params)
        town_of = dict(cursor.fetchall())
    sums = {code: [0, 0, 0, 0] for code, _ in townships_of(territory)}
    for key, one in amounts.items():
        if key[1] in town_of and one.now != one.then:
            figures = sums.setdefault(town_of[key[1]], [0, 0, 0, 0])
            for n, more in enumerate((1, one.heads, one.now, one.then)):
                figures[n] += more
    names = dict(townships_of(territory))
    return set(town_of), [Town(names.get(code, code), *row) for code, row in sums.items()]


def _parts(amounts: Mapping[Key, Amount]) -> list[Part]:
    """By programme; of awards that are paid under one of the books."""
    found: dict[str, list[int]] = {}
    for (code, _, _), one in amounts.items():
        if not one.now and not one.then:
            continue
        figures = found.setdefault(code, [0] * 6)
        more = (1, one.heads, one.now, one.then, one.then > one.now, one.then < one.now)
        for n, value in enumerate(more):
            figures[n] += value
    cards = ordered(PROGRAMMES[code] for code in found)
    return [Part(card, *found[card.code]) for card in cards]


def _bounds(
    drafts: Sequence[Draft], now: Standards, reach: _Reach, amounts: Mapping[Key, Amount]
) -> list[Bound]:
    found = []
    for draft, keys in zip(drafts, reach.found, strict=True):
        paid = {key: amounts[key] for key in keys if key in amounts and any(amounts[key][:2])}
        cards = {code: PROGRAMMES[code] for code, _, _ in paid}
        on_top = {code for code, card in cards.items() if card.awarded_with in cards}
        heads = sum(one.heads for key, one in paid.items() if key[0] not in on_top)
        before = now.optional(draft.entry.key, draft.band)
        step = None
        if before is not None and draft.yearly_fen is not None:
            step = draft.yearly_fen - (draft._replace(value=before).yearly_fen or 0)
        words = draft._replace(value=before).words if before is not None else gettext("未配置")
        fen = None if step is None else step * heads
        named = listed(cards[code].short for code in sorted(on_top))
        found.append(Bound(draft, words, heads, step, fen, named))
    return found


def _newly(code: str, month: Month, books: tuple[Book, Book], territory: str) -> Iterator[Newly]:
    """The families with a status of the same app that hold no award of the programme."""
    card = PROGRAMMES[code]
    beside = [c for c in PROGRAMMES.values() if c.app == card.app and c.nature is Nature.STATUS]
    if card.awarded_with or card.subject is Subject.PERSON or not beside:
        return
    held = Entitlement.objects.of(code).payable_in(month).filter(person__isnull=True)
    known = Entitlement.objects.filter(programme__in=[c.code for c in beside])
    known = known.payable_in(month).filter(household__division__startswith=territory)
    known = known.exclude(household__in=held.values("household"))
    homes = sorted(set(known.values_list("household", flat=True)))
    before, after = would_get(card, homes, month=month, books=books) if homes else ({}, {})
    gained = [one for home, one in after.items() if one.fen and not _fen(before, home)]
    yield Newly(
        card=card,
        among=listed(c.name for c in ordered(beside)),
        tried=len(homes),
        unknown=sum(one.held for one in after.values()),
        households=len(gained),
        heads=sum(one.heads for one in gained),
        fen=sum(one.fen for one in gained),
    )


def _fen(found: Mapping[int, Would], home: int) -> int:
    return found[home].fen if home in found else 0
