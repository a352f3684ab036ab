"""步骤的表单: what one step of a procedure asks of whoever takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.beginning import Terms
from apps.casework.forms import TERMS, DecisionForm, terms_for
from apps.casework.models import CASEWORKERS, Application, StepTaken
from apps.casework.procedure import INVESTIGATORS, Step
from apps.casework.steps import DECIDING, INVESTIGATING, step_from, steps_of, taken_before
from apps.offices.models import Role, Staff
from apps.offices.sight import Record, Sight
from apps.units.language import lazy as _

CONFIRMING = ("confirm", "back_entry")
MAY_INVESTIGATE = (Role.VILLAGE_HELPER, *CASEWORKERS)
LOST = _("页面已过期，请核对后再办理一次。")


class StepForm(DecisionForm):
    """One step: the version that was seen, the day, words, and what this step alone asks.

    Only the boxes of ``asked`` are there. A decision is of today; any other step may have been
    taken earlier, never later than today.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": LOST})
    on = forms.DateField(
        label=_("办理日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写办理日期。"), "invalid": _("请填写有效的日期。")},
    )
    note = forms.CharField(
        label=_("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("说明不能超过500字。")},
    )
    again = forms.CharField(label=_("再次告知的原因"), max_length=200, required=False)
    first = forms.TypedChoiceField(label=_("调查人"), coerce=int)
    second = forms.TypedChoiceField(label=_("另一调查人"), coerce=int)

    def __init__(
        self,
        data: Any = None,
        *,
        application: Application,
        step: Step,
        today: dt.date,
        again: bool = False,
    ) -> None:
        self.step, self.today, self.sight = step, today, Sight("")
        super().__init__(
            data,
            auto_id=f"{step.code}-%s",
            initial={"seen": application.version, "on": today},
            use_required_attribute=False,
        )
        wanted = asked(application, step, again=again)
        self.fields = {name: self.fields[name] for name in wanted}
        if "assessed" in self.fields:
            self.fields["assessed"].required = True
            self.fields["assessed"].error_messages["required"] = gettext("请填写核定金额。")
        if "note" in self.fields:
            self._word_note()
        if "first" in self.fields:
            self._offer_investigators(application)

    def _word_note(self) -> None:
        box = self.fields["note"]
        if self.step.code == "request_correction":
            box.label, box.help_text = (
                gettext("缺少的材料"),
                gettext("一次说清全部缺少的材料，每行一项。"),
            )
        elif self.step.code in DECIDING:
            box.label, box.help_text = (
                gettext("不予确认的理由"),
                gettext("空则用第一条不符合的条件。"),
            )
        elif self.step.note:
            box.label = gettext("原因")
        if self.step.note:
            box.required = True
            box.error_messages["required"] = gettext("办理“{verb}”须说明原因。").format(
                verb=self.step.verb
            )

    def _offer_investigators(self, application: Application) -> None:
        """Who may have visited; those who signed the visit are chosen already."""
        division = application.household.division
        posts = Staff.objects.filter(role__in=MAY_INVESTIGATE, active=True).order_by("name", "pk")
        near = [one for one in posts if division.startswith(one.division)]
        choices = [
            ("", "—"),
            *((one.pk, f"{one.name}（{one.get_role_display()}）") for one in near),
        ]
        signed = [pk for answer in INVESTIGATORS.values() for pk in answer(application)]
        for n, name in enumerate(("first", "second")):
            box: Any = self.fields[name]
            box.choices = choices
            box.initial = signed[n] if len(signed) > n else None
            box.error_messages = {
                "required": gettext("请选择调查人。"),
                "invalid_choice": gettext("请从清单中选择调查人。"),
            }

    def clean_on(self) -> dt.date:
        """A day that has come."""
        day: dt.date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(
                gettext("办理日期不能晚于今天（{today}）。").format(today=self.today)
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Two investigators are two people (R-DB-22)."""
        data = dict(super().clean() or {})
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", gettext("入户调查须由两名不同的调查人进行。"))
        return data

    def seeing(self, application: Application) -> StepForm:
        """The same form as typed, on the application as it is now."""
        typed: Any = self.data
        data = typed.copy()
        data["seen"] = str(application.version)
        return StepForm(
            data,
            application=application,
            step=self.step,
            today=self.today,
            again="again" in self.fields,
        )

    def boxes(self) -> list[forms.BoundField]:
        """What is seen of the form."""
        return [box for box in self if not box.is_hidden]

    def given(self) -> dict[str, Any]:
        """What take() is called with, from a valid form."""
        data = self.cleaned_data
        found: dict[str, Any] = {"seen": data["seen"], "on": data.get("on") or self.today}
        found["note"] = data.get("note", "")
        if data.get("again"):
            found["again"] = data["again"].strip()
        if "first" in self.fields:
            found["investigators"] = [data["first"], data["second"]]
        if self.step.code in CONFIRMING:
            found["terms"] = self.terms()
        return found

    def terms(self) -> Terms:
        """What the confirmation fixes; empty where the step asks for nothing of it."""
        return Terms(**{TERMS[name]: self.cleaned_data[name] for name in self._terms()})

    def _terms(self) -> list[str]:
        return [name for name in TERMS if self.cleaned_data.get(name)]

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, to be shown where the step itself is gone."""
        return [
            (str(box.label), str(box.value()))
            for box in self.boxes()
            if box.name != "on" and box.value() not in (None, "", False)
        ]


def on_record(application: Application, step: Step, taken: Sequence[StepTaken]) -> Record:
    """Where the application stands, and what was said when this very step was taken last."""
    verbs = {one.code: one.verb for one in steps_of(application)}
    last = taken[-1] if taken else None
    same = next((one for one in reversed(taken) if one.code == step.code), None)
    boxes: dict[str, Any] = {
        gettext("办理状态"): application.get_state_display(),
        gettext("最近一步"): f"{last.on} {verbs.get(last.code, last.code)}" if last else "",
    }
    if same is not None and step.code not in DECIDING:
        boxes |= {"on": same.on, "note": same.note}
    return Record(boxes, "casework.application", application.pk)


def asked(application: Application, step: Step, *, again: bool = False) -> list[str]:
    """The names of the boxes of a step, in order."""
    found = ["seen"]
    if step.code in CONFIRMING:
        return [*found, *terms_for(application)]
    if step.code in DECIDING:
        return [*found, "note"]
    found += ["on"]
    if step.code in INVESTIGATING:
        found += ["first", "second"]
    return [*found, "note", *(["again"] if again else [])]


def form_for(found: Application, code: str, today: dt.date, data: Any) -> StepForm | None:
    """The form of a step of the procedure, whether or not it can be taken now."""
    mine = step_from(found, code, today)
    mine = mine or next((one for one in steps_of(found) if one.code == code), None)
    if mine is None:
        return None
    return StepForm(
        data, application=found, step=mine, today=today, again=taken_before(found, mine)
    )
