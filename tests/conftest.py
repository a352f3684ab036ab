"""The tripwires, and what every test may ask for.

A test fails when a template uses a name it was not given, or when a moment is put into a date
column. Passwords are hashed quickly, and ledgers that refuse TRUNCATE are emptied between tests.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models import DateField
from pytest_django.plugin import blocking_manager_key

from apps.casework.outcome import Test
from apps.offices.models import Division, Role, Staff
from apps.standards.book import Book
from apps.standards.models import Standard, current_book
from civil_affairs.blank import blank_database, holder
from tests import base, builders

# pytest-django then fails a test whose template names a variable that is not there.
os.environ["FAIL_INVALID_TEMPLATE_VARS"] = "true"

# An eligibility test is not a pytest test, whatever its name.
Test.__test__ = False


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
def flush_empties_what_is_filled() -> Iterator[None]:
    """Between tests that commit: only the tables that hold rows, even those that refuse it."""
    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "sql_flush", lambda *_, **__: base.emptying())
    # Content types and permissions stay, so there is nothing to make again.
    patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """The database of the tests is copied from a migrated one, not migrated again."""
    with django_db_blocker.unblock(), holder() as held:
        connection.settings_dict["TEST"]["TEMPLATE"] = blank_database(held)


# A browser that is still open keeps a thread of the live server, and that its connection.
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Every test finds the base data; each is undone to that state."""
    # Where no test asks for a database, pytest-django makes none: never touch the real one.
    if not connection.settings_dict["NAME"].startswith("test_"):
        yield
        return
    with django_db_blocker.unblock():
        base.load()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(OTHERS)  # the database is dropped next


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test that commits is followed by a flush: what every test finds is put back at once.

    At once, because the next test of this process may be one that does not commit. After the
    last one the test database is gone, and the connection names the real one again.
    """
    try:
        yield
    finally:
        if nextitem is not None and _commits(item):
            with item.config.stash[blocking_manager_key].unblock():
                if not Division.objects.exists() or not Standard.objects.exists():
                    base.restore()


def _commits(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and bool(marker.kwargs.get("transaction"))
    return asked or "transactional_db" in names or "live_server" in names


@pytest.fixture(autouse=True)
def passwords_are_quick(settings: Any) -> None:
    """Slow hashing protects real passwords; there are none here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def a_log_in_holds(settings: Any) -> None:
    """Tests turn the clock by months and log in without a password; tests/login does neither."""
    settings.SESSION_IDLE_MINUTES = settings.SESSION_HOURS = settings.SESSION_CAP = 0
    settings.STEP_UP_MINUTES = 0


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
