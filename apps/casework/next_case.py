"""下一件: the case that whoever has just decided one may decide next. Only reads."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, When

from apps.casework.models import Application
from apps.casework.programme import PROGRAMMES
from apps.casework.steps import DECIDING, options
from apps.offices.models import Staff

LOOKED_AT = 12  # cases that are asked what they still lack; a decider's queue is of ready ones


def next_to_decide(staff: Staff, today: dt.date, after: Application) -> Application | None:
    """The oldest other case waiting for this person's decision, of the same programme first."""
    waiting = Application.objects.visible_to(staff).exclude(pk=after.pk)
    waiting = waiting.exclude(prepared_by=staff).filter(state__in=_sources(staff))
    same_first = Case(When(programme=after.programme, then=0), default=1)
    rows = waiting.select_related("household").order_by(same_first, "applied_on", "pk")[:LOOKED_AT]
    return next((one for one in rows if _may_decide(one, staff, today)), None)


def _sources(staff: Staff) -> set[str]:
    """The states out of which a step that decides leads for this post, of any procedure."""
    procedures = [
        procedure
        for card in PROGRAMMES.values()
        for procedure in (card.procedure, *(track for _, track in card.tracks))
    ]
    return {
        source
        for procedure in procedures
        for step in procedure
        if step.code in DECIDING and staff.role in step.roles
        for source in step.sources
    }


def _may_decide(one: Application, staff: Staff, today: dt.date) -> bool:
    return any(o.ready and o.step.code in DECIDING for o in options(one, staff, today))
