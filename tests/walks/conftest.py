"""A small office in a real browser: its people, its clock, and a worker that computes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.pages import test_browser as pages
from tests.walks.desk import Office, at

browser_type_launch_args = pages.browser_type_launch_args


@pytest.fixture(scope="module")
def worker(live_server: Any, django_db_setup: None) -> Iterator[None]:
    """One Celery worker of its own process for all walks, on the test's database and queue."""
    yield from pages.worker_process()


@pytest.fixture
def office(browser: Any, live_server: Any, worker: None) -> Iterator[Office]:
    """The office on Tuesday 6 May 2025, when nothing may be entered from paper any more."""
    with time_machine.travel(at("2025-05-06"), tick=True) as clock:
        made = Office(browser, live_server.url, clock)
        yield made
        made.close()
