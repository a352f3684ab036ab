"""The door of the API: how calls are read, refused, counted and paged, whatever they are about."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.core.cache import caches
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as Away

from apps.offices.models import Role
from tests import builders
from tests.api.conftest import Call, Caller, faults
from tests.pages.conftest import HERE, client_of

pytestmark = pytest.mark.django_db


# ---- refusals ----


def test_without_a_log_in_there_is_401_and_how_to_come_in(client: Any) -> None:
    answer = client.get("/api/v1/households/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert answer.json()["errors"][0]["code"] == "not_authenticated"


def test_an_address_that_is_none_is_refused_in_the_same_shape(caller: Call, client: Any) -> None:
    one = caller()
    for path in ("nothing/", "households", "runs/x/", "runs/0/", "runs/" + "9" * 40 + "/"):
        answer = one.get(path)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")
    assert one.post("nothing/").status_code == 404
    assert client.get("/api/v1/nothing/").status_code == 401


def test_methods_kinds_and_answers_that_are_not_offered(caller: Call) -> None:
    one = caller()
    about = {"Authorization": f"Bearer {one.text}"}
    assert one.client.put("/api/v1/runs/", headers=about).status_code == 405
    assert one.client.options("/api/v1/runs/", headers=about).status_code == 405
    html = one.client.get("/api/v1/runs/", headers={**about, "Accept": "text/html"})
    assert html.status_code == 406
    key = {**about, "Idempotency-Key": "k"}
    form = one.client.post("/api/v1/runs/", {"month": "2024-07"}, headers=key)
    assert form.status_code == 415


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "不是合规的 JSON"),
        ("[]", "应是一个 JSON 对象"),
        (b"\xff", "不是合规的 JSON"),
        ('{"month": NaN}', "不是合规的 JSON"),
        ('{"month": ' + "9" * 30 + "}", "不是合规的 JSON"),
        ('{"month": "\\u0000"}', "不能保存的字符"),
        ('{"month": "\\ud800"}', "不能保存的字符"),
        ('{"month": ' + "[" * 40 + "]" * 40 + "}", "嵌套过深"),
        ('{"month": ' + "[" * 90_000 + "]" * 90_000 + "}", "JSON"),
    ],
    ids=range(9),
)
def test_what_no_page_could_have_sent_is_refused_unread(
    body: Any, words: str, caller: Call
) -> None:
    one = caller()
    headers = {"Authorization": f"Bearer {one.text}", "Idempotency-Key": "k"}
    answer = one.client.generic("POST", "/api/v1/runs/", body, "application/json", headers=headers)
    assert answer.status_code == 400
    assert words in faults(answer)[None]


def test_too_much_is_413(caller: Call, settings: Any) -> None:
    settings.API_BODY_BYTES = 100
    answer = caller().post("runs/", {"month": "2024-07", "x": "字" * 100})
    assert answer.status_code == 413


def test_a_name_that_is_not_known_is_named(caller: Call) -> None:
    one = caller()
    assert faults(one.get("households/", divison="430482")) == {"divison": "没有这一项。"}
    assert faults(one.get("households/?limit=1&limit=2")) == {"limit": "只能写一次。"}
    assert set(faults(one.post("runs/", {"month": "2024-07", "mont": 1}))) == {"mont"}


@pytest.mark.parametrize("text", ["1899-12-31", "2101-01-01", "0001-01-01", "9999-12-31"])
def test_days_of_other_ages_are_refused(text: str, caller: Call) -> None:
    assert set(faults(caller().get("applications/", applied_from=text))) == {"applied_from"}


# ---- rates ----


@pytest.fixture
def fresh_minute(clock: Any) -> None:
    """A minute in which no run of these tests has counted anything."""
    clock.shift(secrets.randbelow(20 * 24 * 3600))


def test_who_asks_too_often_waits(fresh_minute: None, caller: Call, settings: Any) -> None:
    settings.API_RATES = {"read": 3, "write": 1, "reveal": 1}
    one, other = caller(), caller()
    codes = [one.get("me/").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    answer = one.get("me/")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer.json()["errors"][0]["code"] == "throttled"
    assert other.get("me/").status_code == 200  # counted by token
    assert one.post("runs/", {"month": "2024-07"}).status_code == 201  # and by what is done


def test_without_redis_it_is_counted_all_the_same(
    fresh_minute: None, caller: Call, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATES = {"read": 2, "write": 1, "reveal": 1}

    def away(*_: Any, **__: Any) -> None:
        raise Away

    monkeypatch.setattr(type(caches["default"]), "add", away)
    one = caller()
    assert [one.get("me/").status_code for _ in range(3)] == [200, 200, 429]


# ---- pages ----


def homes(count: int, division: str = HERE) -> list[str]:
    return sorted(
        builders.household((builders.person(f"户主{n}"), "applicant"), division=division).number
        for n in range(count)
    )


def walked(one: Caller, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    found: list[dict[str, Any]] = []
    answer = one.get(path, **params)
    while True:
        page = answer.json()
        found += page["results"]
        if page["next"] is None:
            return found
        answer = one.get(page["next"])


def test_a_list_is_walked_without_missing_or_repeating(caller: Call) -> None:
    numbers = homes(7)
    one = caller()
    assert [row["number"] for row in walked(one, "households/", limit=3)] == numbers
    for home in numbers:
        assert one.get(f"households/{home}/").status_code == 200


def test_what_comes_in_meanwhile_moves_nobody(caller: Call) -> None:
    homes(4)
    one = caller()
    first = one.get("households/", limit=2).json()
    homes(2)
    second = one.get(first["next"]).json()
    shown = [row["number"] for row in first["results"] + second["results"]]
    assert len(set(shown)) == 4


def test_a_cursor_belongs_to_its_list_and_filters(caller: Call) -> None:
    homes(3)
    one = caller()
    following = one.get("households/", limit=1).json()["next"]
    cursor = following.rpartition("cursor=")[2]
    for path in (
        f"households/?limit=1&division={HERE}&cursor={cursor}",
        f"applications/?cursor={cursor}",
        "households/?cursor=nonsense",
    ):
        answer = one.get(path)
        assert answer.status_code == 400
        assert "请从第一页重新读" in faults(answer)["cursor"]


@pytest.mark.parametrize("path", ["households/", "applications/", "awards/", "changes/", "events/"])
def test_queries_do_not_grow_with_rows(
    path: str, caller: Call, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection

    one = caller()
    one.get(path)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert one.get(path, limit=200).status_code == 200
        return len(seen)

    builders.from_paper()
    for n in range(2):
        home = builders.household((builders.person(f"甲{n}"), "applicant"), division=HERE)
        builders.application("minimum_living", home)
    few = asked()
    for n in range(6):
        home = builders.household((builders.person(f"乙{n}"), "applicant"), division=HERE)
        builders.application("minimum_living", home)
    assert asked() == few <= 10


# ---- territory ----


def test_what_lies_elsewhere_is_not_there(caller: Call) -> None:
    (home,) = homes(1, "430482101200")
    asked = builders.application(
        "minimum_living", builders.household(division="430482101200"), on="2024-07-01"
    )
    near = caller(Role.TOWNSHIP_CLERK, HERE[:9])
    for path in (
        f"households/{home}/",
        f"households/{home}/facts/",
        f"households/{home}/accounts/",
        f"households/{home}/payments/",
        f"households/{home}/changes/",
        f"households/{home}/changes/income/",
        f"applications/{asked.pk}/",
        f"applications/{asked.pk}/clocks/",
        "divisions/430482101200/",
    ):
        assert near.get(path).status_code == 404, path
    assert near.post(f"households/{home}/id-numbers/").status_code == 404
    assert near.get("households/").json()["results"] == []
    assert near.get("applications/").json()["results"] == []
    assert near.get("search/", q="户主").json()["results"] == []


def test_who_did_what_is_the_post_behind_the_token(caller: Call) -> None:
    one = caller()
    made = one.post("runs/", {"month": "2024-07"})
    assert made.status_code == 201
    seen = client_of(one.staff).get(f"/payruns/{made.json()['id']}/").content.decode()
    assert one.staff.name in seen
