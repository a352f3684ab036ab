"""幂等号: a call of the API that is sent again is answered again, and does nothing more."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from apps.offices import once
from apps.offices.models import Event, IdemKey, Outbox, Role
from apps.payments import actions
from apps.payments.models import PaymentRun
from tests import builders
from tests.pages.conftest import as_json, client_of

pytestmark = pytest.mark.django_db
UNSAFE = ("post", "put", "patch", "delete")


@pytest.fixture
def day() -> dt.date:
    """The clock of these calls."""
    return dt.date(2024, 7, 10)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Views read the clock."""


@pytest.fixture
def clerk() -> Any:
    """A county clerk's client."""
    return client_of(builders.staff())


def new_run(client: Any, key: str, month: str = "2024-07") -> Any:
    return client.post("/api/v1/runs/", {"month": month}, **as_json(key))


# ---- what the key does ----


def test_a_call_sent_again_is_answered_again_and_does_nothing_more(clerk: Any) -> None:
    first, again = new_run(clerk, "k-1"), new_run(clerk, "k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert PaymentRun.objects.count() == Event.objects.filter(verb="建立").count() == 1


def test_how_the_json_is_laid_out_does_not_matter(clerk: Any) -> None:
    new_run(clerk, "k-1")
    again = clerk.post("/api/v1/runs/", '{ "month" :\n"2024-07"}', **as_json("k-1"))
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/v1/runs/", {"month": "2024-08"}), ("/api/v1/trials/", {"month": "2024-07"})],
)
def test_a_key_of_another_call_is_refused(clerk: Any, path: str, body: Any) -> None:
    new_run(clerk, "k-1")
    answer = clerk.post(path, body, **as_json("k-1"))
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert fault["code"] == "idempotency_key_reused"
    assert "已用于另一个请求（POST /api/v1/runs/）" in fault["detail"]
    assert PaymentRun.objects.count() == 1


@pytest.mark.parametrize("key", [None, "", "有空格", "a b", "x" * 101])
def test_a_call_without_a_key_is_told_how(clerk: Any, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = clerk.post(
        "/api/v1/runs/", {"month": "2024-07"}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 400
    fault = answer.json()["errors"][0]
    assert fault["code"] == "idempotency_key_missing"
    assert "请在请求头 Idempotency-Key 中写明本次操作的编号" in fault["detail"]
    assert not PaymentRun.objects.exists()


def test_two_people_may_use_the_same_key(clerk: Any) -> None:
    new_run(clerk, "k-1")
    other = new_run(client_of(builders.staff()), "k-1")
    assert other.status_code == 409  # not the other's answer: their own refusal
    assert IdemKey.objects.count() == 1


# ---- what was refused left nothing ----


@pytest.mark.parametrize(("month", "status"), [("7月", 400), ("2024-07", 409)])
def test_nothing_is_kept_of_a_refusal(clerk: Any, month: str, status: int) -> None:
    standing = actions.open_run(
        month=builders.month("2024-06"),
        cutoff=builders.date("2024-06-10"),
        division=builders.COUNTY,
        by=builders.staff(),
    )
    assert new_run(clerk, "k-1", month).status_code == status
    assert not IdemKey.objects.exists()
    actions.cancel_run(standing.pk, by=standing.maker, reason="不要了")
    assert new_run(clerk, "k-1").status_code == 201


def test_a_malformed_body_is_a_refusal_like_any_other(clerk: Any) -> None:
    assert clerk.post("/api/v1/runs/", "{", **as_json("k-1")).status_code == 400
    assert new_run(clerk, "k-1").status_code == 201


class Lost:
    """A middleware under which the answer never reaches who asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.get_response(request)
        raise ConnectionResetError


def test_who_did_not_hear_the_answer_asks_again_and_hears_it(clerk: Any, settings: Any) -> None:
    usual = settings.MIDDLEWARE
    settings.MIDDLEWARE = [f"{__name__}.Lost", *usual]
    with pytest.raises(ConnectionResetError):
        new_run(clerk, "k-1")
    settings.MIDDLEWARE = usual
    clerk.handler._middleware_chain = None
    again = new_run(clerk, "k-1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert PaymentRun.objects.count() == 1


def test_an_act_on_a_run_has_one_errand_however_often_it_is_sent(clerk: Any) -> None:
    pk = new_run(clerk, "k-1").json()["id"]
    seen = {"If-Match": clerk.get(f"/api/v1/runs/{pk}/")["ETag"]}
    for _ in range(3):
        sent = as_json("k-2")
        sent["headers"] |= seen
        answer = clerk.post(f"/api/v1/runs/{pk}/compute/", {}, **sent)
        assert answer.status_code == 200
    assert Outbox.objects.count() == 1


# ---- many at once ----


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_have_one_effect_and_one_answer() -> None:
    by = builders.staff()
    clients = [client_of(by) for _ in range(12)]
    gate, answers = threading.Barrier(12), []

    def send(client: Any) -> None:
        try:
            gate.wait(20)
            answers.append(new_run(client, "k-1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [answer.status_code for answer in answers] == [201] * 12
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 11
    assert PaymentRun.objects.count() == 1


# ---- keeping ----


def test_keys_are_forgotten_and_the_business_key_still_refuses(clerk: Any) -> None:
    new_run(clerk, "k-1")
    once.forget_keys(7)
    assert IdemKey.objects.count() == 1
    once.forget_keys(-1)
    assert not IdemKey.objects.exists()
    assert new_run(clerk, "k-1").status_code == 409
    assert PaymentRun.objects.count() == 1


def test_what_was_answered_is_never_changed(clerk: Any) -> None:
    new_run(clerk, "k-1")
    with pytest.raises(DatabaseError):
        IdemKey.objects.update(body="{}")


# ---- every unsafe call ----


def api_views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(path, view class) of everything that REST framework answers."""
    for one in patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from api_views(one.url_patterns, path)
        elif isinstance(one, URLPattern) and hasattr(one.callback, "cls"):
            yield path, one.callback.cls


def test_every_unsafe_call_of_the_api_needs_a_key() -> None:
    found = [
        (path, name, getattr(getattr(view, name), "once", False))
        for path, view in api_views(get_resolver().url_patterns)
        for name in UNSAFE
        if hasattr(view, name)
    ]
    assert len(found) >= 4
    assert not [(path, name) for path, name, guarded in found if not guarded]


def test_the_schema_says_so() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    unsafe = [act for one in paths.values() for name, act in one.items() if name in UNSAFE]
    assert len(unsafe) >= 4
    for act in unsafe:
        headers = {one["name"]: one for one in act["parameters"] if one["in"] == "header"}
        assert headers["Idempotency-Key"]["required"] is True
        assert "422" in act["responses"]


def test_a_safe_call_needs_none(clerk: Any) -> None:
    assert clerk.get("/api/v1/runs/").status_code == 200


def test_whoever_has_no_post_has_no_key() -> None:
    auditor = client_of(builders.staff(Role.SYSTEM_ADMIN))
    assert new_run(auditor, "k-1").status_code == 403
    assert not IdemKey.objects.exists()
