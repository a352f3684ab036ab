"""户: who lives in which household from which day, in what relationship."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from apps.households.actions.facts import record
from apps.households.actions.persons import lock_person
from apps.households.kinds import RELATIONSHIPS
from apps.households.models import Household, Member, Person, PersonMerge
from apps.households.shapes import BadFact
from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.units.language import listed


@transaction.atomic
def form_household(
    *,
    division: str,
    zone: str,
    since: dt.date,
    members: Sequence[tuple[Person, str]],
    number: str = "",
    address: str = "",
    by: Staff | None,
    recorded_on: dt.date,
) -> Household:
    """建户: a household with its members and its class (城乡类别) from ``since`` on."""
    if sum(relationship == "applicant" for _, relationship in members) != 1:
        raise BadFact(gettext("建户时须有且只有一名申请人，请核对成员关系。"))
    pk = _next_household_id()
    home = Household.objects.create(
        pk=pk,
        number=number or f"{division}{pk:08d}",
        division=division,
        address=address.strip(),
        since=since,
    )
    log(by=by, kind="households.household", object_id=pk, verb="建户", household_id=pk)
    record("zone", household_id=pk, on=since, code=zone, recorded_on=recorded_on, by=by)
    for person, relationship in members:
        admit(
            household_id=pk,
            person_id=person.pk,
            relationship=relationship,
            on=since,
            recorded_on=recorded_on,
            by=by,
        )
    return home


def _next_household_id() -> int:
    """The next household id, taken before the row so that the number can be made of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('households_household', 'id'))")
        return int(cursor.fetchone()[0])


@transaction.atomic
def admit(
    *,
    household_id: int,
    person_id: int,
    relationship: str,
    on: dt.date,
    recorded_on: dt.date,
    by: Staff | None,
) -> None:
    """成员增加: the person lives in the household from ``on``, in this relationship.

    A row of the same household that says otherwise is voided: the part before ``on`` stays
    true under a new row; a stay known to begin later begins on ``on`` instead.
    """
    if relationship not in RELATIONSHIPS:
        names = listed(RELATIONSHIPS.values())
        raise BadFact(
            gettext("与申请人关系“{relationship}”不在清单中，可选{names}。").format(
                relationship=relationship, names=names
            )
        )
    person = lock_person(person_id)
    _refuse_merged(person)
    until: dt.date | None = None
    for row in _stays_from(person_id, on):
        if row.household_id != household_id:
            raise BadFact(
                gettext(
                    "{name}自{lower}起是{number}户的成员，同一人不得同时在两个家庭，请先在该户办理成员减少。"
                ).format(name=person.name, lower=row.period.lower, number=row.household.number)
            )
        until = row.period.upper
        _close(row, before=on, recorded_on=recorded_on, by=by)
    _add(household_id, person_id, relationship, (on, until), recorded_on, by)
    _told(household_id, person_id, on, "成员增加", by)


def _refuse_merged(person: Person) -> None:
    """A file that was merged into another lives nowhere."""
    into = PersonMerge.objects.standing().filter(merged=person).select_related("kept").first()
    if into is not None:
        raise BadFact(
            gettext("{name}的这份档案已并入另一份（{name2}），请使用保留的档案。").format(
                name=person.name, name2=into.kept.name
            )
        )


@transaction.atomic
def leave(
    *,
    household_id: int,
    person_id: int,
    on: dt.date,
    recorded_on: dt.date,
    by: Staff | None,
) -> None:
    """成员减少: from ``on`` the person no longer lives in the household."""
    person = lock_person(person_id)
    row = _stays_from(person_id, on).filter(household_id=household_id).first()
    if row is None or row.period.lower > on:
        raise BadFact(
            gettext("{name}在{on}不是该户成员，请核对日期。").format(name=person.name, on=on)
        )
    _close(row, before=on, recorded_on=recorded_on, by=by)
    _told(household_id, person_id, on, "成员减少", by)


def _stays_from(person_id: int, on: dt.date) -> Any:
    """The known memberships of a person that contain ``on`` or begin after it, in order."""
    return (
        Member.objects.known_now()
        .filter(person_id=person_id, period__overlap=DateRange(on, None))
        .select_related("household")
        .order_by("period")
    )


def _close(row: Member, *, before: dt.date, recorded_on: dt.date, by: Staff | None) -> None:
    """Void a row; what lies before the day stays true under a new one."""
    Member.objects.filter(pk=row.pk).update(voided_on=recorded_on)
    if row.period.lower < before:
        kept = (row.period.lower, before)
        _add(row.household_id, row.person_id, row.relationship, kept, recorded_on, by)


def _add(
    household_id: int,
    person_id: int,
    relationship: str,
    period: tuple[dt.date, dt.date | None],
    recorded_on: dt.date,
    by: Staff | None,
) -> None:
    Member.objects.create(
        household_id=household_id,
        person_id=person_id,
        relationship=relationship,
        period=DateRange(*period),
        recorded_on=recorded_on,
        recorded_by=by,
    )


def _told(household_id: int, person_id: int, on: dt.date, what: str, by: Staff | None) -> None:
    note_change(on=on, what=what, household_id=household_id, person_id=person_id)
    log(by=by, kind="households.person", object_id=person_id, verb=what, household_id=household_id)
