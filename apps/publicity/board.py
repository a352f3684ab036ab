"""公示内容的生成: the rows of a list, built from the allowed columns alone. Only reads."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q

from apps.casework.assess import assess, scope_of
from apps.casework.models import Application, Entitlement
from apps.casework.programme import PROGRAMMES, Start
from apps.casework.trial import amounts
from apps.households.models import BankAccount, Household, Member, Person
from apps.offices.models import Staff
from apps.publicity.shown import MINOR, columns_of
from apps.standards.models import current_book
from apps.units.ages import age_on
from apps.units.language import in_chinese
from apps.units.money import yuan_grouped
from apps.units.months import Month, month_of, month_text, next_month

ADULT = 18
# A run of figures that no name and no amount of ours has: an ID, card or phone number mistyped.
_NUMBER = re.compile(r"[0-9０-９]{5,}")


class BadBoard(ValueError):
    """不能公示: something that must stay private stands in a name; the message says where."""


class Row(NamedTuple):
    """One row to be frozen: whose, and what is shown of it."""

    programme: str
    application: Application | None
    entitlement: Entitlement | None
    shown: dict[str, str]


class _About(NamedTuple):
    """All that a row may be made of; the columns choose."""

    name: str
    kind: str
    members: str
    amount: str
    since: str


@in_chinese()
def of_applications(found: Sequence[Application], family: str, on: dt.date, by: Staff) -> list[Row]:
    """The rows of 初审公示: the amount is that of the first month, as far as is known."""
    rows, files = [], _files({one.household for one in found}, on)
    expected = _expected(found, on, by)
    for one in found:
        fen = expected.get(one.pk)
        file = files[one.household_id]
        about = _about(file, one.person, one.programme, on, fen, None)
        rows.append(Row(one.programme, one, None, _chosen(about, columns_of(family, "initial"))))
    return _checked(rows, files, on)


def _expected(found: Sequence[Application], on: dt.date, by: Staff) -> dict[int, int | None]:
    """What each award would come to in its first month, if all were confirmed this month."""
    fen: dict[int, int | None] = {}
    for code in sorted({one.programme for one in found}):
        card = PROGRAMMES[code]
        if not card.rules:
            continue
        later = card.start is Start.AFTER_DECISION
        month = next_month(month_of(on)) if later else month_of(on)
        fen |= amounts(card, [one for one in found if one.programme == code], month=month, by=by)
    return fen


@in_chinese()
def of_awards(found: Sequence[Entitlement], family: str, stage: str, on: dt.date) -> list[Row]:
    """The rows of 终止公示 and 长期公布, with the amounts of the month of the day."""
    month = month_of(on)
    owed = _owed(found, month)
    rows, files = [], _files({one.household for one in found}, on)
    for one in found:
        since = None if one.period.isempty else one.period.lower
        fen = owed.get(one.pk, 0) if PROGRAMMES[one.programme].rules else None
        about = _about(files[one.household_id], one.person, one.programme, on, fen, since)
        rows.append(Row(one.programme, None, one, _chosen(about, columns_of(family, stage))))
    return _checked(rows, files, on)


def _owed(found: Sequence[Entitlement], month: Month) -> dict[int, int]:
    """What each award comes to in the month by its own programme (fen), all in one assessment."""
    homes = sorted({one.household_id for one in found})
    persons = sorted({one.person_id for one in found if one.person_id is not None})
    if not homes:
        return {}
    results = assess(scope_of(homes, persons), through=month, book=current_book()).results
    codes = {one.pk: one.programme for one in found}
    return {
        result.case.entitlement_id: result.outcome.fen
        for result in results.get(month, [])
        if codes.get(result.case.entitlement_id) == result.card.code
    }


class _File(NamedTuple):
    """A household on a day: who lives there, who ever did, and its account numbers."""

    home: Household
    living: list[Member]
    ever: list[Person]
    accounts: list[str]


def _files(homes: Iterable[Household], on: dt.date) -> dict[int, _File]:
    """The files of households by their id, in as many queries for many as for one."""
    files = {home.pk: _File(home, [], [], []) for home in homes}
    mine = Member.objects.filter(household__in=files)
    for stay in mine.select_related("person").order_by("pk"):
        files[stay.household_id].ever.append(stay.person)
    for stay in (
        mine.filter(voided_on__isnull=True, period__contains=on)
        .select_related("person")
        .order_by("pk")
    ):
        files[stay.household_id].living.append(stay)
    homes_of: dict[int, list[int]] = {}
    for file in files.values():
        for person in file.ever:
            homes_of.setdefault(person.pk, []).append(file.home.pk)
    owned = BankAccount.objects.filter(Q(household__in=files) | Q(person__in=homes_of))
    for home, owner, number in owned.values_list("household_id", "person_id", "number"):
        for pk in [home] if home else homes_of.get(owner or 0, []):
            files[pk].accounts.append(number)
    return files


def _about(
    file: _File,
    person: Person | None,
    programme: str,
    on: dt.date,
    fen: int | None,
    since: Month | None,
) -> _About:
    living = file.living
    head = next((stay.person for stay in living if stay.relationship == "applicant"), None)
    who = person or head or (living[0].person if living else None)
    return _About(
        name=_name(who, on),
        kind=PROGRAMMES[programme].name,
        members=str(len(living)),
        amount="—" if fen is None else yuan_grouped(fen),
        since=month_text(since) if since else "—",
    )


def _name(who: Person | None, on: dt.date) -> str:
    """The name as shown; of a minor none is."""
    if who is None:
        return "（无成员）"
    return MINOR if age_on(who.born, on) < ADULT else who.name


def _chosen(about: _About, columns: Iterable[str]) -> dict[str, str]:
    return {column: str(getattr(about, column)) for column in columns}


def _checked(rows: list[Row], files: dict[int, _File], on: dt.date) -> list[Row]:
    """The rows, after a last look for what must never be read by others (R-DB-20)."""
    faults = [words for row in rows for words in _faults(row, files, on)]
    if faults:
        raise BadBoard("；".join(faults) + "。请先在家庭页更正姓名，再张贴公示。")
    return rows


def _faults(row: Row, files: dict[int, _File], on: dt.date) -> Iterator[str]:
    name = row.shown["name"]
    if name == MINOR:
        return
    if _NUMBER.search(name):
        yield f"姓名“{name}”中有一串数字，疑似误录了号码"
    of = row.application or row.entitlement
    assert of is not None, "a row is of an application or of an award"
    for words, secret in _secrets(files[of.household_id], on):
        if secret in name:
            yield f"姓名“{name}”中有{words}"


def _secrets(file: _File, on: dt.date) -> Iterator[tuple[str, str]]:
    """What must not stand in a name: numbers, the address, and the names of minors."""
    for person in file.ever:
        yield from ((w, s) for w, s in _of_person(person, on) if s)
    if len(file.home.address) > 1:
        yield "住址", file.home.address
    for number in file.accounts:
        yield "账号", number


def _of_person(person: Person, on: dt.date) -> Iterator[tuple[str, str]]:
    yield "证件号码", person.id_number or ""
    yield "电话", person.phone
    if age_on(person.born, on) < ADULT and len(person.name) > 1:
        yield "未成年人的姓名", person.name
