"""最低生活保障、分类施保: the queries that fill their facts, one each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apps.casework.programme import Case, Gathering
from apps.casework.reading import owed, stream
from apps.households.history import certificates, deaths, newest
from apps.minimum_living.rule import (
    CATEGORIES,
    GRADE_CODES,
    LOST_GRACE,
    NO_GRACE,
    SEVERE,
    UNKNOWN_GRADE,
    ZONE_CODES,
    MinimumLiving,
    Supplement,
)
from apps.units.ages import age_in_month
from apps.units.months import Month

PERSONS = 8  # the column of _present() that lists them

# What is in force in the month of each award: its determination.
IN_FORCE = """
    LEFT JOIN minimum_living_determination d
           ON d.entitlement_id = o.id AND d.period @> %(month)s::date
"""
# Who is counted in which award in the month, wherever they live by now.
COUNTED = """
    SELECT d.entitlement_id, m.person_id FROM minimum_living_determination d
    JOIN minimum_living_determinationmember m ON m.determination_id = d.id AND m.counted
    WHERE d.period @> %(month)s::date
"""


def gather_minimum_living(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month: the frozen members still present, summed (R-DB-10, 12 to 15)."""
    kept = _references(gathering)
    everybody = stream(gathering, "minimum_living", _present(gathering), out=[], among=None)
    return _minimum_living(gathering, kept, everybody)


def _minimum_living(
    gathering: Gathering, references: Iterator[tuple[Any, ...]], rows: Iterator[tuple[Any, ...]]
) -> Iterator[Case]:
    kept = _kept(gathering, references)
    for row in _without(_away(gathering), rows, gathering):
        entitlement, subject, new, determined, zone, grade, shared, reference, persons, *sums = row
        if not determined:
            yield Case(entitlement, subject, (), new, MinimumLiving(determined=0))
            continue
        wage, pension, other, deductions, sanctioned = sums
        facts = MinimumLiving(
            1,
            ZONE_CODES[zone],
            len(persons),
            wage,
            pension,
            other,
            shared + deductions,
            sanctioned,
            NO_GRACE if reference is None else kept.get((subject, reference), LOST_GRACE),
            GRADE_CODES.get(grade, UNKNOWN_GRADE),
        )
        yield Case(entitlement, subject, tuple(persons), new, facts)


def _without(
    away: set[int], rows: Iterator[tuple[Any, ...]], gathering: Gathering
) -> Iterator[tuple[Any, ...]]:
    """The rows; the few awards one of whose members is away are asked for again without them."""
    again: list[int] = []
    for row in rows:
        if away and not away.isdisjoint(row[PERSONS]):
            again.append(row[0])
        else:
            yield row
    if again:
        sql = _present(gathering)
        yield from stream(gathering, "minimum_living", sql, out=list(away), among=again)


def _references(gathering: Gathering) -> Iterator[tuple[Any, ...]]:
    """The months that grace periods refer to, with the subject of each."""
    sql = f"""
        SELECT g.reference, o.subject FROM ({owed(gathering)}) o
        JOIN minimum_living_grace g ON g.entitlement_id = o.id AND g.period @> %(month)s::date
    """
    return stream(gathering, "minimum_living", sql)


def _kept(
    gathering: Gathering, references: Iterator[tuple[Any, ...]]
) -> Mapping[tuple[int, Month], int]:
    """The amounts of the months referred to, before any sanction (R-DB-14)."""
    asked = [(subject, reference) for reference, subject in references]
    return gathering.earlier("minimum_living", asked) if asked else {}


