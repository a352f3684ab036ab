"""一户的情况: its people and what is known of them, as plain values for pages. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext

from apps.households.kinds import CARE_MODES, CUSTODY, KINDS, RELATIONSHIPS, SCHOOLING
from apps.households.models import BankAccount, Fact, Household, Member
from apps.households.words import fact_words
from apps.offices.models import Division
from apps.units.ages import age_on
from apps.units.id_number import masked
from apps.units.language import lazy as _

SEX = {"m": _("男"), "f": _("女"), "": "—"}


class Account(NamedTuple):
    """Where money goes, with most of the number starred."""

    payee: str
    bank: str
    number: str


class MemberRow(NamedTuple):
    """One person of the household on the day of the page."""

    person_id: int
    name: str
    relationship: str
    sex: str
    age: int
    born: dt.date
    id_number: str
    since: dt.date
    until: dt.date | None
    chips: list[tuple[str, str]]  # (colour, words)
    account: Account | None

    @property
    def gone(self) -> bool:
        """Whether the person no longer lives in the household."""
        return self.until is not None


class FactRow(NamedTuple):
    """One line of the timeline of facts."""

    pk: int
    kind: str
    code: str
    who: str
    label: str
    words: str
    on: dt.date
    until: dt.date | None
    recorded_on: dt.date
    recorded_by: str
    voided_on: dt.date | None


class Profile(NamedTuple):
    """A household with its people, accounts and facts."""

    village: str
    address: str  # with its village, which many an address on record begins with, once
    members: list[MemberRow]
    facts: list[FactRow]
    account: Account | None
    zone: str
    phone: str  # the applicant's

    @property
    def head(self) -> str:
        """The applicant's name, else the first member's."""
        here = [m for m in self.members if not m.gone] or self.members
        first = next((m for m in here if m.relationship == RELATIONSHIPS["applicant"]), None)
        return (first or here[0]).name if here else gettext("（无成员）")

    @property
    def living(self) -> int:
        """How many live in the household now."""
        return sum(not m.gone for m in self.members)


def profile(home: Household, on: dt.date, *, then: bool = False) -> Profile:
    """Everything known about a household, as of a day for ages (4 queries).

    ``then``: as it was on that day, by what is known now (按日期查看): only those who lived there,
    only the facts that had happened.
    """
    mine = Member.objects.known_now().filter(household=home)
    if then:
        mine = mine.filter(period__contains=on)
    stays = list(mine.select_related("person").order_by("period", "pk"))
    persons = {stay.person_id: stay.person for stay in stays}
    facts = list(
        (
            Fact.objects.filter(person_id__in=persons)
            | Fact.objects.filter(household=home, person=None)
        )
        .select_related("recorded_by")
        .order_by("-on", "-pk")
    )
    if then:
        facts = [fact for fact in facts if fact.on <= on]
    accounts = _accounts(home, persons)
    names = {pk: person.name for pk, person in persons.items()}
    zone = next((f for f in facts if f.kind == "zone" and f.voided_on is None), None)
    village = village_name(home.division)
    return Profile(
        village=village,
        address=home.address if home.address.startswith(village) else f"{village} {home.address}",
        members=_members(stays, facts, accounts, on, then=then),
        facts=[_fact(fact, names) for fact in facts],
        account=accounts.get(-home.pk),
        zone=fact_words(zone) if zone else "",
        phone=next((s.person.phone for s in stays if s.relationship == "applicant"), ""),
    )


def village_name(division: str) -> str:
    """镇名加村名 of a village's code."""
    found = Division.objects.filter(code__in=(division[:9], division)).order_by("code")
    return "".join(found.values_list("name", flat=True)) or division


def _accounts(home: Household, persons: Iterable[int]) -> dict[int, Account]:
    """The newest account of each person, and of the household under minus its id."""
    mine = BankAccount.objects.filter(person_id__in=persons)
    found = mine | BankAccount.objects.filter(household=home)
    newest: dict[int, Account] = {}
    for row in found.order_by("version"):
        subject = row.person_id or -home.pk
        newest[subject] = Account(row.payee_name, row.bank, f"···{row.number[-4:]}")
    return newest


def _members(
    stays: list[Member],
    facts: list[Fact],
    accounts: dict[int, Account],
    on: dt.date,
    *,
    then: bool,
) -> list[MemberRow]:
    """One row a person: the newest stay; those who live here first, the applicant on top."""
    newest = {stay.person_id: stay for stay in stays}
    rows = [
        MemberRow(
            person_id=stay.person_id,
            name=stay.person.name,
            relationship=RELATIONSHIPS[stay.relationship],
            sex=SEX[stay.person.sex],
            age=age_on(stay.person.born, on),
            born=stay.person.born,
            id_number=masked(stay.person.id_number) if stay.person.id_number else gettext("未登记"),
            since=stay.period.lower,
            until=None if then else stay.period.upper,
            chips=_chips([f for f in facts if f.person_id == stay.person_id]),
            account=accounts.get(stay.person_id),
        )
        for stay in newest.values()
    ]
    applicant = RELATIONSHIPS["applicant"]
    return sorted(rows, key=lambda m: (m.gone, m.relationship != applicant, m.born))


def _chips(facts: list[Fact]) -> list[tuple[str, str]]:
    """What counts about a person now: the newest fact of each telling kind."""
    newest: dict[str, Fact] = {}
    for fact in facts:
        if fact.voided_on is None:
            newest.setdefault(fact.kind, fact)
    found: list[tuple[str, str]] = []
    for kind, fact in newest.items():
        colour = _colour(kind, fact)
        if colour:
            found.append((colour, _chip_words(fact)))
    return sorted(found)


def _colour(kind: str, fact: Fact) -> str:
    """The colour of a fact's chip; empty when it says nothing special."""
    if kind == "death":
        return "end"
    if kind in ("disability", "self_care"):
        return "doing"
    if kind in ("illness", "residence", "dependent_adult"):
        return "warn" if fact.flag else ""
    if kind in ("custody", "schooling"):
        return "doing" if fact.code != "none" else ""
    return "doing" if kind == "care_mode" else ""


def _chip_words(fact: Fact) -> str:
    if fact.kind == "death":
        return gettext("{on} 死亡").format(on=fact.on)
    if fact.kind == "disability" and fact.until:
        return gettext("{fact_words} 至{until:%Y-%m}").format(
            fact_words=fact_words(fact), until=fact.until
        )
    closed = {**SCHOOLING, **CUSTODY, **CARE_MODES}
    return closed.get(fact.code) or fact_words(fact)


def _fact(fact: Fact, names: dict[int, str]) -> FactRow:
    return FactRow(
        pk=fact.pk,
        kind=fact.kind,
        code=fact.code,
        who=names.get(fact.person_id or 0, gettext("全户")),
        label=KINDS[fact.kind].label,
        words=fact_words(fact),
        on=fact.on,
        until=fact.until,
        recorded_on=fact.recorded_on,
        recorded_by=fact.recorded_by.name if fact.recorded_by else gettext("系统"),
        voided_on=fact.voided_on,
    )
