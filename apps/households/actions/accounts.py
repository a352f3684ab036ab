"""收款账户: where money goes; only ever added."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from apps.households.actions.persons import home_of
from apps.households.models import BankAccount, Household, Person
from apps.households.shapes import BadFact
from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.units.id_number import check_id
from apps.units.names import clean_name

ACCOUNT_NUMBER = re.compile(r"[0-9]{6,32}")
PAYEES = ("self", "head", "guardian", "carer", "institution")


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
        raise BadFact(gettext("收款账户：请在人员和户之间选定一个对象。"))
    if payee_is not in PAYEES:
        raise BadFact(
            gettext("收款账户：收款人身份“{payee_is}”不在清单中。").format(payee_is=payee_is)
        )
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
    home = household_id or home_of(person_id, recorded_on)
    kind = "households.bankaccount"
    log(by=by, kind=kind, object_id=account.pk, verb=what, household_id=home, reason=reason)
    return account


def _next_version(person_id: int | None, household_id: int | None) -> int:
    """One more than the newest version; the owner is locked, so two entries queue up."""
    owners: Any = Person.objects if person_id else Household.objects
    if not owners.select_for_update(of=("self",)).filter(pk=person_id or household_id).exists():
        raise NotFound(gettext("没有找到收款账户的对象。"))
    owner = {"person_id": person_id} if person_id else {"household_id": household_id}
    mine = BankAccount.objects.filter(**owner)
    return (mine.aggregate(newest=Max("version"))["newest"] or 0) + 1


def _account_number(text: str) -> str:
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not ACCOUNT_NUMBER.fullmatch(plain):
        raise BadFact(gettext("收款账户：账号应为6至32位数字，请对照存折或银行卡核对。"))
    return plain
