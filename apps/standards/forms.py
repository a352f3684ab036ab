"""标准的表单: a new value of one standard, as the document says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.standards.fitting import Entered, misfit
from apps.standards.loading import BadStandard, Entry, Raw, Value
from apps.standards.models import Unit
from apps.units.language import lazy as _
from apps.units.months import parse_month

HINTS = {
    Unit.FEN_MONTH: _("元/月，如 650.00"),
    Unit.FEN_YEAR: _("元/年，如 5400.00"),
    Unit.FEN: _("元，如 3000.00"),
    Unit.RATE: _("比例，如 0.30"),
    Unit.COUNT: _("整数"),
    Unit.SWITCH: _("开或关"),
    Unit.MONTH: _("年月，如 2025-12"),
}


class AdoptForm(forms.Form):
    """登记标准: from which month, by which document, and one box a band; an empty box is 未配置."""

    from_month = forms.CharField(
        label=_("自何月起"),
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2025-01"}),
        error_messages={"required": _("请选择起始月份。")},
    )
    last_month = forms.CharField(
        label=_("至何月止"),
        required=False,
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2025-12"}),
        help_text=_("留空：一直适用到下一次调整"),
    )
    mends = forms.BooleanField(
        label=_("更正已登记的值"), required=False, help_text=_("同一个月份已登记过、登记错了时勾选")
    )
    document = forms.CharField(label=_("文号"), max_length=120, required=False)
    source = forms.CharField(label=_("来源"), max_length=300, required=False)
    example = forms.BooleanField(label=_("示例值（没有正式文件）"), required=False)

    def __init__(
        self,
        *args: Any,
        entry: Entry,
        bands: list[str],
        entered: Collection[Entered] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.bands, self.entered = entry, bands, entered
        for n, band in enumerate(bands):
            self.fields[f"value_{n}"] = self._box(band)

    def _box(self, band: str) -> forms.Field:
        label = self.entry.band_title(band) or self.entry.title
        if self.entry.choices:
            words = [("", gettext("未配置")), *self.entry.choice_titles.items()]
            return forms.ChoiceField(label=label, choices=words, required=False)
        if self.entry.unit is Unit.SWITCH:
            switch = [("", gettext("未配置")), ("true", gettext("开")), ("false", gettext("关"))]
            return forms.ChoiceField(label=label, choices=switch, required=False)
        hint = HINTS.get(self.entry.unit, "")
        return forms.CharField(label=label, max_length=20, required=False, help_text=hint)

    def value_boxes(self) -> list[forms.BoundField]:
        """The boxes of the values, in the order of the bands."""
        return [self[f"value_{n}"] for n in range(len(self.bands))]

    def clean_from_month(self) -> dt.date:
        """The first day of the month."""
        return _month(self.cleaned_data["from_month"])

    def clean_last_month(self) -> dt.date | None:
        """The first day of the last month; None: until the next value."""
        text = self.cleaned_data["last_month"]
        return _month(text) if text.strip() else None

    def clean(self) -> dict[str, Any]:
        """Every value as the action takes it; what is wrong is said at its box."""
        data = dict(super().clean() or {})
        found: dict[str, Raw] = {}
        for n, band in enumerate(self.bands):
            raw = self._raw(str(data.get(f"value_{n}") or "").strip())
            try:
                self.entry.parsed(raw)
            except BadStandard as fault:
                self.add_error(f"value_{n}", str(fault))
            found[band] = raw
        data["value"] = self._value(found)
        if "from_month" in data and "last_month" in data:
            since, last = data["from_month"], data["last_month"]
            wrong = misfit(self.entered, since, last, mends=bool(data.get("mends")))
            if wrong is not None:
                self.add_error(*wrong)
        return data

    def _raw(self, text: str) -> Raw:
        if not text:
            return None
        if self.entry.unit is Unit.SWITCH:
            return text == "true"
        if self.entry.unit is Unit.COUNT:
            return int(text) if text.isdecimal() else text
        return text

    def _value(self, found: dict[str, Raw]) -> Value:
        """One value, or a map of the bands that are configured; None: 未配置."""
        if self.entry.bands is None:
            return found[""]
        given: dict[str, Raw] = {band: raw for band, raw in found.items() if raw is not None}
        return given or None


def _month(text: str) -> dt.date:
    """The month of a box; what is wrong is said there."""
    try:
        return parse_month(text.strip()[:7])
    except ValueError as fault:
        raise forms.ValidationError(str(fault)) from None
