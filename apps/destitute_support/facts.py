"""特困人员救助供养: the queries that fill its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from apps.casework.outcome import Verdict
from apps.casework.programme import Case, Gathering
from apps.casework.reading import owed, stream
from apps.destitute_support import rule
from apps.destitute_support.rule import Basic, Care, Funeral
from apps.households.history import certificates, deaths, newest, studying
from apps.standards.book import MissingStandard
from apps.units.ages import age_on, attained_month
from apps.units.months import Month, month_number, month_of

ZONE = {"urban": rule.URBAN, "rural": rule.RURAL, None: 0}
MODE = {"institutional": rule.INSTITUTIONAL, "scattered": rule.SCATTERED, None: rule.SCATTERED}

# The few people of this programme, not the county's: what `only` narrows the facts to.
MINE = "person_id IN (SELECT person_id FROM o)"

# Those confirmed before they were grown, whose schooling and certificates count after it (R-TK-14);
# as an array, so that the few are looked up and nobody else's schooling is read.
YOUNG = """person_id = ANY(ARRAY(
    SELECT person_id FROM o WHERE born + interval '18 years' >= first - 2))"""

# The zone in force before a day. A household has had the zone of its first record ever since,
# a later one acts from the month after (家庭类别变更, FORMAT §4).
ZONE_BEFORE = """
    SELECT code FROM households_fact
    WHERE kind = 'zone' AND household_id = o.household_id AND voided_on IS NULL
    ORDER BY "on" < {day} DESC, CASE WHEN "on" < {day} THEN "on" END DESC, "on", id DESC
    LIMIT 1"""


def gather_basic(gathering: Gathering) -> Iterator[Case]:
    """Each award of the month with its zone, mode, death and schooling (R-TK-12 to 14, 17)."""
    sql = f"""
        WITH o AS MATERIALIZED (
            SELECT w.*, p.born FROM ({owed(gathering)}) w
            JOIN households_person p ON p.id = w.person_id)
        SELECT o.id, o.person_id, o.new, o.first, o.born, z.code, m.code, d.died_on IS NOT NULL,
               coalesce(s.studying, FALSE), c.type1, c.grade1, c.type2, c.grade2
        FROM o
        LEFT JOIN LATERAL ({ZONE_BEFORE.format(day="%(first_day)s")}) z ON TRUE
        LEFT JOIN {newest("care_mode", "code", before="first_day", only=MINE)} m
               ON m.person_id = o.person_id
        LEFT JOIN {deaths(only=MINE)} d ON d.person_id = o.person_id
        LEFT JOIN {studying(rule.SCHOOLS_PAST_18, only=YOUNG)} s ON s.person_id = o.person_id
        LEFT JOIN {certificates(only=YOUNG)} c ON c.person_id = o.person_id
    """
    rows = stream(gathering, "destitute_basic", sql)
    for entitlement, person, new, first, born, zone, mode, dead, studies, *held in rows:
        disabled = any(
            rule.no_capacity_by_disability(kind, grade)
            for kind, grade in zip(held[::2], held[1::2], strict=True)
            if kind
        )
        grown = _grown(born, first, gathering.month, studies=studies, disabled=disabled)
        facts = Basic(ZONE[zone], MODE[mode], int(dead), grown)
        yield Case(entitlement, person, (person,), new, facts)


def _grown(born: dt.date, first: Month, month: Month, *, studies: bool, disabled: bool) -> int:
    """Whether someone confirmed as a minor goes on past the month of 18 (43号 Art.24, R-TK-14).

    Minor at confirmation: not yet 18 on the last day before the award's first month.
    """
    before_first = first - dt.timedelta(days=1)
    if age_on(born, before_first) >= rule.ADULT or month <= attained_month(born, rule.ADULT):
        return rule.NOT_ASKED
    if studies:
        return rule.AT_SCHOOL
    return rule.DISABLED if disabled else rule.GROWN_UP


def gather_care(gathering: Gathering) -> Iterator[Case]:
    """Each basic award of the month with the assessment in force (R-TK-08, R-TK-09)."""
    sql = f"""
        WITH o AS MATERIALIZED ({owed(gathering)})
        SELECT o.id, o.person_id, o.new, z.code, a.number
        FROM o
        LEFT JOIN LATERAL ({ZONE_BEFORE.format(day="%(first_day)s")}) z ON TRUE
        LEFT JOIN {newest("self_care", "number", before="first_day", only=MINE)} a
               ON a.person_id = o.person_id
    """
    for entitlement, person, new, zone, failed in stream(gathering, "destitute_basic", sql):
        basic = gathering.computed.share("destitute_basic", person)
        verdict = basic.verdict if basic else Verdict.NOTHING
        facts = Care(ZONE[zone], -1 if failed is None else failed, int(verdict))
        yield Case(entitlement, person, (person,), new, facts)


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
    rows = stream(gathering, "destitute_funeral", sql)
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
