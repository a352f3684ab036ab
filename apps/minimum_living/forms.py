"""低保后续决定的表单: what 渐退 and 停发本人份额 ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.reviews.forms import MonthBox, choice, text
from apps.units.language import lazy as _


class GraceForm(forms.Form):
    """提出渐退."""

    months = forms.IntegerField(
        label=_("渐退期（月）"),
        min_value=1,
        help_text=_("自批准次月起，按批准当月的保障金额发放"),
        error_messages={
            "required": _("请填写渐退月数。"),
            "invalid": _("渐退月数应为整数。"),
            "min_value": _("渐退期至少一个月。"),
        },
    )
    note = text(_("情况和依据"), length=500)


class SanctionForm(forms.Form):
    """提出停发本人份额."""

    until = MonthBox(label=_("停发至（含）"), required=False, help_text=_("空则不定期"))
    note = text(_("情况和依据"), length=500)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **more: Any) -> None:
        """Offer the people of one household."""
        super().__init__(*args, **more)
        choices = [(str(pk), name) for pk, name in people]
        self.fields = {"person": choice(gettext("停发谁的份额"), choices), **self.fields}
