"""会话: how long a log-in holds, who is in, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.offices.doors import actions
from apps.offices.doors.models import Sitting
from apps.offices.models import Role, Staff
from tests.login.conftest import PASSWORD, account, inside, log_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINUTE = 60


def test_a_log_in_gets_a_session_that_nobody_knew_before() -> None:
    account()
    client = Client()
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    log_in(client=client)
    after = client.cookies["sessionid"].value
    assert inside(client)
    assert after != before
    assert not Session.objects.filter(pk=before).exists()


def test_the_cookie_is_for_this_site_and_this_sitting_alone() -> None:
    account()
    cookie = log_in()[0].cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]


def test_fifteen_minutes_without_a_hand_end_it(clock: Any) -> None:
    account()
    client, _ = log_in()
    clock.shift(14 * MINUTE)
    assert inside(client)
    clock.shift(15 * MINUTE + 1)
    answer = client.get("/standards/", follow=True)
    assert answer.redirect_chain == [("/login/?next=/standards/", 302)]
    assert "15分钟没有操作" in words(answer)
    assert Session.objects.count() == 0


def test_eight_hours_end_it_however_busy_one_is(clock: Any) -> None:
    account()
    client, _ = log_in()
    for _ in range(48):
        clock.shift(10 * MINUTE)
        assert inside(client)
    clock.shift(1)
    assert not inside(client)


def test_a_new_key_does_not_begin_the_eight_hours_anew(clock: Any) -> None:
    account()
    client, _ = log_in()
    for _ in range(47):
        clock.shift(10 * MINUTE)
        assert inside(client)
    client.post(
        "/profile/sessions/end-others/", {"confirm-method": "POST", "confirm-password": PASSWORD}
    )
    clock.shift(10 * MINUTE + 1)
    assert not inside(client)


def test_a_page_that_asks_by_itself_keeps_nobody_in(clock: Any) -> None:
    from tests.payments.paying import computed, four

    run = computed(four(), "2024-07")
    account()
    client, _ = log_in()
    poll = {"HX-Request": "true"}
    for _ in range(15):
        clock.shift(MINUTE)
        assert client.get(f"/payruns/{run.pk}/progress/", headers=poll).status_code == 200
    clock.shift(1)
    assert client.get(f"/payruns/{run.pk}/progress/", headers=poll).status_code == 401
    assert not inside(client)


def test_being_there_is_written_once_a_minute_and_costs_a_page_nothing(clock: Any) -> None:
    account()
    client, _ = log_in()
    client.get("/help/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/help/")
    assert not [one for one in asked.captured_queries if "UPDATE" in one["sql"]]
    assert len([one for one in asked.captured_queries if "sitting" in one["sql"]]) == 1
    clock.shift(61)
    with CaptureQueriesContext(connection) as asked:
        client.get("/help/")
    assert len([one for one in asked.captured_queries if "UPDATE" in one["sql"]]) == 1


def test_logging_out_ends_it_for_whoever_kept_the_cookie() -> None:
    account()
    client, _ = log_in()
    kept = client.cookies["sessionid"].value
    client.post("/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not inside(thief)


@pytest.mark.parametrize("what", ["post", "account"])
def test_who_is_closed_is_out_at_once(what: str) -> None:
    mine = account()
    client, _ = log_in()
    assert inside(client)
    if what == "post":
        Staff.objects.filter(pk=mine.pk).update(active=False)
    else:
        type(mine.user).objects.filter(pk=mine.user_id).update(is_active=False)
    assert not inside(client)
    Staff.objects.filter(pk=mine.pk).update(active=True)
    assert what == "account" or not inside(client)


def test_the_fourth_log_in_ends_the_first(clock: Any) -> None:
    account()
    clients = []
    for _ in range(4):
        clients.append(log_in()[0])
        clock.shift(1)
    assert [inside(client) for client in clients] == [False, True, True, True]


def test_ones_sessions_are_listed_and_each_can_be_ended() -> None:
    account()
    account("other")
    firefox = {"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0"}
    here, _ = log_in()
    there, _ = log_in(REMOTE_ADDR="10.7.7.7", **firefox)
    log_in("other", REMOTE_ADDR="10.8.8.8")
    page = words(here.get("/profile/"))
    assert "Firefox · Windows" in page
    assert "10.7.7.7" in page
    assert "10.8.8.8" not in page
    key = there.cookies["sessionid"].value
    assert (
        here.post(f"/profile/sessions/{Sitting.objects.get(session_id=key).pk}/end/").status_code
        == 302
    )
    assert not inside(there)
    assert inside(here)


def test_another_persons_session_is_not_ones_own() -> None:
    account()
    account("other")
    here, _ = log_in()
    there, _ = log_in("other")
    theirs = Sitting.objects.get(session_id=there.cookies["sessionid"].value)
    assert here.post(f"/profile/sessions/{theirs.pk}/end/").status_code == 404
    assert inside(there)


def test_all_others_end_by_one_button() -> None:
    account()
    here, there = log_in()[0], log_in()[0]
    assert here.post("/profile/sessions/end-others/").status_code == 302
    assert (inside(here), inside(there)) == (True, False)


def test_the_page_never_tells_a_session_key() -> None:
    account()
    client, _ = log_in()
    keys = Session.objects.values_list("pk", flat=True)
    page = client.get("/profile/").content.decode()
    assert not [key for key in keys if key in page]


def test_what_ran_out_is_forgotten(clock: Any) -> None:
    from django.utils import timezone

    account()
    log_in()
    clock.shift(15 * 24 * 3600)
    actions.forget(at=timezone.now())
    assert (Session.objects.count(), Sitting.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil",
    ],
)
def test_a_log_in_leads_nowhere_but_here(target: str) -> None:
    account()
    answer = Client().post("/login/", {"username": "wang", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"
    assert log_in()[0].get("/login/", {"next": target})["Location"] == "/"
    client, _ = log_in()
    page = client.get("/profile/password/", {"next": target}).content.decode()
    assert 'name="next" value="/profile/"' in " ".join(page.split())


def test_the_administration_has_no_door_of_its_own() -> None:
    mine = account(role=Role.SYSTEM_ADMIN)
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/login/?next=")
    assert log_in()[0].get("/admin/", follow=True).status_code == 403
    user: Any = mine.user
    user.is_staff = user.is_superuser = True
    user.save()
    assert log_in()[0].get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/signup/",
        "/accounts/signup/",
        "/accounts/login/",
        "/email/",
        "/confirm-email/",
        "/password/reset/",
        "/accounts/email/",
        "/reauthenticate/",
        "/login/code/",
        "/2fa/",
        "/webauthn/login/",
        "/inactive/",
    ],
)
def test_of_allauth_nothing_else_is_offered(path: str) -> None:
    assert Client().get(path).status_code == 404
