"""最低生活保障、分类施保: the queries that fill their facts, one each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from apps.casework.programme import Case, Gathering
from apps.casework.reading import owed, stream
from apps.households.history import certificates, deaths, newest
from apps.minimum_living.rule import (
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

# What is in force in the month of each award: its determination, and perhaps a grace period.
IN_FORCE = """
    LEFT JOIN minimum_living_determination d
           ON d.entitlement_id = o.id AND d.period @> %(month)s::date
"""


def gather_minimum_living(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month: the frozen members still present, summed (R-DB-10, 12 to 15)."""
    kept = _kept(gathering)
    rows = stream(gathering, "minimum_living", _present(gathering), out=_away(gathering))
    for row in rows:
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


def _kept(gathering: Gathering) -> Mapping[tuple[int, Month], int]:
    """The amounts of the months that grace periods refer to, before any sanction (R-DB-14)."""
    sql = f"""
        SELECT g.reference, o.subject FROM ({owed(gathering)}) o
        JOIN minimum_living_grace g ON g.entitlement_id = o.id AND g.period @> %(month)s::date
    """
    rows = stream(gathering, "minimum_living", sql)
    asked = [(subject, reference) for reference, subject in rows]
    return gathering.earlier("minimum_living", asked) if asked else {}


def _present(gathering: Gathering) -> str:
    """The query: one row an award, with the sums of its counted members who are present.

    A counted member is out from the month after death (CV-08) and while another award of this
    month takes the person over (``members_out_by``).
    """
    return f"""
        SELECT o.id, o.subject, o.new, d.id IS NOT NULL, d.zone, d.grade,
               d.household_deduction_fen, g.reference, coalesce(array_agg(m.person_id)
                   FILTER (WHERE m.person_id IS NOT NULL), '{{}}'),
               coalesce(sum(m.wage_fen), 0)::bigint,
               coalesce(sum(m.base_pension_fen), 0)::bigint,
               coalesce(sum(m.other_fen), 0)::bigint,
               coalesce(sum(m.deduction_fen), 0)::bigint, count(s.person_id)
        FROM ({owed(gathering)}) o {IN_FORCE}
        LEFT JOIN minimum_living_grace g
               ON g.entitlement_id = o.id AND g.period @> %(month)s::date
        LEFT JOIN (minimum_living_determinationmember m
                   LEFT JOIN {deaths(only=gathering.scope.of_persons("person_id"))} x
                          ON x.person_id = m.person_id
                   LEFT JOIN unnest(%(out)s::bigint[]) AS away(person_id)
                          ON away.person_id = m.person_id)
               ON m.determination_id = d.id AND m.counted
              AND x.person_id IS NULL AND away.person_id IS NULL
        LEFT JOIN minimum_living_sanction s
               ON s.entitlement_id = o.id AND s.person_id = m.person_id
              AND s.period @> %(month)s::date
        GROUP BY o.id, o.subject, o.new, d.id, g.reference
    """


def _away(gathering: Gathering) -> list[int]:
    """Persons cared for by another programme this month, as computed before."""
    codes = gathering.card.members_out_by if gathering.card else ()
    found = gathering.computed
    return [who for code in codes for who in found.of(code) if found.holds(code, who)]


def gather_supplement(gathering: Gathering) -> Iterator[Case]:
    """Each person of an award with money before sanctions who is in a category (R-DB-16).

    Yields nothing at all while the supplement is not configured.
    """
    if not gathering.standards.bands("minimum_living.supplement"):
        return
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
    shares = gathering.computed.of("minimum_living")
    rows = stream(gathering, "minimum_living", sql)
    for entitlement, person, new, zone, born, grade1, grade2, ill in rows:
        share = shares.get(person)
        if share is None or share.base_fen <= 0 or share.award != entitlement:
            continue
        age = age_in_month(born, gathering.month)
        severe = grade1 in SEVERE or grade2 in SEVERE
        facts = Supplement(ZONE_CODES[zone], int(age < 18), int(age >= 70), int(severe), int(ill))
        if any(facts[1:]):
            yield Case(entitlement, person, (person,), new, facts)
