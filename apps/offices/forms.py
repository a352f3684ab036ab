"""放假安排的表单: what a person copies from the yearly notice, line by line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.offices.calendar import Holiday
from apps.offices.models import Density, Language
from apps.offices.tokens import Scope
from apps.units.language import lazy as _


class PreferenceForm(forms.Form):
    """个人设置: what a member of staff chooses for themselves."""

    density = forms.ChoiceField(label=_("行距"), choices=Density.choices, widget=forms.RadioSelect)
    letter_keys = forms.BooleanField(label=_("单字母快捷键"), required=False)
    language = forms.ChoiceField(
        label=_("界面语言"), choices=Language.choices, widget=forms.RadioSelect, required=False
    )


DAYS = {30: _("30 天"), 90: _("90 天"), 365: _("一年")}


class TokenForm(forms.Form):
    """签发接口令牌: what for, how long, and how far it may go."""

    name = forms.CharField(
        label=_("用途"),
        max_length=60,
        help_text=_("如“民政数据交换平台”"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("请填写令牌的用途，如“民政数据交换平台”。"),
            "max_length": _("用途最多60字。"),
        },
    )
    days = forms.TypedChoiceField(label=_("有效期"), coerce=int, initial=90)
    scopes = forms.MultipleChoiceField(
        label=_("权限"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不会超过您自己岗位的权限，用不到的不要勾。"),
        error_messages={"required": _("请至少选择一项权限。")},
    )

    def __init__(self, data: Any = None, *, longest: int) -> None:
        super().__init__(data, use_required_attribute=False, auto_id="token-%s")
        box: Any = self.fields["days"]
        box.choices = [(days, words) for days, words in DAYS.items() if days <= longest]


class _Lines(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 6})

    def lines(self, value: Any) -> list[list[str]]:
        """The words of each line that is not empty."""
        return [line.split() for line in (value or "").splitlines() if line.strip()]


class HolidayLines(_Lines):
    """One holiday a line: first day, last day, name."""

    def clean(self, value: Any) -> list[Holiday]:
        """The holidays; says which line cannot be read."""
        found = []
        for number, words in enumerate(self.lines(super().clean(value)), 1):
            if len(words) != 3:
                raise forms.ValidationError(
                    gettext("第{number}行应写成“2027-02-05 2027-02-12 春节”的样子。").format(
                        number=number
                    )
                )
            found.append((_day(words[0], number), _day(words[1], number), words[2][:20]))
        return found


class DayLines(_Lines):
    """One day a line."""

    def clean(self, value: Any) -> list[dt.date]:
        """The days; says which line cannot be read."""
        rows = self.lines(super().clean(value))
        return [_day(word, number) for number, words in enumerate(rows, 1) for word in words]


def _day(text: str, number: int) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise forms.ValidationError(
            gettext("第{number}行的“{text}”不是日期，请写成 2027-02-05 的样子。").format(
                number=number, text=text
            )
        ) from None


class HolidayNoticeForm(forms.Form):
    """登记一年的放假安排."""

    year = forms.IntegerField(
        label=_("年份"),
        min_value=2001,
        max_value=2060,
        error_messages={"required": _("请填写年份。"), "invalid": _("年份应为四位数字。")},
    )
    document = forms.CharField(
        label=_("放假通知（名称或文号）"),
        max_length=120,
        error_messages={"required": _("请填写放假通知的名称或文号。")},
    )
    holidays = HolidayLines(
        label=_("放假"),
        help_text=_("每行一个：第一天 最后一天 名称，如 2027-02-05 2027-02-12 春节"),
        error_messages={"required": _("请至少填写一个假期。")},
    )
    makeup = DayLines(label=_("调休上班"), required=False, help_text=_("每行一天，如 2027-02-14"))
