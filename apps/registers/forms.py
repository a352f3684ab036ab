"""名册的表单: one small form an act; what it asks is what the act needs and no more."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from apps.registers import words
from apps.registers.targets import TARGETS

Choices = Iterable[tuple[str, str]]


def choice(label: str, choices: Choices, *, required: bool = True, hint: str = "") -> forms.Field:
    """A choice from a closed list; nothing is chosen beforehand."""
    said = {"required": f"请选择{label}。", "invalid_choice": f"请从清单中选择{label}。"}
    offered = [("", "请选择" if required else "不填"), *choices]
    return forms.ChoiceField(
        label=label, choices=offered, required=required, help_text=hint, error_messages=said
    )


def text(label: str, length: int, *, required: bool = True, hint: str = "") -> forms.Field:
    """A few lines."""
    said = {"required": f"请填写{label}。", "max_length": f"{label}最多{length}字。"}
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
    said = {"required": f"请填写{label}。", "max_length": f"{label}最多{length}字。"}
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=hint, error_messages=said
    )


def day(label: str, *, required: bool = True, hint: str = "") -> forms.Field:
    """A day."""
    said = {"required": f"请填写{label}。", "invalid": f"{label}应写成 2024-06-05 的样子。"}
    box = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, widget=box, required=required, help_text=hint, error_messages=said
    )


class Nothing(forms.Form):
    """An act that asks nothing."""


class NewFile(forms.Form):
    """建档: which child of which household, and why it is on the register."""

    number = line("户编号", 24, hint="儿童现在所在的户")
    name = line("儿童姓名", 100, hint="须已登记为该户成员")
    register = choice("名册", words.REGISTERS.items())
    ground = choice("情形", words.ALL_GROUNDS.items(), hint="与名册相符的一种")
    level = choice("关注等级", words.LEVELS.items())
    note = text("说明", 300, required=False)


class Visit(forms.Form):
    """登记走访; those who may not read about health are not asked about it."""

    on = day("走访日期")
    way = choice("方式", words.WAYS.items())
    care = choice("监护情况", words.CARE.items(), hint="后三项会同时登记强制报告")
    school = choice("就学情况", words.SCHOOL.items())
    note = text("走访记录", 500)
    health = text("健康情况", 300, required=False, hint="只有乡镇、县级经办和审核可见")


class VillageVisit(Visit):
    """登记走访, by the village."""

    health = None  # type: ignore[assignment]


class Report(forms.Form):
    """登记强制报告."""

    kind = choice("情形", [(code, words.CARE[code]) for code in words.ALARMS])
    source = choice("来源", words.SOURCES.items())
    on = day("报告日期")
    note = text("情况", 500)


class Answer(forms.Form):
    """处置报告."""

    outcome = choice("处置结果", words.OUTCOMES.items())
    answer = text("处置情况", 500)


class Rate(forms.Form):
    """评估."""

    ground = choice("情形", words.ALL_GROUNDS.items())
    level = choice("关注等级", words.LEVELS.items())
    note = text("说明", 300, required=False)

    def of(self, register: str) -> Rate:
        """Only the grounds of the register the child is on."""
        offered = self.fields["ground"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", "请选择"), *words.GROUNDS[register].items()]
        return self


class Reregister(forms.Form):
    """转入另一名册."""

    ground = choice("情形", words.ALL_GROUNDS.items())
    level = choice("关注等级", words.LEVELS.items())


class ConfirmCarer(forms.Form):
    """委托照护确认."""

    name = line("照护人", 100)
    relation = line("与儿童关系", 20)
    phone = line("电话", 30)
    paper = line("委托监护确认书", 100, hint="编号或存放处")


class Refer(forms.Form):
    """转介."""

    target = choice("转介到", TARGETS.items())
    note = text("事由", 300)


class Close(forms.Form):
    """销档."""

    reason = choice("销档原因", words.CLOSINGS.items())
