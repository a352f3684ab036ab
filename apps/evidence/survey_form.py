"""入户调查表: the form of one visit, built of the household's members and lines.

A draft may be saved however little is filled in; what is filled in must be readable. Signing asks
for the rest (actions.surveys).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext

from apps.evidence import comparing
from apps.evidence.catalogue import (
    APPLIANCES,
    CONDITION,
    HEALTH,
    ITEMS,
    STRUCTURE,
    TENURE,
    WORK,
)
from apps.evidence.forms import PERIODS, About, YuanBox, choice, count_box, day, text, told_of
from apps.evidence.models import Survey
from apps.households.models import Person
from apps.units.language import lazy as _
from apps.units.money import yuan

EXTRA, NEIGHBOURS = 3, 2
# Asked about at every visit, whether anybody has declared any or not.
ALWAYS = ((0, "dwellings"), (0, "vehicles"))
Box = forms.BoundField


class SeenPerson(NamedTuple):
    """The boxes about one member."""

    name: str
    seen: Box
    health: Box
    work: Box
    note: Box


class SeenLine(NamedTuple):
    """The boxes about one line, with what was said before the visit."""

    title: str
    declared: str
    checked: str
    boxes: list[Box]


class SurveyForm(forms.Form):
    """The whole form; ``content()`` is what is saved."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    visited_on = day(_("入户日期"), required=False)
    tenure = choice(_("住房来源"), TENURE.items(), required=False)
    structure = choice(_("房屋结构"), STRUCTURE.items(), required=False)
    condition = choice(_("房屋状况"), CONDITION.items(), required=False)
    area = count_box(_("建筑面积（平方米）"), required=False)
    rooms = count_box(_("间数"), required=False)
    goods = forms.MultipleChoiceField(
        label=_("家用电器、交通工具"),
        choices=list(APPLIANCES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = text(_("其他看到、了解到的情况"), 1000, rows=3, required=False)
    conclusion = choice(_("调查结论"), Survey.Conclusion.choices, required=False)
    note = text(_("哪些不属实"), 500, rows=2, required=False, help_text=_("结论不是“属实”时必填"))

    def __init__(self, *args: Any, survey: Survey, about: About, **more: Any) -> None:
        self.survey, self.about = survey, about
        self.members = about.people
        known = comparing.lines(survey.application, about.staff)
        self.known = {(one.person_id, one.item): one for one in known}
        shown = [key for key in self.known if not ITEMS[key[1]].raw]
        sent = _keys_in(more.get("data") or (args[0] if args else None) or {}, self.members)
        self.keys = list(dict.fromkeys([*shown, *ALWAYS, *sent]))
        stored = survey.answers.get("lines", [])
        strange = [one for one in stored if ((one["person_id"] or 0), one["item"]) not in self.keys]
        self.extra = EXTRA + len(strange)
        more.setdefault("initial", {**_initial(survey, self.keys), **self._prefilled()})
        super().__init__(*args, **more)
        self._add_people()
        self._add_lines()
        for n in range(NEIGHBOURS):
            self.fields[f"nname_{n}"] = text(gettext("邻居姓名"), 30, required=False)
            self.fields[f"nwords_{n}"] = text(gettext("反映的情况"), 200, required=False)

    def _prefilled(self) -> dict[str, Any]:
        """On a form nobody has saved yet: what was declared, to be adjusted to what is seen."""
        if self.survey.version:
            return {}
        found: dict[str, Any] = {"visited_on": self.about.on}
        for key in self.keys:
            said = self.known[key].declared if key in self.known else None
            if said is not None:
                tail = _tail(key)
                fen = "" if said.fen is None else yuan(said.fen)
                found |= {f"amount_{tail}": fen, f"per_{tail}": said.per}
                found |= {f"number_{tail}": said.number}
        return found

    def _add_people(self) -> None:
        for one in self.members:
            pk, name = one.pk, one.name
            self.fields[f"seen_{pk}"] = forms.BooleanField(
                label=gettext("见到{name}").format(name=name), required=False
            )
            self.fields[f"health_{pk}"] = choice(
                gettext("健康状况"), HEALTH.items(), required=False
            )
            self.fields[f"work_{pk}"] = choice(gettext("劳动能力"), WORK.items(), required=False)
            self.fields[f"pnote_{pk}"] = text(gettext("说明"), 200, required=False)

    def _add_lines(self) -> None:
        people = [("", gettext("全户")), *[(str(one.pk), one.name) for one in self.members]]
        items = [("", gettext("请选择")), *[(c, i.label) for c, i in ITEMS.items() if not i.raw]]
        for key in self.keys:
            item = ITEMS[key[1]]
            self.fields.update(_boxes(_tail(key), item.counted, item.yearly))
        for n in range(self.extra):
            tail = f"x{n}"
            self.fields[f"person_{tail}"] = forms.ChoiceField(
                label=gettext("人员"), choices=people, required=False
            )
            self.fields[f"item_{tail}"] = forms.ChoiceField(
                label=gettext("项目"), choices=items, required=False
            )
            self.fields.update(_boxes(tail, counted=False, yearly=True))
            self.fields[f"number_{tail}"] = count_box(gettext("数量"), required=False)

    # ---- for the template -----------------------------------------------------------------------

    def people(self) -> list[SeenPerson]:
        """The members with their boxes."""
        return [self._person(one) for one in self.members]

    def _person(self, one: Person) -> SeenPerson:
        boxes = (self[f"{name}_{one.pk}"] for name in ("seen", "health", "work", "pnote"))
        return SeenPerson(one.name, *boxes)

    def lines(self) -> list[SeenLine]:
        """The lines beside what was said before; a hidden figure stays hidden."""
        found = []
        for key in self.keys:
            line = self.known.get(key)
            wanted = [f"{name}_{_tail(key)}" for name in TOLD]
            boxes = [self[name] for name in wanted if name in self.fields]
            who = line.who if line else comparing.WHOLE
            title = f"{who} · {ITEMS[key[1]].label}"
            declared = str(line.declared or gettext("未申报")) if line else gettext("未申报")
            checked = str(line.checked or gettext("未核对")) if line else gettext("未核对")
            found.append(SeenLine(title, declared, checked, boxes))
        return found

    def extras(self) -> list[list[Box]]:
        """Empty lines for what nobody had told."""
        names = ("person", "item", "amount", "per", "number", "words")
        return [[self[f"{name}_x{n}"] for name in names] for n in range(self.extra)]

    def neighbours(self) -> list[list[Box]]:
        """Who was asked, and what they said."""
        return [[self[f"nname_{n}"], self[f"nwords_{n}"]] for n in range(NEIGHBOURS)]

    def house(self) -> list[Box]:
        """The boxes about the house."""
        return [self[name] for name in ("tenure", "structure", "condition", "area", "rooms")]

    def label_of(self, name: str) -> str:
        """A box's label, with the person or the line it stands under."""
        label, (box, _, tail) = str(self[name].label), name.partition("_")
        person = next((one.name for one in self.members if tail == str(one.pk)), "")
        key = next((key for key in self.keys if tail == _tail(key)), None)
        if key is not None:
            who = next((one.name for one in self.members if one.pk == key[0]), comparing.WHOLE)
            return f"{who} {ITEMS[key[1]].label}：{label}"
        return f"{person}：{label}" if person and box != "seen" else label

    # ---- what is saved --------------------------------------------------------------------------

    def content(self) -> dict[str, Any]:
        """The form as it is stored: plain values by name."""
        data = self.cleaned_data
        told = [self._told(key) for key in self.keys]
        told += [told_of(data, f"_x{n}") for n in range(self.extra) if data.get(f"item_x{n}")]
        home = {name: data.get(name) for name in ("tenure", "structure", "condition")}
        home |= {name: data.get(name) for name in ("area", "rooms")}
        asked = [[data[f"nname_{n}"], data[f"nwords_{n}"]] for n in range(NEIGHBOURS)]
        return {
            "visited_on": data["visited_on"],
            "conclusion": data["conclusion"],
            "note": data["note"],
            "answers": {
                "people": {str(one.pk): self._seen(one.pk) for one in self.members},
                "lines": [one for one in told if one],
                "home": home,
                "goods": data["goods"],
                "neighbours": [pair for pair in asked if any(pair)],
                "words": data["words"],
            },
        }

    def _told(self, key: comparing.Key) -> dict[str, Any] | None:
        """The line as the visit found it; None where nothing was filled in."""
        data = {"person": key[0], "item": key[1]}
        boxes = {name: self.cleaned_data.get(f"{name}_{_tail(key)}") for name in TOLD}
        told = told_of({**boxes, **data})
        said = told["fen"] is not None or told["number"] is not None or told["words"]
        return told if said else None

    def _seen(self, pk: int) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "seen": data[f"seen_{pk}"],
            "health": data[f"health_{pk}"],
            "work": data[f"work_{pk}"],
            "note": data[f"pnote_{pk}"],
        }


TOLD = ("amount", "per", "number", "words")


def _tail(key: comparing.Key) -> str:
    """How the boxes of a line are named: by the line itself, never by its place in the list."""
    return f"{key[0]}-{key[1]}"


def _keys_in(data: Mapping[str, Any], members: list[Person]) -> list[comparing.Key]:
    """The lines a sent form has boxes for: one that has gone meanwhile keeps what was typed."""
    people = {0, *(one.pk for one in members)}
    found = []
    for name in data:
        person, _, item = name.removeprefix("words_").partition("-")
        known = item in ITEMS and not ITEMS[item].raw
        if name.startswith("words_") and known and person.isdecimal() and int(person) in people:
            found.append((int(person), item))
    return found


def _boxes(tail: str, counted: bool, yearly: bool) -> dict[str, forms.Field]:
    """The boxes of a line: an amount with its period where it has one, or a number."""
    found: dict[str, forms.Field] = {}
    if counted:
        found[f"number_{tail}"] = count_box(gettext("入户所见（数量）"), required=False)
    else:
        found[f"amount_{tail}"] = YuanBox(label=gettext("入户所见（元）"), required=False)
        if yearly:
            found[f"per_{tail}"] = forms.ChoiceField(
                label=gettext("周期"), choices=PERIODS[:2], required=False
            )
    found[f"words_{tail}"] = text(gettext("依据、说明"), 300, required=False)
    return found


def _initial(survey: Survey, keys: list[comparing.Key]) -> dict[str, Any]:
    """What the stored form says, by the names of its boxes."""
    answers = survey.answers
    found: dict[str, Any] = {
        "seen_version": survey.version,
        "visited_on": survey.visited_on,
        "conclusion": survey.conclusion,
        "note": survey.note,
        "goods": answers.get("goods", []),
        "words": answers.get("words", ""),
        **answers.get("home", {}),
    }
    for pk, told in answers.get("people", {}).items():
        found |= {f"seen_{pk}": told["seen"], f"health_{pk}": told["health"]}
        found |= {f"work_{pk}": told["work"], f"pnote_{pk}": told["note"]}
    for n, (name, words) in enumerate(answers.get("neighbours", [])):
        found |= {f"nname_{n}": name, f"nwords_{n}": words}
    return found | _initial_lines(answers.get("lines", []), keys)


def _initial_lines(lines: list[dict[str, Any]], keys: list[comparing.Key]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    extra = 0
    for told in lines:
        key = (told["person_id"] or 0, told["item"])
        tail = _tail(key) if key in keys else f"x{extra}"
        extra += key not in keys
        fen = told["fen"]
        found |= {
            f"person_{tail}": told["person_id"] or "",
            f"item_{tail}": told["item"],
            f"amount_{tail}": "" if fen is None else yuan(fen),
            f"per_{tail}": told["per"],
            f"number_{tail}": told["number"],
            f"words_{tail}": told["words"],
        }
    return found
