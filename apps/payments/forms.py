"""批次的表单: what a person types."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.units.language import lazy as _
from apps.units.months import Month, parse_month


class MonthField(forms.CharField):
    """A month box that gives the first day of the month."""

    widget = forms.DateInput(attrs={"type": "month", "placeholder": "2024-12"})

    def clean(self, value: Any) -> Month:
        """The month; the words of parse_month when it is none."""
        text = super().clean(value)
        try:
            return parse_month(text.strip()[:7])
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


class NewRun(forms.Form):
    """新建批次."""

    month = MonthField(label=_("发放月份"), error_messages={"required": _("请选择发放月份。")})


class Reason(forms.Form):
    """退回、撤销的理由."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        error_messages={"required": _("退回须写明理由。"), "max_length": _("理由最多200字。")},
    )


class Why(forms.Form):
    """为什么: whose amount of which month."""

    programme = forms.CharField(max_length=32)
    subject = forms.IntegerField()
    month = MonthField()
