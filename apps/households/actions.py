"""户与人的登记: every write to persons, households, members, facts and accounts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from apps.households.kinds import KINDS, RELATIONSHIPS
from apps.households.models import BankAccount, Fact, Household, Member, Person
from apps.households.shapes import BadFact, check_fact
from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.offices.moves import NotFound, StaleState
from apps.units.id_number import BadIdNumber, check_id
from apps.units.names import clean_name, compare_key, initials_all, pinyin_all

__all__ = [
    "BadFact",
    "admit",
    "form_household",
    "leave",
    "new_person",
    "open_account",
    "record",
    "void",
]

PINYIN_LENGTH = 300
ACCOUNT_NUMBER = re.compile(r"[0-9]{6,32}")
PAYEES = ("self", "head", "guardian", "carer", "institution")


@transaction.atomic
def new_person(
    *,
    name: str,
    born: dt.date,
    sex: str = "",
    id_number: str | None = None,
    phone: str = "",
    by: Staff | None,
    recorded_on: dt.date,
) -> Person:
    """登记人员: the ID number checked, the name cleaned, and the keys it is searched by."""
    name = clean_name(name)
    number, sex = _identity(id_number, born, sex, recorded_on)
    person = Person.objects.create(
        name=name,
        name_key=compare_key(name),
        pinyin=_readings(name),
        initials=list(initials_all(name)),
        born=born,
        sex=sex,
        id_number=number,
        phone=phone.strip(),
    )
    log(by=by, kind="households.person", object_id=person.pk, verb="登记人员")
    return person


def _identity(text: str | None, born: dt.date, sex: str, today: dt.date) -> tuple[str | None, str]:
    """The ID number as stored and the sex it says; refused when it contradicts the entry."""
    if not text:
        return None, sex
    found = check_id(text, today)
    if found.born != born:
        raise BadIdNumber(f"公民身份号码中的出生日期是{found.born}，填写的是{born}，请核对。")
    if sex and sex != found.sex:
        raise BadIdNumber("公民身份号码中的性别与填写的不一致，请核对。")
    if Person.objects.filter(id_number=found.number).exists():
        raise BadIdNumber("该公民身份号码已经登记，请直接查找此人，不要重复登记。")
    return found.number, found.sex


def _readings(name: str) -> str:
    """Every pinyin reading of the name with a space between, as many as the column holds."""
    text = " ".join(pinyin_all(name))
    return text if len(text) <= PINYIN_LENGTH else text[:PINYIN_LENGTH].rpartition(" ")[0]


@transaction.atomic
def form_household(
    *,
    division: str,
    zone: str,
    since: dt.date,
    members: Sequence[tuple[Person, str]],
    number: str = "",
    address: str = "",
    by: Staff | None,
    recorded_on: dt.date,
) -> Household:
    """建户: a household with its members and its class (城乡类别) from ``since`` on."""
    if sum(relationship == "applicant" for _, relationship in members) != 1:
        raise BadFact("建户时须有且只有一名申请人，请核对成员关系。")
    pk = _next_household_id()
    home = Household.objects.create(
        pk=pk,
        number=number or f"{division}{pk:08d}",
        division=division,
        address=address.strip(),
        since=since,
    )
    log(by=by, kind="households.household", object_id=pk, verb="建户", household_id=pk)
    record("zone", household_id=pk, on=since, code=zone, recorded_on=recorded_on, by=by)
    for person, relationship in members:
        admit(
            household_id=pk,
            person_id=person.pk,
            relationship=relationship,
            on=since,
            recorded_on=recorded_on,
            by=by,
        )
    return home


def _next_household_id() -> int:
    """The next household id, taken before the row so that the number can be made of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('households_household', 'id'))")
        return int(cursor.fetchone()[0])


