"""The base data of an installation (divisions, standards): loaded once, then put back as it was.

A test that commits is followed by a flush. Loading everything again takes a second and more for
each; the rows themselves are put back in a moment.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable

import time_machine
from django.core.management import call_command
from django.db import connection, transaction

TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""
# Foreign keys are looked at on commit; no table may be altered before they were.
LOOKED_AT = "SET CONSTRAINTS ALL IMMEDIATE"
# What migrating itself makes stays.
EMPTY = f"""
DO $$
DECLARE
    every text[] := ARRAY(
        SELECT name FROM ({TABLES}) AS t (name)
        WHERE name NOT IN ('django_migrations', 'django_content_type', 'auth_permission',
                           'offices_trailera')
        ORDER BY name);
    filled text[] := '{{}}';
    one text;
    found boolean;
BEGIN
    LOOP
        BEGIN
            EXECUTE 'LOCK TABLE ' || array_to_string(every, ', ') || ' IN SHARE ROW EXCLUSIVE MODE';
            EXIT;
        EXCEPTION WHEN deadlock_detected THEN
            NULL;  -- a request under way needed a table that was locked already: it goes first
        END;
    END LOOP;
    FOREACH one IN ARRAY every LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO found;
        CONTINUE WHEN NOT found;
        filled := filled || one;
        EXECUTE 'ALTER TABLE ' || one || ' DISABLE TRIGGER USER';
        EXECUTE 'DELETE FROM ' || one;
    END LOOP;
    {LOOKED_AT};
    FOREACH one IN ARRAY filled LOOP
        EXECUTE 'ALTER TABLE ' || one || ' ENABLE TRIGGER USER';
    END LOOP;
    -- A chain that is emptied begins afresh: else its end would count as cut off.
    PERFORM setval('offices_traillink_sealed', 0);
END $$"""

kept: dict[str, bytes] = {}


def load() -> None:
    """The divisions and the figures of every app's standards.yaml, as in an installation."""
    before = _filled()
    with time_machine.travel(dt.datetime(2024, 1, 2, tzinfo=dt.UTC), tick=True):
        call_command("load_base", verbosity=0, stdout=io.StringIO())
    kept.clear()
    kept.update({table: _rows(table) for table in sorted(_filled() - before)})


def restore() -> None:
    """The same rows under the same keys; their triggers need not say yes a second time."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _switch(kept, "DISABLE"):
            cursor.execute(statement)
        for table, rows in kept.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
        for statement in (LOOKED_AT, *_switch(kept, "ENABLE")):
            cursor.execute(statement)


def emptying() -> list[str]:
    """The statement that empties every table, ledgers too: there are few rows, so no TRUNCATE.

    All are locked first: a request that a closing page has sent may still be under way.
    """
    return [EMPTY]


def _switch(tables: Iterable[str], how: str) -> list[str]:
    return [f"ALTER TABLE {table} {how} TRIGGER USER" for table in tables]


def _column(asked: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def _filled() -> set[str]:
    """The tables that hold a row."""
    tables = _column(TABLES)
    each = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables]
    return set(_column(" UNION ALL ".join(each)))


def _rows(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)
