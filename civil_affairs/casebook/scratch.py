"""临时库: a database of its own for the cases, beside the configured one and gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

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
    with _holder(name) as holder:
        _sweep(holder)
        _create(holder, name)
        try:
            with _instead(name):
                call_command("migrate", verbosity=0)
                yield
        finally:
            _drop(holder, name)


@contextmanager
def _holder(name: str) -> Iterator[psycopg.Connection[Any]]:
    params = connection.get_connection_params()
    wanted = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
    reach = {key: params[key] for key in wanted if params.get(key)}
    with psycopg.connect(**reach, autocommit=True, application_name=name) as holder:
        yield holder


def _sweep(holder: psycopg.Connection[Any]) -> None:
    """Drop what killed runs left: databases of ours whose holder is no longer connected."""
    left = holder.execute(
        "SELECT datname FROM pg_database WHERE datname ~ %s AND datname NOT IN"
        " (SELECT application_name FROM pg_stat_activity WHERE pid <> pg_backend_pid())",
        [f"^{PREFIX}[0-9]+$"],
    )
    for (name,) in left.fetchall():
        _drop(holder, name)


def _create(holder: psycopg.Connection[Any], name: str) -> None:
    try:
        holder.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refusal(NO_RIGHT.format(holder.info.user)) from error


def _drop(holder: psycopg.Connection[Any], name: str) -> None:
    holder.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _instead(name: str) -> Iterator[None]:
    """Django's connection leads to another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
