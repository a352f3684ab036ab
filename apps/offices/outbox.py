"""出件箱: whatever is handed to Celery is a row first, so that the broker may forget all it holds.

An errand is written in the transaction that wants it, sent when that commits, sent again as long
as its effect is not there, and over when the effect has committed: at-least-once delivery, and
tasks that are safe to deliver twice (docs/decisions/0019-outbox.md). Nothing else calls Celery.

Times are those of the database: every process that sends shares its clock.
"""

from __future__ import annotations

import json
import logging
from functools import partial
from typing import Any, NamedTuple

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.units import request_id

log = logging.getLogger(__name__)

NUMBER = "civil_request_id"  # the header under which the request's number travels
BATCH = 100  # errands claimed by one statement
# Somebody waits for the page while this is tried: a broker that does not answer is left alone.
BRIEFLY = {"max_retries": 0, "socket_connect_timeout": 2, "socket_timeout": 3}
DOUBLINGS = 6  # how often the wait before the next sending doubles

_WRITE = """
INSERT INTO offices_outbox (topic, key, payload, request, tries) VALUES (%s, %s, %s, %s, 0)
ON CONFLICT (key) WHERE done_at IS NULL DO UPDATE SET sent_at = NULL
RETURNING id
"""
# Claimed before it is sent, and committed: no lock is held while the broker is waited for. Who is
# killed in between leaves a claim that runs out like that of a lost message.
_CLAIM = """
UPDATE offices_outbox SET sent_at = clock_timestamp(), tries = tries + 1
WHERE id IN (
    SELECT id FROM offices_outbox WHERE done_at IS NULL AND {which}
    ORDER BY id LIMIT {batch} FOR UPDATE SKIP LOCKED
)
RETURNING id, topic, payload, request
"""
_THIS = "id = %s AND sent_at IS NULL"
_WAITING = """(sent_at IS NULL OR sent_at < clock_timestamp()
        - make_interval(secs => %s) * power(2, least(tries - 1, %s)))"""
_GIVE_BACK = """
UPDATE offices_outbox SET sent_at = NULL, tries = tries - 1
WHERE id = ANY(%s) AND done_at IS NULL
"""
_DONE = "UPDATE offices_outbox SET done_at = clock_timestamp() WHERE key = %s AND done_at IS NULL"
_FORGET = "DELETE FROM offices_outbox WHERE done_at < now() - make_interval(days => %s)"


class Errand(NamedTuple):
    """A claimed row on its way to the broker."""

    pk: int
    topic: str
    payload: dict[str, int]
    request: str


def hand_over(task: Any, *, key: str, **ids: int) -> None:
    """Have a task done: a row in the caller's transaction, sent once that has committed.

    ``ids`` are its arguments: whole numbers, as nothing about people may travel through the broker.
    An errand of the same ``key`` that is not done yet is sent again instead of written twice. The
    task, or the action it calls, says `done(key)` in the transaction of its effect.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "an errand is written in the transaction that wants it"
        )
    if wrong := [name for name, value in ids.items() if type(value) is not int]:
        raise TypeError(f"only ids are handed over, not {wrong}")
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [task.name, key, json.dumps(ids), request_id.current()])
        (pk,) = cursor.fetchone()
    # Robust: the wish is committed, so no trouble in sending may look as if it were not.
    transaction.on_commit(partial(_send_one, pk), robust=True)


def done(key: str) -> None:
    """The effect of the errand is there: say so in its own transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [key])


def relay() -> int:
    """Send what was not sent, and again what was sent long ago and is not done; how many went.

    The wait (settings.OUTBOX_RESEND_SECONDS) doubles with every sending, so that an errand no
    worker can do is not run without end. May run in any number of processes at once.
    """
    went = 0
    while True:
        wait = [settings.OUTBOX_RESEND_SECONDS, DOUBLINGS]
        claimed = _claim(_WAITING, wait)
        sent = _send(claimed)
        went += sent
        # A claim that came back whole would be claimed again at once.
        if len(claimed) < BATCH or sent < len(claimed):
            return went


def forget_done(days: int) -> None:
    """Prune errands that were done so many days ago."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [days])


def _send_one(pk: int) -> None:
    _send(_claim(_THIS, [pk]))


def _claim(which: str, values: list[Any]) -> list[Errand]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(which=which, batch=BATCH), values)
        rows = sorted(cursor.fetchall())
    return [Errand(pk, topic, json.loads(ids), request) for pk, topic, ids, request in rows]


def _send(claimed: list[Errand]) -> int:
    """Give them to the broker; what it does not take stays unsent, and the relay tries again."""
    sent = 0
    try:
        if claimed:
            with current_app.connection_for_write(transport_options=BRIEFLY) as broker:
                for one in claimed:
                    current_app.send_task(
                        one.topic,
                        kwargs=one.payload,
                        headers={NUMBER: one.request},
                        connection=broker,
                        retry=False,
                    )
                    sent += 1
    except (OperationalError, RedisError, OSError) as error:
        left = [one.pk for one in claimed[sent:]]
        log.warning("%s errands wait for the broker: %s", len(left), error)
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [left])
    return sent
