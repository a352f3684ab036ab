"""特困人员救助供养: the queries that fill its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from apps.casework.outcome import Verdict
from apps.casework.programme import Case, Gathering
from apps.casework.reading import alike, owed, stream
from apps.destitute_support import rule
from apps.destitute_support.rule import Basic, Care, Funeral
from apps.households.history import certificates, deaths, newest, studying
from apps.standards.book import MissingStandard
from apps.units.ages import attained_month
from apps.units.months import Month, month_number, month_of

ZONE = {"urban": rule.URBAN, "rural": rule.RURAL, None: 0}
MODE = {"institutional": rule.INSTITUTIONAL, "scattered": rule.SCATTERED, None: rule.SCATTERED}

# The few people of this programme, not the county's: what `only` narrows the facts to.
MINE = "person_id IN (SELECT person_id FROM o)"

# Those confirmed before they were grown, whose schooling and certificates count after it (R-TK-14);
# as an array, so that the few are looked up and nobody else's schooling is read.
YOUNG = "person_id = ANY(ARRAY(SELECT person_id FROM o WHERE young))"

# The day of the confirmation; an award taken over without its file: the day before it began.
DECIDED = """coalesce((SELECT min(c.decided_on) FROM casework_decision c
                       WHERE c.entitlement_id = w.id AND c.kind = 'confirm'), w.first - 1)"""
# Not yet 18 on that day, which lies in the month before the first: the rest are not looked up.
IS_YOUNG = f"""CASE WHEN p.born + interval '18 years' >= w.first - 40
                    THEN p.born + interval '18 years' > {DECIDED} ELSE FALSE END"""

# The zone in force before a day. A household has had the zone of its first record ever since,
# a later one acts from the month after (家庭类别变更, FORMAT §4).
ZONE_BEFORE = """
    SELECT code FROM households_fact
    WHERE kind = 'zone' AND household_id = o.household_id AND voided_on IS NULL
    ORDER BY "on" < {day} DESC, CASE WHEN "on" < {day} THEN "on" END DESC, "on", id DESC
    LIMIT 1"""
# The same for all households of the awards at once, before the month.
ZONES = """(
    SELECT DISTINCT ON (household_id) household_id, code FROM households_fact
    WHERE kind = 'zone' AND household_id IN (SELECT household_id FROM o)
      AND household_id IS NOT NULL AND voided_on IS NULL
    ORDER BY household_id, "on" < %(first_day)s DESC,
             CASE WHEN "on" < %(first_day)s THEN "on" END DESC, "on", id DESC)"""


def gather_basic(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month with its zone, mode, death and schooling (R-TK-12 to 14, 17)."""
    given = f"""
        WITH o AS MATERIALIZED (
            SELECT w.*, p.born, {IS_YOUNG} AS young
            FROM ({owed(gathering)}) w JOIN households_person p ON p.id = w.person_id)"""
    facts = {
        "new": "o.new",
        "born": "CASE WHEN o.young THEN o.born END",
        "zone": "z.code",
        "mode": "m.code",
        "dead": "d.died_on IS NOT NULL",
        "studies": "coalesce(s.studying, FALSE)",
        "failed": "a.number",
        **{name: f"c.{name}" for name in ("type1", "grade1", "type2", "grade2")},
    }
    source = f"""
        FROM o
        LEFT JOIN {ZONES} z ON z.household_id = o.household_id
        LEFT JOIN {newest("care_mode", "code", before="first_day", only=MINE)} m
               ON m.person_id = o.person_id
        LEFT JOIN {newest("self_care", "number", before="first_day", only=MINE)} a
               ON a.person_id = o.person_id
        LEFT JOIN {deaths(only=MINE)} d ON d.person_id = o.person_id
        LEFT JOIN {studying(rule.SCHOOLS_PAST_18, only=YOUNG)} s ON s.person_id = o.person_id
        LEFT JOIN {certificates(only=YOUNG)} c ON c.person_id = o.person_id
    """
    rows = alike(gathering, "destitute_basic", facts, source, given=given)
    return _basic(rows, gathering)


