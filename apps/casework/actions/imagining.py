"""试算 of many applications: awards as if all were confirmed at once, to be rolled back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.casework.actions import awarding
from apps.casework.beginning import Terms, first_month
from apps.casework.models import Application, Decision
from apps.casework.programme import Programme
from apps.offices.models import Staff


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
