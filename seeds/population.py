"""人口: everybody of the county with their awards, so that December comes to the exact counts.

Whoever leaves during the year is built beside the counts, whoever joins within them.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from seeds import singles
from seeds.families import Family, Plan, build
from seeds.ledger import Award, Home, Individual, Ledger
from seeds.report import SMALL, Counts

# Mean counted income a head a year: what leaves the report's average payment of the standard.
URBAN_MEAN, RURAL_MEAN = 2156_00, 1949_00
URBAN_MOST, RURAL_MOST = 7600_00, 4800_00
CAREFUL = 1800_00  # income a head of families whose facts change and who shall stay in
OLD_AGE_MEAN = 9150  # fen a month: the report's 89.61 and a little for those yet to reach a band
LIVING_SHARE, BOTH_SHARE = 0.379, 0.0167  # of the people on either disability subsidy


class Turnover(NamedTuple):
    """How many households or people something befalls in the year."""

    poor_deaths: int = 36
    poor_late_deaths: int = 8
    member_deaths: int = 18
    poor_stops: int = 24
    poor_joins: int = 60
    redetermined: int = 36
    destitute_deaths: int = 48
    destitute_late_deaths: int = 6
    destitute_joins: int = 50
    assessed_again: int = 10
    into_institution: int = 8
    nursing_deaths: int = 36
    nursing_moves: int = 12
    nursing_joins: int = 42
    grades_rise: int = 12
    old_deaths: int = 42
    old_joins: int = 40
    grown_orphans: int = 3
    conditions_end: int = 4
    returned: int = 16


def turnover(county: str) -> Turnover:
    """That of a full or a small county; in a small one everything happens at least twice."""
    if county == "full":
        return Turnover()
    return Turnover(*(max(2, -(-n // SMALL)) for n in Turnover()))


class Population(NamedTuple):
    """The people by what will befall them."""

    families: dict[str, list[Family]]
    cases: dict[str, list[singles.Case]]
    risen: list[tuple[Home, Individual]]  # whose grade will rise


def any_day(ledger: Ledger, first: dt.date, last: dt.date) -> dt.date:
    """A day between two, never the tenth, when the month is paid."""
    day = first + dt.timedelta(days=ledger.rng.randrange((last - first).days + 1))
    return day if day.day != 10 else day + dt.timedelta(days=1)


def populate(ledger: Ledger, want: Counts, change: Turnover) -> Population:
    """Everybody; ``want`` is what the mass of the county has to come to in December."""
    births = old_births(ledger, want.old_age - change.old_joins)
    with_family = round(len(births) * 0.25)
    families = poor(ledger, want, change, births[:with_family])
    for family in families["old"]:
        old_age_award(ledger, family.home, family.home.head)
    for family in families["child"]:
        assert family.award
        child = family.counted[-1]
        singles.without_parents(ledger, family.home, child, family.award.decided)
    cases = _cases(ledger, want, change, births[with_family:])
    risen = subsidies(ledger, want, change, families, cases)
    _service(ledger, want.elder_service, families, risen)
    _registered(ledger, want.in_difficulty, want.left_behind)
    return Population(families, cases, risen)


# ---- 低保 ----


def sizes(ledger: Ledger, homes: int, persons: int, weights: tuple[int, ...]) -> list[int]:
    """Household sizes of an exact sum, shaped like ``weights`` for 1, 2, 3 … persons."""
    found = ledger.rng.choices(range(1, len(weights) + 1), weights, k=homes)
    while (gap := persons - sum(found)) != 0:
        n = ledger.rng.randrange(homes)
        step = 1 if gap > 0 else -1
        if 1 <= found[n] + step <= len(weights):
            found[n] += step
    return found


def incomes(ledger: Ledger, n: int, mean: int, most: int) -> list[int]:
    """Incomes a head with that mean, none at or above ``most``: quantiles of a power law."""
    power = most / mean - 1
    found = [int(most * ((k + 0.5) / n) ** power) for k in range(n)]
    ledger.rng.shuffle(found)
    return found


def poor(
    ledger: Ledger, want: Counts, change: Turnover, births: list[dt.date]
) -> dict[str, list[Family]]:
    """All minimum living households, by what will befall them."""
    plans = _plans(ledger, want, change, births)
    return {fate: [build(ledger, plan) for plan in found] for fate, found in plans.items()}


def _plans(
    ledger: Ledger, want: Counts, change: Turnover, births: list[dt.date]
) -> dict[str, list[Plan]]:
    urban = sizes(ledger, want.urban_homes, want.urban_persons, (58, 25, 12, 4, 1))
    rural = sizes(ledger, want.rural_homes, want.rural_persons, (46, 28, 14, 8, 4))
    stay = [
        Plan(zone, size, income)
        for zone, found, mean, most in (
            ("urban", urban, URBAN_MEAN, URBAN_MOST),
            ("rural", rural, RURAL_MEAN, RURAL_MOST),
        )
        for size, income in zip(found, incomes(ledger, len(found), mean, most), strict=True)
    ]
    ledger.rng.shuffle(stay)
    days = [
        any_day(ledger, dt.date(2024, 1, 3), dt.date(2024, 10, 25))
        for _ in range(change.poor_joins)
    ]
    old, children = _take(stay, len(births), (1,)), _take(stay, _children_in_families(want), (2,))
    joining, losing = _take(stay, len(days)), _take(stay, change.member_deaths, (1, 2))
    changing = _take(stay, change.redetermined)
    return {
        "old": [p._replace(born=b) for p, b in zip(old, births, strict=True)],
        "child": [p._replace(child=True) for p in children],
        "joins": [p._replace(joins=day) for p, day in zip(joining, days, strict=True)],
        "member_dies": [p._replace(size=p.size + 1, income=CAREFUL) for p in losing],
        "changes": [p._replace(income=CAREFUL) for p in changing],
        "stays": stay,
        "dies": _leaving(ledger, change.poor_deaths, 1),
        "dies_late": _leaving(ledger, change.poor_late_deaths, 1),
        "stops": _leaving(ledger, change.poor_stops, 2),
    }


def _children_in_families(want: Counts) -> int:
    """How many of the children nobody in fact raises live in a poor household."""
    return round(want.unattended * 0.4)


def _take(stay: list[Plan], n: int, fitting: tuple[int, ...] = (1, 2, 3, 4, 5)) -> list[Plan]:
    """The first so many plans of these sizes, taken away from the others."""
    chosen = [k for k, plan in enumerate(stay) if plan.size in fitting][:n]
    assert len(chosen) == n, (n, fitting)
    taken = [stay[k] for k in chosen]
    for k in reversed(chosen):
        del stay[k]
    return taken


def _leaving(ledger: Ledger, n: int, size: int) -> list[Plan]:
    zones = ledger.rng.choices(("rural", "urban"), (7, 1), k=n)
    return [Plan(zone, size, CAREFUL) for zone in zones]


# ---- 特困、高龄、残疾、儿童 ----


def old_births(ledger: Ledger, n: int) -> list[dt.date]:
    """Birthdays of people of 80 and more, in the bands that give the report's average."""
    hundred = int(n * 0.017)
    ninety = (OLD_AGE_MEAN * n - 60000 * hundred - 5000 * (n - hundred)) // 5000
    ninety = max(0, min(n - hundred, ninety))
    ages = [ledger.rng.choice((100, 101, 101, 102, 103)) for _ in range(hundred)]
    older = (90, 91, 91, 91, 92, 92, 93, 93, 94, 95, 96, 97)
    ages += [ledger.rng.choice(older) for _ in range(ninety)]
    ages += [ledger.rng.randint(82, 88) for _ in range(n - hundred - ninety)]
    ledger.rng.shuffle(ages)
    return [ledger.born(age, singles.YEAR_END) for age in ages]