def _present(gathering: Gathering) -> str:
    """The query: one row an award, with the sums of its counted members who are present.

    A counted member is out from the month after death (CV-08) and while another award of this
    month takes the person over (``out``, see ``members_out_by``).
    """
    scope = gathering.scope
    mine = "TRUE"  # nothing is gained by naming everybody
    if not scope.everybody:
        awards = f"SELECT e.id FROM casework_entitlement e WHERE {scope.entitlements()}"
        mine = f"d.entitlement_id IN ({awards})"
    return f"""
        SELECT o.id, o.subject, o.new, d.id IS NOT NULL, d.zone, d.grade,
               d.household_deduction_fen, g.reference, coalesce(d.persons, '{{}}'),
               d.wage, d.pension, d.other, d.deductions, d.sanctioned
        FROM ({owed(gathering)}) o
        LEFT JOIN minimum_living_grace g
               ON g.entitlement_id = o.id AND g.period @> %(month)s::date
        LEFT JOIN (
            SELECT d.*, array_agg(m.person_id) FILTER (WHERE m.person_id IS NOT NULL) AS persons,
                   coalesce(sum(m.wage_fen), 0)::bigint AS wage,
                   coalesce(sum(m.base_pension_fen), 0)::bigint AS pension,
                   coalesce(sum(m.other_fen), 0)::bigint AS other,
                   coalesce(sum(m.deduction_fen), 0)::bigint AS deductions,
                   count(s.person_id) AS sanctioned
            FROM minimum_living_determination d
            LEFT JOIN (minimum_living_determinationmember m
                       LEFT JOIN {deaths(only=scope.of_persons("person_id"))} x
                              ON x.person_id = m.person_id
                       LEFT JOIN unnest(%(out)s::bigint[]) AS away(person_id)
                              ON away.person_id = m.person_id)
                   ON m.determination_id = d.id AND m.counted
                  AND x.person_id IS NULL AND away.person_id IS NULL
            LEFT JOIN minimum_living_sanction s
                   ON s.entitlement_id = d.entitlement_id AND s.person_id = m.person_id
                  AND s.period @> %(month)s::date
            WHERE d.period @> %(month)s::date AND {mine}
            GROUP BY d.id) d ON d.entitlement_id = o.id
        WHERE %(among)s::bigint[] IS NULL OR o.id = ANY(%(among)s)
    """


def _away(gathering: Gathering) -> set[int]:
    """Persons cared for by another programme this month, as computed before."""
    codes = gathering.card.members_out_by if gathering.card else ()
    found = gathering.computed
    return {who for code in codes for who in found.of(code) if found.holds(code, who)}


def gather_supplement(gathering: Gathering) -> Iterator[Case]:
    """Each person of an award with money before sanctions in a category with a rate (R-DB-16).

    Nobody at all while the supplement is not configured.
    """
    if not gathering.standards.bands("minimum_living.supplement"):
        return iter(())
    only = gathering.scope.of_persons("person_id")
    sql = f"""
        SELECT o.id, m.person_id, o.new, d.zone, p.born, c.grade1, c.grade2,
               coalesce(i.flag, FALSE)
        FROM ({owed(gathering)}) o {IN_FORCE}
        JOIN minimum_living_determinationmember m ON m.determination_id = d.id AND m.counted
        JOIN households_person p ON p.id = m.person_id
        LEFT JOIN {certificates(only=only)} c ON c.person_id = m.person_id
        LEFT JOIN {newest("illness", "flag", only=only)} i ON i.person_id = m.person_id
    """
    return _supplement(stream(gathering, "minimum_living", sql), gathering)


def _supplement(rows: Iterator[tuple[Any, ...]], gathering: Gathering) -> Iterator[Case]:
    shares = gathering.computed.of("minimum_living")
    rates = gathering.standards.bands("minimum_living.supplement")
    for entitlement, person, new, zone, born, grade1, grade2, ill in rows:
        share = shares.get(person)
        if share is None or share.base_fen <= 0 or share.award != entitlement:
            continue
        age = age_in_month(born, gathering.month)
        severe = grade1 in SEVERE or grade2 in SEVERE
        facts = Supplement(ZONE_CODES[zone], int(age < 18), int(age >= 70), int(severe), int(ill))
        if any(held and code in rates for code, held in zip(CATEGORIES, facts[1:], strict=True)):
            yield Case(entitlement, person, (person,), new, facts)
