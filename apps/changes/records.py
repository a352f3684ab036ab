"""变更前的登记: what is on record of whom a change is about, by the boxes of its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.changes.about import About
from apps.changes.forms import ChangeForm
from apps.changes.forms.own import WHOLE
from apps.changes.kinds import ChangeKind
from apps.households.models import BankAccount, DistinctPair, Fact, PersonMerge
from apps.households.profile import village_name
from apps.offices.sight import Record, Worded
from apps.units.language import listed
from apps.units.money import yuan

# Box of the form → column of the fact, by the kind of change; a fact of the same kind.
FACTS: dict[str, dict[str, str]] = {
    "death": {"on": "on"},
    "income": {"amount": "amount_fen", "per": "per", "on": "on", "until": "until"},
    "property": {"within": "flag", "on": "on"},
    "zone": {"zone": "code", "on": "on"},
    "disability": {"code": "code", "grade": "number", "on": "on", "until": "until"},
    "self_care": {"failed": "number", "on": "on"},
    "guardian": {"code": "code", "guardian": "detail", "on": "on"},
}
OF_THE_HOUSEHOLD = ("property", "zone")
TOGETHER = ("join", "leave", "split", "merge", "head", "move_out")


def records(kind: ChangeKind, whose: About, form: ChangeForm) -> dict[str, Record]:
    """By subject (a person, or one of their sources of income): what the form's boxes would say."""
    if kind.code == "unite":
        return {"": _files(form)}
    if kind.code == "part":
        return {"": _home(whose, {gettext("可撤销的合并"): _offered(form, "merge")})}
    if kind.code in FACTS:
        return _facts(kind.code, whose)
    if kind.code == "account":
        return _accounts(whose)
    if kind.code == "move":
        village = Worded(whose.home.division, village_name(whose.home.division))
        return {"": _home(whose, {"village": village, "address": whose.home.address})}
    if kind.code in TOGETHER:
        people = listed(
            gettext("{who}（已故）").format(who=one.words) if one.dead else one.words
            for one in whose.residents
        )
        return {"": _home(whose, {gettext("家庭成员"): people})}
    return {}


def subject_of(kind: ChangeKind, data: Mapping[str, Any]) -> str:
    """Whom the form that was sent is about."""
    if kind.code == "income":
        return f"{data.get('person', '')}-{data.get('code', '')}"
    if kind.code == "account":
        return str(data.get("owner", ""))
    if kind.code in FACTS and kind.code not in OF_THE_HOUSEHOLD:
        return str(data.get("person", ""))
    return ""


def _offered(form: ChangeForm, box: str) -> list[str]:
    """What a box offers, in words, beside its empty line."""
    field: Any = form.fields[box]
    return [str(words) for code, words in field.choices if code]


def _files(form: ChangeForm) -> Record:
    """The two files as they are compared, and the merge that has made them one meanwhile."""
    one, _, other = str(form["pair"].value() or "").partition("-")
    words = _offered(form, "keep")
    boxes = {gettext("第{n}份档案").format(n=n): said for n, said in enumerate(words, 1)}
    made = _merge_of([int(number[:18]) for number in (one, other) if number.isdecimal()])
    if made is None:
        return Record(boxes)
    said = gettext("{on} {name}并入{name2}").format(
        on=made.on, name=made.merged.name, name2=made.kept.name
    )
    return Record(boxes | {gettext("合并"): said}, "households.personmerge", made.pk)


def _merge_of(both: list[int]) -> PersonMerge | None:
    """The standing merge of two files, if somebody has made them one."""
    rows = PersonMerge.objects.standing().filter(kept__in=both, merged__in=both)
    return rows.select_related("kept", "merged").order_by("-pk").first()


def told_apart(pair: str) -> Record | None:
    """What has become of a pair that somebody else has told apart or merged; None: nothing yet."""
    one, _, other = pair.partition("-")
    if not (one + other).isdecimal():
        return None
    both = sorted((int(one[:18] or 0), int(other[:18] or 0)))
    apart = DistinctPair.objects.filter(one=both[0], other=both[1]).first()
    if apart is not None:
        return Record({"reason": apart.reason}, "households.person", both[0])
    made = _merge_of(both)
    if made is None:
        return None
    return Record({gettext("合并"): str(made.on)}, "households.personmerge", made.pk)


def _facts(kind: str, whose: About) -> dict[str, Record]:
    """The newest fact of each subject (1 query)."""
    rows = Fact.objects.known_now().filter(kind=kind).order_by("on", "pk")
    if kind in OF_THE_HOUSEHOLD:
        mine = rows.filter(household=whose.home)
    else:
        mine = rows.filter(person__in=[one.person_id for one in whose.residents])
    return {_subject(kind, fact): _record(kind, fact) for fact in mine}


def _subject(kind: str, fact: Fact) -> str:
    if kind in OF_THE_HOUSEHOLD:
        return ""
    return f"{fact.person_id}-{fact.code}" if kind == "income" else str(fact.person_id)


def _record(kind: str, fact: Fact) -> Record:
    boxes = {box: getattr(fact, column) for box, column in FACTS[kind].items()}
    if kind == "income":
        boxes["amount"] = yuan(fact.amount_fen or 0)
    if kind == "property":
        boxes["within"] = "yes" if fact.flag else "no"
    if kind == "guardian":
        boxes["phone"] = (fact.items or {}).get("phone", "")
    return Record(boxes, "households.fact", fact.pk)


def _accounts(whose: About) -> dict[str, Record]:
    """The account in use of the household and of each person (1 query)."""
    people = [one.person_id for one in whose.residents]
    rows = BankAccount.objects.filter(household=whose.home) | BankAccount.objects.filter(
        person__in=people
    )
    return {
        str(one.person_id or WHOLE): Record(
            {
                "payee_name": one.payee_name,
                "payee_is": one.payee_is,
                "bank": one.bank,
                "number": Worded(one.number, gettext("尾号{tail}").format(tail=one.number[-4:])),
            },
            "households.bankaccount",
            one.pk,
        )
        for one in rows.order_by("version")
    }


def _home(whose: About, boxes: Mapping[str, Any]) -> Record:
    return Record(boxes, "households.", household=whose.home.pk)
