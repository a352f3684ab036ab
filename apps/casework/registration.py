"""登记与申请: a family put on record with all it declared and applied for, or nothing at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext

from apps.casework import actions
from apps.casework.checking import begin_checks
from apps.casework.models import CASEWORKERS, Application
from apps.casework.programme import PROGRAMMES
from apps.households.actions import form_household, new_person, open_account, record
from apps.households.kinds import KINDS
from apps.households.models import Household, Person
from apps.offices.actions import log
from apps.offices.gates import need_role
from apps.offices.models import Event, Staff, divisions_visible_to
from apps.offices.moves import NotFound
from apps.units.language import lazy as _

KIND = "casework.registration"


class Newcomer(NamedTuple):
    """One member as declared. ``person_id``: someone on record who belongs to no household."""

    name: str
    born: dt.date
    sex: str
    relationship: str
    id_number: str = ""
    person_id: int | None = None
    facts: tuple[Mapping[str, Any], ...] = ()  # columns of record(), kind among them
    programme: str = ""
    despite: str = ""  # why they are registered though the ID number is somebody's elsewhere


class Payee(NamedTuple):
    """Where the household's money is to go."""

    name: str
    bank: str
    number: str
    stands_as: str


class Family(NamedTuple):
    """What one page of registration declares."""

    division: str
    zone: str
    address: str
    phone: str
    members: tuple[Newcomer, ...]
    facts: tuple[Mapping[str, Any], ...] = ()
    payee: Payee | None = None
    programmes: tuple[str, ...] = ()
    track: str = ""  # 救助类型, for those of the programmes that have it
    check_now: bool = False  # 提交并发起核对


@transaction.atomic
def register(family: Family, *, token: int, on: dt.date, by: Staff) -> Household:
    """登记: persons, household, facts, account and applications together, all declared ``on``.

    ``token`` is that of the page: sent a second time it gives the household of the first.
    """
    check_may_register(by)
    _queue(token)
    before = made_before(token, by)
    if before is not None:
        return before
    if not divisions_visible_to(by).filter(code=family.division, kind="village").exists():
        raise NotFound(gettext("没有找到这个村（社区），或不在您的管辖范围内。"))
    people = [_person(one, family, on, by) for one in family.members]
    home = form_household(
        division=family.division,
        zone=family.zone,
        since=on,
        members=[
            (person, one.relationship) for person, one in zip(people, family.members, strict=True)
        ],
        address=family.address,
        by=by,
        recorded_on=on,
    )
    _declare(family, home, people, on, by)
    _open_account(family, home, on, by)
    made = _apply(family, home, people, on, by)
    _note_despite(family, home, people, by)
    if family.check_now:
        begin_checks(made, on=on, by=by)
    log(by=by, kind=KIND, object_id=token, verb="登记与申请", household_id=home.pk)
    return home


def check_may_register(by: Staff) -> None:
    """NotAllowed for posts that do not take applications."""
    need_role(by, CASEWORKERS, _("登记与申请"))


def _queue(token: int) -> None:
    """Two submits of one page take turns, so that the second sees what the first has made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [token])


def made_before(token: int, by: Staff) -> Household | None:
    """The household that the page with this token has already made, if any."""
    known = Event.objects.filter(kind=KIND, object_id=token, by=by)
    number = known.values_list("household_id", flat=True).first()
    return None if number is None else Household.objects.get(pk=number)


def _person(one: Newcomer, family: Family, on: dt.date, by: Staff) -> Person:
    if one.person_id is not None:
        return Person.objects.get(pk=one.person_id)
    return new_person(
        name=one.name,
        born=one.born,
        sex=one.sex,
        id_number=one.id_number or None,
        phone=family.phone if one.relationship == "applicant" else "",
        by=by,
        recorded_on=on,
    )


def _declare(family: Family, home: Household, people: list[Person], on: dt.date, by: Staff) -> None:
    for columns in family.facts:
        record(on=on, recorded_on=on, by=by, household_id=home.pk, **columns)
    for person, one in zip(people, family.members, strict=True):
        for columns in one.facts:
            both = "household" in KINDS[columns["kind"]].needs
            home_id = home.pk if both else None
            record(
                on=on, recorded_on=on, by=by, person_id=person.pk, household_id=home_id, **columns
            )


def _open_account(family: Family, home: Household, on: dt.date, by: Staff) -> None:
    payee = family.payee
    if payee is None:
        return
    numbers = {one.name: one.id_number for one in family.members}
    open_account(
        household_id=home.pk,
        payee_name=payee.name,
        bank=payee.bank,
        number=payee.number,
        payee_is=payee.stands_as,
        payee_id_number=numbers.get(payee.name, ""),
        recorded_on=on,
        by=by,
    )


def _apply(
    family: Family, home: Household, people: list[Person], on: dt.date, by: Staff
) -> list[Application]:
    made = []
    for code in family.programmes:
        track = family.track if family.track in dict(PROGRAMMES[code].tracks) else ""
        made.append(actions.apply(code, household_id=home.pk, on=on, by=by, track=track))
    for person, one in zip(people, family.members, strict=True):
        if one.programme:
            made.append(
                actions.apply(
                    one.programme, household_id=home.pk, person_id=person.pk, on=on, by=by
                )
            )
    return made


def _note_despite(family: Family, home: Household, people: list[Person], by: Staff) -> None:
    """证件号码待核对: one line a person, so that whoever looks into duplicates reads the reason."""
    for person, one in zip(people, family.members, strict=True):
        if one.despite:
            log(
                by=by,
                kind="households.person",
                object_id=person.pk,
                verb="登记但证件号码待核对",
                household_id=home.pk,
                reason=one.despite,
            )
