"""登记的表单: an application of a known household, a near relative, a complaint, a draw."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.assess import ordered
from apps.casework.forms import track_box
from apps.casework.models import NearRelative
from apps.casework.procedure import Procedure
from apps.casework.programme import PROGRAMMES
from apps.casework.words import BASES
from apps.offices.models import Division, Staff
from apps.units.language import lazy as _

SEED_BITS = 62  # fits a bigint
WHOLE = ("", _("全户"))


def day_box(label: str) -> forms.DateField:
    """A day, typed or picked."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写日期。"), "invalid": _("请填写有效的日期。")},
    )


class DatedForm(forms.Form):
    """A form with a day that is not in the future."""

    on = day_box(_("日期"))

    def __init__(self, data: Any = None, *, today: dt.date, **more: Any) -> None:
        super().__init__(data, initial={"on": today}, use_required_attribute=False, **more)
        self.today = today

    def clean_on(self) -> dt.date:
        """A day that has come."""
        day: dt.date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(
                gettext("日期不能晚于今天（{today}）。").format(today=self.today)
            )
        return day


class ApplyForm(DatedForm):
    """申请: what a known household or one of its members asks for."""

    programme = forms.ChoiceField(label=_("项目"), error_messages={"required": _("请选择项目。")})
    person = forms.TypedChoiceField(label=_("对象"), coerce=int, required=False, empty_value=None)
    basis = forms.ChoiceField(label=_("依据"), required=False)
    found = forms.BooleanField(label=_("主动发现"), required=False)

    field_order = ["programme", "person", "track", "basis", "on", "found"]

    def __init__(self, data: Any = None, *, persons: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(data, **more)
        boxes: dict[str, Any] = self.fields
        cards = [card for card in ordered(PROGRAMMES.values()) if not card.awarded_with]
        boxes["on"].label = gettext("申请日期")
        boxes["programme"].choices = [("", "—"), *((card.code, card.name) for card in cards)]
        boxes["person"].choices = [WHOLE, *persons]
        boxes["track"] = track_box()
        boxes["basis"].choices = [("", "—"), *BASES.items()]
        self.order_fields(self.field_order)


class RelativeForm(DatedForm):
    """近亲属备案: who of the household is whose near relative (R-DB-21)."""

    person = forms.TypedChoiceField(label=_("申请人或家庭成员"), coerce=int)
    relation = forms.ChoiceField(
        label=_("是其"), choices=[("", "—"), *NearRelative.Relation.choices]
    )
    staff = forms.TypedChoiceField(
        label=_("经办人员"), coerce=int, required=False, empty_value=None
    )
    official = forms.CharField(
        label=_("或村（居）委会成员"), max_length=60, required=False, help_text=_("填姓名和职务。")
    )

    field_order = ["person", "relation", "staff", "official", "on"]

    def __init__(
        self, data: Any = None, *, persons: list[tuple[int, str]], posts: list[Staff], **more: Any
    ) -> None:
        super().__init__(data, **more)
        boxes: dict[str, Any] = self.fields
        boxes["on"].label = gettext("备案日期")
        boxes["person"].choices = [("", "—"), *persons]
        named = [(one.pk, f"{one.name}（{one.get_role_display()}）") for one in posts]
        boxes["staff"].choices = [("", "—"), *named]
        for name in ("person", "relation"):
            boxes[name].error_messages["required"] = gettext("请选择{label}。").format(
                label=boxes[name].label
            )


class ComplaintForm(DatedForm):
    """投诉举报: what was told, and when."""

    words = forms.CharField(
        label=_("内容"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请填写投诉举报的内容。")},
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["on"].label = gettext("收到日期")


class DrawForm(forms.Form):
    """随机抽查: among which applications, and by which seed."""

    programme = forms.ChoiceField(label=_("项目"))
    township = forms.ChoiceField(label=_("乡镇"), error_messages={"required": _("请选择乡镇。")})
    seed = forms.IntegerField(
        label=_("随机种子"),
        required=False,
        min_value=0,
        max_value=2**SEED_BITS - 1,
        help_text=_("可填公开抽取的号码；空则由系统随机产生并记录。"),
        error_messages={"invalid": _("随机种子是一个整数。")},
    )

    def __init__(self, data: Any = None, *, townships: list[Division], **more: Any) -> None:
        super().__init__(data, use_required_attribute=False, **more)
        boxes: dict[str, Any] = self.fields
        boxes["programme"].choices = [(card.code, card.name) for card in sampled_programmes()]
        boxes["township"].choices = [("", "—"), *((one.code, one.name) for one in townships)]


def sampled_programmes() -> list[Any]:
    """The programmes whose procedure asks for a draw before the decision."""
    return [card for card in ordered(PROGRAMMES.values()) if _is_sampled(card.procedure)]


def _is_sampled(steps: Procedure) -> bool:
    return any("sampled" in step.needs for step in steps)
