"""家庭中的人: who lives in an applicant's household on a day. Only reads."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext

from apps.casework.models import Application
from apps.households.models import Fact, Household, Member, Person
from apps.units.ages import age_on

ADULT = 18  # 民法典 Art. 17


def living(home: Household, on: dt.date) -> list[Person]:
    """The members on the day who are alive, in the order of their entry."""
    stays = Member.objects.known_now().filter(household=home, period__contains=on)
    people = [row.person for row in stays.select_related("person").order_by("pk")]
    deaths = Fact.objects.known_now().filter(kind="death", person__in=people, on__lte=on)
    dead = set(deaths.values_list("person_id", flat=True))
    return [person for person in people if person.pk not in dead]


def adults(home: Household, on: dt.date) -> list[Person]:
    """Those of 18 years or more."""
    return [person for person in living(home, on) if age_on(person.born, on) >= ADULT]


def name_of(application: Application) -> str:
    """Whom an application is about, in a few words."""
    if application.person:
        return application.person.name
    stays = Member.objects.known_now().filter(
        household_id=application.household_id, relationship="applicant"
    )
    found = stays.order_by("-period").values_list("person__name", flat=True).first()
    return gettext("{found}户").format(found=found or application.household.number)
