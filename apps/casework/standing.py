"""查重: where the ID number of somebody to be registered stands."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from apps.households.models import Fact, Household, Member, Person
from apps.offices.models import Staff
from apps.units.id_number import IdNumber


class Standing(NamedTuple):
    """Where an ID number stands: its person, the household they live in, and what forbids."""

    person: Person | None
    home: Household | None
    problem: str
    elsewhere: bool = False  # lives in another household, in sight or not


def standing(number: IdNumber, staff: Staff, on: dt.date) -> Standing:
    """Somebody who lives in a household, or has died, cannot be registered again (查重).

    A household outside the territory is neither named nor described.
    """
    person = Person.objects.filter(id_number=number.number).first()
    if person is None:
        return Standing(None, None, "")
    if Fact.objects.known_now().filter(kind="death", person=person).exists():
        return Standing(person, None, gettext("此人已登记死亡，请核对证件号码。"))
    stays = Member.objects.known_now().filter(person=person)
    now = stays.filter(period__overlap=DateRange(on, None))
    stay = now.select_related("household").first()
    if stay is None:
        return Standing(person, None, "")
    if not stay.household.division.startswith(staff.division):
        words = gettext("此人已在其他地区的一户中，请先由该地办理成员减少。")
        return Standing(person, None, words, elsewhere=True)
    words = gettext("此人已是{number}户的成员，请到该户申请，或先在该户办理成员减少。").format(
        number=stay.household.number
    )
    return Standing(person, stay.household, words, elsewhere=True)
