"""答案留存: the rows of a costly question are kept, and only what was touched since is asked again.

A question is kept under what it asks word for word, values and all: another day, territory or
standard is another question. What it reads of people and households is watched (migration 0005):
every write says whose it was. Whatever hangs together with those (same household, same award,
application or file, and so on until nothing new is reached) is asked anew; of the others the rows
stand, since nothing they were made of has changed. Whether a write was seen is told by the
snapshot in which the answer was found, so that one which was under way then is not missed.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from apps.offices.keeping import keep_answer
from apps.offices.together import Question, rows_of, together

R = TypeVar("R")
FEW = 20  # households asked again with every load; beyond it the answer is kept anew
MANY = 600  # households; beyond it everything is asked again
REMEMBERED = 200  # answers of which a process keeps the rows ready


class Scope(NamedTuple):
    """The households and people a question is narrowed to: all that hangs together."""

    homes: list[int]
    people: list[int]


class Keeping(NamedTuple):
    """A question that may be kept: as a whole, narrowed, and whose a row is."""

    whole: Question[Any]
    within: Callable[[Scope], Question[Any]]
    home: str  # the field of a row with the household
    person: str  # and the one with the person, who may be missing


# A question that may be kept (by what makes it) → the fields of a row with household and person.
KEPT: dict[object, tuple[str, str]] = {}


def kept(home: str, person: str) -> Callable[[R], R]:
    """Mark what makes a question (``asked.only``: the scope it is narrowed to) as to be kept."""

    def mark(ask: R) -> R:
        KEPT[ask] = (home, person)
        return ask

    return mark


class _Since(NamedTuple):
    """What is kept, and what was touched since the oldest of it was found."""

    answers: dict[str, tuple[str, list[Any]]]  # key → snapshot, rows
    snapshot: str | None
    touched: Scope | None  # None: everybody, or too many


class _Seen(NamedTuple):
    at: str | None


# Nothing is kept by a transaction that has written: a snapshot does not tell its next write apart
# from those before.
_NOW = "CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN pg_current_snapshot()::text END"
_SNAPSHOT = Question(_Seen, f"SELECT {_NOW} AS at")
_ready: OrderedDict[str, tuple[str, list[Any]]] = OrderedDict()

# Tables whose rows join a household and a person.
LINKS = ["households_member", "casework_entitlement", "casework_application"]


def hang_together(table: str) -> None:
    """A table of another app that joins a household and a person; called at its import."""
    LINKS[:] = [*dict.fromkeys([*LINKS, table])]


_SINCE = f"""
WITH RECURSIVE kept AS MATERIALIZED (
    SELECT key, snapshot, rows FROM offices_keptanswer
    WHERE key = ANY (%s) AND cluster = (SELECT system_identifier FROM pg_control_system())
), touched AS MATERIALIZED (
    SELECT t.household_id, t.person_id FROM offices_touch t
    WHERE t.xid >= (SELECT pg_snapshot_xmin(snapshot) FROM kept
                    ORDER BY pg_snapshot_xmin(snapshot) LIMIT 1)
      AND (t.xid = pg_current_xact_id_if_assigned() OR EXISTS (
          SELECT FROM kept WHERE NOT pg_visible_in_snapshot(t.xid, kept.snapshot)))
    LIMIT {MANY} + 1
), reached (home, id) AS (
    SELECT true, household_id FROM touched WHERE household_id IS NOT NULL
    UNION SELECT false, person_id FROM touched WHERE person_id IS NOT NULL
    UNION SELECT n.home, n.id FROM reached r CROSS JOIN LATERAL ({{links}}) n (home, id)
          WHERE n.id IS NOT NULL
)
SELECT '', {_NOW}, NULL, array_agg(id) FILTER (WHERE home),
       array_agg(id) FILTER (WHERE NOT home),
       (SELECT count(*) > {MANY} OR bool_or(household_id IS NULL AND person_id IS NULL)
        FROM touched)
