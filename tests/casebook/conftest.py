"""The cases of the suite, and a database in which their profile is loaded and never kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from civil_affairs.casebook.cast import Posts
from civil_affairs.casebook.player import load_profile, never_kept

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def posts(django_db_setup: None, django_db_blocker: Any) -> Iterator[Posts]:
    """The staff of the cases, with the profile in force; all of it undone after the module.

    The module must be marked django_db: only then is there a test database to work in.
    """
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with django_db_blocker.unblock(), never_kept():
        staff = Posts()
        load_profile("cn-2024", staff)
        yield staff