def _cases(
    ledger: Ledger, want: Counts, change: Turnover, births: list[dt.date]
) -> dict[str, list[singles.Case]]:
    aged_destitute = round(len(births) * 0.15)
    found: dict[str, list[singles.Case]] = {}
    _destitute(ledger, want, change, births[:aged_destitute], found)
    rest = births[aged_destitute:]
    found["old"] = [singles.aged(ledger, born) for born in rest]
    found["old_dies"] = [
        singles.aged(ledger, ledger.born(ledger.rng.randint(84, 97), singles.YEAR_END))
        for _ in range(change.old_deaths)
    ]
    found["old_joins"] = [_turns_eighty(ledger) for _ in range(change.old_joins)]
    _children(ledger, want, change, found)
    return found


def _turns_eighty(ledger: Ledger) -> singles.Case:
    """Somebody who turns 80 this year and applies in the month of the birthday."""
    joins = any_day(ledger, dt.date(2024, 1, 15), dt.date(2024, 10, 28))
    born = dt.date(joins.year - 80, joins.month, ledger.rng.randint(1, min(joins.day, 28)))
    return singles.aged(ledger, born, joins)


def _destitute(
    ledger: Ledger,
    want: Counts,
    change: Turnover,
    births: list[dt.date],
    found: dict[str, list[singles.Case]],
) -> None:
    """About a quarter at the higher standard, as the payments of ten months show (§9.1 no. 8)."""

    def one(born: dt.date | None = None, joins: dt.date | None = None) -> singles.Case:
        zone, mode = ledger.rng.choices(
            (("rural", "scattered"), ("urban", "scattered"), ("rural", "institutional")),
            (73, 11, 16),
        )[0]
        age = ledger.rng.choices((ledger.rng.randint(45, 59), ledger.rng.randint(63, 79)), (1, 6))[
            0
        ]
        return singles.destitute(
            ledger, zone, mode, born or ledger.born(age, singles.YEAR_END), joins
        )

    for born in births:
        case = one(born)
        award = old_age_award(ledger, case.home, case.person)
        found.setdefault("destitute_old", []).append(case._replace(awards=(*case.awards, award)))
    rest = want.destitute - len(births) - change.destitute_joins
    found["destitute"] = [one() for _ in range(rest)]
    days = [
        any_day(ledger, dt.date(2024, 1, 4), dt.date(2024, 10, 25))
        for _ in range(change.destitute_joins)
    ]
    found["destitute_joins"] = [one(joins=day) for day in days]
    found["destitute_dies"] = [one() for _ in range(change.destitute_deaths)]
    found["destitute_dies_late"] = [one() for _ in range(change.destitute_late_deaths)]


