"""变更表单的格子: the boxes that the forms of changes share, with their words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.registration_forms import Money
from apps.changes.about import About
from apps.units.language import lazy as _
from apps.units.language import worded

CHOOSE = ("", _("请选择"))
TEXT = {"autocomplete": "off"}
# A reader that types like a keyboard types the whole card.
CARD = {"data-id-number": "", "maxlength": 200}


def chosen(
    label: str, choices: Any = (), *, required: bool = True, none: str = "—", **more: Any
) -> Any:
    """A choice that starts at none, which ``none`` names where it is an answer."""
    words = {
        "required": worded(_("请选择{label}。"), label=label),
        "invalid_choice": worded(_("请从清单中选择{label}。"), label=label),
    }
    first = CHOOSE if required else ("", none)
    return forms.ChoiceField(
        label=label, choices=[first, *choices], required=required, error_messages=words, **more
    )


def day(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    """A day."""
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "invalid": worded(_("{label}应写成 2024-06-05 的样子。"), label=label),
    }
    box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label, required=required, widget=box, error_messages=words, help_text=hint
    )


def line(label: str, length: int, *, required: bool = True, hint: str = "") -> forms.CharField:
    """One line of text."""
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "max_length": worded(_("{label}最多{length}字。"), label=label, length=length),
    }
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        error_messages=words,
        help_text=hint,
        widget=forms.TextInput(attrs=TEXT),
    )


def id_number(label: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    """The number of an ID card, which a reader may fill in (card.js)."""
    box = line(label, 30, required=required, hint=hint)
    box.widget.attrs |= CARD
    return box


def whole(
    label: str, low: int, high: int, *, required: bool = True, hint: str = ""
) -> forms.IntegerField:
    """A whole number within bounds."""
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "invalid": worded(_("{label}应为整数。"), label=label),
        "min_value": worded(_("{label}应在{low}到{high}之间。"), label=label, low=low, high=high),
        "max_value": worded(_("{label}应在{low}到{high}之间。"), label=label, low=low, high=high),
    }
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        required=required,
        error_messages=words,
        help_text=hint,
    )


def money(label: str) -> Money:
    """Yuan, given in fen."""
    return Money(
        label=label,
        max_length=20,
        error_messages={"required": worded(_("请填写{label}。"), label=label)},
    )


def ticked(label: str, hint: str = "") -> forms.BooleanField:
    """A box that is ticked until somebody takes the tick away."""
    return forms.BooleanField(label=label, required=False, initial=True, help_text=hint)


def digits(label: str, *, required: bool = True) -> forms.CharField:
    """The number of an account; the action has the last word on it."""
    box = forms.TextInput(attrs={**TEXT, "inputmode": "numeric", "class": "mono"})
    words = {"required": worded(_("请填写{label}。"), label=label)}
    return forms.CharField(
        label=label, max_length=40, required=required, widget=box, error_messages=words
    )


LAST = ("proof", "notice", "statement")


class ChangeForm(forms.Form):
    """The form of one kind of change: only its own boxes; ``about`` says who lives there.

    ``typed`` is what a draft keeps and a second person's decision is carried out from.
    """

    proof = line(_("依据材料说明"), 200, required=False, hint=_("如证明的名称和编号"))
    notice = ticked(_("打印决定告知书"), _("作出决定的，办结后逐项打印"))
    statement = ticked(_("打印新的幸福清单"), _("给群众看变更后的全家待遇"))

    def __init__(self, data: Any = None, *, about: About, initial: Any = None) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.about = about
        self.prepare()
        self.order_fields([name for name in self.fields if name not in LAST])

    def prepare(self) -> None:
        """Fill the choices that depend on the household."""

    def typed(self) -> dict[str, str]:
        """Every box as it was typed."""
        return {name: str(self[name].value() or "") for name in self.fields}

    def said(self) -> list[tuple[str, str]]:
        """Every box that says something, as people read it: label and words."""
        return [(str(box.label), words) for box in self if (words := _words(box))]

    def clean_on(self) -> Any:
        """A change has happened, and not before the household was there."""
        on = self.cleaned_data["on"]
        if on > self.about.today:
            raise forms.ValidationError(gettext("不能晚于今天，请核对。"))
        return on

    def _people(self, name: str, *, living: bool = True, first: str = "") -> None:
        """The residents as the choices of a box."""
        people = self.about.living if living else self.about.residents
        choices = [(str(one.person_id), one.words) for one in people]
        field: Any = self.fields[name]
        head = [("0", first)] if first else []
        field.choices = [CHOOSE, *head, *choices]


def _words(box: forms.BoundField) -> str:
    """What a box says, a choice by its name; nothing of what is hidden."""
    value = str(box.value() or "")
    if not value or box.is_hidden:
        return ""
    if isinstance(box.field, forms.BooleanField):
        return "是"
    choices = dict(getattr(box.field, "choices", ()))
    return str(choices.get(value, value))
