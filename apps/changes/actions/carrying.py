"""办理: what each kind of change records, by the very actions that everybody else uses.

The same functions carry out a change for real and, inside a transaction of which nothing is
kept, for its preview: the two cannot differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext

from apps.casework import actions as casework
from apps.casework.models import Application, Entitlement
from apps.casework.programme import PROGRAMMES
from apps.changes.about import standing
from apps.changes.kinds import OF_A_HOUSEHOLD, POOR, ChangeKind
from apps.changes.splitting import asked_for
from apps.households import actions as households
from apps.households.models import Household, Person
from apps.households.shapes import BadFact
from apps.minimum_living import actions as minimum_living
from apps.offices.models import Staff
from apps.units.language import listed
from apps.units.months import month_of


class Acting(NamedTuple):
    """Whose change it is, on which day it is recorded, who prepared it and who decides on it."""

    home: Household
    on: dt.date
    by: Staff
    decider: Staff | None
    proof: str = ""

    def recorded(self) -> dict[str, Any]:
        """What every record of this change carries."""
        return {"recorded_on": self.on, "by": self.by}

    def two(self) -> dict[str, Any]:
        """The two people of a decision."""
        assert self.decider is not None, "a change with a standing award is decided by two"
        return {"by": self.decider, "prepared_by": self.by, "on": self.on}


Data = dict[str, Any]
Act = Callable[[Acting, Data], None]


def carry_out(kind: ChangeKind, data: Data, acting: Acting) -> None:
    """Record the change; then determine minimum living anew where the kind asks for it."""
    ACTS[kind.code](acting, data)
    if kind.settles:
        _settle(acting, data)


def _settle(acting: Acting, data: Data) -> None:
    """重新核定 of the household's minimum living, and of single entries of whom it is about."""
    persons = [int(data["person"])] if data.get("person") else []
    homes = [acting.home.pk, *data.get("homes", ())]
    for award in standing((POOR,), homes, persons, acting.on):
        if data.get("grace"):
            minimum_living.grant_grace(award.pk, months=data["grace"], **acting.two())
        else:
            minimum_living.redetermine(award.pk, **acting.two())


def _fact(acting: Acting, kind: str, on: dt.date, **columns: Any) -> None:
    households.record(kind, on=on, evidence=acting.proof, **columns, **acting.recorded())


# ---- one person, or the household as it is ----
def _death(acting: Acting, data: Data) -> None:
    _fact(acting, "death", data["on"], person_id=int(data["person"]))


def _income(acting: Acting, data: Data) -> None:
    _fact(
        acting,
        "income",
        data["on"],
        person_id=int(data["person"]),
        code=data["code"],
        amount_fen=data["amount"],
        per=data["per"],
        until=data["until"],
    )


def _property(acting: Acting, data: Data) -> None:
    flag = data["within"] == "yes"
    _fact(acting, "property", data["on"], household_id=acting.home.pk, flag=flag)


def _account(acting: Acting, data: Data) -> None:
    person = int(data["owner"])
    owner = {"person_id": person} if person else {"household_id": acting.home.pk}
    _open(acting, owner, data)


def _open(acting: Acting, owner: Data, data: Data) -> None:
    households.open_account(
        **owner,
        payee_name=data["payee_name"],
        payee_id_number=data.get("payee_id_number", ""),
        payee_is=data["payee_is"],
        bank=data["bank"],
        number=data["number"],
        reason=data["reason"],
        **acting.recorded(),
    )


def _move(acting: Acting, data: Data) -> None:
    households.relocate(
        household_id=acting.home.pk,
        division=data["village"].code,
        address=data["address"],
        on=data["on"],
        by=acting.by,
    )


def _move_out(acting: Acting, data: Data) -> None:
    """The fact ends what ends by itself; what rests on a decision is stopped (R-CJ-10)."""
    person = int(data["person"])
    persons = [person] if person else list(_living_in(acting.home, data["on"]))
    for one in persons:
        _fact(acting, "residence", data["on"], person_id=one, flag=True)
    homes = [] if person else [acting.home.pk]
    for award in standing(BY_DECISION, homes, persons, acting.on):
        casework.stop(award.pk, reason="moved_out", **acting.two())


BY_DECISION = (POOR, "destitute_basic", "orphan_allowance", "unattended_child_allowance")


def _zone(acting: Acting, data: Data) -> None:
    _fact(acting, "zone", data["on"], household_id=acting.home.pk, code=data["zone"])


def _disability(acting: Acting, data: Data) -> None:
    _fact(
        acting,
        "disability",
        data["on"],
        person_id=int(data["person"]),
        code=data["code"],
        number=int(data["grade"]),
        until=data["until"],
    )


def _self_care(acting: Acting, data: Data) -> None:
    _fact(acting, "self_care", data["on"], person_id=int(data["person"]), number=data["failed"])


def _guardian(acting: Acting, data: Data) -> None:
    person = int(data["person"])
    more = {name: data[name] for name in ("id_number", "phone") if data[name]}
    _fact(
        acting,
        "guardian",
        data["on"],
        person_id=person,
        code=data["code"],
        detail=data["guardian"],
        items=more or None,
    )
    if data["number"]:
        payee = {
            "payee_name": data["guardian"],
            "payee_id_number": data["id_number"],
            "payee_is": "guardian",
            "reason": "监护人变更",
        }
        _open(acting, {"person_id": person}, {**data, **payee})


