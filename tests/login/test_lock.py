"""锁定: guessing ends, and nobody learns which accounts there are."""

from __future__ import annotations

import datetime as dt
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.offices.doors import actions
from apps.offices.doors.models import Attempt
from apps.offices.models import Role
from tests.login.conftest import PASSWORD, account, inside, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def fail(name: str = "wang", times: int = 5, **more: Any) -> None:
    for _ in range(times):
        log_in(name, "wrong", **more)


def test_after_five_failures_the_right_password_does_not_open_either() -> None:
    account()
    fail()
    client, answer = log_in()
    assert answer.status_code == 200
    assert "账号或密码不对" in answer.content.decode()
    assert not inside(client)


def test_the_lock_ends_by_itself_and_is_not_prolonged_by_trying(clock: Any) -> None:
    account()
    fail()
    clock.shift(14 * 60)
    fail(times=3)
    clock.shift(61)
    assert inside(log_in()[0])


def test_four_failures_and_a_success_begin_the_count_anew() -> None:
    account()
    fail(times=4)
    assert inside(log_in()[0])
    fail(times=4)
    assert inside(log_in()[0])


def test_slips_of_a_whole_day_do_not_lock(clock: Any) -> None:
    account()
    for _ in range(6):
        fail(times=1)
        clock.shift(4 * 60)
    assert inside(log_in()[0])


def test_the_lock_is_kept_by_the_database_not_by_the_cache() -> None:
    account()
    fail()
    cache.clear()
    assert not inside(log_in()[0])


def test_an_account_is_one_however_its_name_is_typed() -> None:
    account()
    for name in ("wang", "WANG", " wang", "ｗａｎｇ", "Wang"):
        fail(name, times=1)
    assert not inside(log_in()[0])


def test_an_address_that_tries_everybody_is_stopped(settings: Any) -> None:
    settings.LOGIN_ADDRESS_FAILURES = 10
    account()
    for n in range(10):
        fail(f"nobody-{n}", times=1, REMOTE_ADDR="10.1.1.1")
    assert not inside(log_in(REMOTE_ADDR="10.1.1.1")[0])
    assert inside(log_in(REMOTE_ADDR="10.1.1.2")[0])


def test_a_success_does_not_clear_the_address(settings: Any) -> None:
    settings.LOGIN_ADDRESS_FAILURES = 6
    account("own")
    account("other")
    fail("other", times=4)
    assert inside(log_in("own")[0])
    fail("third", times=2)
    assert not inside(log_in("own")[0])


