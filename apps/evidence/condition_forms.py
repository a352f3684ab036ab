"""认定的表单: the boxes that one kind of fact needs, from the list of kinds itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.evidence.conditions import INDICATORS, OF_HOUSEHOLD
from apps.evidence.forms import PERIODS, Act, YuanBox, choice, count_box, day, text
from apps.households.kinds import DISABILITY_TYPES, KINDS, Kind
from apps.households.shapes import PARENTS
from apps.households.words import FLAGS, GRADES
from apps.units.language import chinese


class Condition(Act):
    """One finding of one kind; ``kind`` is set by the class that condition() makes."""

    kind = ""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Several stand on one page: their boxes are named by the kind."""
        super().__init__(*args, **{"prefix": self.kind, **more})

    def fill(self) -> None:
        """The boxes of the kind, in the order in which they are read."""
        rule = KINDS[self.kind]
        found: dict[str, forms.Field] = {}
        if self.kind not in OF_HOUSEHOLD:
            people = [(str(one.pk), one.name) for one in self.about.people]
            found["person"] = choice(gettext("对象"), people)
            asked = self.about.application
            if asked is not None and asked.person_id:
                found["person"].initial = str(asked.person_id)
        found |= _said(self.kind, rule)
        found["on"] = day(gettext("发生（认定）日期"))
        if "until" in rule.may:
            found["until"] = day(gettext("有效期至"), required=False)
        found["evidence"] = text(gettext("依据材料"), 200)
        self.fields = found

    def columns(self) -> dict[str, Any]:
        """What record() takes: only the columns that this kind may fill."""
        data = self.cleaned_data
        names = ("code", "part", "detail", "per", "until", "on", "evidence")
        found = {name: data[name] for name in names if data.get(name)}
        if "amount" in data:
            found["amount_fen"] = data["amount"]
        if data.get("flag"):
            found["flag"] = data["flag"] == "yes"
        if data.get("number") not in (None, ""):
            found["number"] = int(data["number"])
        if self.kind == "self_care":
            found["number"] = len(data["failed"])
            found["items"] = [chinese(INDICATORS[one]) for one in data["failed"]]
        found["person_id"] = int(data["person"]) if data.get("person") else None
        return found


def _said(kind: str, rule: Kind) -> dict[str, forms.Field]:
    """The boxes for what the fact says."""
    if kind == "self_care":
        failed = forms.MultipleChoiceField(
            label=gettext("做不了的项目（都能做到的不勾）"),
            choices=list(INDICATORS.items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        return {"failed": failed}
    return {**_which(kind, rule), **_how_much(kind, rule)}


def _which(kind: str, rule: Kind) -> dict[str, forms.Field]:
    """Of which sort it is, with what that sort needs beside it."""
    found: dict[str, forms.Field] = {}
    if "part" in rule.needs:
        found["part"] = choice(gettext("父或母"), PARENTS.items())
    if rule.codes is not None:
        found["code"] = choice(gettext("情形"), rule.codes.items())
    elif "code" in rule.needs:
        found["code"] = text(gettext("类别"), 32)
    if kind == "disability":
        found["number"] = choice(gettext("等级"), GRADES.items())
    if kind == "parent":
        found["detail"] = choice(
            gettext("残疾类别（残疾时）"), DISABILITY_TYPES.items(), required=False
        )
        found["number"] = count_box(gettext("残疾等级或期限（月）"), required=False)
    return found


def _how_much(kind: str, rule: Kind) -> dict[str, forms.Field]:
    """An amount with its period, or yes or no."""
    found: dict[str, forms.Field] = {}
    if "amount_fen" in rule.needs:
        words = {"required": gettext("请填写金额。")}
        found["amount"] = YuanBox(label=gettext("金额（元）"), error_messages=words)
        found["per"] = choice(gettext("周期"), PERIODS[:2])
    if kind in FLAGS:
        yes, no = FLAGS[kind]
        found["flag"] = choice(gettext("结论"), (("yes", yes), ("no", no)))
    return found


def condition(code: str) -> type[Condition]:
    """The form of a kind."""
    return type("Condition", (Condition,), {"kind": code, "__doc__": KINDS[code].label})
