"""Without Redis: who is locked stays locked, and whoever may come in comes in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.login.conftest import account, inside, log_in
from tests.login.test_factors import SECOND, code_of, enrol
from tests.login.test_lock import fail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def no_redis(settings: Any) -> None:
    """Nobody listens there."""
    away = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock?db=0"}
    settings.CACHES = {"default": away}


def test_a_log_in_of_two_steps_and_the_lock_need_no_cache(clock: Any) -> None:
    account()
    secret = enrol(log_in()[0])
    clock.shift(60)
    client, _ = log_in()
    client.post(SECOND, {"code": code_of(secret)})
    assert inside(client)
    fail()
    assert log_in()[1].status_code == 200
