"""人员: registering somebody, and the two things every other act asks of a person."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext

from apps.households.models import Household, Member, Person
from apps.offices.actions import log
from apps.offices.gates import need_role
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import ID_READERS
from apps.units.id_number import BadIdNumber, check_id
from apps.units.language import lazy as _
from apps.units.names import clean_name, compare_key, initials_all, pinyin_all

PINYIN_LENGTH = 300


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
        raise BadIdNumber(
            gettext("公民身份号码中的出生日期是{born}，填写的是{born2}，请核对。").format(
                born=found.born, born2=born
            )
        )
    if sex and sex != found.sex:
        raise BadIdNumber(gettext("公民身份号码中的性别与填写的不一致，请核对。"))
    if Person.objects.filter(id_number=found.number).exists():
        raise BadIdNumber(gettext("该公民身份号码已经登记，请直接查找此人，不要重复登记。"))
    return found.number, found.sex


def _readings(name: str) -> str:
    """Every pinyin reading of the name with a space between, as many as the column holds."""
    text = " ".join(pinyin_all(name))
    return text if len(text) <= PINYIN_LENGTH else text[:PINYIN_LENGTH].rpartition(" ")[0]


def home_of(person_id: int | None, on: dt.date) -> int | None:
    """The household a person lived in on a day, for the record of what was done."""
    if person_id is None:
        return None
    found = Member.objects.known_now().filter(person_id=person_id, period__contains=on)
    return found.values_list("household_id", flat=True).first()


def lock_person(person_id: int) -> Person:
    """The person, locked until the end of the transaction; NotFound when there is none."""
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise NotFound(gettext("没有找到这个人。"))
    return person


def reveal_ids(home: Household, *, by: Staff, on: dt.date) -> dict[int, str]:
    """显示证件号码: the numbers of those who live in a household; who saw them is put down."""
    need_role(by, ID_READERS, _("查看完整证件号码"))
    if not home.division.startswith(by.division):
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    stays = Member.objects.known_now().filter(household=home)
    rows = stays.exclude(person__id_number=None).values_list("person_id", "person__id_number")
    found = {pk: str(number) for pk, number in rows}
    log(
        by=by,
        kind="households.household",
        object_id=home.pk,
        verb="查看证件号码",
        household_id=home.pk,
        reason=f"{len(found)}人，{on}",
    )
    return found
