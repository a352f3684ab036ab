"""事实的时点: SQL pieces that pick, for each owner, the facts that hold in a month.

They are joined into a programme's one gathering query, each once, as a derived table with one
row an owner: set-based for the whole county, and by index when ``only`` narrows the owners.
Parameters used: ``first_day`` and ``last_day`` of the month, and those of ``only``.
Voided facts never appear. "Newest" is by ``on``, then by order of recording.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.units.months import Month, last_day


def month_params(month: Month) -> dict[str, Any]:
    """The parameters every piece needs."""
    return {"first_day": month, "last_day": last_day(month)}


def newest(
    kind: str,
    columns: str,
    *,
    before: str = "last_day",
    only: str = "TRUE",
    owner: str = "person_id",
    where: str = "TRUE",
) -> str:
    """The newest fact of a kind per owner with ``on`` <= the day (or < when ``first_day``).

    ``before="last_day"``: acts in its own month; ``before="first_day"``: acts from the month
    after (自理能力, 供养方式 … FORMAT §4). ``only`` is a SQL condition on the owner column.
    """
    operator = "<=" if before == "last_day" else "<"
    return f"""(
        SELECT DISTINCT ON ({owner}) {owner}, {columns}
        FROM households_fact
        WHERE kind = '{kind}' AND voided_on IS NULL AND "on" {operator} %({before})s
          AND {only} AND {where}
        ORDER BY {owner}, "on" DESC, id DESC)"""


def certificates(*, only: str = "TRUE") -> str:
    """Per person the certificates (残疾人证) that count in the month: R-CJ-11, R-CJ-12.

    The newest one, and in the month of its issue also the one before it. A certificate counts
    through the month of its last valid day. Columns: type1, grade1, type2, grade2 (NULL when
    there is none, or it has expired). The one before is only looked up where it can count.
    """
    valid = "({0}.until IS NULL OR {0}.until >= %(first_day)s)"
    before = """SELECT code, number, until FROM households_fact
                WHERE kind = 'disability' AND voided_on IS NULL AND person_id = newest.person_id
                  AND newest."on" >= %(first_day)s AND ("on", id) < (newest."on", newest.id)
                ORDER BY "on" DESC, id DESC LIMIT 1"""
    return f"""(
        SELECT newest.person_id,
               CASE WHEN {valid.format("newest")} THEN newest.code END AS type1,
               CASE WHEN {valid.format("newest")} THEN newest.number END AS grade1,
               CASE WHEN {valid.format("before")} THEN before.code END AS type2,
               CASE WHEN {valid.format("before")} THEN before.number END AS grade2
        FROM {newest("disability", 'id, "on", code, number, until', only=only)} newest
        LEFT JOIN LATERAL ({before}) before ON TRUE)"""


def deaths(*, only: str = "TRUE") -> str:
    """Per person the day of death, if before the month: the month of death counts (CV-08)."""
    return newest("death", '"on" AS died_on', before="first_day", only=only)


def departures(*, only: str = "TRUE") -> str:
    """Per person whether they had moved out (户籍迁出) before the month began: R-GL-03."""
    return newest("residence", "flag AS moved_out", before="first_day", only=only)


def other_benefits(*, only: str = "TRUE") -> str:
    """Per person the benefits outside this system in force in the month (from the next month).

    Columns: work_injury, other_nursing, cadre in fen a month (0: none). R-CJ-04, R-CJ-07.
    """
    return f"""(
        SELECT person_id,
               coalesce(max(amount_fen) FILTER (WHERE code = 'work_injury_nursing'), 0)
                   AS work_injury,
               bool_or(code = 'work_injury_nursing') AS has_work_injury,
               coalesce(max(amount_fen) FILTER (WHERE code = 'other_nursing_allowance'), 0)
                   AS other_nursing,
               coalesce(max(amount_fen) FILTER (WHERE code = 'retired_cadre_allowance'), 0)
                   AS cadre,
               bool_or(code = 'retired_cadre_allowance') AS has_cadre
        FROM (SELECT DISTINCT ON (person_id, code) person_id, code, until,
                     CASE WHEN per = 'year' THEN amount_fen / 12 ELSE amount_fen END AS amount_fen
              FROM households_fact
              WHERE kind = 'other_benefit' AND voided_on IS NULL AND "on" < %(first_day)s AND {only}
              ORDER BY person_id, code, "on" DESC, id DESC) latest
        WHERE (until IS NULL OR until >= %(first_day)s) AND amount_fen > 0
        GROUP BY person_id)"""


def day_of(value: dt.date | None) -> int:
    """A date as a whole number for stored facts (0: none)."""
    return value.toordinal() if value else 0


def studying(levels: tuple[str, ...], *, only: str = "TRUE") -> str:
    """Per person whether a school of one of the levels was attended on any day of the month.

    The month of the last day (``until``) still counts, and so does the month in which studies
    are broken off by a newer fact (R-TK-14, R-GE-04). Column: studying.
    """
    names = ", ".join(f"'{level}'" for level in levels)
    return f"""(
        SELECT person_id,
               bool_or(code IN ({names}) AND (until IS NULL OR until >= %(first_day)s)) AS studying
        FROM (SELECT DISTINCT ON (person_id, greatest("on", %(first_day)s)) person_id, code, until
              FROM households_fact
              WHERE kind = 'schooling' AND voided_on IS NULL AND "on" <= %(last_day)s AND {only}
              ORDER BY person_id, greatest("on", %(first_day)s), "on" DESC, id DESC) of_days
        GROUP BY person_id)"""
