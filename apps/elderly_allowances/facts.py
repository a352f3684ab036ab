"""高龄津贴、养老服务补贴: the query that fills their facts; one for each of the two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.casework.outcome import Verdict
from apps.casework.programme import Case, Computed, Gathering
from apps.casework.reading import owed, stream
from apps.elderly_allowances.rule import (
    NOT_ASSESSED,
    NOT_POOR,
    POOR,
    POOR_HELD,
    ElderService,
    OldAge,
)
from apps.households.history import deaths, departures, newest, other_benefits
from apps.units.ages import age_in_month
from apps.units.months import Month


def gather_old_age(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month with the person's age, death and move (R-GL-02, R-GL-03)."""
    only = gathering.scope.of_persons("person_id")
    sql = f"""
        SELECT o.id, o.person_id, o.new, p.born, d.died_on IS NOT NULL, coalesce(r.moved_out, FALSE)
        FROM ({owed(gathering)}) o
        JOIN households_person p ON p.id = o.person_id
        LEFT JOIN {deaths(only=only)} d ON d.person_id = o.person_id
        LEFT JOIN {departures(only=only)} r ON r.person_id = o.person_id
    """
    return _old_age(stream(gathering, "old_age_allowance", sql), gathering.month)


def _old_age(rows: Iterator[tuple[Any, ...]], month: Month) -> Iterator[Case]:
    for entitlement, person, new, born, dead, moved in rows:
        gone = 1 if dead else 2 if moved else 0
        yield Case(entitlement, person, (person,), new, OldAge(age_in_month(born, month), gone))


def gather_elder_service(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month with its conditions; an assessment counts from the next month."""
    only = gathering.scope.of_persons("person_id")
    sql = f"""
        SELECT o.id, o.person_id, o.new, p.born,
               CASE WHEN d.person_id IS NOT NULL THEN 1 WHEN r.moved_out THEN 2 ELSE 0 END,
               coalesce(s.failed, {NOT_ASSESSED}),
               coalesce(b.other_nursing, 0), coalesce(b.cadre, 0)
        FROM ({owed(gathering)}) o
        JOIN households_person p ON p.id = o.person_id
        LEFT JOIN {deaths(only=only)} d ON d.person_id = o.person_id
        LEFT JOIN {departures(only=only)} r ON r.person_id = o.person_id
        LEFT JOIN {newest("self_care", "number AS failed", before="first_day", only=only)} s
               ON s.person_id = o.person_id
        LEFT JOIN {other_benefits(only=only)} b ON b.person_id = o.person_id
    """
    rows = stream(gathering, "elder_service_subsidy", sql)
    return _elder_service(rows, gathering.month, gathering.computed)


def _elder_service(
    rows: Iterator[tuple[Any, ...]], month: Month, computed: Computed
) -> Iterator[Case]:
    for award, person, new, born, gone, failed, other, cadre in rows:
        poor = on_minimum_living(computed, person)
        outside = highest_outside(other, cadre)
        facts = ElderService(age_in_month(born, month), gone, poor, failed, *outside)
        yield Case(award, person, (person,), new, facts)


def on_minimum_living(computed: Computed, person: int) -> int:
    """Whether a person is on minimum living: an award above zero before any sanction."""
    share = computed.share("minimum_living", person)
    if share is None:
        return NOT_POOR
    if share.verdict is Verdict.HELD:
        return POOR_HELD
    return POOR if share.base_fen > 0 else NOT_POOR


def highest_outside(other_fen: int, cadre_fen: int) -> tuple[int, int]:
    """The outside benefit that competes in the nursing slot: its code in OUTSIDE, and its fen."""
    if not other_fen and not cadre_fen:
        return 0, 0
    return (1, other_fen) if other_fen >= cadre_fen else (2, cadre_fen)
