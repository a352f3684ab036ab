"""材料、核对、采信、评议的表单: what an act asks, with Chinese words for what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.casework.models import Application
from apps.evidence.catalogue import DEPARTMENTS, ITEMS, TYPES
from apps.evidence.models import VERIFIERS, CheckAnswer, Document, Survey
from apps.evidence.people import adults, living
from apps.households.models import Household, Person
from apps.offices.models import Staff
from apps.units.language import lazy as _
from apps.units.language import worded
from apps.units.money import parse_yuan

CHOOSE = ("", _("请选择"))
PERIODS = [("year", _("元/年")), ("month", _("元/月")), ("", _("不分期（财产）"))]
ROWS = 4  # lines of a department's answer on one form; more by another answer


@dataclass(frozen=True)
class About:
    """What a form is about: the household, the application if there is one, who asks and when."""

    home: Household
    application: Application | None
    staff: Staff
    on: dt.date

    @property
    def people(self) -> list[Person]:
        return living(self.home, self.on)

    @property
    def pk(self) -> int:
        """The application, where an act needs one."""
        assert self.application is not None, "this page belongs to an application"
        return self.application.pk


class YuanBox(forms.CharField):
    """An amount of yuan as typed, given as fen; None when empty."""

    def __init__(self, **more: Any) -> None:
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"widget": box, "max_length": 20, **more})

    def clean(self, value: Any) -> int | None:
        """The fen; a ValidationError says how an amount is written."""
        text = super().clean(value)
        try:
            return parse_yuan(text) if text else None
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


def choice(label: str, choices: Iterable[tuple[Any, str]], **more: Any) -> forms.ChoiceField:
    """A closed list with an empty first line."""
    words = {
        "required": worded(_("请选择{label}。"), label=label),
        "invalid_choice": worded(_("请从清单中选择{label}。"), label=label),
    }
    return forms.ChoiceField(label=label, choices=[CHOOSE, *choices], error_messages=words, **more)


def text(label: str, length: int, *, rows: int = 0, **more: Any) -> forms.CharField:
    """A line or, with ``rows``, a box of text."""
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "max_length": worded(_("{label}最多{length}字。"), label=label, length=length),
    }
    if rows:
        more["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=length, error_messages=words, **more)


def day(label: str, **more: Any) -> forms.DateField:
    """A date."""
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "invalid": worded(_("{label}应写成 2024-06-05 的样子。"), label=label),
    }
    box = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=box, error_messages=words, **more)


def count_box(label: str, *, least: int = 0, **more: Any) -> forms.IntegerField:
    """A whole number."""
    words = {
        "required": worded(_("请填写{label}。"), label=label),
        "invalid": worded(_("{label}应是整数。"), label=label),
        "min_value": worded(_("{label}不能小于{least}。"), label=label, least=least),
        "max_value": worded(_("{label}过大，请核对。"), label=label),
    }
    box = forms.NumberInput(attrs={"inputmode": "numeric", "min": least})
    return forms.IntegerField(
        label=label, min_value=least, max_value=30_000, widget=box, error_messages=words, **more
    )


class Act(forms.Form):
    """A form about an application or a household."""

    def __init__(self, *args: Any, about: About, **more: Any) -> None:
        super().__init__(*args, **more)
        self.about = about
        self.fill()

    def fill(self) -> None:
        """Set the lists that depend on the household; nothing by default."""

    def people(self, name: str = "person", whole: str = _("全户")) -> None:
        """The members as the choices of a field; empty for the whole household."""
        rows = [(str(one.pk), one.name) for one in self.about.people]
        self.choices(name, [("", whole), *rows])

    def choices(self, name: str, rows: list[tuple[str, str]]) -> None:
        """The choices of a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = rows