@transaction.atomic
def record(
    kind: str,
    *,
    on: dt.date,
    recorded_on: dt.date,
    by: Staff | None,
    person_id: int | None = None,
    household_id: int | None = None,
    **columns: Any,
) -> Fact:
    """登记事实: one dated fact, after BadFact has said what is wrong with it, if anything."""
    owners = {"person": person_id, "household": household_id}
    check_fact(kind, on, {**owners, **columns})
    if kind == "death":
        _check_death(person_id, on)
    fact = Fact.objects.create(
        kind=kind,
        person_id=person_id,
        household_id=household_id,
        on=on,
        recorded_on=recorded_on,
        recorded_by=by,
        **columns,
    )
    label = KINDS[kind].label
    note_change(on=on, what=f"登记{label}", household_id=household_id, person_id=person_id)
    log(
        by=by,
        kind="households.fact",
        object_id=fact.pk,
        verb=f"登记{label}",
        household_id=household_id or _home_of(person_id, on),
    )
    return fact


def _check_death(person_id: int | None, on: dt.date) -> None:
    """A person dies once, and not before being born."""
    assert person_id is not None, "check_fact asks for the person"
    person = _lock_person(person_id)
    if on < person.born:
        raise BadFact(f"死亡日期{on}早于出生日期{person.born}，请核对。")
    known = Fact.objects.known_now().filter(kind="death", person=person).first()
    if known is not None:
        raise BadFact(f"{person.name}已登记于{known.on}死亡；如有误，请先作废原登记。")


def _home_of(person_id: int | None, on: dt.date) -> int | None:
    """The household a person lived in on a day, for the record of what was done."""
    if person_id is None:
        return None
    found = Member.objects.known_now().filter(person_id=person_id, period__contains=on)
    return found.values_list("household_id", flat=True).first()


@transaction.atomic
def void(fact_id: int, *, on: dt.date, by: Staff | None, reason: str) -> None:
    """作废: a fact was recorded in error; from ``on`` the office no longer holds it true."""
    fact = Fact.objects.select_for_update(of=("self",)).filter(pk=fact_id).first()
    if fact is None:
        raise NotFound("没有找到这条登记。")
    if fact.voided_on is not None:
        raise StaleState(f"这条登记已于{fact.voided_on}作废。")
    if not reason.strip():
        raise BadFact("作废须说明理由，请补填。")
    if on < fact.recorded_on:
        raise BadFact(f"作废日期{on}早于登记日期{fact.recorded_on}，请核对。")
    Fact.objects.filter(pk=fact_id).update(voided_on=on)
    label = KINDS[fact.kind].label
    note_change(
        on=fact.on,
        what=f"作废{label}",
        household_id=fact.household_id,
        person_id=fact.person_id,
    )
    log(
        by=by,
        kind="households.fact",
        object_id=fact_id,
        verb=f"作废{label}",
        household_id=fact.household_id or _home_of(fact.person_id, fact.on),
        reason=reason,
    )


@transaction.atomic
def admit(
    *,
    household_id: int,
    person_id: int,
    relationship: str,
    on: dt.date,
    recorded_on: dt.date,
    by: Staff | None,
) -> None:
    """成员增加: the person lives in the household from ``on``, in this relationship.

    A row of the same household that says otherwise is voided: the part before ``on`` stays
    true under a new row; a stay known to begin later begins on ``on`` instead.
    """
    if relationship not in RELATIONSHIPS:
        names = "、".join(RELATIONSHIPS.values())
        raise BadFact(f"与申请人关系“{relationship}”不在清单中，可选{names}。")
    person = _lock_person(person_id)
    until: dt.date | None = None
    for row in _stays_from(person_id, on):
        if row.household_id != household_id:
            raise BadFact(
                f"{person.name}自{row.period.lower}起是{row.household.number}户的成员，"
                "同一人不得同时在两个家庭，请先在该户办理成员减少。"
            )
        until = row.period.upper
        _close(row, before=on, recorded_on=recorded_on, by=by)
    _add(household_id, person_id, relationship, (on, until), recorded_on, by)
    _told(household_id, person_id, on, "成员增加", by)


