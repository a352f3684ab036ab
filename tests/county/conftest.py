"""The full county in a real browser: its database, its clock, its server, its worker, its staff.

All checks share one copy; each that writes takes households of its own, so that their order does
not matter. Nothing is flushed in between.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connections
from psycopg import sql
from pytest_django.live_server_helper import LiveServer

from apps.offices.demo_staff import LOGINS
from apps.offices.models import Staff
from civil_affairs.blank import copy_database, holder, instead
from civil_affairs.celery import app
from tests.county.building import county_database
from tests.pages import test_browser as pages
from tests.walks.desk import at

MARKS = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium"),
]
TODAY = "2024-12-05"
SIZE = {"width": 1366, "height": 768}
browser_type_launch_args = pages.browser_type_launch_args


@pytest.fixture(autouse=True)
def passwords_are_quick() -> None:
    """The staff of the county have passwords already, hashed as in earnest."""


@pytest.fixture(scope="package")
def database(django_db_blocker: Any) -> Iterator[str]:
    """A copy of the county for this run; Django's connection leads to it."""
    name = f"{os.environ['TEST_DATABASE_NAME']}_county"
    with django_db_blocker.unblock(), holder() as held:
        template = county_database(held)
        drop(held, name)
        copy_database(held, template, name)
        with instead(name):
            yield name
            connections.close_all()
        drop(held, name)


def drop(held: psycopg.Connection[Any], name: str) -> None:
    """Gone, whoever is still connected."""
    gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    held.execute(gone)


@pytest.fixture(scope="package", autouse=True)
def office_hours(database: str) -> Iterator[time_machine.Traveller]:
    """Thursday 5 December 2024, from nine in the morning."""
    with time_machine.travel(at(TODAY), tick=True) as clock:
        yield clock


@pytest.fixture(scope="package")
def server(database: str, office_hours: object) -> Iterator[LiveServer]:
    """The application on a port of its own."""
    made = LiveServer("localhost")
    made._live_server_modified_settings.enable()
    yield made
    made._live_server_modified_settings.disable()
    made.stop()


@pytest.fixture(scope="package")
def worker(server: LiveServer) -> Iterator[None]:
    """One Celery worker of its own process, on the county and the queue of this run; it is up."""
    working = pages.worker_process()
    next(working)
    while not app.control.ping(timeout=1):
        pass
    yield
    next(working, None)


Enter = Callable[..., Any]


@pytest.fixture(scope="package")
def sessions() -> dict[str, Any]:
    """Who has logged in already: user name → what the browser keeps."""
    return {}


@pytest.fixture
def enter(browser: Any, server: LiveServer, sessions: dict[str, Any]) -> Iterator[Enter]:
    """``enter(username)``: a page in which that member of the demonstration's staff is logged in;
    nobody, when it is empty.

    Every page opened so is faultless at the end: no console error and no other host.
    """
    opened: list[Any] = []

    def log_in(username: str, **options: Any) -> Any:
        about = {"viewport": SIZE, "storage_state": sessions.get(username), **options}
        context = browser.new_context(base_url=server.url, **about)
        page = context.new_page()
        opened.append(page)
        watch(page, server.url)
        if username and username not in sessions:
            fill_in(page, username)
            sessions[username] = context.storage_state()
        return page

    yield log_in
    said = [words for page in opened for words in page.errors]
    for page in opened:
        page.context.close()
    assert said == []


def watch(page: Any, own: str) -> None:
    """What a page should never do is kept in ``page.errors``."""
    page.errors = []
    page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("request", lambda r: pages._same_host(r.url, own, page.errors))


def fill_in(page: Any, username: str) -> None:
    """Log in by the form."""
    page.goto("/login/")
    sign_in(page, username)


def sign_in(page: Any, username: str) -> None:
    """The form of the log-in that is open, filled in and sent."""
    password = next(one.password for one in LOGINS if one.username == username)
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)


def staff_of(username: str) -> Staff:
    """Somebody of the demonstration's staff."""
    return Staff.objects.get(user__username=username)


def faultless(page: Any) -> None:
    """As in the other browser tests, once the parts that come later are there."""
    page.wait_for_load_state("networkidle")
    pages.faultless(page)
