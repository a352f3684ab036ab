"""空库: the migrated database from which fresh ones are copied."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from civil_affairs.blank import blank_database, holder
from civil_affairs.casebook.scratch import scratch_database

pytestmark = pytest.mark.slow


def test_one_that_was_broken_off_is_made_again(django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), holder() as held:
        name = blank_database(held)
        # As a maker that was killed leaves it: open, and with less in it than there should be.
        held.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        with psycopg.connect(_address(held, name), autocommit=True) as inside:
            inside.execute("DROP TABLE payments_paymentline CASCADE")
        assert blank_database(held) == name
        with scratch_database(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM payments_paymentline")
            assert cursor.fetchone() == (0,)


def _address(held: "psycopg.Connection[Any]", name: str) -> str:
    return psycopg.conninfo.make_conninfo(held.info.dsn, dbname=name)
