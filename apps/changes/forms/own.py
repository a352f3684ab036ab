"""一人或一户的变更: 死亡、收入、财产、换卡、迁移、城乡类别、残疾证、自理能力、监护人."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.registration_forms import PAYEES
from apps.changes.forms.boxes import ChangeForm, chosen, day, digits, line, money, whole
from apps.changes.forms.boxes import id_number as id_box
from apps.households.kinds import DISABILITY_TYPES, GUARDIANS, INCOME, ZONES
from apps.households.words import GRADES
from apps.offices.models import Division
from apps.units.id_number import BadIdNumber, check_id
from apps.units.language import lazy as _

WHOLE = "0"
PER = {"month": _("每月"), "year": _("每年")}


class DeathForm(ChangeForm):
    """死亡: who, and when."""

    person = chosen(_("死亡人员"))
    on = day(_("死亡日期"))

    def prepare(self) -> None:
        self._people("person")


class IncomeForm(ChangeForm):
    """收入: one source of one person, its new amount from a day on."""

    person = chosen(_("收入人"))
    code = chosen(_("收入来源"), INCOME.items())
    amount = money(_("新的净收入（元）"))
    per = chosen(_("周期"), PER.items(), initial="month")
    on = day(_("自何日起"))
    until = day(_("到何日止"), required=False)
    grace = whole(
        _("就业渐退期（月）"),
        1,
        12,
        required=False,
        hint=_("就业后收入超过标准时可给予；不填即重新核定"),
    )

    def prepare(self) -> None:
        self._people("person")


class PropertyForm(ChangeForm):
    """财产: the conclusion for the household."""

    within = chosen(_("核查结论"), [("yes", _("符合财产条件")), ("no", _("不符合财产条件"))])
    on = day(_("结论日期"))


class AccountForm(ChangeForm):
    """换卡: whose account, and the new one."""

    owner = chosen(_("谁的账户"))
    payee_name = line(_("收款人姓名"), 100)
    payee_is = chosen(_("收款人身份"), [("self", _("本人")), *PAYEES.items()])
    bank = line(_("开户行"), 60)
    number = digits(_("账号"))
    reason = line(_("更换原因"), 100, hint=_("如卡遗失、退票、更换代收人"))

    def prepare(self) -> None:
        self._people("owner", living=False, first=gettext("全户（户账户）"))


class MoveForm(ChangeForm):
    """市内迁移: the new village and address."""

    village = line(_("迁入村（社区）"), 60, hint=_("代码、名称或拼音首字母"))
    address = line(_("新住址"), 200, required=False)
    on = day(_("迁移日期"))

    def clean_village(self) -> Division:
        """One village of the county."""
        text = self.cleaned_data["village"].strip()
        county = self.about.home.division[:6]
        rows = Division.objects.filter(kind="village", code__startswith=county)
        rows = rows.select_related("parent")
        if text[:12].isdecimal() and len(text) >= 12:
            found = list(rows.filter(code=text[:12]))
        else:
            found = list(rows.filter(name=text)[:6]) or list(rows.filter(initials=text.lower())[:6])
        if not found:
            raise forms.ValidationError(gettext("没有找到这个村（社区），请核对代码或名称。"))
        if len(found) > 1:
            names = "、".join(f"{one.code} {one.parent}{one.name}" for one in found[:5])
            raise forms.ValidationError(
                gettext("有多个村（社区）符合，请写明代码：{names}。").format(names=names)
            )
        return found[0]


class MoveOutForm(ChangeForm):
    """户籍迁出本市: one person, or everybody."""

    person = chosen(_("迁出人员"))
    on = day(_("迁出日期"))

    def prepare(self) -> None:
        self._people("person", first=gettext("全户"))


class ZoneForm(ChangeForm):
    """城乡类别: the new class."""

    zone = chosen(_("新的城乡类别"), ZONES.items())
    on = day(_("变更日期"))


class DisabilityForm(ChangeForm):
    """残疾人证: the certificate as issued."""

    person = chosen(_("持证人"))
    code = chosen(_("残疾类别"), DISABILITY_TYPES.items())
    grade = chosen(_("残疾等级"), GRADES.items())
    on = day(_("发证日期"))
    until = day(_("有效期至"), required=False)

    def prepare(self) -> None:
        self._people("person")


class SelfCareForm(ChangeForm):
    """生活自理能力: how many of the six cannot be done."""

    person = chosen(_("被评估人"))
    failed = whole(_("六项中不能达到的项数"), 0, 6)
    on = day(_("评估日期"))

    def prepare(self) -> None:
        self._people("person")


class GuardianForm(ChangeForm):
    """监护人: whose, who, and perhaps the account the money goes to from now on."""

    person = chosen(_("被监护人"))
    code = chosen(_("监护人身份"), GUARDIANS.items())
    guardian = line(_("监护人姓名（名称）"), 32)
    id_number = id_box(_("监护人身份证号"), required=False)
    phone = line(_("联系电话"), 30, required=False)
    on = day(_("监护开始日期"))
    bank = line(_("改由监护人收款：开户行"), 60, required=False)
    number = digits(_("改由监护人收款：账号"), required=False)

    def prepare(self) -> None:
        self._people("person")

    def clean_id_number(self) -> str:
        """The number checked; an organisation has none."""
        text = self.cleaned_data["id_number"]
        try:
            return check_id(text, self.about.today).number if text.strip() else ""
        except BadIdNumber as fault:
            raise forms.ValidationError(str(fault)) from None

    def clean(self) -> dict[str, Any]:
        """An account is whole or absent."""
        data = dict(super().clean() or {})
        if bool(data.get("bank")) != bool(data.get("number")):
            self.add_error("number", gettext("开户行和账号须一并填写，或都不填。"))
        return data
