"""两步验证: an app or a key besides the password; who needs one has it before anything else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from apps.offices.models import Event, Role
from tests.login.conftest import PASSWORD, account, inside, log_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
APP = "/profile/factors/app/"
SECOND = "/login/second/"


def code_of(secret: str, at: float | None = None) -> str:
    """RFC 6238 by hand: six digits of HMAC-SHA1 over the thirty seconds."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def secret_on(client: Client) -> str:
    found = re.search(r'data-testid="secret">([A-Z2-7]+)<', client.get(APP).content.decode())
    assert found is not None
    return found[1]


def enrol(client: Client) -> str:
    """An app registered; its secret."""
    secret = secret_on(client)
    assert client.post(APP, {"code": code_of(secret)}).status_code == 302
    return secret


def codes_on(client: Client) -> list[str]:
    """The recovery codes, shown this once."""
    return re.findall(r"<li>(\d{8})</li>", client.get("/profile/factors/codes/").content.decode())


def test_an_app_is_asked_for_after_the_password(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(60)
    client, answer = log_in()
    assert answer["Location"] == SECOND
    assert not inside(client)
    assert "登录的第二步" in words(client.get(SECOND))
    answer = client.post(SECOND, {"code": code_of(secret)})
    assert answer["Location"] == "/"
    assert inside(client)


def test_the_page_that_was_asked_for_opens_after_the_second_step(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(60)
    client = Client()
    client.post("/login/", {"username": "wang", "password": PASSWORD, "next": "/calendar/"})
    assert client.post(SECOND, {"code": code_of(secret)})["Location"] == "/calendar/"


def test_a_code_holds_once_even_when_the_cache_has_been_lost(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(60)
    code = code_of(secret)
    assert inside(second(log_in()[0], code))
    cache.clear()
    assert not inside(second(log_in()[0], code))
    clock.shift(30)
    assert inside(second(log_in()[0], code_of(secret)))


def second(client: Client, code: str) -> Client:
    client.post(SECOND, {"code": code})
    return client


def test_the_code_an_app_was_registered_with_does_not_open(clock: Any) -> None:
    account()
    client, _ = log_in()
    secret = enrol(client)
    assert not inside(second(log_in()[0], code_of(secret)))


def test_clocks_may_be_half_a_minute_apart_and_no_more(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(300)
    assert not inside(second(log_in()[0], code_of(secret, time.time() - 61)))
    assert inside(second(log_in()[0], code_of(secret, time.time() - 30)))


def test_a_telephone_is_not_set_back_with_the_clock_of_a_demonstration(
    settings: Any, clock: Any
) -> None:
    settings.CLOCK_BACK = 700
    account()
    client, _ = log_in()
    secret = secret_on(client)
    real = 700 * 24 * 3600
    assert client.post(APP, {"code": code_of(secret)}).status_code == 200
    assert client.post(APP, {"code": code_of(secret, time.time() + real)}).status_code == 302
    clock.shift(60)
    assert inside(second(log_in()[0], code_of(secret, time.time() + real)))


def test_guessing_codes_locks_the_account(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(60)
    client, _ = log_in()
    for _ in range(5):
        client.post(SECOND, {"code": "000000"})
    assert not inside(second(client, code_of(secret)))
    assert log_in()[1].status_code == 200  # not even the password is looked at


def test_showing_the_password_again_does_not_allow_more_guesses(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(60)
    for _ in range(3):
        client, _ = log_in()
        for _ in range(2):
            client.post(SECOND, {"code": "000000"})
    assert not inside(second(log_in()[0], code_of(secret)))
    clock.shift(16 * 60)
    assert inside(second(log_in()[0], code_of(secret)))


def test_the_second_step_is_nobodys_who_has_not_done_the_first(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(60)
    client = Client()
    assert client.post(SECOND, {"code": code_of(secret)})["Location"] == "/login/"
    waiting, _ = log_in()
    clock.shift(301)
    assert waiting.post(SECOND, {"code": code_of(secret)})["Location"] == "/login/"


def test_a_recovery_code_opens_once(clock: Any) -> None:
    account()
    client, _ = log_in()
    enrol(client)
    codes = codes_on(client)
    assert len(codes) == 10
    assert codes_on(client) == []
    assert inside(second(log_in()[0], codes[0]))
    assert not inside(second(log_in()[0], codes[0]))
    assert inside(second(log_in()[0], codes[1]))


def test_secrets_lie_encrypted(clock: Any) -> None:
    account()
    client, _ = log_in()
    secret = enrol(client)
    codes = codes_on(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [code for code in codes if code in kept]


def test_who_needs_one_is_led_to_it_before_anything_else(settings: Any) -> None:
    settings.MFA_ROLES = [str(Role.APPROVER)]
    account(role=Role.APPROVER)
    account("clerk")
    assert inside(log_in("clerk")[0])
    client, _ = log_in()
    assert client.get("/payruns/")["Location"] == "/profile/factors/?next=%2Fpayruns%2F"
    assert "先登记下面任一种" in words(client.get("/profile/factors/"))
    assert client.get("/api/v1/runs/").json()["errors"][0]["code"] == "factor_required"
    enrol(client)
    assert inside(client)
    assert Event.objects.filter(verb="登记两步验证").exists()


def test_a_post_that_comes_to_need_one_needs_it_at_the_next_page(settings: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    assert inside(client)
    settings.MFA_ROLES = [str(Role.APPROVER)]
    assert not inside(client)


def test_the_last_one_of_who_needs_it_stays(settings: Any, clock: Any) -> None:
    settings.MFA_ROLES = [str(Role.APPROVER)]
    account(role=Role.APPROVER)
    client, _ = log_in()
    enrol(client)
    answer = client.post(f"{APP}remove/", follow=True)
    assert "请先登记另一种" in words(answer)
    settings.MFA_ROLES = []
    client.post(f"{APP}remove/")
    assert Authenticator.objects.count() == 0
    assert inside(log_in()[0])


def test_a_demonstration_says_that_it_asks_nobody() -> None:
    account()
    assert "没有要求任何岗位" in words(log_in()[0].get("/profile/factors/"))


def test_to_register_one_a_fresh_proof_is_needed(clock: Any) -> None:
    account()
    client, _ = log_in()
    for _ in range(3):
        clock.shift(14 * 60)
        client.get("/help/")
    assert "再次验证" in words(client.get(APP))
    assert 'data-testid="secret"' not in client.get(APP).content.decode()


def test_who_has_an_app_confirms_by_it_and_not_by_the_password(clock: Any) -> None:
    account()
    client, _ = log_in()
    secret = enrol(client)
    for _ in range(3):
        clock.shift(14 * 60)
        client.get("/help/")
    path = "/profile/sessions/end-others/"
    assert "验证码" in words(client.post(path))
    wrong = {"confirm-method": "POST", "confirm-password": PASSWORD}
    assert "没有通过" in words(client.post(path, wrong))
    right = {"confirm-method": "POST", "confirm-code": code_of(secret)}
    assert client.post(path, right).status_code == 302


def test_who_has_lost_everything_is_helped_by_the_security_administrator(clock: Any) -> None:
    mine = account()
    client, _ = log_in()
    enrol(client)
    account("keeper", Role.SECURITY_ADMIN)
    keeper, _ = log_in("keeper")
    assert "已登记" in words(keeper.get("/login-security/"))
    assert keeper.post(f"/login-security/{mine.user_id}/factors/").status_code == 302
    assert not inside(client)
    assert inside(log_in()[0])


def test_another_persons_key_is_not_ones_own() -> None:
    account()
    account("other")
    client, _ = log_in("other")
    theirs = Authenticator.objects.create(
        user_id=account("third").user_id, type="webauthn", data={"name": "x"}
    )
    assert client.get(f"/profile/factors/key/{theirs.pk}/remove/").status_code == 404
    assert client.post(f"/profile/factors/key/{theirs.pk}/remove/").status_code == 404
