"""儿童名册的待办: what is open about the files of a territory, as one question of the worklist.

The same is said of each file as on its page and in the list (listing.FLAGGED; a test compares
them). Here every step looks up its few rows by index, whatever the planner expects, and stands on
the newest visit and rating alone: it does not grow with the years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from apps.casework.kept import kept
from apps.casework.worklist import Asked
from apps.offices.together import Question, of_sql
from apps.registers.clocks import age_limits, visit_params
from apps.registers.listing import DATES

OPEN = f"""
WITH file AS MATERIALIZED (
    SELECT c.id, c.person_id, c.household_id, c.opened_on, f.code AS register, f.void, h.division
    FROM registers_childfile c
    CROSS JOIN LATERAL (
        SELECT division FROM households_household
        WHERE id = c.household_id AND division LIKE %(territory)s OFFSET 0) h
    CROSS JOIN LATERAL (
        SELECT code, voided_on IS NOT NULL AS void FROM households_fact
        WHERE id = c.fact_id OFFSET 0) f
    WHERE c.state = 'open' AND (%(homes)s::bigint[] IS NULL OR c.household_id = ANY (%(homes)s))
), dated AS MATERIALIZED (
    SELECT o.*, s."on" AS visited_on, coalesce(a.n, 0) AS reports, a."on" AS reported_on,
           {DATES}
    FROM file o
    CROSS JOIN LATERAL (SELECT born FROM households_person WHERE id = o.person_id OFFSET 0) p
    LEFT JOIN LATERAL (
        SELECT level FROM registers_rating WHERE file_id = o.id
        ORDER BY "on" DESC, id DESC LIMIT 1) r ON TRUE
    LEFT JOIN LATERAL (
        SELECT "on" FROM registers_childvisit WHERE file_id = o.id
        ORDER BY "on" DESC LIMIT 1) s ON TRUE
    LEFT JOIN (
        SELECT file_id, count(*) AS n, min("on") AS "on" FROM registers_childreport
        WHERE state = 'open' GROUP BY file_id) a ON a.file_id = o.id
), flagged AS MATERIALIZED (
    SELECT d.*, array_remove(ARRAY[
        CASE WHEN d.due_on <= %(today)s THEN 'due' END,
        CASE WHEN g.adult IS NOT TRUE AND NOT EXISTS (
            SELECT 1 FROM registers_carer WHERE file_id = d.id) THEN 'alone' END,
        CASE WHEN d.reports > 0 THEN 'reported' END,
        CASE WHEN d.out_on <= %(today)s THEN 'age' END,
        CASE WHEN d.void OR g.here IS NOT TRUE AND EXISTS (
            SELECT 1 FROM households_member m WHERE m.person_id = d.person_id
              AND m.voided_on IS NULL AND m.period @> %(today)s::date) THEN 'check' END
        ], NULL) AS flags
    FROM dated d
    CROSS JOIN LATERAL (
        SELECT bool_or(m.person_id = d.person_id) AS here,
               bool_or(q.born + interval '18 years' <= %(today)s::date AND q.id NOT IN (
                   SELECT x.person_id FROM households_fact x
                   WHERE x.kind = 'death' AND x.person_id IS NOT NULL AND x.voided_on IS NULL
                     AND x."on" <= %(today)s)) AS adult
        FROM households_member m JOIN households_person q ON q.id = m.person_id
        WHERE m.household_id = d.household_id AND m.voided_on IS NULL
          AND m.period @> %(today)s::date) g
)
SELECT id AS pk, division, household_id AS home, person_id AS who, register, opened_on, visited_on,
       due_on, out_on, reports, reported_on, void, flags
FROM flagged WHERE flags <> '{{}}' ORDER BY division, id
"""


class OpenFile(NamedTuple):
    """A file with something open about it (``flags``: codes of listing.FLAGS)."""

    pk: int
    division: str
    home: int
    who: int
    register: str
    opened_on: dt.date
    visited_on: dt.date | None
    due_on: dt.date | None
    out_on: dt.date | None
    reports: int
    reported_on: dt.date | None
    void: bool
    flags: Sequence[str]


@kept(home="home", person="who")
def flagged(asked: Asked) -> Question[OpenFile]:
    """The files of the territory about which something is open."""
    params = {
        "territory": f"{asked.staff.division}%",
        "today": asked.today,
        "homes": asked.only.homes if asked.only else None,
        **visit_params(asked.book, asked.today),
        **age_limits(asked.book, asked.today),
    }
    return of_sql(OpenFile, OPEN, params)
