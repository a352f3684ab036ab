"""试算 of many applications: awards as if all were confirmed at once, to be rolled back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.casework.actions import awarding
from apps.casework.beginning import Terms, first_month
from apps.casework.models import Application, Decision
from apps.casework.programme import Programme
from apps.offices.models import Staff


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
    begun = [(one, first_month(card, one, Terms(), on)) for one in applications]
    awards = awarding.award(card, begun)
    decisions = awarding.write(
        [
            awarding.decision(
                Decision.Kind.CONFIRM,
                one,
                on=on,
                by=by,
                prepared_by_id=prepared_by.pk,
                entitlement=award,
                effective=first,
            )
            for (one, first), award in zip(begun, awards, strict=True)
        ]
    )
    if card.on_imagine is not None:
        card.on_imagine(list(zip(awards, decisions, strict=True)))
