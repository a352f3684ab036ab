"""试算 of many applications: awards as if all were confirmed at once, to be rolled back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.casework.beginning import Terms, first_month
from apps.casework.models import Application, Decision, Entitlement
from apps.casework.programme import Nature, Programme
from apps.offices.models import Staff
from apps.units.months import next_month


def imagine_applications(
    card: Programme, households: Sequence[int], *, on: dt.date, prepared_by: Staff
) -> list[Application]:
    """An application to ``card`` of each household: its open one, or one made up; for a trial."""
    open_ones = Application.objects.open().filter(
        programme=card.code, household_id__in=households, person=None
    )
    found = {one.household_id: one for one in open_ones}
    made = Application.objects.bulk_create(
        Application(programme=card.code, household_id=home, applied_on=on, prepared_by=prepared_by)
        for home in households
        if home not in found
    )
    return [*found.values(), *made]


def imagine_all(
    card: Programme,
    applications: Sequence[Application],
    *,
    on: dt.date,
    prepared_by: Staff,
    by: Staff,
) -> None:
    """An award with its decision for each application to ``card``; only for a trial.

    As ``imagine`` does for one, without its steps. No subject may hold an award of the card.
    """
    one_off = card.nature is Nature.ONE_OFF
    firsts = [first_month(card, one, Terms(), on) for one in applications]
    awards = Entitlement.objects.bulk_create(
        Entitlement(
            programme=card.code,
            household_id=one.household_id,
            person_id=one.person_id,
            period=DateRange(first, next_month(first) if one_off else None),
            one_off=one_off,
            basis=one.basis,
            application=one,
        )
        for one, first in zip(applications, firsts, strict=True)
    )
    decisions = Decision.objects.bulk_create(
        Decision(
            kind=Decision.Kind.CONFIRM,
            programme=card.code,
            household_id=award.household_id,
            person_id=award.person_id,
            application_id=award.application_id,
            entitlement=award,
            decided_on=on,
            effective=first,
            prepared_by=prepared_by,
            decided_by=by,
        )
        for award, first in zip(awards, firsts, strict=True)
    )
    if card.on_imagine is not None:
        card.on_imagine(list(zip(awards, decisions, strict=True)))
