"""特困、残疾、高龄、儿童: households built around one person of a programme."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from seeds.ledger import GO_LIVE, Award, Home, Individual, Ledger

BEGAN, ENDED = dt.date(2018, 1, 1), dt.date(2023, 11, 20)
YEAR_END = dt.date(2024, 12, 31)
SEVERE_TYPES = ("limb", "vision", "mental", "intellectual", "hearing", "multiple")
REGISTERED_ON = dt.date(2024, 1, 1)
CERTIFICATE_YEARS = 10
HOMES_FOR_THE_OLD = ("中心敬老院", "第二敬老院", "社会福利院", "光荣敬老院")
RAISED_BY_NOBODY = (
    (("imprisoned", 84), ("lost_contact", None)),
    (("dead", None), ("lost_contact", None)),
    (("dead", None), ("seriously_ill", None)),
    (("lost_contact", None), ("lost_contact", None)),
    (("compulsory_rehabilitation", 36), ("dead", None)),
    (("disabled", 1), ("lost_contact", None)),
)


class Case(NamedTuple):
    """A household built around one person, with the awards taken over; empty: still to come."""

    home: Home
    person: Individual
    awards: tuple[Award, ...] = ()


def some_day(ledger: Ledger, first: dt.date = BEGAN, last: dt.date = ENDED) -> dt.date:
    """Any day between two."""
    return first + dt.timedelta(days=ledger.rng.randrange((last - first).days))


def _since(ledger: Ledger, decided: dt.date, *people: Individual) -> dt.date:
    """When a household was formed: some years before, but not before its youngest was born."""
    earlier = decided - dt.timedelta(days=ledger.rng.randrange(300, 5000))
    return max(earlier, *(who.born for who in people))


def destitute(ledger: Ledger, zone: str, mode: str, born: dt.date, joins: dt.date | None) -> Case:
    """One person without family, with the two findings, mode of care and assessment."""
    decided = joins or some_day(ledger)
    known = joins or GO_LIVE
    man = ledger.rng.random() < 0.82
    person = ledger.person("m" if man else "f", born)
    home = ledger.home(zone, [(person, "applicant")], _since(ledger, decided, person), known)
    on = decided - dt.timedelta(days=15)
    ledger.fact("no_source_of_living", person, on, flag=True, known=known)
    ledger.fact("no_able_obligor", person, on, flag=True, known=known)
    ledger.fact("care_mode", person, on, code=mode, known=known)
    failed = ledger.rng.choices(range(7), (70, 6, 6, 6, 4, 4, 4))[0]
    ledger.fact("self_care", person, on, number=failed, known=known)
    if (on - born).days < 60 * 366:  # R-TK-02: not yet old, so unable to work by disability
        certificate(ledger, person, "limb", ledger.rng.choice((1, 2)), on, known)
    if mode == "institutional":
        ledger.institution(person, ledger.rng.choice(HOMES_FOR_THE_OLD))
    else:
        ledger.account(person, person, known=known)
    awards = () if joins else (ledger.award("destitute_basic", home, person, decided),)
    return Case(home, person, awards)


def certificate(
    ledger: Ledger,
    person: Individual,
    kind: str,
    grade: int,
    before: dt.date,
    known: dt.date = GO_LIVE,
) -> None:
    """残疾人证, issued some years before a day and valid for ten: past the end of the year."""
    newest = min(before - dt.timedelta(days=20), dt.date(2023, 11, 30))
    on = some_day(ledger, dt.date(2015, 3, 1), max(newest, dt.date(2015, 4, 1)))
    on = max(on, person.born)
    until = dt.date(on.year + CERTIFICATE_YEARS, on.month, min(on.day, 28))
    if until <= YEAR_END:
        until = YEAR_END + dt.timedelta(days=30)
    ledger.fact("disability", person, on, code=kind, number=grade, until=until, known=known)


def severely_disabled(ledger: Ledger, joins: dt.date | None = None) -> Case:
    """Somebody with a severe certificate, not poor: the nursing subsidy alone."""
    decided = joins or some_day(ledger, dt.date(2018, 1, 1))
    known = joins or GO_LIVE
    zone = ledger.rng.choices(("rural", "urban"), (4, 1))[0]
    sex = ledger.rng.choice("mf")
    person = ledger.person(sex, ledger.born(ledger.rng.randint(20, 72), decided))
    members = [(person, "applicant")]
    if ledger.rng.random() < 0.4:
        other = "f" if sex == "m" else "m"
        spouse = ledger.person(other, ledger.born(ledger.rng.randint(24, 72), decided))
        members.append((spouse, "spouse"))
    since = _since(ledger, decided, *(who for who, _ in members))
    home = ledger.home(zone, members, since, known)
    certificate(
        ledger,
        person,
        ledger.rng.choice(SEVERE_TYPES),
        ledger.rng.choice((1, 2, 2)),
        decided,
        known,
    )
    ledger.account(person, person, known=known)
    awards = () if joins else (ledger.award("disability_nursing", home, person, decided),)
    return Case(home, person, awards)


def aged(ledger: Ledger, born: dt.date, joins: dt.date | None = None) -> Case:
    """An old person on the old age allowance alone, applied for after the 80th birthday."""
    attained = dt.date(born.year + 80, born.month, min(born.day, 28))
    earliest = max(attained, BEGAN) + dt.timedelta(days=45)
    decided = joins or some_day(ledger, min(earliest, ENDED - dt.timedelta(days=1)), ENDED)
    known = joins or GO_LIVE
    zone = ledger.rng.choices(("rural", "urban"), (3, 1))[0]
    person = ledger.person(ledger.rng.choice("mff"), born)
    home = ledger.home(zone, [(person, "applicant")], _since(ledger, decided, person), known)
    ledger.account(person, person, known=known)
    awards = () if joins else (ledger.award("old_age_allowance", home, person, decided),)
    return Case(home, person, awards)


def orphan(ledger: Ledger, born: dt.date, *, studies: bool = False) -> Case:
    """A child whose parents are dead, with a grandparent; past 18 only while studying (R-GE-04)."""
    decided = some_day(ledger, max(dt.date(2017, 1, 1), born + dt.timedelta(days=400)))
    home, child = _raised_by_kin(ledger, born, decided)
    for part in ("father", "mother"):
        on = max(some_day(ledger, dt.date(2012, 1, 1), decided), born)
        ledger.fact("parent", child, on - dt.timedelta(days=1), part=part, code="dead")
    _goes_to_school(ledger, child, studies=studies)
    ledger.fact("care_mode", child, decided - dt.timedelta(days=20), code="scattered")
    award = ledger.award("orphan_allowance", home, child, decided)
    return Case(home, child, (award,))


def unattended(ledger: Ledger, born: dt.date) -> Case:
    """A child nobody in fact raises, with a grandparent who is not poor."""
    decided = some_day(ledger, max(dt.date(2020, 3, 1), born + dt.timedelta(days=500)))
    home, child = _raised_by_kin(ledger, born, decided)
    award = without_parents(ledger, home, child, decided)
    _goes_to_school(ledger, child)
    return Case(home, child, (award,))


def without_parents(ledger: Ledger, home: Home, child: Individual, decided: dt.date) -> Award:
    """The parents' states that qualify, each for long enough, and the award (R-SW-01)."""
    states = ledger.rng.choice(RAISED_BY_NOBODY)
    for part, (code, number) in zip(("father", "mother"), states, strict=True):
        on = max(child.born, decided - dt.timedelta(days=ledger.rng.randrange(260, 390)))
        detail = "limb" if code == "disabled" else ""
        ledger.fact("parent", child, on, part=part, code=code, number=number, detail=detail)
    ledger.fact("care_mode", child, decided - dt.timedelta(days=20), code="scattered")
    ledger.account(child, home.head, "guardian")
    return ledger.award("unattended_child_allowance", home, child, decided)


