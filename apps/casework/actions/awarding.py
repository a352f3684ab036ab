"""待遇与决定 as rows: one maker of both, for one application or for many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from apps.casework.actions.saying import Refused
from apps.casework.beginning import Terms
from apps.casework.models import Application, Decision, Entitlement
from apps.casework.outcome import Test
from apps.casework.programme import Nature, Programme
from apps.offices.models import Staff
from apps.offices.refusals import words_of
from apps.units.months import Month, next_month

NO_TERMS = Terms()


def award(
    card: Programme, begun: Iterable[tuple[Application, Month]], terms: Terms = NO_TERMS
) -> list[Entitlement]:
    """An award for each application from its first month on, all or none."""
    one_off = card.nature is Nature.ONE_OFF
    rows = [
        Entitlement(
            programme=card.code,
            household_id=one.household_id,
            person_id=one.person_id,
            period=DateRange(first, next_month(first) if one_off else None),
            one_off=one_off or card.repeats,
            assessed_fen=terms.assessed_fen,
            over_cap_approved=terms.over_cap_approved,
            relief_type=terms.relief_type or one.track,
            school_year=terms.school_year,
            basis=terms.basis or one.basis,
            application=one,
        )
        for one, first in begun
    ]
    try:
        with transaction.atomic():
            return Entitlement.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Refused(words_of(error, Entitlement) or gettext("待遇登记失败，请核对。")) from error


def decision(
    kind: Decision.Kind,
    application: Application,
    *,
    on: dt.date,
    by: Staff,
    prepared_by_id: int | None = None,
    findings: Iterable[Test] = (),
    entitlement: Entitlement | None = None,
    effective: Month | None = None,
    reason: str = "",
) -> Decision:
    """A decision on an application as a row that ``write`` keeps.

    Prepared by who took the application, unless another is named.
    """
    return Decision(
        kind=kind,
        programme=application.programme,
        household_id=application.household_id,
        person_id=application.person_id,
        application=application,
        entitlement=entitlement,
        decided_on=on,
        effective=effective,
        reason=reason[:32],
        note=reason if len(reason) > 32 else "",
        findings=[list(test) for test in findings],
        back_entry=application.back_entry,
        delegated=application.delegated,
        prepared_by_id=prepared_by_id or application.prepared_by_id,
        decided_by=by,
    )


def write(decisions: Sequence[Decision]) -> list[Decision]:
    """Keep the decisions, in their order."""
    return Decision.objects.bulk_create(decisions)
