"""登记与申请的表单: the household, its account, and up to eight members, as a person types them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.assess import ordered
from apps.casework.forms import track_box
from apps.casework.programme import PROGRAMMES, Subject
from apps.casework.registration import Newcomer, Payee
from apps.casework.standing import Standing, standing
from apps.households.kinds import DISABILITY_TYPES, RELATIONSHIPS, SCHOOLING, ZONES
from apps.households.models import BankAccount
from apps.households.words import GRADES
from apps.offices.models import Division, Staff, divisions_visible_to
from apps.units.id_number import BadIdNumber, IdNumber, check_id, masked
from apps.units.language import lazy as _
from apps.units.language import listed, worded
from apps.units.money import parse_yuan
from apps.units.names import clean_name, compare_key

ROWS = 8
PAYEES = {
    "head": _("申请人"),
    "guardian": _("监护人"),
    "carer": _("照料人"),
    "institution": _("机构"),
}
# Why somebody counts who is neither applicant, spouse nor a child under 18 (R-DB-01).
COUNTED_BY = {
    "co_residence": _("长期共同居住"),
    "dependent_adult": _("成年不能独立生活"),
    **{
        code: worded(_("在学：{name}"), name=name)
        for code, name in SCHOOLING.items()
        if code != "none"
    },
}
OUT_OF_SIGHT = _("没有找到这个村（社区），或不在您的管辖范围内")


def codes_for(*subjects: Subject) -> list[tuple[str, str]]:
    """Code and name of the programmes that can be applied for by these subjects."""
    cards = ordered(PROGRAMMES.values())
    return [(c.code, c.name) for c in cards if c.subject in subjects and not c.awarded_with]


def villages(staff: Staff) -> list[Division]:
    """The villages of a post's territory, in code order, each with its township."""
    return list(divisions_visible_to(staff).filter(kind="village").select_related("parent"))


