"""预算的表单."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.payments.budgets.models import WHOLE, BudgetRow, BudgetSubject, FundingSource
from apps.payments.recoveries.forms import YuanField
from apps.units.language import lazy as _
from apps.units.months import Month, parse_month

LOWER = "lower"
# 调减 is a change below zero; an amount is typed without a sign.
KINDS = (
    ("", _("请选择")),
    ("initial", _("年初预算")),
    ("change", _("调增")),
    (LOWER, _("调减")),
)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class Enter(forms.Form):
    """登记预算."""

    year = forms.IntegerField(
        label=_("年度"),
        min_value=2000,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("请填写年度。"), "invalid": _("年度请填四位数字。")},
    )
    code = forms.ChoiceField(label=_("科目"), error_messages={"required": _("请选择科目。")})
    source = forms.ChoiceField(
        label=_("资金来源"), error_messages={"required": _("请选择资金来源。")}
    )
    kind = forms.ChoiceField(
        label=_("类别"), choices=KINDS, error_messages={"required": _("请选择类别。")}
    )
    fen = YuanField(label=_("金额（元）"), error_messages={"required": _("请填写金额。")})
    document = forms.CharField(
        label=_("预算文件"),
        max_length=120,
        help_text=_("下达预算的文号和标题"),
        error_messages={"required": _("请写明预算文件。")},
    )
    document_on = forms.DateField(
        label=_("文件日期"),
        widget=_day(),
        error_messages={"required": _("请填写文件日期。"), "invalid": _("请填写有效的日期。")},
    )
    reason = forms.CharField(
        label=_("调整理由"), max_length=200, required=False, help_text=_("年初预算可不填")
    )
    example = forms.BooleanField(
        label=_("示例值（没有正式文件）"), required=False, widget=forms.CheckboxInput()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = ("", gettext("请选择"))
        code, source = self.fields["code"], self.fields["source"]
        assert isinstance(code, forms.ChoiceField)
        assert isinstance(source, forms.ChoiceField)
        rows = BudgetSubject.objects.order_by("code").values_list("code", "name")
        code.choices = [blank, *((number, f"{number} {name}") for number, name in rows)]
        places = FundingSource.objects.order_by("place").values_list("code", "name")
        source.choices = [blank, *places]

    def clean(self) -> dict[str, Any]:
        """A change says why; a lowering comes out below zero."""
        data = super().clean() or {}
        kind = data.get("kind")
        if kind in ("change", LOWER) and not data.get("reason", "").strip():
            self.add_error("reason", gettext("调整须写明理由。"))
        if kind in ("change", LOWER) and data.get("fen") == 0:
            self.add_error("fen", gettext("调整金额不能为零。"))
        if kind == LOWER and "fen" in data:
            data |= {"kind": BudgetRow.Kind.CHANGE, "fen": -data["fen"]}
        return data


class Refuse(forms.Form):
    """退回预算."""

    reason = forms.CharField(
        label=_("退回理由"), max_length=200, error_messages={"required": _("请写明退回的理由。")}
    )


class Beyond(forms.Form):
    """超预算决定."""

    document = forms.CharField(
        label=_("决定文件"),
        max_length=120,
        help_text=_("同意超预算支出的文号或会议纪要"),
        error_messages={"required": _("请写明决定文件。")},
    )
    document_on = forms.DateField(
        label=_("文件日期"),
        widget=_day(),
        error_messages={"required": _("请填写文件日期。"), "invalid": _("请填写有效的日期。")},
    )
    reason = forms.CharField(
        label=_("理由和资金来路"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明理由。")},
    )


class PercentField(forms.CharField):
    """A share in percent that may be left empty; gives ten-thousandths."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "60"})

    def clean(self, value: Any) -> int:
        """Ten-thousandths; 0 when empty."""
        text = str(super().clean(value) or "0").removesuffix("%").strip()
        try:
            points = Decimal(text) * 100
            exact = points == points.to_integral_value()
        except ArithmeticError:
            raise forms.ValidationError(gettext("比例请写成 60 或 12.5 的样子。")) from None
        if not (exact and 0 <= points <= WHOLE):
            raise forms.ValidationError(gettext("比例在 0 到 100 之间，最多两位小数。"))
        return int(points)


class Shares(forms.Form):
    """登记分担比例."""

    code = forms.ChoiceField(label=_("科目"), error_messages={"required": _("请选择科目。")})
    from_month = forms.CharField(
        label=_("起始月份"),
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2025-01"}),
        error_messages={"required": _("请填写起始月份。")},
    )
    document = forms.CharField(
        label=_("文号"), max_length=120, error_messages={"required": _("请写明分担比例的文号。")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        rows = BudgetSubject.objects.order_by("code").values_list("code", "name")
        code.choices = [("", gettext("请选择")), *((n, f"{n} {name}") for n, name in rows)]
        self.sources = list(FundingSource.objects.order_by("place").values_list("code", "name"))
        for source, name in self.sources:
            self.fields[source] = PercentField(label=f"{name}（%）", required=False)

    def clean_from_month(self) -> Month:
        """The first day of the month."""
        try:
            return parse_month(self.cleaned_data["from_month"].strip()[:7])
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None

    @property
    def points(self) -> dict[str, int]:
        """The ten-thousandths by source."""
        return {source: self.cleaned_data[source] for source, _ in self.sources}
