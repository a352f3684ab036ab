"""名册的表单: one small form an act; what it asks is what the act needs and no more."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext

from apps.registers import words
from apps.registers.targets import TARGETS
from apps.units.language import lazy as _
from apps.units.language import worded

Choices = Iterable[tuple[str, str]]


def choice(label: str, choices: Choices, *, required: bool = True, hint: str = "") -> forms.Field:
    """A choice from a closed list; nothing is chosen beforehand."""
    said = {
        "required": worded(_("请选择{label}。"), label=label),
        "invalid_choice": worded(_("请从清单中选择{label}。"), label=label),
    }
    offered = [("", _("请选择") if required else _("不填")), *choices]
    return forms.ChoiceField(
        label=label, choices=offered, required=required, help_text=hint, error_messages=said
    )


def text(label: str, length: int, *, required: bool = True, hint: str = "") -> forms.Field:
    """A few lines."""
    said = {
        "required": worded(_("请填写{label}。"), label=label),
        "max_length": worded(_("{label}最多{length}字。"), label=label, length=length),
    }
    box = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        widget=box,
        help_text=hint,
        error_messages=said,
    )


def line(label: str, length: int, *, required: bool = True, hint: str = "") -> forms.Field:
    """One line."""
    said = {
        "required": worded(_("请填写{label}。"), label=label),
        "max_length": worded(_("{label}最多{length}字。"), label=label, length=length),
    }
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=hint, error_messages=said
    )


def day(label: str, *, required: bool = True, hint: str = "") -> forms.Field:
    """A day."""
    said = {
        "required": worded(_("请填写{label}。"), label=label),
        "invalid": worded(_("{label}应写成 2024-06-05 的样子。"), label=label),
    }
    box = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, widget=box, required=required, help_text=hint, error_messages=said
    )


class Nothing(forms.Form):
    """An act that asks nothing."""


class NewFile(forms.Form):
    """建档: which child of which household, and why it is on the register."""

    number = line(_("户编号"), 24, hint=_("儿童现在所在的户"))
    name = line(_("儿童姓名"), 100, hint=_("须已登记为该户成员"))
    register = choice(_("名册"), words.REGISTERS.items())
    ground = choice(_("情形"), words.ALL_GROUNDS.items(), hint=_("与名册相符的一种"))
    level = choice(_("关注等级"), words.LEVELS.items())
    note = text(_("说明"), 300, required=False)


class Visit(forms.Form):
    """登记走访; those who may not read about health are not asked about it."""

    on = day(_("走访日期"))
    way = choice(_("方式"), words.WAYS.items())
    care = choice(_("监护情况"), words.CARE.items(), hint=_("后三项会同时登记强制报告"))
    school = choice(_("就学情况"), words.SCHOOL.items())
    note = text(_("走访记录"), 500)
    health = text(_("健康情况"), 300, required=False, hint=_("只有乡镇、县级经办和审核可见"))


class VillageVisit(Visit):
    """登记走访, by the village."""

    health = None  # type: ignore[assignment]


class Report(forms.Form):
    """登记强制报告."""

    kind = choice(_("情形"), [(code, words.CARE[code]) for code in words.ALARMS])
    source = choice(_("来源"), words.SOURCES.items())
    on = day(_("报告日期"))
    note = text(_("情况"), 500)


class Answer(forms.Form):
    """处置报告."""

    outcome = choice(_("处置结果"), words.OUTCOMES.items())
    answer = text(_("处置情况"), 500)


class Rate(forms.Form):
    """评估."""

    ground = choice(_("情形"), words.ALL_GROUNDS.items())
    level = choice(_("关注等级"), words.LEVELS.items())
    note = text(_("说明"), 300, required=False)

    def of(self, register: str) -> Rate:
        """Only the grounds of the register the child is on."""
        offered = self.fields["ground"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", gettext("请选择")), *words.GROUNDS[register].items()]
        return self


class Reregister(forms.Form):
    """转入另一名册."""

    ground = choice(_("情形"), words.ALL_GROUNDS.items())
    level = choice(_("关注等级"), words.LEVELS.items())


class ConfirmCarer(forms.Form):
    """委托照护确认."""

    name = line(_("照护人"), 100)
    relation = line(_("与儿童关系"), 20)
    phone = line(_("电话"), 30)
    paper = line(_("委托监护确认书"), 100, hint=_("编号或存放处"))


class Refer(forms.Form):
    """转介."""

    target = choice(_("转介到"), TARGETS.items())
    note = text(_("事由"), 300)


class Close(forms.Form):
    """销档."""

    reason = choice(_("销档原因"), words.CLOSINGS.items())
