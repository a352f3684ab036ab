"""请求号、日志、健康与指标: what those who look after the system see, and what they do not."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings

from apps.households.models import Person
from apps.offices import outbox, tasks
from apps.offices.models import Outbox, Role
from apps.units import request_id
from apps.units.id_number import make_id
from civil_affairs import celery, health
from civil_affairs.log_lines import lines, scrub_text
from tests import builders
from tests.pages.conftest import client_of

NUMBER = make_id("430482", builders.date("1950-05-05"), 3)
pytestmark = pytest.mark.django_db


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the root logger writes as JSON."""
    spec = lines(as_json=True)
    formatter = spec.pop("()")(**spec)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_leaves_one_line_that_names_the_route_and_not_what_was_searched(
    logged: io.StringIO,
) -> None:
    builders.person("欧阳修德", "1950-05-05", id_number=NUMBER)
    clerk = builders.staff(Role.COUNTY_CLERK)
    answer = client_of(clerk).get(f"/search/?q={NUMBER}")
    assert answer.status_code == 200
    (line,) = [one for one in written(logged) if one["event"] == "request"]
    assert line["route"] == "search/"
    assert (line["method"], line["status"], line["user"]) == ("GET", 200, clerk.user_id)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert NUMBER not in logged.getvalue()
    assert "欧阳修德" not in logged.getvalue()


def test_a_proxys_number_is_kept_and_a_forged_one_is_not(client: Client) -> None:
    ours = "0c1d2e3f-aaaa-bbbb"
    assert client.get("/healthz", headers={"X-Request-ID": ours}).headers["X-Request-ID"] == ours
    forged = 'x" status=200\nuser=1'
    made = client.get("/healthz", headers={"X-Request-ID": forged}).headers["X-Request-ID"]
    assert made.isalnum()


def test_an_error_of_the_database_is_logged_without_the_values_it_tells(
    logged: io.StringIO,
) -> None:
    who = builders.person("欧阳修德", "1950-05-05", id_number=NUMBER)
    try:
        with transaction.atomic():
            Person.objects.create(
                name=who.name, id_number=who.id_number, born=who.born, sex=who.sex
            )
    except IntegrityError:
        logging.getLogger("x").exception("second")
    text = logged.getvalue()
    assert "second" in text
    assert "duplicate key" in text
    assert NUMBER not in text


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("身份证 430482199001011234 已登记", "身份证 ▇ 已登记"),
        ("43048219900101123X", "▇"),
        ("电话13912345678", "电话▇"),
        ("Key (number)=(6217990000000001) already exists.", "Key (number)=(▇) already exists."),
        ("DETAIL:  Failing row contains (1, 张三, 2024).", "DETAIL: ▇"),
        ("2024-12-05T10:00:00.123456Z", "2024-12-05T10:00:00.123456Z"),
        ("run 12 of 2024-12: 46876 lines", "run 12 of 2024-12: 46876 lines"),
    ],
)
def test_what_is_scrubbed(said: str, left: str) -> None:
    assert scrub_text(said) == left


def test_a_fault_shows_nothing_but_its_number(logged: io.StringIO) -> None:
    clerk = builders.staff(Role.COUNTY_CLERK)
    browser = client_of(clerk)
    browser.raise_request_exception = False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE households_household RENAME COLUMN number TO numbers")
        answer = browser.get("/search/?q=张三")
        transaction.set_rollback(True)
    assert answer.status_code == 500
    page, number = answer.content.decode(), answer.headers["X-Request-ID"]
    assert number in page
    assert "Traceback" not in page
    assert "households_household" not in page
    (line,) = [one for one in written(logged) if one.get("exception")]
    assert line["request_id"] == number
    assert "张三" not in logged.getvalue()


def test_the_number_of_a_request_travels_into_the_task_it_sets_off(
    logged: io.StringIO,
) -> None:
    with transaction.atomic(), request_id.under("aaaaaaaa-1"):
        outbox.hand_over(tasks.relay, key="k")
    assert Outbox.objects.get().request == "aaaaaaaa-1"

    @celery.app.task(name="told", bind=True)
    def told(_self: Any) -> None:
        logging.getLogger("y").info("inside")

    told.apply(headers={outbox.NUMBER: "aaaaaaaa-1"})
    (line,) = [one for one in written(logged) if one["event"] == "inside"]
    assert line["request_id"] == "aaaaaaaa-1"
    assert request_id.current() == ""


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.json() == {"status": "ok", "database": "ok", "queue": "ok"}
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_a_database_of_another_version_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(health._known_fit, "migrated", False)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE (app, name) IN (SELECT app, max(name)"
            " FROM django_migrations WHERE app = 'payments' GROUP BY app)"
        )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "behind")


def test_figures_are_for_this_machine_or_a_token(client: Client) -> None:
    client.get("/login/")
    text = client.get("/metrics").content.decode()
    assert "civil_outbox_waiting 0.0" in text
    assert 'civil_request_seconds_count{method="GET",route="login/",status="200"}' in text
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.1").status_code == 404
    with override_settings(METRICS_TOKEN="s3"):
        assert client.get("/metrics").status_code == 404
        bearer = {"Authorization": "Bearer s3"}
        assert client.get("/metrics", headers=bearer, REMOTE_ADDR="10.0.0.1").status_code == 200


def test_requests_is_outermost() -> None:
    assert settings.MIDDLEWARE[0] == "civil_affairs.requests.Requests"