def _basic(rows: Iterator[tuple[Any, ...]], gathering: Gathering) -> Iterator[Case]:
    """The basic cases; what the care cases need of the same awards is passed on to them."""
    assessed = gathering.passed_on["destitute_care"] = []
    for pairs, new, born, zone, mode, dead, studies, failed, *held in rows:
        assessed.append((pairs, new, ZONE[zone], -1 if failed is None else failed))
        disabled = any(
            rule.no_capacity_by_disability(kind, grade)
            for kind, grade in zip(held[::2], held[1::2], strict=True)
            if kind
        )
        grown = _grown(born, gathering.month, studies=studies, disabled=disabled)
        facts = Basic(ZONE[zone], MODE[mode], int(dead), grown)
        for person, award in pairs:
            yield Case(award, person, (person,), new, facts)


def _grown(born: dt.date | None, month: Month, *, studies: bool, disabled: bool) -> int:
    """Whether someone confirmed as a minor goes on past the month of 18 (43号 Art.24, R-TK-14).

    Minor at confirmation: not yet 18 on the day of the decision; of the others ``born`` is not
    told, and nothing is asked of them.
    """
    if born is None or month <= attained_month(born, rule.ADULT):
        return rule.NOT_ASKED
    if studies:
        return rule.AT_SCHOOL
    return rule.DISABLED if disabled else rule.GROWN_UP


def gather_care(gathering: Gathering) -> Iterator[Case]:
    """Each basic award of the month with the assessment in force (R-TK-08, R-TK-09).

    The awards are those of the basic programme, whose query has read the assessments as well.
    """
    shares = gathering.computed.of("destitute_basic")
    for pairs, new, zone, failed in gathering.passed_on["destitute_care"]:
        by_verdict = {verdict: Care(zone, failed, int(verdict)) for verdict in Verdict}
        for person, award in pairs:
            basic = shares.get(person)
            facts = by_verdict[basic.verdict if basic else Verdict.NOTHING]
            yield Case(award, person, (person,), new, facts)


def gather_funeral(gathering: Gathering) -> Iterator[Case]:
    """Each funeral award of the month with what the month of death would have paid (R-TK-15)."""
    month_of_death = "date_trunc('month', d.died_on)::date"
    sql = f"""
        WITH o AS MATERIALIZED ({owed(gathering)})
        SELECT o.id, o.person_id, o.new, d.died_on, z.code, m.code
        FROM o
        LEFT JOIN {newest("death", '"on" AS died_on', only=MINE)} d ON d.person_id = o.person_id
        LEFT JOIN LATERAL ({ZONE_BEFORE.format(day=month_of_death)}) z ON TRUE
        LEFT JOIN LATERAL (
            SELECT code FROM households_fact
            WHERE kind = 'care_mode' AND person_id = o.person_id AND voided_on IS NULL
              AND "on" < {month_of_death}
            ORDER BY "on" DESC, id DESC LIMIT 1) m ON TRUE
    """
    return _funeral(stream(gathering, "destitute_funeral", sql), gathering)


def _funeral(rows: Iterator[tuple[Any, ...]], gathering: Gathering) -> Iterator[Case]:
    for entitlement, person, new, died_on, zone, mode in rows:
        facts = Funeral(0, ZONE[zone], MODE[mode], -1)
        if died_on:
            died = month_of(died_on)
            basic = _basic_fen(gathering, died, facts)
            facts = facts._replace(died=month_number(died), basic_fen=basic)
        yield Case(entitlement, person, (person,), new, facts)


def _basic_fen(gathering: Gathering, month: Month, facts: Funeral) -> int:
    """The basic standard of another month in fen; -1 where it has none."""
    try:
        return gathering.book.month(month).amount(rule.basic_key(facts.zone, facts.mode))
    except MissingStandard:
        return -1
