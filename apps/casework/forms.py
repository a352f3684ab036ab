"""案件的表单: a trial and a decision, as a person types them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.assess import ordered
from apps.casework.models import Application
from apps.casework.programme import PROGRAMMES, Nature
from apps.casework.words import ORDINARY, RELIEF_TYPES, TRACK_WORDS
from apps.standards.book import Value
from apps.standards.loading import BadStandard, catalogue, entry_of
from apps.units.language import lazy as _
from apps.units.language import listed
from apps.units.money import parse_yuan
from apps.units.months import parse_month


def programme_choices(*, with_rules: bool = True) -> list[tuple[str, str]]:
    """Code and name of the programmes in the order of their cards."""
    cards = ordered(PROGRAMMES.values())
    return [(c.code, c.name) for c in cards if c.rules or not with_rules]


def track_box() -> forms.ChoiceField:
    """救助类型: by which procedure the programmes that have several are handled.

    Seen only while one of them is chosen (house.js); empty is the ordinary procedure.
    """
    cards = [card for card in PROGRAMMES.values() if card.tracks]
    tracks = dict.fromkeys(track for card in cards for track, _ in card.tracks)
    names = listed(card.name for card in cards)
    return forms.ChoiceField(
        label=gettext("救助类型"),
        required=False,
        choices=[("", ORDINARY), *((track, TRACK_WORDS[track]) for track in tracks)],
        help_text=gettext("{names}的办理程序。").format(names=names),
        widget=forms.Select(attrs={"data-only-for": " ".join(card.code for card in cards)}),
    )


class MonthBox(forms.CharField):
    """A month box that gives the first day of the month."""

    widget = forms.DateInput(attrs={"type": "month", "placeholder": "2024-12"})

    def clean(self, value: Any) -> dt.date | None:
        """The month; the words of parse_month when it is none."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_month(text.strip()[:7])
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


class TrialForm(forms.Form):
    """试算: a programme and month, for the household or a person, perhaps a draft standard."""

    programme = forms.ChoiceField(label=_("项目"))
    person = forms.TypedChoiceField(label=_("对象"), coerce=int, required=False, empty_value=None)
    month = MonthBox(label=_("月份"), error_messages={"required": _("请选择月份。")})
    key = forms.ChoiceField(label=_("草拟标准"), required=False)
    value = forms.CharField(label=_("草拟数值"), max_length=20, required=False)

    def __init__(self, *args: Any, persons: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].choices = programme_choices()  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", gettext("全户")), *persons]  # type: ignore[attr-defined]
        drafts = [
            (f"{e.key}|{band}", e.label + (f"（{band}）" if band else ""))
            for e in catalogue().values()
            for band in (e.bands or ("",))
            if not e.choices
        ]
        self.fields["key"].choices = [("", gettext("按现行标准")), *drafts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The draft standard as a Value, when one is given."""
        data = dict(super().clean() or {})
        data["drafts"] = []
        if data.get("key") and data.get("month"):
            try:
                data["drafts"] = [_draft(data)]
            except BadStandard as fault:
                self.add_error("value", str(fault))
        return data


def _draft(data: dict[str, Any]) -> Value:
    key, _, band = data["key"].partition("|")
    return draft_value(key, band, data["value"], data["month"])


def draft_value(key: str, band: str, text: str, since: dt.date) -> Value:
    """A draft standard from a month on, as typed: an amount, a rate, a number, 是 or 否."""
    entry = entry_of(key)
    raw: str | int | bool = text.strip()
    if entry.unit == "switch":
        raw = text.strip() in ("1", "是", "开", "true")
    elif entry.unit == "count" and text.strip().isdecimal():
        raw = int(text.strip())
    number, choice = entry.parsed(raw)
    return Value(key, band, since, None, number, choice, entry.unit, "草拟", True)


class DecisionForm(forms.Form):
    """决定: what a confirmation fixes."""

    arrears_from = MonthBox(label=_("补发起始月"), required=False)
    assessed = forms.CharField(label=_("核定金额（元）"), max_length=20, required=False)
    over_cap_approved = forms.BooleanField(label=_("一事一议"), required=False)
    relief_type = forms.ChoiceField(
        label=_("救助类型"),
        required=False,
        choices=[("", "—"), *RELIEF_TYPES.items()],
    )
    school_year = forms.CharField(label=_("学年"), max_length=12, required=False)

    def clean_assessed(self) -> int | None:
        """The amount in fen."""
        text = self.cleaned_data["assessed"]
        try:
            return parse_yuan(text) if text else None
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


# The boxes of a confirmation, and what each is called in its Terms.
TERMS = {
    "arrears_from": "arrears_from",
    "assessed": "assessed_fen",
    "relief_type": "relief_type",
    "over_cap_approved": "over_cap_approved",
    "school_year": "school_year",
}


def terms_for(application: Application) -> tuple[str, ...]:
    """The boxes that mean something for a programme."""
    card = PROGRAMMES[application.programme]
    if card.code == "temporary_relief":
        kind = () if application.track else ("relief_type",)
        return ("assessed", *kind, "over_cap_approved")
    if card.nature is Nature.ONE_OFF and card.code.endswith("study_grant"):
        return ("school_year",)
    return ("arrears_from",) if card.app == "disability_subsidies" else ()
