"""临时库: a database of its own for the cases, beside the configured one and gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from civil_affairs.blank import blank_database, holder, instead
from civil_affairs.refusals import Refusal

PREFIX = "civil_casebook_"
NO_RIGHT = (
    "案例要在临时数据库里运行，但账号没有建库权限。请以管理员身份执行 ALTER ROLE {0} CREATEDB，"
    "或把 DATABASE_URL 指向一个可以建库的服务器。"
)


@contextmanager
def scratch_database() -> Iterator[None]:
    """Django works in a fresh, migrated database; the configured one is only connected to.

    The holder's connection bears the name of its database, so that a database whose holder is
    gone (the run was killed) is known and dropped by the next run.
    """
    name = f"{PREFIX}{os.getpid()}"
    with holder(name) as held:
        _sweep(held)
        _create(held, name)
        try:
            with instead(name):
                yield
        finally:
            _drop(held, name)


def _sweep(held: psycopg.Connection[Any]) -> None:
    """Drop what killed runs left: databases of ours whose holder is no longer connected."""
    left = held.execute(
        "SELECT datname FROM pg_database WHERE datname ~ %s AND datname NOT IN"
        " (SELECT application_name FROM pg_stat_activity WHERE pid <> pg_backend_pid())",
        [f"^{PREFIX}[0-9]+$"],
    )
    for (name,) in left.fetchall():
        _drop(held, name)


def _create(held: psycopg.Connection[Any], name: str) -> None:
    try:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        from_blank = sql.Identifier(blank_database(held))
        held.execute(made.format(sql.Identifier(name), from_blank))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refusal(NO_RIGHT.format(held.info.user)) from error


def _drop(held: psycopg.Connection[Any], name: str) -> None:
    held.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
