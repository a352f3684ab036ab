"""材料的齐缺: what is there of what a programme asks for, and what is missing or out of date."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Q

from apps.casework.models import Application
from apps.evidence.catalogue import TYPES, Per, asked_of
from apps.evidence.models import READERS, VERIFIERS, Document
from apps.evidence.people import adults
from apps.households.models import Household, Person
from apps.offices.models import Staff
from apps.standards.models import Standard
from apps.units.months import month_of

SOON_DAYS = 60  # how long before its end a document is marked, on pages only


class Holding(NamedTuple):
    """One document that is asked for, and the one that answers; None: missing."""

    type: str
    label: str
    who: Person | None
    required: bool
    document: Document | None
    state: str  # "ok", "soon", "late", "missing", "optional"

    @property
    def complete(self) -> bool:
        return self.state in ("ok", "soon", "optional")

    @property
    def title(self) -> str:
        """The kind of document, and whose."""
        return f"{self.label}（{self.who.name}）" if self.who else self.label


def may_read(staff: Staff, kind: str) -> bool:
    """Whether the post may open a document of that kind (R-HD-01 for raw data)."""
    roles: tuple[str, ...] = VERIFIERS if TYPES[kind].raw else READERS
    return staff.role in roles and staff.active


def standard(name: str, on: dt.date, band: str = "") -> int | None:
    """A number of this app in force in the month of the day; None: 未配置."""
    rows = Standard.objects.in_force().filter(
        programme="evidence", name=name, band=band, period__contains=month_of(on)
    )
    return rows.values_list("value", flat=True).first()


def bands(name: str, on: dt.date) -> dict[str, int | None]:
    """The same of every band at once."""
    rows = Standard.objects.in_force().filter(
        programme="evidence", name=name, period__contains=month_of(on)
    )
    return dict(rows.values_list("band", "value"))


def current(home: Household, application: Application | None = None) -> list[Document]:
    """The newest version of each document of a household; of one application and of none."""
    rows = Document.objects.filter(household=home, replaced_by__isnull=True)
    if application is not None:
        rows = rows.filter(Q(application=application) | Q(application__isnull=True))
    return list(rows.select_related("person", "recorded_by").order_by("type", "pk"))


def holdings(application: Application, on: dt.date) -> list[Holding]:
    """What the programme asks of this application, line by line."""
    home = application.household
    held = current(home)
    found = []
    for asked in asked_of(application.programme):
        for who in _of_whom(asked.per, application, on):
            document = _answer(held, asked.type, who, application)
            state = _state(document, asked.required, on)
            label = TYPES[asked.type].label
            found.append(Holding(asked.type, label, who, asked.required, document, state))
    return found


def _of_whom(per: Per, application: Application, on: dt.date) -> list[Person | None]:
    if per is Per.ADULT:
        return list(adults(application.household, on))
    return [application.person if per is Per.SUBJECT else None]


def _answer(
    held: list[Document], kind: str, who: Person | None, application: Application
) -> Document | None:
    """The newest that fits; one without a person stands for everybody in the household."""
    fits = [
        one
        for one in held
        if one.type == kind
        and (who is None or one.person_id in (None, who.pk))
        and (one.application_id == application.pk or not TYPES[kind].own)
    ]
    return max(fits, key=lambda one: (one.expires_on or dt.date.max, one.pk), default=None)


def _state(document: Document | None, required: bool, on: dt.date) -> str:
    if document is None:
        return "missing" if required else "optional"
    end = document.expires_on
    if end is not None and end < on:
        return "late"
    return "soon" if end is not None and (end - on).days <= SOON_DAYS else "ok"