class Upload(Act):
    """上传材料."""

    type = choice(_("材料种类"), ())
    person = forms.ChoiceField(label=_("属于谁"), required=False)
    pages = count_box(_("页数"), least=1, initial=1)
    issued_on = day(_("出具（签署、拍摄）日期"), required=False)
    expires_on = day(_("有效期至"), required=False, help_text=_("长期有效的不填"))
    note = text(_("说明"), 200, required=False)
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,  # the action says what is wrong with an empty one
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": _("请选择文件。"),
            "invalid": _("文件没有传上来，请重新选择。"),
        },
    )

    def fill(self) -> None:
        """Kinds this post may file; those of an application only on its page."""
        verifies = self.about.staff.role in VERIFIERS
        kinds = [
            (code, one.label)
            for code, one in TYPES.items()
            if (verifies or not one.raw) and (self.about.application or not one.own)
        ]
        self.choices("type", [CHOOSE, *kinds])
        self.people()


class Authorise(Act):
    """登记核对授权."""

    person = choice(_("成年成员"), ())
    signed_on = day(_("签署日期"))
    until = day(_("授权有效期至"))
    document = choice(_("授权书"), ())

    def fill(self) -> None:
        """The adults, and the signed papers of the household."""
        rows = [(str(one.pk), one.name) for one in adults(self.about.home, self.about.on)]
        self.choices("person", [CHOOSE, *rows])
        papers = Document.objects.filter(
            household=self.about.home, type="check_authorisation", replaced_by=None
        ).select_related("person")
        words = [
            (str(one.pk), f"{one.person.name if one.person else '全户'} {one.issued_on} {one.name}")
            for one in papers.order_by("-pk")
        ]
        self.choices("document", [CHOOSE, *words])


class Answer(Act):
    """登记部门答复: up to four lines; an empty line counts for nothing."""

    department = choice(_("部门"), ())
    result = choice(_("结果"), CheckAnswer.Result.choices)
    note = text(_("说明"), 300, rows=2, required=False)

    def fill(self) -> None:
        """The lines, each of one member and item."""
        rows = [("", gettext("全户")), *[(str(one.pk), one.name) for one in self.about.people]]
        items = [CHOOSE, *[(code, one.label) for code, one in ITEMS.items()]]
        for n in range(ROWS):
            line = _line_fields(rows, items)
            self.fields.update({f"{name}_{n}": field for name, field in line.items()})
        self.choices("department", [CHOOSE, *[(k, v.label) for k, v in DEPARTMENTS.items()]])

    def lines(self) -> list[list[forms.BoundField]]:
        """The boxes of each line."""
        return [[self[f"{name}_{n}"] for name in LINE] for n in range(ROWS)]

    def told(self) -> list[dict[str, Any]]:
        """The lines that say something."""
        found = [told_of(self.cleaned_data, f"_{n}") for n in range(ROWS)]
        return [one for one in found if one["item"]]


LINE = ("person", "item", "amount", "per", "number", "words")


def _line_fields(people: list[Any], items: list[Any]) -> dict[str, forms.Field]:
    return {
        "person": forms.ChoiceField(label=gettext("人员"), choices=people, required=False),
        "item": forms.ChoiceField(label=gettext("项目"), choices=items, required=False),
        "amount": YuanBox(label=gettext("金额（元）"), required=False),
        "per": forms.ChoiceField(label=gettext("周期"), choices=PERIODS, required=False),
        "number": count_box(gettext("数量"), required=False),
        "words": text(gettext("说明"), 300, required=False),
    }


def told_of(data: dict[str, Any], tail: str = "") -> dict[str, Any]:
    """The arguments of a Reported from cleaned fields; a property has no period."""
    item = data.get(f"item{tail}") or ""
    fen = data.get(f"amount{tail}")
    yearly = item in ITEMS and ITEMS[item].yearly
    return {
        "person_id": int(data.get(f"person{tail}") or 0) or None,
        "item": item,
        "fen": fen,
        "per": data.get(f"per{tail}") or "" if yearly and fen is not None else "",
        "number": data.get(f"number{tail}"),
        "words": data.get(f"words{tail}") or "",
    }


