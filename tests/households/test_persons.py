"""人员与账户: who is registered, and where their money goes."""

from __future__ import annotations

import pytest

from apps.households import actions
from apps.households.actions import BadFact
from apps.households.models import BankAccount
from apps.units.id_number import BadIdNumber, make_id
from tests.builders import date, household, person

pytestmark = pytest.mark.django_db

NUMBER = make_id("430482", date("1980-05-05"), 1)


def test_a_person_is_found_by_name_and_by_every_reading() -> None:
    found = person("曾单\u00b7买买提", born="1980-05-05")
    assert found.name == "曾单\u00b7买买提"
    assert "\u00b7" in found.name_key
    assert found.initials
    assert person("单雄信").pinyin.split()[0] == "shanxiongxin"


def test_an_id_number_says_sex_and_birth_date() -> None:
    assert person(id_number=NUMBER).sex == "m"
    with pytest.raises(BadIdNumber, match="已经登记"):
        person(id_number=NUMBER.lower())
    with pytest.raises(BadIdNumber, match="出生日期"):
        person(born="1980-05-06", id_number=make_id("430482", date("1980-05-05"), 3))
    with pytest.raises(BadIdNumber, match="性别"):
        person(sex="f", id_number=make_id("430482", date("1980-05-05"), 5))
    with pytest.raises(BadIdNumber, match="校验"):
        person(id_number=NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"))


def test_the_newest_account_of_a_subject_holds() -> None:
    home = household()
    for number in ("6217 0001 2345 6789", "６２１７０００１２３４５６７９０"):
        actions.open_account(
            household_id=home.pk,
            payee_name="张三",
            bank="农村商业银行",
            number=number,
            recorded_on=date("2024-05-05"),
            by=None,
        )
    rows = BankAccount.objects.filter(household=home).order_by("version")
    assert [(row.version, row.number) for row in rows] == [
        (1, "6217000123456789"),
        (2, "6217000123456790"),
    ]


def test_an_account_has_one_owner_and_a_number() -> None:
    home, who = household(), person("李四")
    usual = {"payee_name": "李四", "bank": "银行", "recorded_on": date("2024-05-05"), "by": None}
    with pytest.raises(BadFact, match="选定一个对象"):
        actions.open_account(person_id=who.pk, household_id=home.pk, number="123456", **usual)
    with pytest.raises(BadFact, match="账号"):
        actions.open_account(person_id=who.pk, number="12-34", **usual)
