"""一并办理: one step of many applications, in as many queries for many as for one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from apps.casework import steps
from apps.casework.actions.saying import Missing
from apps.casework.actions.stepping import check_taken, may, move_of, step_of
from apps.casework.models import Application, StepTaken
from apps.casework.procedure import AMONG, Step
from apps.offices.models import Staff
from apps.offices.moves import NotFound, move


@transaction.atomic
def take_together(
    application_ids: Sequence[int], code: str, *, on: dt.date, by: Staff, **data: Any
) -> None:
    """Take a step that is no decision for all of them, or for none; refused as ``take`` would.

    What it needs is asked for all at once where the need can be (procedure.among).
    """
    mine = Application.objects.visible_to(by).filter(pk__in=application_ids)
    found = list(mine.select_for_update(of=("self",)).select_related("household").order_by("pk"))
    if len(found) != len(set(application_ids)):
        raise NotFound(gettext("有的申请没有找到，或不在您的管辖范围内。"))
    taken: dict[int, list[StepTaken]] = defaultdict(list)
    for one in StepTaken.objects.filter(application__in=found).order_by("pk"):
        taken[one.application_id].append(one)
    groups: dict[Step, list[Application]] = defaultdict(list)
    kin = steps.kin_among(found, by)
    for application in found:
        step = step_of(application, code, on)
        may(application, step, on, by, kin=application.pk in kin)
        check_taken(application, step, on, taken[application.pk], data)
        groups[step].append(application)
    for step, those in groups.items():
        _check_needs(step, those, on)
        _go(step, those, on, by, data)


def _check_needs(step: Step, those: list[Application], on: dt.date) -> None:
    """Missing for the first that lacks something; asked one by one only where it must be."""
    ids = [one.pk for one in those]
    met = [set(AMONG[name](ids, on)) for name in step.needs if name in AMONG]
    whole = len(met) == len(step.needs)
    for one in those:
        if whole and all(one.pk in those_met for those_met in met):
            continue
        lacking = steps.missing(one, step, on)
        if lacking:
            raise Missing(step.verb, lacking)


def _go(step: Step, those: list[Application], on: dt.date, by: Staff, data: dict[str, Any]) -> None:
    rows = Application.objects.visible_to(by).filter(pk__in=[one.pk for one in those])
    homes = {one.pk: one.household_id for one in those}
    also: dict[str, Any] = {"version": F("version") + 1}
    move(rows, step.code, by=by, moves={step.code: move_of(step)}, households=homes, **also)
    StepTaken.objects.bulk_create(
        StepTaken(
            application=one,
            code=step.code,
            on=on,
            by=by,
            source=one.state,
            target=step.target,
            data=data,
        )
        for one in those
    )
