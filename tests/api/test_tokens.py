"""接口令牌: made by their owner, shown once, never more than the post, gone when revoked."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from apps.offices.actions import issue_token
from apps.offices.models import Event, Role, Staff
from apps.offices.tokens import ApiToken
from tests import builders
from tests.api.conftest import Call, faults
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db


def with_token(text: str) -> Any:
    return Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {text}"})


# ---- on one's own page ----


def test_a_token_is_made_on_ones_own_page_and_shown_this_once() -> None:
    staff = builders.staff()
    client = client_of(staff)
    asked = {"name": "数据交换", "days": "90", "scopes": ["households:read", "events:read"]}
    answer = client.post("/profile/tokens/", asked)
    assert answer["Cache-Control"] == "no-store"
    found = re.search(r'value="(ca_[^"]+)"', answer.content.decode())
    assert found is not None
    made = with_token(found[1]).json()
    assert (made["id"], made["token"]["scopes"]) == (staff.pk, ["events:read", "households:read"])
    kept = ApiToken.objects.get()
    assert found[1] not in (kept.digest, kept.prefix)
    page = client.get("/profile/").content.decode()
    assert found[1] not in page
    assert "数据交换" in page
    assert Event.objects.get(verb="签发接口令牌").by == staff


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"name": "", "days": "90", "scopes": ["events:read"]}, "请填写令牌的用途"),
        ({"name": "甲", "days": "90"}, "请至少选择一项权限"),
        ({"name": "甲", "days": "9000", "scopes": ["events:read"]}, "9000"),
        ({"name": "甲", "days": "90", "scopes": ["everything"]}, "everything"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(asked: Any, words: str) -> None:
    answer = client_of(builders.staff()).post("/profile/tokens/", asked)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing_and_a_strangers_cannot_be_revoked(caller: Call) -> None:
    one = caller()
    stranger = client_of(builders.staff())
    assert stranger.post(f"/profile/tokens/{one.token.pk}/revoke/").status_code == 404
    assert one.get("me/").status_code == 200
    mine = client_of(one.staff)
    for _ in range(2):
        assert mine.post(f"/profile/tokens/{one.token.pk}/revoke/").status_code == 302
    assert faults(one.get("me/"))[None].startswith("令牌无效、已过期或已撤销")
    assert Event.objects.filter(verb="撤销接口令牌").count() == 1
    assert "已撤销" in mine.get("/profile/").content.decode()


# ---- what opens and what does not ----


@pytest.mark.parametrize(
    "text", ["", "x", "ca_", "ca_0123456789_wrong", "令牌", "a" * 5000, "ca_0123456789\x00"]
)
def test_what_is_no_token_is_refused_with_401(text: str) -> None:
    answer = with_token(text)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_beginning_alone_opens_nothing(caller: Call) -> None:
    one = caller()
    for text in (one.token.prefix, one.text[:-1], one.text + "x", one.text.upper()):
        assert with_token(text).status_code == 401


def test_a_token_ends_with_its_day_its_post_and_its_account(caller: Call, clock: Any) -> None:
    one, other, third = caller(days=1), caller(), caller()
    Staff.objects.filter(pk=other.staff.pk).update(active=False)
    assert third.staff.user is not None
    third.staff.user.is_active = False
    third.staff.user.save()
    assert [it.get("me/").status_code for it in (one, other, third)] == [200, 401, 401]
    clock.shift(dt.timedelta(days=1))
    assert one.get("me/").status_code == 401


def test_a_scope_that_is_missing_is_named(caller: Call) -> None:
    one = caller(scopes=("households:read",))
    assert one.get("households/").status_code == 200
    answer = one.get("runs/")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "scope_missing"
    assert "payments:read" in faults(answer)[None]


def test_a_token_has_no_more_rights_than_its_post(caller: Call) -> None:
    keeper = caller(Role.SYSTEM_ADMIN)
    assert keeper.get("households/").status_code == 403
    assert "不查看救助对象的资料" in faults(keeper.get("households/"))[None]
    finance = caller(Role.FINANCE)
    assert finance.post("registrations/", {"village": "x", "members": [{}]}).status_code == 403


def test_the_last_use_is_put_down_once_a_minute(caller: Call, clock: Any) -> None:
    one = caller()
    began = timezone.now()
    one.get("me/")
    clock.shift(59)
    one.get("me/")
    assert ApiToken.objects.get().last_used_at == began
    clock.shift(1)
    one.get("me/")
    assert ApiToken.objects.get().last_used_at == began + dt.timedelta(minutes=1)


# ---- the database ----


@pytest.mark.parametrize(
    "change", [{"scopes": ["ids:reveal"]}, {"digest": "0" * 64}, {"name": "乙"}]
)
def test_the_database_does_not_let_a_token_become_another(change: Any, caller: Call) -> None:
    caller(scopes=("events:read",))
    with pytest.raises(DatabaseError), transaction.atomic():
        ApiToken.objects.update(**change)


def test_the_database_keeps_tokens_and_their_end(caller: Call) -> None:
    caller()
    ApiToken.objects.update(revoked_at=timezone.now())
    for act in (lambda: ApiToken.objects.update(revoked_at=None), ApiToken.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_token_without_known_scopes_cannot_be(clerk: Staff) -> None:
    at = timezone.now()
    for scopes in ((), ("all",)):
        with pytest.raises(ValueError, match="至少选择一项"):
            issue_token(name="甲", scopes=scopes, at=at, expires_at=at + dt.timedelta(1), by=clerk)


def test_a_session_has_every_scope_and_needs_its_csrf_token() -> None:
    staff = builders.staff()
    assert client_of(staff).get("/api/v1/runs/").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    assert staff.user is not None
    strict.force_login(staff.user)
    answer = strict.post(
        "/api/v1/runs/",
        {"month": "2024-07"},
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "csrf")


def test_a_caller_is_who_it_says(caller: Call) -> None:
    one = caller(Role.TOWNSHIP_CLERK, "430482001")
    found = one.get("me/").json()
    assert (found["role"], found["division"]) == ("township_clerk", "430482001")
