"""The tripwires, and what every test may ask for.

A test fails when a template uses a name it was not given, or when a moment is put into a date
column. Passwords are hashed quickly, and ledgers that refuse TRUNCATE are emptied between tests.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models import DateField

from apps.casework.outcome import Test
from apps.offices.models import Division, Role, Staff
from apps.standards.book import Book
from apps.standards.models import Standard, current_book
from tests import builders

# pytest-django then fails a test whose template names a variable that is not there.
os.environ["FAIL_INVALID_TEMPLATE_VARS"] = "true"

# An eligibility test is not a pytest test, whatever its name.
Test.__test__ = False

GUARDED = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgtype & 32 = 32"""


@pytest.fixture(autouse=True, scope="session")
def dates_are_dates() -> Iterator[None]:
    """A moment in a date column would lose its zone without a word: refuse it."""
    usual = DateField.pre_save

    def strict(self: DateField, model_instance: Any, add: bool) -> Any:
        value = usual(self, model_instance, add)
        exact = not isinstance(value, dt.datetime) or self.get_internal_type() == "DateTimeField"
        assert exact, f"{model_instance!r}.{self.attname} is given a moment: {value!r}"
        return value

    patch = pytest.MonkeyPatch()
    patch.setattr(DateField, "pre_save", strict)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def flush_may_empty_ledgers() -> Iterator[None]:
    """Tables that refuse TRUNCATE are emptied between tests: there, and only there."""
    usual = DatabaseOperations.sql_flush

    def lifted(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = usual(self, style, tables, **options)
        if not statements:
            return statements
        with self.connection.cursor() as cursor:
            cursor.execute(GUARDED)
            guarded = [name for (name,) in cursor.fetchall()]
        down = [f"ALTER TABLE {name} DISABLE TRIGGER USER;" for name in guarded]
        up = [f"ALTER TABLE {name} ENABLE TRIGGER USER;" for name in guarded]
        return [*down, *statements, *up]

    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "sql_flush", lifted)
    yield
    patch.undo()


def load_base() -> None:
    """The divisions and the figures of every app's standards.yaml, as in an installation."""
    with time_machine.travel(dt.datetime(2024, 1, 2, tzinfo=dt.UTC), tick=True):
        call_command("load_base", verbosity=0, stdout=io.StringIO())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Every test finds the base data; each is undone to that state."""
    with django_db_blocker.unblock():
        # Where no test asks for a database, pytest-django makes none: never touch the real one.
        if connection.settings_dict["NAME"].startswith("test_"):
            load_base()


@pytest.fixture(autouse=True)
def base_data_survives_a_flush(request: pytest.FixtureRequest) -> None:
    """A test that commits leaves an empty database behind: the next one fills it again."""
    if "transactional_db" not in request.fixturenames:
        marker = request.node.get_closest_marker("django_db")
        if marker is None or not marker.kwargs.get("transaction"):
            return
    request.getfixturevalue("transactional_db")
    if not Division.objects.exists() or not Standard.objects.exists():
        load_base()


@pytest.fixture(autouse=True)
def passwords_are_quick(settings: Any) -> None:
    """Slow hashing protects real passwords; there are none here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def day() -> dt.date:
    """An ordinary working day: Wednesday 5 June 2024."""
    return dt.date(2024, 6, 5)


@pytest.fixture
def clock(day: dt.date) -> Iterator[time_machine.Traveller]:
    """The clock stands at nine in the morning of ``day``; move it with ``clock.move_to``."""
    nine = dt.datetime(day.year, day.month, day.day, 1, tzinfo=dt.UTC)
    with time_machine.travel(nine, tick=False) as traveller:
        yield traveller


@pytest.fixture
def standards(db: None) -> Book:
    """The figures every test finds: those of the casebook's profile."""
    return current_book()


@pytest.fixture
def clerk(db: None) -> Staff:
    """县级经办: prepares."""
    return builders.staff(Role.COUNTY_CLERK)


@pytest.fixture
def supervisor(db: None) -> Staff:
    """县级审核: decides."""
    return builders.staff(Role.COUNTY_SUPERVISOR)