@transaction.atomic
def leave(
    *,
    household_id: int,
    person_id: int,
    on: dt.date,
    recorded_on: dt.date,
    by: Staff | None,
) -> None:
    """成员减少: from ``on`` the person no longer lives in the household."""
    person = _lock_person(person_id)
    row = _stays_from(person_id, on).filter(household_id=household_id).first()
    if row is None or row.period.lower > on:
        raise BadFact(f"{person.name}在{on}不是该户成员，请核对日期。")
    _close(row, before=on, recorded_on=recorded_on, by=by)
    _told(household_id, person_id, on, "成员减少", by)


def _lock_person(person_id: int) -> Person:
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise NotFound("没有找到这个人。")
    return person


def _stays_from(person_id: int, on: dt.date) -> Any:
    """The known memberships of a person that contain ``on`` or begin after it, in order."""
    return (
        Member.objects.known_now()
        .filter(person_id=person_id, period__overlap=DateRange(on, None))
        .select_related("household")
        .order_by("period")
    )


def _close(row: Member, *, before: dt.date, recorded_on: dt.date, by: Staff | None) -> None:
    """Void a row; what lies before the day stays true under a new one."""
    Member.objects.filter(pk=row.pk).update(voided_on=recorded_on)
    if row.period.lower < before:
        kept = (row.period.lower, before)
        _add(row.household_id, row.person_id, row.relationship, kept, recorded_on, by)


def _add(
    household_id: int,
    person_id: int,
    relationship: str,
    period: tuple[dt.date, dt.date | None],
    recorded_on: dt.date,
    by: Staff | None,
) -> None:
    Member.objects.create(
        household_id=household_id,
        person_id=person_id,
        relationship=relationship,
        period=DateRange(*period),
        recorded_on=recorded_on,
        recorded_by=by,
    )


def _told(household_id: int, person_id: int, on: dt.date, what: str, by: Staff | None) -> None:
    note_change(on=on, what=what, household_id=household_id, person_id=person_id)
    log(by=by, kind="households.person", object_id=person_id, verb=what, household_id=household_id)


@transaction.atomic
def open_account(
    *,
    person_id: int | None = None,
    household_id: int | None = None,
    payee_name: str,
    bank: str,
    number: str,
    recorded_on: dt.date,
    by: Staff | None,
    payee_id_number: str = "",
    payee_is: str = "self",
    reason: str = "",
) -> BankAccount:
    """登记收款账户: the next version of where the subject's money goes; the newest holds."""
    if (person_id is None) == (household_id is None):
        raise BadFact("收款账户：请在人员和户之间选定一个对象。")
    if payee_is not in PAYEES:
        raise BadFact(f"收款账户：收款人身份“{payee_is}”不在清单中。")
    account = BankAccount.objects.create(
        person_id=person_id,
        household_id=household_id,
        version=_next_version(person_id, household_id),
        payee_name=clean_name(payee_name),
        payee_id_number=check_id(payee_id_number, recorded_on).number if payee_id_number else "",
        payee_is=payee_is,
        bank=bank.strip(),
        number=_account_number(number),
        reason=reason.strip(),
        recorded_on=recorded_on,
        recorded_by=by,
    )
    what = "登记收款账户"
    note_change(on=recorded_on, what=what, household_id=household_id, person_id=person_id)
    home = household_id or _home_of(person_id, recorded_on)
    kind = "households.bankaccount"
    log(by=by, kind=kind, object_id=account.pk, verb=what, household_id=home, reason=reason)
    return account


def _next_version(person_id: int | None, household_id: int | None) -> int:
    """One more than the newest version; the owner is locked, so two entries queue up."""
    owners: Any = Person.objects if person_id else Household.objects
    if not owners.select_for_update(of=("self",)).filter(pk=person_id or household_id).exists():
        raise NotFound("没有找到收款账户的对象。")
    owner = {"person_id": person_id} if person_id else {"household_id": household_id}
    mine = BankAccount.objects.filter(**owner)
    return (mine.aggregate(newest=Max("version"))["newest"] or 0) + 1


def _account_number(text: str) -> str:
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not ACCOUNT_NUMBER.fullmatch(plain):
        raise BadFact("收款账户：账号应为6至32位数字，请对照存折或银行卡核对。")
    return plain
