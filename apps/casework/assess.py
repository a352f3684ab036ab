"""逐月推算: what some households are owed month by month, as known now; nothing is written.

Used by decisions, trials (试算) and the household page. It starts at the first month of the
oldest award concerned, because an award that lapsed stays lapsed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Min, Q

from apps.casework.engine import Previous, Result, calculate
from apps.casework.models import Entitlement
from apps.casework.outcome import Standing, Verdict
from apps.casework.programme import PROGRAMMES, Computed, Programme, Scope, waits_for
from apps.households.models import Member
from apps.standards.book import Book
from apps.units.months import Month, months_between


class Assessment(NamedTuple):
    """The results of each month, and what each person shares in (for later programmes)."""

    results: dict[Month, list[Result]]
    computed: dict[Month, Computed]

    def owed(self, month: Month, programme: str, subject: int) -> int:
        """Fen owed to a subject for a month (several one-off awards are added up)."""
        return sum(
            r.outcome.fen
            for r in self.results.get(month, ())
            if r.card.code == programme and r.case.subject == subject
        )


def scope_of(households: Iterable[int] = (), persons: Iterable[int] = ()) -> Scope:
    """The awards whose amounts may depend on these households and persons.

    Their households, everyone who lives or ever lived there or has an award filed there, the
    households of those, and so on: whoever moved out is judged by the award of the new household,
    which is computed from its own members. Memberships since voided count too, as a determination
    may rest on them.
    """
    homes, people = set(households), set(persons)
    new_homes, new_people = set(homes), set(people)
    while new_homes or new_people:
        new_homes |= _tied("household_id", person_id__in=new_people) - homes
        homes |= new_homes
        new_people = _tied("person_id", household_id__in=new_homes) - people
        people |= new_people
        new_homes = set()
    return Scope(tuple(sorted(homes)), tuple(sorted(people)))


def _tied(column: str, **to: set[int]) -> set[int]:
    """Ids of one column of memberships and awards tied to those of the other."""
    lived = Member.objects.filter(**to).values_list(column, flat=True)
    awarded = Entitlement.objects.filter(**to, person__isnull=False).values_list(column, flat=True)
    return {*lived, *awarded}


def first_month_of(scope: Scope) -> Month | None:
    """The first month any award of the scope is accounted for in this system."""
    mine = Entitlement.objects.all()
    if not scope.everybody:
        mine = mine.filter(Q(household_id__in=scope.households) | Q(person_id__in=scope.persons))
    found = mine.filter(period__isempty=False).aggregate(
        start=Min("period__startswith", filter=Q(accounts_from__isnull=True)),
        taken_over=Min("accounts_from"),
    )
    return min((m for m in found.values() if m is not None), default=None)


def programmes_of(scope: Scope) -> frozenset[str]:
    """The programmes with an award in the scope, and those computed from the same awards."""
    mine = Entitlement.objects.all()
    if not scope.everybody:
        mine = mine.filter(Q(household_id__in=scope.households) | Q(person_id__in=scope.persons))
    codes = set(mine.values_list("programme", flat=True).distinct())
    follows = {c.code for c in PROGRAMMES.values() if c.awarded_with in codes}
    return frozenset(codes | follows)


def assess(scope: Scope, *, through: Month, book: Book, first: Month | None = None) -> Assessment:
    """Every month from the first award of the scope (or ``first``) through ``through``."""
    start = first or first_month_of(scope)
    found = Assessment({}, {})
    if start is None:
        return found
    only = programmes_of(scope)
    previous: Previous = {}
    bases: dict[tuple[str, int, Month], int] = {}
    for month in months_between(start, through):
        computed = Computed()
        results = list(
            calculate(
                month,
                book=book,
                scope=scope,
                previous=previous,
                earlier=lambda code, asked: {
                    pair: bases[code, *pair] for pair in asked if (code, *pair) in bases
                },
                computed=computed,
                only=only,
            )
        )
        found.results[month], found.computed[month] = results, computed
        for r in results:
            bases[r.card.code, r.case.subject, month] = r.outcome.base
        previous = carried(results)
    return found


def carried(results: Iterable[Result]) -> Previous:
    """What the next month must know of this one: awards that wait or have lapsed.

    A month that is only held says nothing new: it keeps the standing it was computed with.
    """
    found: dict[tuple[str, int, int], Verdict] = {}
    for r in results:
        if not r.card.lapses:
            continue
        verdict = r.outcome.verdict
        if verdict is Verdict.HELD and r.situation.standing == Standing.WAITING:
            verdict = Verdict.WAITING
        if verdict in (Verdict.WAITING, Verdict.LAPSED):
            found[r.card.code, r.case.entitlement_id, r.case.subject] = verdict
    return found


def ordered(cards: Iterable[Programme]) -> list[Programme]:
    """Cards in the order of their numbers, for pages and prints."""
    return sorted(cards, key=lambda card: card.number)


def dependents(code: str) -> set[str]:
    """Programmes whose amounts may change when ``code`` changes."""
    return {c.code for c in PROGRAMMES.values() if code in waits_for(c)}
