"""双击: what one person sends to one address is done one after the other.

A form carries what its page showed (sight.py, page_token.py) and is refused once that is no longer
so. Two clicks at one moment would both be compared before either has written; so the second waits
until the first has committed, and is then refused like any late one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SPACE = 20_482  # added to the person's number: advisory locks of clicks


@contextmanager
def one_after_the_other(staff_id: int, path: str) -> Iterator[None]:
    """Wait for the same person's same address; let the next in when all is committed.

    Two addresses of one number merely wait for each other. Inside a transaction nothing could be
    let in on time, and nothing is locked.
    """
    if connection.in_atomic_block:
        yield
        return
    key = [SPACE + staff_id, zlib.crc32(path.encode()) - 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
