"""事实的登记与作废."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.households.actions.persons import home_of, lock_person
from apps.households.kinds import KINDS
from apps.households.models import Fact
from apps.households.shapes import BadFact, check_fact
from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.offices.moves import NotFound, StaleState
from apps.units.language import chinese


@transaction.atomic
def record(
    kind: str,
    *,
    on: dt.date,
    recorded_on: dt.date,
    by: Staff | None,
    person_id: int | None = None,
    household_id: int | None = None,
    **columns: Any,
) -> Fact:
    """登记事实: one dated fact, after BadFact has said what is wrong with it, if anything."""
    owners = {"person": person_id, "household": household_id}
    check_fact(kind, on, {**owners, **columns})
    if kind == "death":
        _check_death(person_id, on)
    fact = Fact.objects.create(
        kind=kind,
        person_id=person_id,
        household_id=household_id,
        on=on,
        recorded_on=recorded_on,
        recorded_by=by,
        **columns,
    )
    label = KINDS[kind].label
    note_change(on=on, what=f"登记{chinese(label)}", household_id=household_id, person_id=person_id)
    log(
        by=by,
        kind="households.fact",
        object_id=fact.pk,
        verb=f"登记{chinese(label)}",
        household_id=household_id or home_of(person_id, on),
    )
    return fact


def _check_death(person_id: int | None, on: dt.date) -> None:
    """A person dies once, and not before being born."""
    assert person_id is not None, "check_fact asks for the person"
    person = lock_person(person_id)
    if on < person.born:
        raise BadFact(
            gettext("死亡日期{on}早于出生日期{born}，请核对。").format(on=on, born=person.born)
        )
    known = Fact.objects.known_now().filter(kind="death", person=person).first()
    if known is not None:
        raise BadFact(
            gettext("{name}已登记于{on}死亡；如有误，请先作废原登记。").format(
                name=person.name, on=known.on
            )
        )


@transaction.atomic
def void(fact_id: int, *, on: dt.date, by: Staff | None, reason: str) -> None:
    """作废: a fact was recorded in error; from ``on`` the office no longer holds it true."""
    fact = Fact.objects.select_for_update(of=("self",)).filter(pk=fact_id).first()
    if fact is None:
        raise NotFound(gettext("没有找到这条登记。"))
    if fact.voided_on is not None:
        raise StaleState(gettext("这条登记已于{voided_on}作废。").format(voided_on=fact.voided_on))
    if not reason.strip():
        raise BadFact(gettext("作废须说明理由，请补填。"))
    if on < fact.recorded_on:
        raise BadFact(
            gettext("作废日期{on}早于登记日期{recorded_on}，请核对。").format(
                on=on, recorded_on=fact.recorded_on
            )
        )
    Fact.objects.filter(pk=fact_id).update(voided_on=on)
    label = KINDS[fact.kind].label
    note_change(
        on=fact.on,
        what=f"作废{chinese(label)}",
        household_id=fact.household_id,
        person_id=fact.person_id,
    )
    log(
        by=by,
        kind="households.fact",
        object_id=fact_id,
        verb=f"作废{chinese(label)}",
        household_id=fact.household_id or home_of(fact.person_id, fact.on),
        reason=reason,
    )
