"""变更的对象: the household a change is about, with its people, as its forms need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext

from apps.casework.models import Entitlement
from apps.households.kinds import RELATIONSHIPS
from apps.households.models import Fact, Household, Member
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.units.months import month_of, next_month


class Resident(NamedTuple):
    """Somebody who lives in the household on the day."""

    person_id: int
    name: str
    relationship: str  # code
    dead: bool

    @property
    def words(self) -> str:
        """Name and relationship, as a choice reads."""
        return f"{self.name}（{RELATIONSHIPS[self.relationship]}）"


class About(NamedTuple):
    """A household, who lives there, who asks and on which day."""

    home: Household
    residents: tuple[Resident, ...]
    staff: Staff
    today: dt.date

    @property
    def living(self) -> list[Resident]:
        """Those who have not died."""
        return [one for one in self.residents if not one.dead]


def about(number: str, staff: Staff, today: dt.date) -> About:
    """The household inside the territory; NotFound otherwise, without saying which (3 queries)."""
    home = Household.objects.visible_to(staff).filter(number=number).first()
    if home is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    return About(home, residents(home, today), staff, today)


def residents(home: Household, today: dt.date) -> tuple[Resident, ...]:
    """Who lives in a household on the day: the applicant first, then the eldest (2 queries)."""
    stays = (
        Member.objects.known_now()
        .filter(household=home, period__contains=today)
        .select_related("person")
        .order_by("person__born", "pk")
    )
    rows = sorted(stays, key=lambda stay: stay.relationship != "applicant")
    deaths = Fact.objects.known_now().filter(
        kind="death", person__in=[stay.person_id for stay in rows]
    )
    dead = set(deaths.values_list("person_id", flat=True))
    return tuple(
        Resident(stay.person_id, stay.person.name, stay.relationship, stay.person_id in dead)
        for stay in rows
    )


def standing(
    programmes: Iterable[str], homes: Iterable[int], persons: Iterable[int], on: dt.date
) -> list[Entitlement]:
    """Awards of these programmes that reach into the month after the day, oldest first."""
    mine = Q(household__in=list(homes), person__isnull=True) | Q(person__in=list(persons))
    reaching = DateRange(next_month(month_of(on)), None)
    rows = Entitlement.objects.filter(mine, programme__in=list(programmes), one_off=False)
    return list(rows.filter(period__overlap=reaching).order_by("pk"))
