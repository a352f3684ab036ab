"""空库: a migrated, empty database kept aside, from which others are copied in a moment.

Migrating from nothing takes long enough to notice; the casebook, the benchmark and every test
process want a fresh database each. The kept one bears in its name what it was made from, and
nobody can connect to it once it is complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg import sql

PREFIX = "civil_blank_"
# Any number; two makers of one blank database wait for each other on it.
LOCK = 430_482_001


@contextmanager
def holder(name: str = "civil_blank") -> Iterator[psycopg.Connection[Any]]:
    """A connection to the configured database, under ``name``: other databases hang on it."""
    params = connection.get_connection_params()
    wanted = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
    reach = {key: params[key] for key in wanted if params.get(key)}
    with psycopg.connect(**reach, autocommit=True, application_name=name) as held:
        yield held


@contextmanager
def instead(name: str) -> Iterator[None]:
    """Django's connection leads to another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def blank_database(held: psycopg.Connection[Any]) -> str:
    """The name of the blank database of the present migrations; made when there is none.

    Raises psycopg.errors.InsufficientPrivilege where the account may not create databases.
    """
    return kept_database(held, PREFIX, made_from(), lambda: call_command("migrate", verbosity=0))


def kept_database(
    held: psycopg.Connection[Any],
    prefix: str,
    digest: str,
    fill: Callable[[], object],
    template: str = "template1",
) -> str:
    """The name of the kept database of a digest; made with ``fill`` when there is none.

    ``fill`` is called with Django's connection on the new database; those of other digests go.
    """
    name = prefix + digest
    held.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        if not _complete(held, name):
            _make(held, prefix, name, fill, template)
    finally:
        held.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def made_from() -> str:
    """A digest of everything the schema follows from: Django and every migration."""
    seen = hashlib.sha256(django.__version__.encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for file in sorted(Path(config.path, "migrations").glob("*.py")):
            seen.update(f"{config.label}/{file.name}".encode() + file.read_bytes())
    return seen.hexdigest()[:16]


def _complete(held: psycopg.Connection[Any], name: str) -> bool:
    """It is closed to connections as the last step: one that is open was broken off."""
    asked = "SELECT 1 FROM pg_database WHERE datname = %s AND NOT datallowconn"
    return held.execute(asked, [name]).fetchone() is not None


def _make(
    held: psycopg.Connection[Any],
    prefix: str,
    name: str,
    fill: Callable[[], object],
    template: str,
) -> None:
    """Fill a new database, and drop those kept of what is no longer."""
    old = held.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{prefix}"])
    for (left,) in old.fetchall():
        held.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(left))
        )
    copy_database(held, template, name)
    with instead(name):
        fill()
    closed = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
    held.execute(closed)


def copy_database(held: psycopg.Connection[Any], template: str, name: str) -> None:
    """A new database like another, file by file: a county is too large to go through the log."""
    by_file = " STRATEGY file_copy" if held.info.server_version >= 150_000 else ""
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + by_file)
    held.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
