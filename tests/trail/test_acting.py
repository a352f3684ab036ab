"""经办人: who is at work stands with every row, and never a row later than their act."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import Client

from apps.offices import tasks
from apps.offices.actions import appoint
from apps.offices.models import Event, Role, Staff, Trail
from apps.offices.trail.acting import Acting, acting, acting_if_written
from civil_affairs.naming import startup_options
from tests import builders
from tests.pages.conftest import client_of

from .conftest import newest

pytestmark = pytest.mark.django_db


def settings_now() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('civil.' || name, true), '')"
            " FROM unnest(ARRAY['actor', 'login', 'request', 'web']) name"
        )
        return [value for (value,) in cursor.fetchall()]


def save(client: Client, density: str) -> None:
    answer = client.post("/profile/", {"density": density, "letter_keys": "on", "language": ""})
    assert answer.status_code == 302, answer.content.decode()


def test_two_people_on_one_connection_are_not_mistaken_for_each_other() -> None:
    first, second = builders.staff(), builders.staff(Role.FINANCE)
    one, two = client_of(first), client_of(second)
    save(one, "compact")
    row = newest("offices_staff")
    assert (row.actor_id, row.login) == (first.pk, first.user.username)
    assert row.request.startswith("POST /profile/ 127.0.0.1 ")
    save(two, "compact")
    assert newest("offices_staff").actor_id == second.pk
    # And after them whoever uses the connection without a name has none.
    assert settings_now() == ["", "", "", ""]
    appoint(name="无名", role=Role.CHECKER, division="430482")
    row = newest("offices_staff")
    assert (row.actor_id, row.login) == (None, "")
    assert row.request.startswith("sql ")


def test_a_request_that_fails_takes_its_name_back() -> None:
    client = client_of(builders.staff())
    client.post("/profile/", {"density": "nonsense"})
    assert settings_now() == ["", "", "", ""]


@pytest.fixture
def web(db: None) -> None:
    """A connection as those of the web are: opened with civil.web=on (civil_affairs/naming.py)."""
    with connection.cursor() as cursor:
        cursor.execute("SET civil.web = 'on'")  # taken back with the test's transaction


def test_what_a_page_writes_for_nobody_is_refused(web: None) -> None:
    with pytest.raises(DatabaseError, match="没有经办人"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offices_division (code, name, kind, initials, zone)"
            " VALUES ('9', 'x', 'village', '', '')"
        )


def test_a_look_that_is_put_down_says_whose_it_is_itself(web: None) -> None:
    with acting(Acting(None, "setup", "test", web=False)):
        staff = builders.staff()
    with connection.cursor() as cursor:
        cursor.execute("SET civil.web = 'on'")
    Event.objects.create(by=staff, kind="x", object_id=1, verb="查看")
    assert newest("offices_event").actor_id == staff.pk
    with pytest.raises(DatabaseError, match="没有经办人"):
        Event.objects.create(by=None, kind="x", object_id=1, verb="查看")


def test_a_page_that_shows_something_says_nothing_until_it_writes() -> None:
    who = Acting(7, "x", "GET /x/", web=True)
    with acting_if_written(lambda: who):
        Staff.objects.exists()
        assert settings_now() == ["", "", "", ""]
        appoint(name="甲", role=Role.CHECKER, division="430482")
    row = newest("offices_staff")
    assert (row.actor_id, row.request) == (7, "GET /x/")
    assert settings_now() == ["", "", "", ""]


def test_an_act_within_an_act_ends_as_the_outer_one() -> None:
    outer, inner = Acting(7, "x", "outer", web=False), Acting(8, "y", "inner", web=False)
    with acting(outer):
        with acting(inner):
            assert settings_now()[:3] == ["8", "y", "inner"]
        assert settings_now()[:3] == ["7", "x", "outer"]
    assert settings_now()[:3] == ["", "", ""]


def test_a_task_stands_with_what_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_days: int) -> None:
        appoint(name="甲", role=Role.CHECKER, division="430482")

    monkeypatch.setattr("apps.offices.outbox.forget_done", write)
    tasks.forget()
    assert newest("offices_staff").request == "task apps.offices.tasks.forget"


def test_the_reason_is_in_the_same_change_set() -> None:
    supervisor = builders.staff(Role.COUNTY_SUPERVISOR)
    client = client_of(supervisor)
    answer = client.post(
        "/calendar/",
        {
            "year": "2027",
            "document": "放假通知",
            "holidays": "2027-02-05 2027-02-12 春节",
            "makeup": "",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    row = newest("offices_holidaynotice")
    event = Trail.objects.get(change_set=row.change_set, relation="offices_event")
    assert event.after["by_id"] == row.actor_id == supervisor.pk
    assert event.after["reason"] == "放假通知"


def test_logging_in_needs_no_name_before_it() -> None:
    staff = builders.staff()
    client_of(staff)  # makes the account
    assert staff.user is not None
    staff.user.set_password("Changning-2024-99")
    staff.user.save()
    answer = Client().post(
        "/login/", {"username": staff.user.username, "password": "Changning-2024-99"}
    )
    assert answer.status_code == 302
    assert newest("offices_event").actor_id == staff.pk


@pytest.mark.parametrize(
    ("called", "role", "options"),
    [
        (["/opt/x/manage.py", "month", "2024-12"], "", r"-c civil.request=command:month:\w+"),
        (["/usr/bin/celery", "-A", "x", "worker"], "", r"-c civil.request=command:celery:\w+"),
        (["/x/tests/bench/month.py"], "", r"-c civil.request=command:month.py:\w+"),
        (["/usr/bin/gunicorn", "x"], "web", "-c civil.web=on"),
        (["/usr/bin/pytest"], "", ""),
    ],
)
def test_a_connection_is_opened_with_what_it_is_for(
    called: list[str], role: str, options: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", called)
    assert re.fullmatch(f"-c given=1 {options}".strip(), startup_options(role, "-c given=1"))


def test_a_connection_of_the_web_is_asked_for_a_name_again_after_each_act() -> None:
    """What a connection was opened with holds again when the settings of an act are taken back."""
    params = connection.get_connection_params()
    named = {k: params[k] for k in ("host", "port", "user", "password", "dbname") if params.get(k)}
    with psycopg.connect(**named, options="-c civil.web=on") as found:
        found.execute("SELECT set_config('civil.web', '', FALSE)")
        found.execute("RESET civil.web")
        row = found.execute("SELECT current_setting('civil.web')").fetchone()
        assert row == ("on",)
