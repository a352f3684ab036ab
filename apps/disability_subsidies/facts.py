"""残疾人两项补贴: the query that fills their facts; one for each of the two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.casework.outcome import Share, Verdict
from apps.casework.programme import Case, Computed, Gathering
from apps.casework.reading import alike, owed
from apps.disability_subsidies.rule import NOT_POOR, POOR, POOR_HELD, Living, Nursing
from apps.households.history import certificates, deaths, departures, newest, other_benefits

REISSUED = "certificate_reissued"  # 依据: a certificate issued anew after the old one expired
MIND = ("intellectual", "mental")  # 智力、精神: the types for which grade 3 may be let in

# 换证补发 (R-CJ-11): an award on a reissued certificate may include months before its issue, in
# which no certificate was valid. There the certificate of the decision counts: the newest one
# issued by the day of the confirmation. (The first condition spares all other awards the search.)
_REISSUED = f"""
    LEFT JOIN LATERAL (
        SELECT f."on", f.code, f.number
        FROM casework_decision x
        JOIN households_fact f ON f.person_id = o.person_id AND f."on" <= x.decided_on
        WHERE o.basis = '{REISSUED}' AND x.entitlement_id = o.id AND x.kind = 'confirm'
          AND f.kind = 'disability' AND f.voided_on IS NULL
        ORDER BY f."on" DESC, f.id DESC LIMIT 1) n ON n."on" > %(last_day)s
"""

_GONE = """CASE WHEN d.person_id IS NOT NULL THEN 1 WHEN r.moved_out THEN 2
                WHEN k.code = 'declared_missing' THEN 3 ELSE 0 END"""
_GRADE = "coalesce(least(c.grade1, c.grade2, n.number), 0)"
_MIND = f"""coalesce(c.grade1 = 3 AND c.type1 IN {MIND}, FALSE)
            OR coalesce(c.grade2 = 3 AND c.type2 IN {MIND}, FALSE)
            OR coalesce(n.number = 3 AND n.code IN {MIND}, FALSE)"""


def gather_living(gathering: Gathering) -> Iterator[Case]:
    """Each living subsidy of the month with its conditions (R-CJ-01, R-CJ-10)."""
    facts = {
        "new": "o.new",
        "gone": _GONE,
        "grade": _GRADE,
        "marginal": "0",  # not asked where the rule does not ask
        "work_injury": "coalesce(b.has_work_injury, FALSE)::int",
        "cadre": "coalesce(b.has_cadre, FALSE)::int",
    }
    source = _conditions(gathering)
    if gathering.standards.on("disability_living.include_marginal_household"):
        facts["marginal"] = "(m.person_id IS NOT NULL)::int"
        source += f" LEFT JOIN {_marginal_households(gathering)} m ON m.person_id = o.person_id"
    return _living(alike(gathering, "disability_living", facts, source), gathering.computed)


def _living(rows: Iterator[tuple[Any, ...]], computed: Computed) -> Iterator[Case]:
    shares = computed.of("minimum_living")
    for pairs, new, gone, grade, marginal, work_injury, cadre in rows:
        by_poverty = {
            poor: Living(gone, grade, poor, marginal, work_injury, cadre)
            for poor in (NOT_POOR, POOR, POOR_HELD)
        }
        for person, award in pairs:
            yield Case(award, person, (person,), new, by_poverty[_poverty(shares.get(person))])


def gather_nursing(gathering: Gathering) -> Iterator[Case]:
    """Each nursing subsidy of the month with its conditions (R-CJ-02, R-CJ-07, R-CJ-10)."""
    facts = {
        "new": "o.new",
        "gone": _GONE,
        "grade": _GRADE,
        "mind": f"({_MIND})::int",
        "work_injury": "coalesce(b.has_work_injury, FALSE)::int",
        "other": "coalesce(b.other_nursing, 0)",
        "cadre": "coalesce(b.cadre, 0)",
    }
    return _nursing(alike(gathering, "disability_nursing", facts, _conditions(gathering)))


def _nursing(rows: Iterator[tuple[Any, ...]]) -> Iterator[Case]:
    for pairs, new, gone, grade, mind, work_injury, other, cadre in rows:
        facts = Nursing(gone, grade, mind, work_injury, *highest_outside(other, cadre))
        for person, award in pairs:
            yield Case(award, person, (person,), new, facts)


def on_minimum_living(computed: Computed, person: int) -> int:
    """Whether a person is on minimum living: an award above zero before any sanction."""
    return _poverty(computed.share("minimum_living", person))


def _poverty(share: Share | None) -> int:
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


def _conditions(gathering: Gathering) -> str:
    """FROM: the awards of the month, each with what both subsidies ask of the person."""
    only = gathering.scope.of_persons("person_id")
    return f"""
        FROM ({owed(gathering)}) o
        LEFT JOIN {certificates(only=only)} c ON c.person_id = o.person_id
        LEFT JOIN {deaths(only=only)} d ON d.person_id = o.person_id
        LEFT JOIN {departures(only=only)} r ON r.person_id = o.person_id
        LEFT JOIN {newest("custody", "code", before="first_day", only=only)} k
               ON k.person_id = o.person_id
        LEFT JOIN {other_benefits(only=only)} b ON b.person_id = o.person_id
        {_REISSUED}
    """


def _marginal_households(gathering: Gathering) -> str:
    """Who lives, on any day of the month, in a household recognised as marginal (低保边缘)."""
    return f"""(
        SELECT DISTINCT h.person_id
        FROM casework_entitlement e
        JOIN households_member h ON h.household_id = e.household_id
        WHERE e.programme = 'marginal_household' AND e.period @> %(month)s::date
          AND h.voided_on IS NULL
          AND h.period && daterange(%(first_day)s::date, %(last_day)s::date, '[]')
          AND {gathering.scope.of_persons("h.person_id")})"""
