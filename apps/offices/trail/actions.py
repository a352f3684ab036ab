"""封存: chain what is committed and visible to all, and leave a root a day outside the database.

The writers wait for nobody: they only add rows. One sealer at a time takes the transactions
from where the last link ended up to the oldest that is still under way. What is older than
that has ended for everybody, so a link is whole when it is made, and no slow writer's row can
turn up behind it (docs/decisions/0021).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from apps.offices.trail.chain import Root, newest
from apps.offices.trail.models import TrailRoot

LOCK = 20_483  # advisory lock space of sealing
MOST = 10_000  # rows of a link, but for the rest of a transaction
_EDGE = "SELECT offices_trail_era(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
# All of a transaction or none: where there are too many, up to the end of the one at the limit.
_SEAL = """
WITH last AS (
    SELECT number, until_era, until, total, hash FROM offices_traillink
    UNION ALL SELECT 0, 0, 0, 0, NULL ORDER BY number DESC LIMIT 1
), cut AS (
    SELECT t.era, t.change_set + 1 AS upto FROM offices_trail t, last
    WHERE (t.era, t.change_set) >= (last.until_era, last.until)
      AND (t.era, t.change_set) < (%(era)s, %(edge)s)
    ORDER BY t.era, t.change_set, t.id OFFSET %(most)s - 1 LIMIT 1
), bounds AS (
    SELECT coalesce(max(era), %(era)s) AS era, coalesce(max(upto), %(edge)s) AS upto FROM cut
), fresh AS (
    SELECT last.number + 1 AS number, last.until_era AS era, last.until AS begins,
           bounds.era AS until_era, bounds.upto AS until, count(*)::integer AS count,
           last.total + count(*) AS total,
           string_agg(offices_trail_leaf(t), ''::bytea
                      ORDER BY t.era, t.change_set, t.id) AS leaves,
           NULL::bytea AS hash, clock_timestamp() AS at
    FROM last, bounds, offices_trail t
    WHERE (t.era, t.change_set) >= (last.until_era, last.until)
      AND (t.era, t.change_set) < (bounds.era, bounds.upto)
    GROUP BY last.number, last.until_era, last.until, last.total, bounds.era, bounds.upto
)
INSERT INTO offices_traillink
    (number, era, begins, until_era, until, count, total, leaves, hash, at)
SELECT f.number, f.era, f.begins, f.until_era, f.until, f.count, f.total, f.leaves,
       offices_trail_hash((SELECT hash FROM last), f::offices_traillink), f.at
FROM fresh f RETURNING number, count
"""
_SEALED = "SELECT setval('offices_traillink_sealed', %s)"


def seal() -> int:
    """Chain every row whose transaction, and all before it, have ended; how many rows there were.

    Does nothing while another process seals. May be called by anybody at any time.
    """
    sealed = 0
    with _alone() as mine:
        while mine and (link := _next_link()):
            sealed += link[1]
            with connection.cursor() as cursor:
                # After the link is committed, and never taken back: a later end is a cut.
                cursor.execute(_SEALED, [link[0]])
    return sealed


def _next_link() -> tuple[int, int] | None:
    """One more link, its number and rows; None when there is nothing to seal."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EDGE)
        era, edge = cursor.fetchone()
        cursor.execute(_SEAL, {"era": era, "edge": edge, "most": MOST})
        found: tuple[int, int] | None = cursor.fetchone()
    return found


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether we are the only one to seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [LOCK])
        (mine,) = cursor.fetchone()
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [LOCK])


def keep_root(*, on: dt.date) -> Root | None:
    """日根: the newest link of the first sealing of a day, in the file and in its table.

    In the file first: a line that stands there twice says the same thing twice, one that is
    missing would leave the day without an anchor. None when the day has one, or nothing is sealed.
    """
    if TrailRoot.objects.filter(day=on).exists():
        return None
    root = newest()
    if root is None:
        return None
    _append(Path(settings.AUDIT_ROOTS), root.line())
    TrailRoot.objects.bulk_create(
        [TrailRoot(day=on, number=root.number, total=root.total, hash=root.hash, at=root.at)],
        ignore_conflicts=True,
    )
    return root


def _append(file: Path, line: str) -> None:
    """One line at the end of the file, on the disk when this returns; OSError when it cannot be."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