class Declare(Act):
    """登记申报."""

    person = forms.ChoiceField(label=_("人员"), required=False)
    item = choice(_("项目"), [(code, one.label) for code, one in ITEMS.items()])
    amount = YuanBox(label=_("金额（元）"), required=False)
    per = forms.ChoiceField(label=_("周期"), choices=PERIODS, required=False)
    number = count_box(_("数量"), required=False, help_text=_("车辆、房屋填数量"))
    words = text(_("说明"), 300, required=False)

    def fill(self) -> None:
        """The members."""
        self.people()


class Adopt(Declare):
    """采信一行: a button picks a line and its source; else the figure is given with its reason."""

    item = choice(_("项目"), [(code, one.label) for code, one in ITEMS.items()], required=False)
    pick = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The cleaned data with ``source``; a pick says line and source in one word."""
        data = super().clean() or self.cleaned_data
        pick = data.get("pick") or ""
        if not pick:
            return {**data, "source": "other"}
        line, _, source = pick.partition(":")
        person, _, item = line.partition("-")
        if not person.isdecimal() or item not in ITEMS:
            raise forms.ValidationError(gettext("请点表中的“采信”按钮。"))
        return {**data, "person": person, "item": item, "source": source}


class Find(Act):
    """认定一项财产."""

    line = forms.CharField(max_length=20)
    passed = forms.ChoiceField(
        label=_("是否符合"),
        choices=[("yes", _("符合")), ("no", _("不符合"))],
        error_messages={"required": _("请选择是否符合。")},
    )
    reason = text(_("理由和依据"), 300)


class Explain(Act):
    """说明差异."""

    figure = forms.IntegerField()
    words = text(_("差异的原因和依据"), 500)


class Recheck(Act):
    """对核对结果有异议."""

    objection = text(_("异议的内容和提出人"), 500, rows=2)


class Nothing(Act):
    """An act that asks nothing."""


class OpenSurvey(Act):
    """登记入户调查."""

    purpose = choice(_("性质"), Survey.Purpose.choices, initial="first")
    first = choice(_("第一调查人"), (), help_text=_("乡镇或县级经办人员"))
    second = choice(_("另一调查人"), (), help_text=_("须是另一人，两人都要签字"))

    def fill(self) -> None:
        """Staff whose territory holds the household."""
        rows = [(str(one.pk), one.name) for one in investigators_for(self.about.home)]
        for name in ("first", "second"):
            self.choices(name, [CHOOSE, *rows])


class Reopen(Act):
    """退回修改."""

    reason = text(_("退回修改的原因"), 200)


def investigators_for(home: Household) -> list[Staff]:
    """Who may visit a household, those nearest to it first."""
    places = [home.division[:n] for n in range(2, len(home.division) + 1)]
    rows = Staff.objects.filter(active=True, division__in=places, role__in=_ROLES)
    return sorted(rows.order_by("pk"), key=lambda one: -len(one.division))


_ROLES = (
    "village_helper",
    "township_clerk",
    "township_lead",
    "county_clerk",
    "county_supervisor",
)


class Assess(Act):
    """登记民主评议."""

    on = day(_("评议日期"))
    place = text(_("地点"), 100)
    officials = count_box(_("到会工作人员和村（居）干部"))
    residents = count_box(_("到会村（居）民代表"))
    votes_for = count_box(_("认为属实的票"))
    votes_against = count_box(_("认为不属实的票"))
    abstained = count_box(_("弃权"))
    attendance = text(_("到会人员"), 2000, rows=2)
    minutes = text(_("评议记录"), 5000, rows=4)
    document = forms.ChoiceField(label=_("签到和记录扫描件"), required=False)

    def fill(self) -> None:
        """The minutes that have been uploaded."""
        papers = Document.objects.filter(
            application_id=self.about.pk, type="assessment_minutes", replaced_by=None
        )
        rows = [(str(one.pk), one.name) for one in papers.order_by("-pk")]
        self.choices("document", [("", gettext("未上传")), *rows])
