"""低收入人口的表单."""

from __future__ import annotations

from django import forms

from apps.registers import low_income_words as words
from apps.registers.forms import choice, day, line, text


class Work(forms.Form):
    """处置预警."""

    outcome = choice("处置", words.OUTCOMES.items())
    note = text("核查和处置情况", 500)


class Monitor(forms.Form):
    """列入监测."""

    number = line("户编号", 24)
    category = choice("类别", words.LISTED.items())
    source = line("认定部门和依据", 200, hint="由谁认定、哪份名单或文件")
    since = day("认定日期")


class EndMonitoring(forms.Form):
    """解除监测."""

    reason = choice("解除原因", words.ENDS.items())
