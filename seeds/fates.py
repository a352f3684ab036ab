"""命运: who of the county meets which change, and when; told by seeds.happenings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from seeds import happenings
from seeds.desk import Desk, Story
from seeds.families import Family
from seeds.ledger import Individual, Ledger
from seeds.population import Population, Turnover, any_day

SPRING, AUTUMN = dt.date(2024, 1, 5), dt.date(2024, 11, 20)
PROMPT, LATE = (3, 12), (50, 110)  # days from a death to its report


def fates(desk: Desk, ledger: Ledger, people: Population, change: Turnover) -> list[Story]:
    """All ordinary changes of the year, as stories not yet begun."""
    return [
        *_deaths(desk, ledger, people),
        *_poor(desk, ledger, people),
        *_newcomers(desk, people),
        *_others(desk, ledger, people, change),
        *_returned(desk, ledger, people, change),
    ]


def _day(ledger: Ledger, first: dt.date = SPRING, last: dt.date = AUTUMN) -> dt.date:
    return any_day(ledger, first, last)


def _dying(ledger: Ledger, delay: tuple[int, int]) -> tuple[dt.date, dt.date]:
    """The day of a death and that of its report, both before the end of November."""
    died = _day(ledger, SPRING, AUTUMN - dt.timedelta(days=delay[1]))
    told = died + dt.timedelta(days=ledger.rng.randint(*delay))
    return died, told if told.day != 10 else told + dt.timedelta(days=1)


def _deaths(desk: Desk, ledger: Ledger, people: Population) -> Iterator[Story]:
    for fate, delay in (("dies", PROMPT), ("dies_late", LATE)):
        for family in people.families[fate]:
            head = family.home.head
            yield happenings.dies(desk, head, ledger.awards_of(family.home), *_dying(ledger, delay))
    late = ("destitute_dies_late",)
    for fate in ("destitute_dies", "nursing_dies", "old_dies", *late):
        for case in people.cases[fate]:
            days = _dying(ledger, LATE if fate in late else PROMPT)
            yield happenings.dies(desk, case.person, case.awards, *days)


def _poor(desk: Desk, ledger: Ledger, people: Population) -> Iterator[Story]:
    for family in people.families["member_dies"]:
        yield happenings.member_dies(desk, family, _oldest(family), _day(ledger))
    for family in people.families["stops"]:
        yield happenings.earns_too_much(desk, family, _day(ledger))
    for family in people.families["changes"]:
        yuan = ledger.rng.randint(20, 90)
        yield happenings.earns_otherwise(desk, family, _day(ledger), yuan)


def _oldest(family: Family) -> Individual:
    """The oldest of a family beside the applicant."""
    return min(family.counted[1:], key=lambda who: who.born)


def _newcomers(desk: Desk, people: Population) -> Iterator[Story]:
    for family in people.families["joins"]:
        yield happenings.comes_in(desk, "minimum_living", family.home, None, family.home.known)
    for fate, programme in (
        ("destitute_joins", "destitute_basic"),
        ("old_joins", "old_age_allowance"),
        ("nursing_joins", "disability_nursing"),
    ):
        for case in people.cases[fate]:
            yield happenings.comes_in(desk, programme, case.home, case.person, case.home.known)


def _others(desk: Desk, ledger: Ledger, people: Population, change: Turnover) -> Iterator[Story]:
    for case in people.cases["nursing_moves"]:
        yield happenings.moves_away(desk, case, _day(ledger))
    for home, person in people.risen:
        last = dt.date(2024, 11, 1)
        yield happenings.grade_rises(desk, home, person, _day(ledger, SPRING, last))
    for case in people.cases["unattended_ends"]:
        yield happenings.condition_ends(desk, case, _day(ledger))
    destitute = iter(people.cases["destitute"])
    for _ in range(change.assessed_again):
        yield happenings.assessed_again(
            desk, next(destitute), _day(ledger), ledger.rng.randint(1, 6)
        )
    for _ in range(change.into_institution):
        yield happenings.into_an_institution(desk, next(destitute), _day(ledger))


def _returned(desk: Desk, ledger: Ledger, people: Population, change: Turnover) -> Iterator[Story]:
    """Payments of one month come back; all but the last are paid again to a new account."""
    families = people.families["stays"][: change.returned]
    for n, family in enumerate(families):
        assert family.award
        back = dt.date(2024, ledger.rng.randint(2, 10), 14)
        mended = back + dt.timedelta(days=ledger.rng.randint(5, 40))
        mended = mended if mended.day != 10 else mended + dt.timedelta(days=1)
        last = n == len(families) - 1
        payee = family.home.head
        yield happenings.money_comes_back(desk, family.award, payee, back, None if last else mended)