def old_age_award(ledger: Ledger, home: Home, person: Individual) -> Award:
    """The old age allowance of somebody who lives on another programme."""
    eighty = dt.date(person.born.year + 80, person.born.month, min(person.born.day, 28))
    first = max(singles.BEGAN, eighty, home.since) + dt.timedelta(days=45)
    first = min(first, singles.ENDED - dt.timedelta(days=1))
    return ledger.award(
        "old_age_allowance", home, person, singles.some_day(ledger, first, singles.ENDED)
    )


def _children(
    ledger: Ledger, want: Counts, change: Turnover, found: dict[str, list[singles.Case]]
) -> None:
    def young(low: int, high: int) -> dt.date:
        return ledger.born(ledger.rng.randint(low, high), singles.YEAR_END)

    students = round(want.orphans * 0.08)
    found["orphan"] = [
        singles.orphan(ledger, young(4, 16)) for _ in range(want.orphans - students)
    ] + [singles.orphan(ledger, young(18, 20), studies=True) for _ in range(students)]
    eighteen = [dt.date(2006, 3 + 2 * (n % 4), 12) for n in range(change.grown_orphans)]
    found["orphan_grown"] = [singles.orphan(ledger, born) for born in eighteen]
    alone = want.unattended - _children_in_families(want)
    found["unattended"] = [singles.unattended(ledger, young(3, 16)) for _ in range(alone)]
    found["unattended_ends"] = [
        singles.unattended(ledger, young(6, 15)) for _ in range(change.conditions_end)
    ]


