"""起始月份: from which month an award would hold, and what stands in its way. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.casework.assess import assess, scope_of
from apps.casework.models import Application, Entitlement
from apps.casework.outcome import Verdict
from apps.casework.programme import Nature, Programme, Start
from apps.standards.models import current_book
from apps.units.months import Month, month_of, next_month


class Terms(NamedTuple):
    """What a confirmation fixes beside the programme: FORMAT §7 confirm."""

    basis: str = ""
    arrears_from: Month | None = None
    assessed_fen: int | None = None
    relief_type: str = ""
    over_cap_approved: bool = False
    school_year: str = ""


def first_month(card: Programme, application: Application, terms: Terms, on: dt.date) -> Month:
    """The first month of the award (FORMAT §6)."""
    if card.first_month is not None:
        return card.first_month(application, terms, on, current_book())
    if card.nature is Nature.STATUS or card.start is Start.OF_DECISION:
        return month_of(on)
    if card.start is Start.OF_APPLICATION:
        return month_of(application.applied_on)
    return next_month(month_of(on))


def standing_award(application: Application, first: Month) -> Entitlement | None:
    """The award of the same subject and programme that reaches into ``first`` or later."""
    mine = Entitlement.objects.of(application.programme).filter(one_off=False)
    if application.person_id is None:
        mine = mine.filter(household_id=application.household_id, person__isnull=True)
    else:
        mine = mine.filter(person_id=application.person_id)
    reaching = mine.filter(period__overlap=DateRange(first, None))
    return reaching.select_for_update(of=("self",)).order_by("period").first()


def lapsed_from(entitlement: Entitlement) -> Month | None:
    """The first month in which an award has lapsed, looking on from where it is asked for."""
    persons = [entitlement.person_id] if entitlement.person_id else []
    through = next_month(max(entitlement.period.lower, _newest_application(entitlement)))
    found = assess(
        scope_of([entitlement.household_id], persons), through=through, book=current_book()
    )
    for month in sorted(found.results):
        for result in found.results[month]:
            mine = result.case.entitlement_id == entitlement.pk
            if mine and result.outcome.verdict is Verdict.LAPSED:
                return month
    return None


def _newest_application(entitlement: Entitlement) -> Month:
    """The month of the subject's newest application for the same programme."""
    mine = Application.objects.filter(programme=entitlement.programme)
    if entitlement.person_id is None:
        mine = mine.filter(household_id=entitlement.household_id, person__isnull=True)
    else:
        mine = mine.filter(person_id=entitlement.person_id)
    newest = mine.order_by("-applied_on").values_list("applied_on", flat=True).first()
    return month_of(newest) if newest else entitlement.period.lower
