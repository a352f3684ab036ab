"""变更动态: of the territory alone, numbers and verbs, and nothing comes in behind a reader."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from apps.offices.actions import log
from apps.offices.models import Event, Role
from tests import builders
from tests.api.conftest import Call, Caller, faults
from tests.pages.conftest import HERE

pytestmark = pytest.mark.django_db(transaction=True)


def read(one: Caller, cursor: str = "", **more: Any) -> dict[str, Any]:
    """A part of the feed."""
    answer = one.get("events/", **({"cursor": cursor} if cursor else {}), **more)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def caught_up(one: Caller) -> str:
    """The place where nothing is left to read."""
    part = read(one, limit=500)
    while part["more"]:
        part = read(one, part["cursor"], limit=500)
    return str(part["cursor"])


def test_it_says_what_happened_and_nothing_about_whom(caller: Call) -> None:
    one = caller()
    place = caught_up(one)
    home = builders.household((builders.person("张某某"), "applicant"), division=HERE)
    log(by=one.staff, kind="x.y", object_id=3, verb="办", household_id=home.pk, reason="因病致贫")
    part = read(one, place)
    last = part["results"][-1]
    assert (last["kind"], last["object_id"], last["household"], last["verb"]) == (
        "x.y",
        3,
        home.number,
        "办",
    )
    assert set(last) == {
        "id",
        "at",
        "kind",
        "object_id",
        "household",
        "verb",
        "source",
        "target",
    }
    assert "张某某" not in str(part)
    assert "因病致贫" not in str(part)
    assert read(one, part["cursor"])["results"] == []


def test_it_is_walked_in_parts(caller: Call) -> None:
    one = caller()
    place = caught_up(one)
    for n in range(7):
        log(by=one.staff, kind="standards.standard", object_id=n, verb="标准调整")
    seen: list[int] = []
    while True:
        part = read(one, place, limit=3)
        seen += [row["object_id"] for row in part["results"]]
        place = part["cursor"]
        if not part["more"]:
            break
    assert seen == list(range(7))


def test_of_another_territory_and_of_log_ins_it_is_silent(caller: Call) -> None:
    near, county = caller(Role.TOWNSHIP_CLERK, HERE[:9]), caller()
    places = [caught_up(near), caught_up(county)]
    far = builders.household(division="430482101200")
    log(by=None, kind="far", object_id=1, verb="办", household_id=far.pk)
    log(by=None, kind=Event.LOGIN, object_id=1, verb="登录")
    log(by=None, kind="payments.paymentrun", object_id=1, verb="计算")
    kinds = [
        {row["kind"] for row in read(one, place)["results"]}
        for one, place in zip((near, county), places, strict=True)
    ]
    assert kinds[0] == set()
    assert {"far", "payments.paymentrun"} <= kinds[1]
    assert Event.LOGIN not in kinds[1]


def test_what_commits_late_is_not_skipped(caller: Call) -> None:
    """A takes its number first and commits last; a reader in between waits for it."""
    one = caller()
    place = caught_up(one)
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                log(by=None, kind="payments.slow", object_id=1, verb="慢")
                written.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    log(by=None, kind="payments.quick", object_id=2, verb="快")
    between = read(one, place)
    assert between["results"] == []  # the quick one is not shown before the slow one has ended
    go_on.set()
    thread.join()
    after = read(one, between["cursor"])
    assert [row["verb"] for row in after["results"]] == ["慢", "快"]


def test_who_rolls_back_holds_nobody_up(caller: Call) -> None:
    one = caller()
    place = caught_up(one)
    with transaction.atomic():
        log(by=None, kind="payments.never", object_id=1, verb="无")
        transaction.set_rollback(True)
    log(by=None, kind="payments.done", object_id=2, verb="有")
    assert [row["verb"] for row in read(one, place)["results"]] == ["有"]


def test_a_restored_database_says_so_and_loses_nothing(
    caller: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = caller()
    place = caught_up(one)
    monkeypatch.setattr("apps.offices.api.resources.cluster", lambda: "another")
    answer = one.get("events/", cursor=place)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "feed_restarted")
    before = Event.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT offices_events_came_along()")
    log(by=None, kind="payments.new", object_id=1, verb="新")
    part = read(one, limit=500)
    assert part["results"][-1]["verb"] == "新"
    assert Event.objects.count() == before + 1


def test_a_cursor_that_is_none_is_refused(caller: Call) -> None:
    assert "cursor" in faults(caller().get("events/", cursor="nonsense"))