def _raised_by_kin(ledger: Ledger, born: dt.date, decided: dt.date) -> tuple[Home, Individual]:
    surname = ledger.names.surname()
    elder = ledger.person("m", ledger.born(ledger.rng.randint(58, 74), decided), surname)
    child = ledger.person(ledger.rng.choice("mf"), born, surname)
    zone = ledger.rng.choices(("rural", "urban"), (6, 1))[0]
    members = [(elder, "applicant"), (child, "grandchild")]
    home = ledger.home(zone, members, max(born, _since(ledger, decided, elder)))
    ledger.account(home, elder, "head")
    return home, child


def _goes_to_school(ledger: Ledger, child: Individual, *, studies: bool = False) -> None:
    age = YEAR_END.year - child.born.year
    if studies:
        on, until = dt.date(2023, 9, 1), dt.date(2026, 6, 30)
        ledger.fact("schooling", child, on, code="undergraduate", until=until)
    elif 7 <= age < 18:
        on = dt.date(2023, 9, 1)
        ledger.fact("schooling", child, on, code="compulsory" if age < 16 else "senior_high")


def registered(ledger: Ledger, registers: list[str]) -> Home:
    """Children on a register of the township, with their grandparents: no money (R-LS-01)."""
    surname = ledger.names.surname()
    elder = ledger.person("m", ledger.born(ledger.rng.randint(55, 72), YEAR_END), surname)
    members = [(elder, "applicant")]
    if ledger.rng.random() < 0.6:
        members.append((ledger.person("f", ledger.born(60, YEAR_END)), "spouse"))
    for code in registers:
        age = ledger.rng.randint(2, 14)
        child = ledger.person(ledger.rng.choice("mf"), ledger.born(age, YEAR_END), surname)
        members.append((child, "grandchild"))
        ledger.fact("child_register", child, REGISTERED_ON, code=code)
        ledger.fact(
            "schooling", child, dt.date(2023, 9, 1), code="compulsory" if age >= 7 else "none"
        )
    since = max(dt.date(2014, 5, 1), *(who.born for who, _ in members))
    return ledger.home("rural", members, min(since, GO_LIVE))
