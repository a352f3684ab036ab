"""登记与申请的一页: the household and its members together, and all that is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext

from apps.casework.registration import Family
from apps.casework.registration_forms import ROWS, HouseholdForm, MemberForm
from apps.offices.models import Staff

Typed = Mapping[str, Sequence[str]]


def _row(typed: Typed, number: int) -> dict[str, str]:
    """What of a draft belongs to one row, by the row's own names."""
    start = f"m{number}-"
    return {name[len(start) :]: texts[0] for name, texts in typed.items() if name.startswith(start)}


class Fault(NamedTuple):
    """One thing to mend: where it is and what it says."""

    target: str
    words: str


class Page:
    """The whole page as typed: the household and the rows that somebody has filled."""

    def __init__(self, data: Any, *, staff: Staff, on: dt.date, typed: Typed | None = None) -> None:
        """``typed``: what the empty page begins with, by the names of its boxes (a draft)."""
        self.staff = staff
        first: dict[str, Any] = {
            "programmes": ["minimum_living"],
            "stands_as": "head",
            "check_now": True,
        }
        known = typed or {}
        first |= {name: texts[0] for name, texts in known.items() if texts}
        if "programmes" in known or "village" in known:
            first["programmes"] = list(known.get("programmes", ()))
            first["check_now"] = "check_now" in known
        self.form = HouseholdForm(data, staff=staff, initial=first)
        numbers = range(1, ROWS + 1)
        rows = {n: _row(known, n) for n in numbers}
        self.rows = [
            MemberForm(data, staff=staff, on=on, number=n, initial=rows[n]) for n in numbers
        ]
        self.own: list[Fault] = []

    @property
    def members(self) -> list[MemberForm]:
        return [row for row in self.rows if not row.blank]

    def is_valid(self) -> bool:
        """Every box, then what only the whole shows; all faults are collected at once."""
        sound = [form.is_valid() for form in (self.form, *self.rows)]
        self.own = list(self._across())
        return all(sound) and not self.own

    def _across(self) -> Iterator[Fault]:
        members = self.members
        applicants = [m for m in members if m["relationship"].value() == "applicant"]
        if not members:
            yield Fault("id_m1-id_number", gettext("家庭成员：至少登记申请人一人。"))
        elif len(applicants) != 1:
            yield Fault("id_m1-relationship", gettext("家庭成员：须有且只有一名申请人。"))
        numbers = [m.cleaned_data.get("id_number") for m in members]
        for place, number in enumerate(numbers):
            if number and number in numbers[:place]:
                one = members[place]
                words = gettext("第{number}人 身份证号：与前面一人相同。").format(number=one.number)
                yield Fault(f"id_m{one.number}-id_number", words)
        asked = self.form.cleaned_data.get("programmes") or any(
            m.cleaned_data.get("programme") for m in members
        )
        if members and not asked and "programmes" not in self.form.errors:
            yield Fault("id_programmes_0", gettext("申请项目：请至少选择一个项目。"))

    def faults(self) -> list[Fault]:
        """Everything to mend, in the order of the page, each naming its row and field."""
        found = []
        for form in (self.form, *self.rows):
            row = (
                gettext("第{number}人 ").format(number=form.number)
                if isinstance(form, MemberForm)
                else ""
            )
            for name, errors in form.errors.items():
                box = form[name]
                at = box.id_for_label or f"{box.auto_id}_0"
                found += [Fault(at, f"{row}{box.label}：{words}") for words in errors]
        return [*found, *self.own]

    def family(self) -> Family:
        """What a valid page declares."""
        data, members = self.form.cleaned_data, tuple(m.newcomer() for m in self.members)
        applicant = next(m.name for m in members if m.relationship == "applicant")
        return Family(
            division=data["village"].code,
            zone=data["zone"],
            address=data["address"],
            phone=data["phone"],
            members=members,
            facts=self.form.facts(),
            payee=self.form.payee_of(applicant),
            programmes=tuple(data["programmes"]),
            track=data["track"],
            check_now=data["check_now"],
        )