# ---- who lives with whom ----
def _join(acting: Acting, data: Data) -> None:
    person = data["person_id"]
    if person is None:
        person = households.new_person(
            name=data["name"],
            born=data["born"],
            sex=data["sex"] or "",
            id_number=data["id_number"] or None,
            **acting.recorded(),
        ).pk
    _admit(acting, acting.home, person, data["relationship"], data["on"])
    counted = data["counted_by"]
    if counted == "co_residence":
        both = {"person_id": person, "household_id": acting.home.pk}
        _fact(acting, "co_residence", data["on"], flag=True, **both)
    elif counted == "dependent_adult":
        _fact(acting, "dependent_adult", data["on"], person_id=person, flag=True)
    elif counted:
        _fact(acting, "schooling", data["on"], person_id=person, code=counted)


def _admit(acting: Acting, home: Household, person: int, relationship: str, on: dt.date) -> None:
    households.admit(
        household_id=home.pk,
        person_id=person,
        relationship=relationship,
        on=on,
        **acting.recorded(),
    )


def _leave_from(acting: Acting, home: Household, person: int, on: dt.date) -> None:
    households.leave(household_id=home.pk, person_id=person, on=on, **acting.recorded())


def _leave(acting: Acting, data: Data) -> None:
    person = int(data["person"])
    stays = acting.home.members.known_now().filter(period__contains=data["on"])
    codes = dict(stays.values_list("person_id", "relationship"))
    if codes.get(person) == "applicant" and len(codes) > 1:
        raise BadFact(gettext("户主离开前，请先办理户主变更。"))
    _leave_from(acting, acting.home, person, data["on"])


def _split(acting: Acting, data: Data) -> None:
    """分户: they leave, and form a household of their own in the same village.

    What the old household gets the new one asks for, unless told otherwise: it is given nothing
    without an application of its own (R-DB-22).
    """
    programmes = [] if data["asks"] == "no" else asked_for(acting.home, acting.on)
    for person in data["gone"]:
        _leave_from(acting, acting.home, person, data["on"])
    people = Person.objects.in_bulk(data["gone"])
    made = households.form_household(
        division=acting.home.division,
        zone=data["zone"],
        since=data["on"],
        members=[(people[person], code) for person, code in data["gone"].items()],
        address=data["address"] or acting.home.address,
        **acting.recorded(),
    )
    for programme in programmes:
        casework.apply(programme, household_id=made.pk, on=acting.on, by=acting.by)


def _merge(acting: Acting, data: Data) -> None:
    """并户: the other household's people come over, its awards stop, and it is closed."""
    other: Household = data["other"]
    for person in data["dead"]:
        _leave_from(acting, other, person, data["on"])
    for name, code in data.items():
        if name.startswith("member_"):
            person = int(name.removeprefix("member_"))
            _leave_from(acting, other, person, data["on"])
            _admit(acting, acting.home, person, code, data["on"])
    for award in standing(OF_A_HOUSEHOLD, [other.pk], [], acting.on):
        casework.stop(award.pk, reason="merged", **acting.two())
    households.close_household(
        household_id=other.pk, on=acting.on, by=acting.by, reason=f"并入{acting.home.number}户"
    )


def _unite(acting: Acting, data: Data) -> None:
    """重复人员合并: only the file that is kept may have anything that goes on."""
    kept, merged = data["persons"]
    names = dict(Person.objects.filter(pk__in=(kept, merged)).values_list("pk", "name"))
    reaching = DateRange(month_of(acting.on), None)
    awards = Entitlement.objects.filter(
        Q(one_off=False) | Q(period__upper_inf=True),  # a one-off is over by itself
        person__in=(kept, merged),
        period__overlap=reaching,
    )
    held: dict[int, set[str]] = {kept: set(), merged: set()}
    for person, programme in awards.values_list("person_id", "programme"):
        held[person].add(PROGRAMMES[programme].name)
    both = listed(sorted(held[kept] & held[merged]))
    if both:
        raise BadFact(
            gettext(
                "两份档案都在享{both}，同一月份不得重复，请先停发其中一份，自停发月份起可合并。"
            ).format(both=both)
        )
    if held[merged]:
        only = listed(sorted(held[merged]))
        raise BadFact(
            gettext("要并入的档案（{names}）还在享{only}：请改为保留这一份，或先停发。").format(
                names=names[merged], only=only
            )
        )
    asked = Application.objects.open().filter(person=merged)
    if asked.exists():
        raise BadFact(gettext("要并入的档案有正在办理的申请，请先办结或撤回。"))
    households.merge_persons(
        kept_id=kept, merged_id=merged, on=acting.on, reason=data["reason"], by=acting.by
    )


def _part(acting: Acting, data: Data) -> None:
    households.part_persons(
        merge_id=int(data["merge"]), on=acting.on, reason=data["reason"], by=acting.by
    )


def _head(acting: Acting, data: Data) -> None:
    households.relate_to(
        household_id=acting.home.pk,
        relationships=data["relationships"],
        on=data["on"],
        **acting.recorded(),
    )


def _living_in(home: Household, on: dt.date) -> Iterable[int]:
    stays = home.members.known_now().filter(period__contains=on)
    return stays.order_by("pk").values_list("person_id", flat=True)


ACTS: dict[str, Act] = {
    "join": _join,
    "leave": _leave,
    "death": _death,
    "income": _income,
    "property": _property,
    "account": _account,
    "move": _move,
    "move_out": _move_out,
    "zone": _zone,
    "disability": _disability,
    "self_care": _self_care,
    "split": _split,
    "merge": _merge,
    "head": _head,
    "guardian": _guardian,
    "unite": _unite,
    "part": _part,
}
