"""动态管理的表单: one small form an act; what it asks is what the act needs and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.deadlines import EXTENSION_REASONS
from apps.casework.words import STOP_REASONS
from apps.reviews.models import CLASSES, Review, Screening, Served, Suspension
from apps.units.language import lazy as _
from apps.units.language import worded
from apps.units.months import Month, parse_month

CHOOSE = ("", _("请选择"))


def choice(label: str, choices: Any, **more: Any) -> forms.ChoiceField:
    """A box to choose from, with its words when nothing or something else is chosen."""
    words = {
        "required": worded(_("请选择{label}。"), label=label),
        "invalid_choice": worded(_("请从清单中选择{label}。"), label=label),
    }
    return forms.ChoiceField(label=label, choices=[CHOOSE, *choices], error_messages=words, **more)


def text(label: str, *, required: bool = True, length: int = 300) -> forms.CharField:
    """A box of two lines for words."""
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "max_length": worded(_("{label}最多{length}字。"), label=label, length=length),
    }
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=words,
    )


def _line(label: str, length: int) -> forms.CharField:
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "max_length": worded(_("{label}最多{length}字。"), label=label, length=length),
    }
    return forms.CharField(label=label, max_length=length, error_messages=words)


def _day(label: str) -> forms.DateField:
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "invalid": worded(_("{label}应写成 2024-06-05 的样子。"), label=label),
    }
    box = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, widget=box, error_messages=words)


class MonthBox(forms.CharField):
    """A month that may be left empty."""

    widget = forms.DateInput(attrs={"type": "month", "placeholder": "2024-12"})

    def clean(self, value: Any) -> Month | None:
        """The first day of the month; None when empty."""
        text = (value or "").strip()
        if not text:
            return None
        try:
            return parse_month(text[:7])
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


class Nothing(forms.Form):
    """An act that asks nothing."""


class Reason(forms.Form):
    """An act that asks why."""

    reason = text(_("理由"), length=200)


class Suspend(forms.Form):
    """提出暂停."""

    reason = choice(_("暂停理由"), Suspension.REASONS.items())
    from_month = MonthBox(label=_("暂停起始月"), required=False, help_text=_("空则自下月起"))
    note = text(_("情况"), required=False)


class Resume(forms.Form):
    """提出恢复."""

    note = text(_("恢复依据"))
    from_month = MonthBox(label=_("恢复起始月"), required=False, help_text=_("空则自本月起"))


class Classify(forms.Form):
    """认定核查类别."""

    category = choice(_("核查类别"), CLASSES.items())
    note = text(_("依据"), required=False)


class Terminate(forms.Form):
    """提出终止."""

    reason = choice(_("终止理由"), [(k, v) for k, v in STOP_REASONS.items() if k != "death"])
    note = text(_("情况"), length=500)


class Stop(forms.Form):
    """提出停发."""

    reason = choice(_("停发理由"), STOP_REASONS.items())
    effective = MonthBox(label=_("停发起始月"), required=False, help_text=_("空则自批准次月起"))
    note = text(_("情况和依据"), length=500)


class RefusedWork(forms.Form):
    """登记拒绝就业."""

    day = _day(_("拒绝日期"))
    note = text(_("介绍了什么工作、如何拒绝"), length=200)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **more: Any) -> None:
        """Offer the members of one household."""
        super().__init__(*args, **more)
        choices = [(str(pk), name) for pk, name in people]
        self.fields = {"person": choice(gettext("家庭成员"), choices), **self.fields}


class Answer(forms.Form):
    """核实异议."""

    answer = text(_("核实结果"), length=500)


class Finish(forms.Form):
    """办结核查."""

    outcome = choice(_("核查结果"), Review.Outcome.choices)
    note = text(_("核查情况"), length=500)


class Screen(forms.Form):
    """终止后筛查."""

    result = choice(_("筛查结果"), Screening.Result.choices)
    note = text(_("说明"), required=False)


class Serve(forms.Form):
    """登记送达."""

    on = _day(_("送达日期"))
    how = choice(_("送达方式"), Served.How.choices)
    note = text(_("签收情况"), required=False)


class Extend(forms.Form):
    """提出延长."""

    reason = choice(_("法定情形"), EXTENSION_REASONS.items())
    note = text(_("具体情况"))


class Note(forms.Form):
    """An act with a remark that may be left empty."""

    note = text(_("说明"), required=False, length=200)


class EndCustody(forms.Form):
    """结束代管."""

    on = _day(_("结束日期"))
    reason = text(_("结束原因"), length=200)


class NewCustody(forms.Form):
    """登记代管."""

    number = _line(_("户编号"), 24)
    name = _line(_("持有人姓名"), 100)
    what = choice(_("种类"), [("passbook", _("存折")), ("card", _("银行卡"))])
    tail = forms.RegexField(
        r"^\d{4}$",
        label=_("账号后四位"),
        error_messages={
            "required": _("请填写账号后四位。"),
            "invalid": _("账号后四位应为四位数字。"),
        },
    )
    keeper = _line(_("代管人"), 100)
    keeper_is = _line(_("代管人身份"), 60)
    agreement = _line(_("协议编号或存放处"), 120)
    agreed_on = _day(_("签订日期"))
