"""答案留存: where kept answers lie (migration 0005). Derived data, not a record of anything.

So it is written where it is read, on a page too, and no event says so (docs/decisions/0015).
"""

from __future__ import annotations

from django.db import connection, transaction

_KEEP = """
INSERT INTO offices_keptanswer (key, cluster, snapshot, rows)
SELECT %s, system_identifier, %s::pg_snapshot, %s FROM pg_control_system()
ON CONFLICT (key) DO UPDATE SET cluster = excluded.cluster,
    snapshot = excluded.snapshot, rows = excluded.rows, at = now()
"""
_TABLES = ("offices_keptanswer", "offices_touch")


def keep_answer(key: str, snapshot: str, rows: str) -> None:
    """Keep what was found in a snapshot, in place of what was kept before."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [key, snapshot, rows])


def forget_answers(days: int) -> None:
    """Forget answers found so many days ago, and the touches no answer is older than any more.

    By the clock of the database, which wrote the days.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                f"DELETE FROM {table} WHERE at < now() - make_interval(days => %s)", [days]
            )
