"""经办记录: who did what to a household and its applications, when, from what to what, why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.apps import apps
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from apps.households.models import Household
from apps.offices.models import Event, Staff


class Line(NamedTuple):
    """One act in words; ``source`` and ``target`` are empty where nothing changed its state."""

    event: Event
    who: str
    what: str
    source: str
    target: str


class Sought(NamedTuple):
    """What the record is narrowed to; empty means all."""

    text: str = ""
    by: int = 0
    since: dt.date | None = None
    until: dt.date | None = None


def sought_of(asked: QueryDict) -> Sought:
    """The filter of a request; what cannot be read is left out."""
    by = asked.get("by", "")
    return Sought(
        asked.get("q", "").strip()[:60],
        int(by[:18]) if by.isdecimal() else 0,
        _day(asked.get("since", "")),
        _day(asked.get("until", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def events_of(home: Household, sought: Sought) -> QuerySet[Event]:
    """The acts that fit, the newest in front."""
    rows = Event.objects.filter(household_id=home.pk).select_related("by")
    if sought.text:
        rows = rows.filter(verb__contains=sought.text) | rows.filter(reason__contains=sought.text)
    if sought.by:
        rows = rows.filter(by_id=sought.by)
    if sought.since:
        rows = rows.filter(at__date__gte=sought.since)
    if sought.until:
        rows = rows.filter(at__date__lte=sought.until)
    return rows.order_by("-pk")


def people_of(home: Household) -> list[Staff]:
    """Everybody who has acted on the household."""
    acted = Event.objects.filter(household_id=home.pk).values("by_id")
    return list(Staff.objects.filter(pk__in=acted).order_by("name", "pk"))


def told(events: Iterable[Event]) -> list[Line]:
    """The acts in words."""
    return [
        Line(
            one,
            one.by.name if one.by else gettext("系统"),
            f"{kind_words(one.kind)} {one.object_id}".strip(),
            state_words(one.kind, one.source),
            state_words(one.kind, one.target),
        )
        for one in events
    ]


def state_words(kind: str, state: str) -> str:
    """The name of a state of a kind of thing; as recorded where it has none."""
    model = _model(kind)
    choices = getattr(getattr(model, "State", None), "choices", ())
    return str(dict(choices).get(state, state))


def kind_words(kind: str) -> str:
    """What a kind of thing is called."""
    model = _model(kind)
    return str(model._meta.verbose_name) if model is not None else ""


def _model(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None
