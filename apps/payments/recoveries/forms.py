"""追缴的表单."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.payments.recoveries.models import Treatment
from apps.units.language import lazy as _
from apps.units.money import parse_yuan
from apps.units.months import Month, parse_month


class YuanField(forms.CharField):
    """An amount in yuan that gives fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "100.00"})

    def clean(self, value: Any) -> int:
        """The amount in fen; the words of parse_yuan when it is none."""
        text = super().clean(value)
        try:
            return parse_yuan(text.strip())
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


class MonthBox(forms.CharField):
    """A month that may be left empty."""

    widget = forms.DateInput(attrs={"type": "month", "placeholder": "2024-12"})

    def clean(self, value: Any) -> Month | None:
        """The first day of the month; None when empty."""
        text = (value or "").strip()
        try:
            return parse_month(text[:7]) if text else None
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


class Propose(forms.Form):
    """提出处理."""

    way = forms.ChoiceField(
        label=_("处理方式"),
        choices=[("", _("请选择")), *Treatment.Way.choices],
        error_messages={"required": _("请选择处理方式。")},
    )
    fen = YuanField(
        label=_("金额（元）"),
        help_text=_("分期、抵扣填每月金额；减免填减免总额"),
        error_messages={"required": _("请填写金额。")},
    )
    first_month = MonthBox(label=_("起始月"), required=False, help_text=_("空则自下月起；减免不填"))
    note = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明理由。")},
    )


class Repaid(forms.Form):
    """登记退回款."""

    fen = YuanField(label=_("退回金额（元）"), error_messages={"required": _("请填写退回金额。")})


class Refuse(forms.Form):
    """不批准."""

    reason = forms.CharField(
        label=_("不批准的理由"),
        max_length=200,
        error_messages={"required": _("请写明不批准的理由。")},
    )
