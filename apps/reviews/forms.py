"""动态管理的表单: one small form an act; what it asks is what the act needs and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.casework.deadlines import EXTENSION_REASONS
from apps.casework.words import STOP_REASONS
from apps.reviews.models import CLASSES, Review, Screening, Served, Suspension
from apps.units.months import Month, parse_month

CHOOSE = ("", "请选择")


def choice(label: str, choices: Any, **more: Any) -> forms.ChoiceField:
    """A box to choose from, with its words when nothing or something else is chosen."""
    words = {"required": f"请选择{label}。", "invalid_choice": f"请从清单中选择{label}。"}
    return forms.ChoiceField(label=label, choices=[CHOOSE, *choices], error_messages=words, **more)


def text(label: str, *, required: bool = True, length: int = 300) -> forms.CharField:
    """A box of two lines for words."""
    words = {"required": f"请填写{label}。", "max_length": f"{label}最多{length}字。"}
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=words,
    )


def _line(label: str, length: int) -> forms.CharField:
    words = {"required": f"请填写{label}。", "max_length": f"{label}最多{length}字。"}
    return forms.CharField(label=label, max_length=length, error_messages=words)


def _day(label: str) -> forms.DateField:
    words = {"required": f"请填写{label}。", "invalid": f"{label}应写成 2024-06-05 的样子。"}
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

    reason = text("理由", length=200)


class Suspend(forms.Form):
    """提出暂停."""

    reason = choice("暂停理由", Suspension.REASONS.items())
    from_month = MonthBox(label="暂停起始月", required=False, help_text="空则自下月起")
    note = text("情况", required=False)


class Resume(forms.Form):
    """提出恢复."""

    note = text("恢复依据")
    from_month = MonthBox(label="恢复起始月", required=False, help_text="空则自本月起")


class Classify(forms.Form):
    """认定核查类别."""

    category = choice("核查类别", CLASSES.items())
    note = text("依据", required=False)


class Terminate(forms.Form):
    """提出终止."""

    reason = choice("终止理由", [(k, v) for k, v in STOP_REASONS.items() if k != "death"])
    note = text("情况", length=500)


class Stop(forms.Form):
    """提出停发."""

    reason = choice("停发理由", STOP_REASONS.items())
    effective = MonthBox(label="停发起始月", required=False, help_text="空则自批准次月起")
    note = text("情况和依据", length=500)


class RefusedWork(forms.Form):
    """登记拒绝就业."""

    day = _day("拒绝日期")
    note = text("介绍了什么工作、如何拒绝", length=200)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **more: Any) -> None:
        """Offer the members of one household."""
        super().__init__(*args, **more)
        choices = [(str(pk), name) for pk, name in people]
        self.fields = {"person": choice("家庭成员", choices), **self.fields}


class Answer(forms.Form):
    """核实异议."""

    answer = text("核实结果", length=500)


class Finish(forms.Form):
    """办结核查."""

    outcome = choice("核查结果", Review.Outcome.choices)
    note = text("核查情况", length=500)


class Screen(forms.Form):
    """终止后筛查."""

    result = choice("筛查结果", Screening.Result.choices)
    note = text("说明", required=False)


class Serve(forms.Form):
    """登记送达."""

    on = _day("送达日期")
    how = choice("送达方式", Served.How.choices)
    note = text("签收情况", required=False)


class Extend(forms.Form):
    """提出延长."""

    reason = choice("法定情形", EXTENSION_REASONS.items())
    note = text("具体情况")


class Note(forms.Form):
    """An act with a remark that may be left empty."""

    note = text("说明", required=False, length=200)


class EndCustody(forms.Form):
    """结束代管."""

    on = _day("结束日期")
    reason = text("结束原因", length=200)


class NewCustody(forms.Form):
    """登记代管."""

    number = _line("户编号", 24)
    name = _line("持有人姓名", 100)
    what = choice("种类", [("passbook", "存折"), ("card", "银行卡")])
    tail = forms.RegexField(
        r"^\d{4}$",
        label="账号后四位",
        error_messages={"required": "请填写账号后四位。", "invalid": "账号后四位应为四位数字。"},
    )
    keeper = _line("代管人", 100)
    keeper_is = _line("代管人身份", 60)
    agreement = _line("协议编号或存放处", 120)
    agreed_on = _day("签订日期")
