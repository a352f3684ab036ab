"""事实的检查: says in words what the database would refuse, before it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.households.kinds import COLUMNS, DISABILITY_TYPES, KINDS, Kind
from apps.units.language import lazy as _
from apps.units.language import listed

PARENTS = {"father": _("父亲"), "mother": _("母亲")}
FOR_A_TERM = ("imprisoned", "compulsory_rehabilitation", "restricted")
BESIDE = ("gross_fen", "deduction_fen", "items", "evidence")  # any kind may carry them
NAMES = {
    "person": _("人员"),
    "household": _("户"),
    "code": _("类别"),
    "part": _("父或母"),
    "detail": _("细目"),
    "number": _("数"),
    "amount_fen": _("金额"),
    "per": _("周期（月或年）"),
    "flag": _("是否"),
    "day": _("相关日期"),
    "until": _("截止日期"),
}


class BadFact(ValueError):
    """登记内容有误; the message names the field and says how to mend it."""


def check_fact(kind: str, on: dt.date, values: Mapping[str, Any]) -> None:
    """Refuse with BadFact whatever the table would refuse; ``values`` by column name."""
    rule = KINDS.get(kind)
    if rule is None:
        raise BadFact(gettext("没有“{kind}”这种事实，请从清单中选择。").format(kind=kind))
    unknown = sorted(set(values) - set(COLUMNS) - set(BESIDE))
    if unknown:
        raise BadFact(
            gettext("{label}没有这些栏目：{names}，请删去。").format(
                label=rule.label, names=listed(unknown)
            )
        )
    given = {name for name in COLUMNS if values.get(name) not in (None, "")}
    _check_presence(rule, given)
    _check_values(rule, on, values)
    if kind == "parent":
        _check_parent(values)
    if kind == "life_certificate" and values["code"] == "due" and "day" not in given:
        raise BadFact(gettext("生存认证：登记到期要求时须填写截止日期。"))


def _check_presence(rule: Kind, given: set[str]) -> None:
    for name in rule.needs:
        if name not in given:
            raise BadFact(
                gettext("{label}：缺少“{names}”，请补填。").format(
                    label=rule.label, names=NAMES[name]
                )
            )
    allowed = {*rule.needs, *rule.may}
    for name in COLUMNS:
        if name in given and name not in allowed:
            raise BadFact(
                gettext("{label}：不应填写“{names}”，请清空。").format(
                    label=rule.label, names=NAMES[name]
                )
            )
    owners = given & {"person", "household"}
    if not owners or ({"person", "household"} <= set(rule.may) and len(owners) == 2):
        raise BadFact(gettext("{label}：请在人员和户之间选定一个对象。").format(label=rule.label))


def _check_values(rule: Kind, on: dt.date, values: Mapping[str, Any]) -> None:
    code, number, amount = (values.get(name) for name in ("code", "number", "amount_fen"))
    if rule.codes is not None and code not in rule.codes:
        raise BadFact(
            gettext("{label}：类别“{code}”不在清单中，可选{names}。").format(
                label=rule.label, code=code, names=listed(rule.codes.values())
            )
        )
    if rule.number and number is not None and not rule.number[0] <= number <= rule.number[1]:
        low, high = rule.number
        raise BadFact(
            gettext("{label}：数应在{low}到{high}之间，现在是{number}。").format(
                label=rule.label, low=low, high=high, number=number
            )
        )
    if amount is not None and (amount < 0 or values.get("per") not in ("month", "year")):
        raise BadFact(
            gettext("{label}：金额不能为负，并须说明按月还是按年。").format(label=rule.label)
        )
    if values.get("until") is not None and values["until"] < on:
        raise BadFact(
            gettext("{label}：截止日期{until}早于发生日期{on}，请核对。").format(
                label=rule.label, until=values["until"], on=on
            )
        )
    gross, less = values.get("gross_fen"), values.get("deduction_fen")
    if (gross is not None or less is not None) and amount != (gross or 0) - (less or 0):
        raise BadFact(
            gettext("{label}：净额应等于总额减扣除额，请核对三项金额。").format(label=rule.label)
        )


def _check_parent(values: Mapping[str, Any]) -> None:
    """父母状况: what each status needs beside itself (R-SW-01, R-SW-02)."""
    status, number = values["code"], values.get("number")
    if values["part"] not in PARENTS:
        raise BadFact(gettext("父母状况：请选择父亲或母亲。"))
    if status in FOR_A_TERM and not number:
        raise BadFact(gettext("父母状况：服刑、强制隔离戒毒和其他限制人身自由须填写期限（月）。"))
    if status == "disabled" and (
        number not in range(1, 5) or values.get("detail") not in DISABILITY_TYPES
    ):
        raise BadFact(gettext("父母状况：残疾须填写等级（一至四级）和残疾类别。"))