FROM reached
UNION ALL
SELECT key, snapshot::text, CASE WHEN snapshot::text = ANY (%s) THEN NULL ELSE rows END,
       NULL, NULL, NULL
FROM kept
"""


def _sql() -> str:
    """With the links both ways: from a household to its people, from a person to all homes."""
    return _SINCE.format(
        links=" UNION ALL ".join(
            f"SELECT false, person_id FROM {table} WHERE r.home AND household_id = r.id"
            f" UNION ALL SELECT true, household_id FROM {table}"
            " WHERE NOT r.home AND person_id = r.id"
            for table in LINKS
        )
    )


def answers(plain: Sequence[Question[Any]], kept: Sequence[Keeping], limit: int) -> list[list[Any]]:
    """The rows of the plain questions and then of those that may be kept.

    Two queries, one where nothing may be kept; one more for an answer that is kept anew. An answer
    of ``limit`` rows is not kept: what comes after them is not known.
    """
    if not kept:
        return together(plain)
    keys = [_key(one.whole) for one in kept]
    since = _since(keys, [one.whole for one in kept])
    asked = [
        _asked(one, since if key in since.answers else None)
        for key, one in zip(keys, kept, strict=True)
    ]
    *found, seen = together([*plain, *(one for one, _ in asked), _SNAPSHOT])
    rows = found[: len(plain)]
    for key, one, (_, whole), fresh in zip(keys, kept, asked, found[len(plain) :], strict=True):
        rows.append(fresh if whole else _joined(one, since, key, fresh))
        old = whole or since.touched is None or len(since.touched.homes) > FEW
        at = seen[0].at if whole else since.snapshot
        if old and at and len(rows[-1]) < limit:
            _keep(key, at, rows[-1])
    return rows


def _key(question: Question[Any]) -> str:
    said = json.dumps([question.sql, list(question.params)], default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _since(keys: list[str], questions: list[Question[Any]]) -> _Since:
    known = [_ready[key][0] for key in keys if key in _ready]
    row_of = dict(zip(keys, (one.row for one in questions), strict=True))
    kept: dict[str, tuple[str, list[Any]]] = {}
    snapshot, touched = None, None
    with connection.cursor() as cursor:
        cursor.execute(_sql(), [keys, known])
        for key, at, rows, homes, people, everybody in cursor.fetchall():
            if not key:
                snapshot = at
                touched = None if everybody else Scope(homes or [], people or [])
            else:
                kept[key] = _remembered(key, at, rows, row_of[key])
    if touched and len(touched.homes) > MANY:
        touched = None
    return _Since(kept, snapshot, touched)


def _remembered(key: str, at: str, rows: str | None, row: type) -> tuple[str, list[Any]]:
    ready = _ready.get(key)
    if ready is None or ready[0] != at:
        ready = _ready[key] = (at, rows_of(row, rows))
    _ready.move_to_end(key)
    while len(_ready) > REMEMBERED:
        _ready.popitem(last=False)
    return ready


def _asked(one: Keeping, since: _Since | None) -> tuple[Question[Any], bool]:
    """What has to be asked, and whether that is the whole."""
    if since is None or since.touched is None:
        return one.whole, True
    if not since.touched.homes and not since.touched.people:
        return Question(one.whole.row), False
    return one.within(since.touched), False


def _joined(one: Keeping, since: _Since, key: str, fresh: list[Any]) -> list[Any]:
    """The rows that stand and those asked again, which come last."""
    rows = since.answers[key][1]
    if since.touched is None or not (since.touched.homes or since.touched.people):
        return rows
    homes, people = set(since.touched.homes), set(since.touched.people)
    return [
        row
        for row in rows
        if getattr(row, one.home) not in homes and getattr(row, one.person) not in people
    ] + fresh


def _keep(key: str, snapshot: str, rows: list[Any]) -> None:
    text = json.dumps([row._asdict() for row in rows], default=str, ensure_ascii=False)
    keep_answer(key, snapshot, text)
