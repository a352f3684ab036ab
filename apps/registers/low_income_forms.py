"""低收入人口的表单."""

from __future__ import annotations

from django import forms

from apps.registers import low_income_words as words
from apps.registers.forms import choice, day, line, text
from apps.units.language import lazy as _


class Work(forms.Form):
    """处置预警."""

    outcome = choice(_("处置"), words.OUTCOMES.items())
    note = text(_("核查和处置情况"), 500)


class Monitor(forms.Form):
    """列入监测."""

    number = line(_("户编号"), 24)
    category = choice(_("类别"), words.LISTED.items())
    source = line(_("认定部门和依据"), 200, hint=_("由谁认定、哪份名单或文件"))
    since = day(_("认定日期"))


class EndMonitoring(forms.Form):
    """解除监测."""

    reason = choice(_("解除原因"), words.ENDS.items())
