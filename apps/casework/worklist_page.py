"""我的待办的页面: what stands around the tasks, and what they are called. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import models
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.casework.listing import COUNTY_LENGTH, TOWNSHIP_LENGTH, VILLAGE_LENGTH, places
from apps.casework.models import Arrangement, SavedView
from apps.casework.worklist import FIELD_ROLES, Asked, Task, lasting
from apps.offices.models import Division, Event, Role, Staff
from apps.offices.together import Question, of_rows, of_sql, together

COLLEAGUES = 60


def colleagues_of(staff: Staff) -> QuerySet[Staff]:
    """To whom tasks may be handed over: those on duty in the same places, or above or below."""
    rows = Staff.objects.filter(active=True, role__in=FIELD_ROLES).exclude(pk=staff.pk)
    above = [staff.division[:n] for n in (COUNTY_LENGTH, TOWNSHIP_LENGTH, VILLAGE_LENGTH)]
    near = rows.filter(division__startswith=staff.division) | rows.filter(division__in=above)
    return near.order_by("name", "pk")[:COLLEAGUES]


class Count(NamedTuple):
    """How many."""

    n: int


class Place(NamedTuple):
    """A division, as a list may be narrowed to it."""

    code: str
    name: str


class View(NamedTuple):
    """常用筛选."""

    pk: int
    name: str
    query: str


class Colleague(NamedTuple):
    """Somebody to whom tasks may be handed over."""

    pk: int
    name: str
    role: str

    @property
    def get_role_display(self) -> str:
        """The post in words."""
        return Role(self.role).label


@lasting
def done(asked: Asked) -> Question[Count]:
    """How many acts somebody has put down this month; to log in is none."""
    first = asked.today.replace(day=1)
    since = timezone.make_aware(dt.datetime.combine(first, dt.time.min))
    mine = Event.objects.filter(by=asked.staff, at__gte=since).exclude(kind=Event.LOGIN)
    return of_rows(Count, mine.order_by().values("by").annotate(n=models.Count("pk")).values("n"))


@lasting
def inside_of(asked: Asked) -> Question[Place]:
    """The townships of the county, or the villages of a township."""
    return of_rows(Place, places(asked.staff).values("code", "name"))


@lasting
def own(asked: Asked) -> Question[Place]:
    """The territory of the one who asks."""
    mine = Division.objects.filter(code=asked.staff.division)
    return of_rows(Place, mine.values("code", "name"))


@lasting
def saved(asked: Asked) -> Question[View]:
    """The views somebody has saved."""
    rows = SavedView.objects.filter(staff=asked.staff).order_by("pk")
    return of_rows(View, rows.values("name", "query", pk=F("id")))


@lasting
def colleagues(asked: Asked) -> Question[Colleague]:
    """To whom tasks may be handed over."""
    return of_rows(Colleague, colleagues_of(asked.staff).values("name", "role", pk=F("id")))


class Key(NamedTuple):
    """A task by its key."""

    key: str


@lasting
def handed(asked: Asked) -> Question[Key]:
    """What was ever handed over to the one who asks."""
    return of_rows(Key, Arrangement.objects.filter(handed_to=asked.staff).values("key"))


# What the page shows around its tasks, asked together with them.
FURNITURE = (done, own, inside_of, saved, colleagues, handed)


class Named(NamedTuple):
    """What the rows of a page are called: household numbers, people, villages."""

    numbers: dict[int, str]
    people: dict[int, str]  # by person id, or minus the household's id for its applicant
    places: dict[str, str]


class Name(NamedTuple):
    """A name by its key."""

    key: int | str
    name: str


_NUMBERS = "SELECT id AS key, number AS name FROM households_household WHERE id = ANY (%(of)s)"
_PEOPLE = "SELECT id AS key, name FROM households_person WHERE id = ANY (%(of)s)"
_HEADS = """
SELECT -m.household_id AS key, p.name FROM households_member m
JOIN households_person p ON p.id = m.person_id
WHERE m.household_id = ANY (%(of)s) AND m.relationship = 'applicant' AND m.voided_on IS NULL
ORDER BY m.period
"""
_PLACES = "SELECT code AS key, name FROM offices_division WHERE code = ANY (%(of)s)"


def named_of(tasks: Sequence[Task]) -> Named:
    """What tasks are about, by name (one query)."""
    homes = list({task.household_id for task in tasks})
    codes = list({task.division[:n] for task in tasks for n in (TOWNSHIP_LENGTH, VILLAGE_LENGTH)})
    asked: tuple[tuple[str, list[int] | list[str]], ...] = (
        (_NUMBERS, homes),
        (_PEOPLE, list({one.person_id for one in tasks})),
        (_HEADS, homes),
        (_PLACES, codes),
    )
    numbers, people, applicants, places = (
        dict(one) for one in together([of_sql(Name, sql, {"of": of}) for sql, of in asked])
    )
    return Named(numbers, people | applicants, places)