class Money(forms.CharField):
    """An amount in yuan that gives fen; empty gives None."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> int | None:
        """The fen, or the words of parse_yuan."""
        text = super().clean(value)
        try:
            return parse_yuan(text) if text else None
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


class HouseholdForm(forms.Form):
    """户: where the family lives, what it asks for, and where the money goes."""

    village = forms.CharField(
        label=_("村（社区）"),
        max_length=60,
        help_text=_("代码、名称或拼音首字母，如 lfc"),
        widget=forms.TextInput(attrs={"list": "villages", "autocomplete": "off"}),
        error_messages={"required": _("请填写村（社区）。")},
    )
    address = forms.CharField(label=_("住址"), max_length=200, required=False)
    zone = forms.ChoiceField(
        label=_("城乡类别"), required=False, choices=[("", _("按村（社区）")), *ZONES.items()]
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    programmes = forms.MultipleChoiceField(
        label=_("以户申请的项目"), required=False, widget=forms.CheckboxSelectMultiple
    )
    property = forms.ChoiceField(
        label=_("家庭财产"),
        required=False,
        choices=[("", _("未核查")), ("within", _("未超过限额")), ("over", _("超过限额"))],
    )
    payee = forms.CharField(
        label=_("收款人"), max_length=100, required=False, help_text=_("不填即申请人")
    )
    stands_as = forms.ChoiceField(
        label=_("收款人身份"), required=False, choices=list(PAYEES.items()), initial="head"
    )
    bank = forms.CharField(
        label=_("开户行"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "banks", "autocomplete": "off"}),
    )
    account = forms.CharField(
        label=_("账号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    check_now = forms.BooleanField(label=_("提交后即提请核对"), required=False)

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.villages = villages(staff)
        choices = codes_for(Subject.HOUSEHOLD, Subject.EITHER)
        self.fields["programmes"].choices = choices  # type: ignore[attr-defined]
        self.fields["track"] = track_box()

    def banks(self) -> list[str]:
        """Names of banks as entered of late, for the list below the box (one query)."""
        newest = BankAccount.objects.order_by("-pk").values_list("bank", flat=True)
        return sorted(set(newest[:200]))

    def clean_village(self) -> Division:
        """One village of the territory, by code, name or initials."""
        text = self.cleaned_data["village"].strip()
        code = re.match(r"\d{12}", text)
        if code:
            found = [v for v in self.villages if v.code == code[0]]
        else:
            found = [v for v in self.villages if text in (v.name, f"{_township(v)}{v.name}")]
            found = found or [v for v in self.villages if v.initials == text.lower()]
        if not found:
            raise forms.ValidationError(f"{OUT_OF_SIGHT}。")
        if len(found) > 1:
            names = "、".join(f"{v.code} {_township(v)}{v.name}" for v in found[:5])
            raise forms.ValidationError(
                gettext("有{count}个村（社区）符合，请写明：{names}。").format(
                    count=len(found), names=names
                )
            )
        return found[0]

    def clean_payee(self) -> str:
        """A name that hides nothing; empty stands for the applicant."""
        return _name(self.cleaned_data["payee"]) if self.cleaned_data["payee"] else ""

    def clean_account(self) -> str:
        """The number without spaces; BadFact of the action has the last word on it."""
        text = re.sub(r"[\s-]", "", self.cleaned_data["account"])
        if text and not (text.isascii() and text.isdecimal() and 6 <= len(text) <= 32):
            raise forms.ValidationError(gettext("账号应为6至32位数字，请对照存折或银行卡核对。"))
        return text

    def clean(self) -> dict[str, Any]:
        """The class of the village where none is chosen; an account is whole or absent."""
        data = dict(super().clean() or {})
        village = data.get("village")
        if village is not None and not data.get("zone"):
            data["zone"] = village.zone
            if not village.zone:
                self.add_error("zone", gettext("该村（社区）没有登记城乡类别，请选择。"))
        self._check_track(data)
        if data.get("account") and not data.get("bank"):
            self.add_error("bank", gettext("填了账号，请补填开户行。"))
        named = data.get("bank") or data.get("payee")
        if named and not data.get("account") and "account" not in self.errors:
            self.add_error("account", gettext("请补填账号，或清空收款人和开户行。"))
        return data

    def _check_track(self, data: dict[str, Any]) -> None:
        """救助类型 says something only of a programme that has several procedures."""
        having = [card for card in PROGRAMMES.values() if data.get("track") in dict(card.tracks)]
        asked = data.get("programmes", ())
        if having and not any(card.code in asked for card in having):
            names = listed(card.name for card in having)
            self.add_error(
                "track",
                gettext("只有{names}分类型，请勾选{names}，或改回支出型。").format(names=names),
            )

    def facts(self) -> tuple[Mapping[str, Any], ...]:
        """What is declared of the household."""
        said = self.cleaned_data.get("property")
        return ({"kind": "property", "flag": said == "within"},) if said else ()

    def payee_of(self, applicant: str) -> Payee | None:
        """The account, when one is given."""
        data = self.cleaned_data
        if not data["account"]:
            return None
        stands_as = data["stands_as"] or "head"
        return Payee(data["payee"] or applicant, data["bank"], data["account"], stands_as)


def _township(village: Division) -> str:
    return village.parent.name if village.parent else ""


def _name(text: str) -> str:
    try:
        return clean_name(text)
    except ValueError as fault:
        raise forms.ValidationError(str(fault)) from None


class MemberForm(forms.Form):
    """One member; a row in which nothing is typed is no member."""

    id_number = forms.CharField(
        label=_("身份证号"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )
    name = forms.CharField(
        label=_("姓名"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relationship = forms.ChoiceField(
        label=_("与申请人关系"), required=False, choices=[("", "—"), *RELATIONSHIPS.items()]
    )
    sex = forms.ChoiceField(
        label=_("性别"), required=False, choices=[("", "—"), ("m", _("男")), ("f", _("女"))]
    )
    born = forms.DateField(
        label=_("出生日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("不是日期，请写成 1980-05-05 的样子。")},
    )
    wage = Money(label=_("月工资（元）"), max_length=20, required=False)
    other = Money(label=_("其他月收入（元）"), max_length=20, required=False)
    disability = forms.ChoiceField(
        label=_("残疾类别"), required=False, choices=[("", _("无")), *DISABILITY_TYPES.items()]
    )
    grade = forms.TypedChoiceField(
        label=_("残疾等级"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *GRADES.items()],
    )
    counted_by = forms.ChoiceField(
        label=_("计入认定"), required=False, choices=[("", "—"), *COUNTED_BY.items()]
    )
    programme = forms.ChoiceField(label=_("本人申请"), required=False)
    # Why somebody is registered though the number stands in another household already.
    despite = forms.CharField(label=_("仍要登记的理由"), max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, staff: Staff, on: dt.date, number: int, initial: Any = None
    ) -> None:
        first = {"relationship": "applicant"} if number == 1 else {}
        super().__init__(
            data,
            prefix=f"m{number}",
            empty_permitted=True,
            use_required_attribute=False,
            initial=first | (initial or {}),
        )
        self.staff, self.on, self.number = staff, on, number
        self.standing = Standing(None, None, "")
        self.card: IdNumber | None = None
        choices = [("", "—"), *codes_for(Subject.PERSON)]
        self.fields["programme"].choices = choices  # type: ignore[attr-defined]
        self.fields["id_number"].widget.attrs |= {
            "data-id-number": "",
            "maxlength": 200,  # a reader that types like a keyboard types the whole card
            "hx-post": reverse("apply-person", args=[number]),
            "hx-trigger": "change",
            "hx-target": f"#m{number}-who",
        }

    @property
    def blank(self) -> bool:
        """Whether nothing has been typed in the row."""
        return not self.has_changed()

    def clean_id_number(self) -> str:
        """The number checked; whoever it belongs to must not live in another household."""
        text = self.cleaned_data["id_number"]
        if not text.strip():
            return ""
        try:
            self.card = check_id(text, self.on)
        except BadIdNumber as fault:
            raise forms.ValidationError(str(fault)) from None
        self.standing = standing(self.card, self.staff, self.on)
        if self.standing.problem and not self.goes_on:
            raise forms.ValidationError(self.standing.problem)
        return "" if self.standing.problem else self.card.number

    @property
    def goes_on(self) -> bool:
        """Whether a reason is given to register all the same; never for somebody dead."""
        return self.standing.elsewhere and bool(self["despite"].value())

    def clean_name(self) -> str:
        """A name that hides nothing."""
        return _name(self.cleaned_data["name"]) if self.cleaned_data["name"] else ""

    def clean(self) -> dict[str, Any]:
        """Sex and birth as the ID number says them; what a member must have beside it."""
        data = dict(super().clean() or {})
        if self.blank:
            return data
        self._take_from_card(data)
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", gettext("请填写姓名。"))
        if not data.get("relationship"):
            self.add_error("relationship", gettext("请选择与申请人关系。"))
        if not data.get("born") and not {"born", "id_number"} & set(self.errors):
            self.add_error("born", gettext("没有身份证号的，请填写出生日期。"))
        if bool(data.get("disability")) != bool(data.get("grade")):
            self.add_error("grade", gettext("残疾类别和等级须一并填写。"))
        return data

    def _take_from_card(self, data: dict[str, Any]) -> None:
        card = self.card
        if card is None:
            if data.get("born") and data["born"] > self.on:
                self.add_error("born", gettext("出生日期晚于今天，请核对。"))
            return
        if data.get("born") and data["born"] != card.born:
            self.add_error(
                "born", gettext("身份证号中的出生日期是{born}，请核对。").format(born=card.born)
            )
        if data.get("sex") and data["sex"] != card.sex:
            self.add_error("sex", gettext("与身份证号中的性别不一致，请核对。"))
        data["born"], data["sex"] = card.born, card.sex
        known = None if self.goes_on else self.standing.person
        if known and data.get("name") and compare_key(data["name"]) != known.name_key:
            self.add_error("name", gettext("该身份证号登记的姓名与此不同，请对照证件核对。"))

    def facts(self) -> Iterator[Mapping[str, Any]]:
        """What is declared of the member, as record() takes it."""
        data = self.cleaned_data
        for box, code in (("wage", "wage"), ("other", "other_income")):
            if data.get(box) is not None:
                yield {"kind": "income", "code": code, "amount_fen": data[box], "per": "month"}
        if data.get("disability") and data.get("grade"):
            yield {"kind": "disability", "code": data["disability"], "number": data["grade"]}
        counted = data.get("counted_by")
        if counted in SCHOOLING:
            yield {"kind": "schooling", "code": counted}
        elif counted:
            yield {"kind": counted, "flag": True}

    def newcomer(self) -> Newcomer:
        """The member of a valid row."""
        data = self.cleaned_data
        known = None if self.goes_on else self.standing.person
        return Newcomer(
            name=data["name"],
            born=data["born"],
            sex=data["sex"],
            relationship=data["relationship"],
            id_number=data["id_number"],
            person_id=known.pk if known else None,
            facts=tuple(self.facts()),
            programme=data["programme"],
            despite=self._despite(),
        )

    def _despite(self) -> str:
        """What is put down when the number is somebody's elsewhere: the number and the reason."""
        if not self.goes_on or self.card is None:
            return ""
        return (
            f"{masked(self.card.number)}已在其他户，未登记证件号码：{self.cleaned_data['despite']}"
        )
