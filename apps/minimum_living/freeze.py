"""核定: freezing what a decision on minimum living rests on (FORMAT §4). Writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from apps.casework.models import Decision, Entitlement
from apps.minimum_living.evidence import Evidence, Picture, Records
from apps.minimum_living.examine import valid_to
from apps.minimum_living.models import Determination, DeterminationMember
from apps.standards.models import current_book
from apps.units.months import Month, last_day, month_of, months_between, next_month
from apps.units.periods import span, truncate

EMPTY = DateRange(empty=True)


class Stretch(NamedTuple):
    """Months with the same facts; ``end`` (not included) is None for the last."""

    first: Month
    end: Month | None
    as_of: dt.date
    picture: Picture


def draw(evidence: Evidence, *, on: dt.date, effective: Month) -> list[Stretch]:
    """The months a decision of ``on`` governs from ``effective`` on, with their facts.

    A corrected month (up to that of the decision) is judged on the facts up to the last day of
    the month before it; from the month after the decision on, on those of the day itself.
    """
    ahead = max(effective, next_month(month_of(on)))
    days = [(m, last_day(next_month(m, -1))) for m in months_between(effective, month_of(on))]
    found: list[Stretch] = []
    for month, as_of in [*days, (ahead, on)]:
        picture = evidence.picture(as_of, month)
        first = month
        if found and found[-1].picture == picture:
            first = found.pop().first
        elif found:
            found[-1] = found[-1]._replace(end=month)
        found.append(Stretch(first, None, as_of, picture))
    return found


def write(entitlement: Entitlement, decision: Decision, stretches: list[Stretch]) -> None:
    """Put the stretches in force: the later taken decision wins from its first month on."""
    with transaction.atomic():
        cut(Determination.objects.filter(entitlement=entitlement), stretches[0].first)
        _put([(entitlement, decision, stretch) for stretch in stretches])


def _put(drawn: Sequence[tuple[Entitlement, Decision, Stretch]]) -> None:
    """The rows of stretches with their members: two statements, however many there are."""
    rows = Determination.objects.bulk_create(
        Determination(
            entitlement=entitlement,
            decision=decision,
            as_of=stretch.as_of,
            period=DateRange(stretch.first, stretch.end),
            zone=stretch.picture.zone,
            grade=stretch.picture.grade,
            household_deduction_fen=stretch.picture.household_deduction,
        )
        for entitlement, decision, stretch in drawn
    )
    DeterminationMember.objects.bulk_create(
        DeterminationMember(
            determination=row,
            person_id=m.person,
            counted=not m.why_not,
            why_not=m.why_not,
            wage_fen=m.wage,
            base_pension_fen=m.base_pension,
            other_fen=m.other,
            deduction_fen=m.deduction,
        )
        for row, (_, _, stretch) in zip(rows, drawn, strict=True)
        for m in stretch.picture.members
    )


def cut(rows: QuerySet[Any], first: Month) -> None:
    """End the periods of ``rows`` before ``first``; what would lie wholly after it is emptied."""
    for pk, period in list(rows.filter(period__isempty=False).values_list("pk", "period")):
        left = truncate(period, first)
        if left != span(period):
            rows.filter(pk=pk).update(period=DateRange(*left) if left else EMPTY)


def freeze(
    entitlement: Entitlement, decision: Decision, *, on: dt.date, effective: Month
) -> list[Stretch]:
    """Fix the facts as recorded now, for the months from ``effective`` on."""
    evidence = Evidence(entitlement.household_id, entitlement.person_id)
    stretches = draw(evidence, on=on, effective=effective)
    write(entitlement, decision, stretches)
    return stretches


def on_confirm(entitlement: Entitlement, decision: Decision, _terms: object = None) -> None:
    """A confirmed award rests on the facts of the day of the decision."""
    first = decision.effective or span(entitlement.period)[0]
    freeze(entitlement, decision, on=decision.decided_on, effective=first)


def on_imagine(begun: Sequence[tuple[Entitlement, Decision]]) -> None:
    """The same for many awards that have just begun, in as many queries for many as for one."""
    records = Records([(award.household_id, award.person_id) for award, _ in begun])
    drawn = []
    for award, decision in begun:
        evidence = Evidence(award.household_id, award.person_id, records)
        first = decision.effective or span(award.period)[0]
        stretches = draw(evidence, on=decision.decided_on, effective=first)
        drawn += [(award, decision, stretch) for stretch in stretches]
    _put(drawn)


def limit_validity(entitlement: Entitlement, decision: Decision, _terms: object = None) -> None:
    """刚性支出困难家庭: the status ends with the month of its last day (R-GX-03)."""
    month = month_of(decision.decided_on)
    until = valid_to(decision.decided_on, current_book().month(month))
    if until is not None:
        end = next_month(month_of(until))
        period = DateRange(span(entitlement.period)[0], end)
        Entitlement.objects.filter(pk=entitlement.pk).update(period=period)