def subsidies(
    ledger: Ledger,
    want: Counts,
    change: Turnover,
    families: dict[str, list[Family]],
    cases: dict[str, list[singles.Case]],
) -> list[tuple[Home, Individual]]:
    """The two disability subsidies: the living one in poor families, the nursing one elsewhere."""
    both = max(change.grades_rise, round(want.disability * BOTH_SHARE))
    living = round(want.disability * LIVING_SHARE)
    adults = [
        (family, who)
        for family in families["stays"]
        for who in family.counted
        if who.born.year <= 2004
    ]
    picked = ledger.rng.sample(adults, living)
    risen = []
    for n, (family, who) in enumerate(picked):
        severe = change.grades_rise <= n < both
        _living(ledger, family, who, 2 if severe else 3 if n < both else ledger.rng.choice((3, 4)))
        if severe:
            ledger.award("disability_nursing", family.home, who, _after(ledger, family))
        elif n < both:
            risen.append((family.home, who))
    for fate in ("stops", "dies"):
        for family in families[fate][::3]:
            _living(ledger, family, family.home.head, 3)
    _nursing_alone(ledger, want.disability - living, change, cases)
    return risen


def _nursing_alone(
    ledger: Ledger, alone: int, change: Turnover, cases: dict[str, list[singles.Case]]
) -> None:
    """People with the nursing subsidy and nothing else, newcomers among them, leavers beside."""
    cases["nursing"] = [
        singles.severely_disabled(ledger) for _ in range(alone - change.nursing_joins)
    ]
    cases["nursing_joins"] = [
        singles.severely_disabled(
            ledger, any_day(ledger, dt.date(2024, 1, 3), dt.date(2024, 11, 6))
        )
        for _ in range(change.nursing_joins)
    ]
    for fate, n in (
        ("nursing_dies", change.nursing_deaths),
        ("nursing_moves", change.nursing_moves),
    ):
        cases[fate] = [singles.severely_disabled(ledger) for _ in range(n)]


def _after(ledger: Ledger, family: Family) -> dt.date:
    """A day soon after the family's own award."""
    assert family.award
    later = family.award.decided + dt.timedelta(days=ledger.rng.randrange(50, 90))
    return min(later, dt.date(2023, 12, 22))


def _living(ledger: Ledger, family: Family, who: Individual, grade: int) -> Award:
    """A certificate and the living subsidy of a member of a poor family."""
    assert family.award
    kind = ledger.rng.choice(singles.SEVERE_TYPES)
    singles.certificate(ledger, who, kind, grade, family.award.decided)
    return ledger.award("disability_living", family.home, who, _after(ledger, family))


def _service(
    ledger: Ledger,
    wanted: int,
    families: dict[str, list[Family]],
    risen: list[tuple[Home, Individual]],
) -> None:
    """养老服务补贴: dependent old people of poor families who have no nursing subsidy."""
    nursed = {who.pk for _, who in risen} | ledger.holders("disability_nursing")
    old = [
        (family, who)
        for family in families["stays"]
        for who in family.counted
        if who.born.year <= 1956 and who.pk not in nursed
    ]
    for family, who in ledger.rng.sample(old, wanted):
        decided = _after(ledger, family)
        on = decided - dt.timedelta(days=18)
        ledger.fact("self_care", who, on, number=ledger.rng.choice((1, 1, 2, 3, 4, 5)))
        ledger.award("elder_service_subsidy", family.home, who, decided)


def _registered(ledger: Ledger, in_difficulty: int, left_behind: int) -> None:
    """困境儿童、留守儿童: one to three of them in a household of their grandparents."""
    left = ["in_difficulty"] * in_difficulty + ["left_behind"] * left_behind
    while left:
        n = ledger.rng.choices((1, 2, 3), (5, 4, 1))[0]
        singles.registered(ledger, left[:n])
        del left[:n]
