"""第二种算法: a whole calculation computed again in SQL, compared with its dues line by line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

from apps.payments.models import Calculation
from apps.standards.book import unpack
from apps.units.months import Month, last_day

SECOND_WAY = Path(__file__).with_name("second_way.sql")

# Dues that are held are compared as absent; programmes the second way skips are left out.
DIFFERENT = """
WITH first_way AS (
    SELECT programme, subject, sum(fen)::bigint AS fen, bool_or(verdict = 5) AS held
    FROM payments_due WHERE calculation_id = %(calculation)s AND month = %(first)s
    GROUP BY programme, subject
), second_way AS (
    SELECT programme, subject, sum(fen)::bigint AS fen FROM said
    WHERE note IS DISTINCT FROM 'skip' GROUP BY programme, subject
)
SELECT programme, subject, a.fen, b.fen
FROM first_way a FULL JOIN second_way b USING (programme, subject)
WHERE coalesce(a.fen, 0) <> coalesce(b.fen, 0) AND NOT coalesce(a.held, FALSE)
  AND programme NOT IN (SELECT programme FROM said WHERE note = 'skip')
ORDER BY programme, subject
"""


class Difference(NamedTuple):
    """A subject for whom the two ways disagree, in fen; None: that way says nothing."""

    programme: str
    subject: int
    by_rule: int | None
    by_sql: int | None


class Audit(NamedTuple):
    """How many amounts each way found, and where they differ."""

    by_rule: int
    by_sql: int
    differences: list[Difference]


def audit(calculation: Calculation, month: Month) -> Audit:
    """Compute a benefit month of a calculation a second way. Call inside a transaction."""
    days = {"first": month, "last": last_day(month)}
    params: dict[str, Any] = {**days, "calculation": calculation.pk}
    with connection.cursor() as cursor:
        _drop(cursor)
        _standards(cursor, calculation, month)
        for statement in _statements():
            cursor.execute(statement, params)
            made = re.match(r"(?:CREATE TEMP TABLE|INSERT INTO) (\w+)", statement)
            if made:  # the planner knows nothing of a table made a moment ago
                cursor.execute(f"ANALYZE {made[1]}")
        cursor.execute(DIFFERENT, params)
        differences = [Difference(*row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT (SELECT count(*) FROM payments_due WHERE calculation_id = %(calculation)s"
            " AND month = %(first)s AND fen > 0), (SELECT count(*) FROM said WHERE fen > 0)",
            params,
        )
        by_rule, by_sql = cursor.fetchone()
    return Audit(by_rule, by_sql, differences)


def _statements() -> list[str]:
    """The statements of the file, comments dropped."""
    text = re.sub(r"^--.*$", "", SECOND_WAY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [part.strip() for part in text.split(";\n") if part.strip()]


def _drop(cursor: Any) -> None:
    made = re.findall(r"CREATE TEMP TABLE (\w+)", SECOND_WAY.read_text(encoding="utf-8"))
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(['std', *made])}")


def _standards(cursor: Any, calculation: Calculation, month: Month) -> None:
    """The standards of the month as the calculation knew them, as a plain table."""
    cursor.execute(
        "CREATE TEMP TABLE std (key text, band text, value bigint, choice text) ON COMMIT DROP"
    )
    rows = [
        (row.key, row.band, row.value, row.choice)
        for row in unpack(calculation.book)
        if row.since <= month and (row.until is None or month < row.until)
    ]
    cursor.executemany("INSERT INTO std VALUES (%s, %s, %s, %s)", rows)