def test_behind_the_proxy_the_address_is_the_one_it_saw(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    forged = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 10.9.9.9"}
    account()
    log_in("wang", "wrong", **forged)
    log_in("wang", "wrong", REMOTE_ADDR="10.0.0.7", **forged)
    assert list(Attempt.objects.order_by("pk").values_list("address", flat=True)) == [
        "10.9.9.9",
        "10.0.0.7",
    ]


def test_what_was_typed_is_nowhere_kept_in_clear() -> None:
    account()
    log_in("my-secret-by-mistake", "also-secret")
    row = str(Attempt.objects.values().get())
    assert "secret" not in row
    assert Attempt.objects.get().user is None


def test_a_try_cannot_be_rewritten_or_removed(clock: Any) -> None:
    clock.move_to(dt.datetime.now(dt.UTC).replace(year=2099))  # the database has its own clock
    account()
    log_in("wang", "wrong")
    for change in (
        "UPDATE offices_attempt SET address = '1.1.1.1'",
        "UPDATE offices_attempt SET at = now()",
        "DELETE FROM offices_attempt",
        "UPDATE offices_attempt SET counted = false; UPDATE offices_attempt SET counted = true",
    ):
        with (
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


TOKENS = re.compile(r"(csrf-?token|csrfmiddlewaretoken|CSRFToken)[^>]*", re.IGNORECASE)


def said(answer: Any) -> str:
    """The page, but for its tokens, which are new on each."""
    return TOKENS.sub("", answer.content.decode())


def closed() -> None:
    account("open")
    account("known")
    account("locked")
    fail("locked")
    shut = account("shut")
    assert shut.user is not None
    shut.user.is_active = False
    shut.user.save()
    gone = account("gone")
    gone.active = False
    gone.save()


CASES = {
    "unknown": ("nobody", PASSWORD),
    "wrong": ("known", "wrong"),
    "locked": ("locked", PASSWORD),
    "closed account": ("shut", PASSWORD),
    "closed post": ("gone", PASSWORD),
}


def test_every_refusal_reads_the_same() -> None:
    closed()
    pages = {said(log_in(*typed)[1]) for typed in CASES.values()}
    assert len(pages) == 1
    assert "账号或密码不对" in pages.pop()


def test_every_refusal_takes_the_same_time(settings: Any) -> None:
    """Hashed as in earnest. What a request takes at its quickest: the machine is shared."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    settings.LOGIN_FAILURES, settings.LOGIN_ADDRESS_FAILURES = 5, 0
    closed()
    settings.LOGIN_FAILURES = 50  # so that the rounds below lock nobody but who is locked
    one = Attempt.objects.filter(user__username="locked")[0]
    for _ in range(45):
        one.pk = None
        one.save(force_insert=True)
    took: dict[str, list[float]] = {name: [] for name in CASES}
    client = Client()
    for _ in range(30):
        for name, (who, password) in CASES.items():
            began = time.perf_counter()
            client.post("/login/", {"username": who, "password": password})
            took[name].append(time.perf_counter() - began)
        best = {name: min(values) for name, values in took.items()}
        if spread(best) < 0.1 and len(took["wrong"]) > 2:
            break
    assert spread(best) < 0.1, best


def spread(best: dict[str, float]) -> float:
    """How far the slowest case is from the quickest; what load adds goes, what we add stays."""
    return (max(best.values()) - min(best.values())) / min(best.values())


def test_the_security_administrator_unlocks_and_it_is_put_down() -> None:
    account()
    fail()
    account("keeper", Role.SECURITY_ADMIN)
    keeper, _ = log_in("keeper")
    page = keeper.get("/login-security/").content.decode()
    assert "已锁定" in page
    assert "不存在的账号" in page
    whose = Attempt.objects.filter(user__username="wang").first()
    assert whose is not None
    assert keeper.post(f"/login-security/{whose.user_id}/unlock/").status_code == 302
    assert inside(log_in()[0])
    assert "解锁账号" in str(list(_events()))


def test_the_page_of_the_administrator_asks_no_more_for_more_accounts() -> None:
    account("keeper", Role.SECURITY_ADMIN)
    keeper, _ = log_in("keeper")

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            assert keeper.get("/login-security/").status_code == 200
        return len(questions)

    few = asked()
    for n in range(8):
        account(f"more-{n}")
        fail(f"more-{n}")
    assert asked() == few


def _events() -> Any:
    from apps.offices.models import Event

    return Event.objects.values_list("verb", flat=True)


@pytest.mark.parametrize("role", [Role.COUNTY_CLERK, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_nobody_else_unlocks(role: Role) -> None:
    account()
    fail()
    account("other", role)
    other, _ = log_in("other")
    whose = Attempt.objects.filter(user__username="wang").first()
    assert whose is not None
    assert other.post(f"/login-security/{whose.user_id}/unlock/").status_code == 403
    assert not inside(log_in()[0])


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_one_moment_are_five_guesses() -> None:
    account()
    looked: list[int] = []

    def one(n: int) -> None:
        actions.attempt(
            Attempt.Kind.LOGIN,
            "wang",
            address="10.0.0.1",
            at=timezone.now(),
            check=lambda: looked.append(n),
        )
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(20)))
    assert Attempt.objects.filter(outcome="failed").count() == 5
    assert Attempt.objects.filter(outcome="locked").count() == 15
    assert len(looked) == 20
