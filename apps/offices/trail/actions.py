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
# Asked one after the other and put into the next as values: joined, the whole trail is gone through
# at every beat. Nobody else adds a link meanwhile, and an older edge is as good as a newer one.
_EDGE = "SELECT offices_trail_era(), offices_horizon()::text::bigint"
_LAST = """
SELECT number, until_era, until, total, hash FROM offices_traillink ORDER BY number DESC LIMIT 1
"""
# All of a transaction or none: where there are too many, up to the end of the one at the limit.
_CUT = """
SELECT era, change_set + 1 FROM offices_trail
WHERE (era, change_set) >= (%(era)s, %(begins)s) AND (era, change_set) < (%(until_era)s, %(until)s)
ORDER BY era, change_set, id OFFSET %(most)s - 1 LIMIT 1
"""
_SEAL = """
WITH fresh AS (
    SELECT %(number)s::bigint AS number, %(era)s::integer AS era, %(begins)s::bigint AS begins,
           %(until_era)s::integer AS until_era, %(until)s::bigint AS until,
           count(*)::integer AS count, %(total)s + count(*) AS total,
           string_agg(offices_trail_leaf(t), ''::bytea
                      ORDER BY t.era, t.change_set, t.id) AS leaves,
           NULL::bytea AS hash, clock_timestamp() AS at
    FROM offices_trail t
    WHERE (t.era, t.change_set) >= (%(era)s, %(begins)s)
      AND (t.era, t.change_set) < (%(until_era)s, %(until)s)
    HAVING count(*) > 0
)
INSERT INTO offices_traillink
    (number, era, begins, until_era, until, count, total, leaves, hash, at)
SELECT f.number, f.era, f.begins, f.until_era, f.until, f.count, f.total, f.leaves,
       offices_trail_hash(%(past)s::bytea, f::offices_traillink), f.at
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
        cursor.execute(_LAST)
        number, era, begins, total, past = cursor.fetchone() or (0, 0, 0, 0, None)
        cursor.execute(_EDGE)
        until_era, until = cursor.fetchone()
        values = {"number": number + 1, "era": era, "begins": begins, "total": total, "past": past}
        values |= {"until_era": until_era, "until": until, "most": MOST}
        cursor.execute(_CUT, values)
        if cut := cursor.fetchone():
            values["until_era"], values["until"] = cut
        cursor.execute(_SEAL, values)
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
