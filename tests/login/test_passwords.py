"""密码: what a new one must be, whose it is, and when it has had its time."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.offices.actions import open_login
from apps.offices.doors.models import ChosenPassword
from apps.offices.doors.passwords import KindsOfCharacters
from apps.offices.models import Event, Role, Staff
from tests import builders
from tests.login.conftest import PASSWORD, account, inside, log_in, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = 24 * 3600
CHANGE = "/profile/password/"


def change(client: Client, new: str, old: str = PASSWORD, **more: str) -> Any:
    """The form of 修改密码, sent."""
    return client.post(CHANGE, {"old": old, "new": new, "again": new, **more})


def test_a_change_ends_the_other_sessions_and_not_this_one() -> None:
    account()
    here, there = log_in()[0], log_in()[0]
    before = here.cookies["sessionid"].value
    assert change(here, "Xin-Mima-2024")["Location"] == "/profile/"
    assert (inside(here), inside(there)) == (True, False)
    assert here.cookies["sessionid"].value != before
    assert not inside(log_in()[0])
    assert inside(log_in(password="Xin-Mima-2024")[0])
    assert Event.objects.filter(verb="修改登录密码").count() == 1


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("Ab1-xyz", "至少8个字符"),
        ("abcdefgh1", "至少3种"),
        ("ABCDEFGH", "至少3种"),
        ("Password1", "太常见"),
        (PASSWORD, "最近5次"),
        ("Wangxiaoming-1", "与"),
    ],
)
def test_what_a_new_password_must_be(new: str, why: str) -> None:
    account("wangxiaoming")
    client, _ = log_in("wangxiaoming")
    answer = change(client, new)
    assert answer.status_code == 400
    assert why in words(answer)
    assert inside(log_in("wangxiaoming")[0])


def test_one_of_the_last_five_does_not_come_back_but_an_older_one_may() -> None:
    account()
    client, _ = log_in()
    made = [PASSWORD, *(f"Xin-Mima-{n}{n}" for n in range(6))]
    for old, new in itertools.pairwise(made):
        assert change(client, new, old).status_code == 302, new
        refused = change(client, old, new)
        assert refused.status_code == 400
    assert change(client, made[2], made[-1]).status_code == 400
    assert change(client, made[0], made[-1]).status_code == 302
    assert ChosenPassword.objects.count() <= 6


def test_the_present_password_is_asked_and_guessing_it_locks() -> None:
    account()
    client, _ = log_in()
    for _ in range(5):
        assert "现在的密码不对" in words(change(client, "Xin-Mima-2024", "wrong"))
    assert "现在的密码不对" in words(change(client, "Xin-Mima-2024"))
    assert not inside(log_in()[0])


def test_two_different_new_ones_are_a_slip() -> None:
    account()
    client, _ = log_in()
    typed = {"old": PASSWORD, "new": "Xin-Mima-2024", "again": "Xin-Mima-2025"}
    assert "两次输入的新密码不一样" in words(client.post(CHANGE, typed))


def test_after_ninety_days_it_is_changed_before_anything_else(clock: Any) -> None:
    account()
    clock.shift(90 * DAY)
    client, answer = log_in()
    assert answer["Location"].startswith(CHANGE)
    away = client.get("/standards/")
    assert away["Location"] == f"{CHANGE}?next=%2Fstandards%2F"
    assert "用满90天" in words(client.get(away["Location"]))
    assert change(client, "Xin-Mima-2024", next="/standards/")["Location"] == "/standards/"
    assert inside(client)


def test_a_week_before_it_is_said_and_may_be_passed_by(clock: Any) -> None:
    account()
    clock.shift(85 * DAY)
    client, answer = log_in()
    assert answer["Location"].startswith(CHANGE)
    assert "密码还有5天到期" in words(client.get(answer["Location"]))
    assert inside(client)


def test_a_password_given_by_somebody_is_changed_first_however_it_was_given() -> None:
    mine = account()
    user: Any = mine.user
    user.set_password("Given-By-Admin-1")
    user.save()
    client, answer = log_in(password="Given-By-Admin-1")
    assert answer["Location"].startswith(CHANGE)
    assert not inside(client)
    assert "不是您自己设的" in words(client.get(CHANGE))
    assert change(client, "Xin-Mima-2024", "Given-By-Admin-1").status_code == 302
    assert inside(client)


def test_a_program_is_told_so_by_a_code_and_a_piece_of_a_page_leads_there() -> None:
    mine = account()
    user: Any = mine.user
    user.set_password("Given-By-Admin-1")
    user.save()
    client, _ = log_in(password="Given-By-Admin-1")
    refused = client.get("/api/v1/runs/")
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["code"] == "password_change_required"
    part = client.get("/help/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == CHANGE
    assert client.post("/logout/")["Location"] == "/login/"


def test_the_security_administrator_gives_one_that_is_shown_once() -> None:
    mine = account()
    other, _ = log_in()
    account("keeper", Role.SECURITY_ADMIN)
    keeper, _ = log_in("keeper")
    answer = keeper.post(f"/login-security/{mine.user_id}/reset/")
    shown = re.search(r'data-testid="temporary">([^<]+)<', answer.content.decode())
    assert shown is not None
    assert answer["Cache-Control"] == "no-store"
    assert not inside(other)
    assert shown[1] not in keeper.get("/login-security/").content.decode()
    client, answer = log_in(password=shown[1])
    assert answer["Location"].startswith(CHANGE)
    assert not inside(client)


def test_nobody_resets_their_own_and_nobody_another_countys() -> None:
    mine = account("keeper", Role.SECURITY_ADMIN, division="4304821")
    far = account("far", division="430481")
    keeper, _ = log_in("keeper")
    for whose in (mine, far):
        assert keeper.post(f"/login-security/{whose.user_id}/reset/").status_code == 404


def test_a_demonstration_asks_for_no_other_password(clock: Any) -> None:
    open_login(
        username="demo", password="public-1", name="演示", role=Role.AUDITOR, division="430482"
    )
    clock.shift(400 * DAY)
    client, answer = log_in("demo", "public-1")
    assert answer["Location"] == "/"
    assert inside(client)


def test_a_newer_hash_of_the_same_password_is_still_ones_own(settings: Any) -> None:
    account()
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    for _ in range(2):
        client, answer = log_in()
        assert answer["Location"] == "/"
        assert inside(client)
    encoded = get_user_model().objects.get(username="wang").password
    assert encoded.startswith("scrypt")


def test_the_asvs_profile_asks_for_length_alone(settings: Any, clock: Any) -> None:
    settings.PASSWORD_MIN_LENGTH, settings.PASSWORD_KINDS = 12, 0
    settings.PASSWORD_HISTORY, settings.PASSWORD_MAX_AGE_DAYS = 0, 0
    account()
    clock.shift(400 * DAY)
    client, answer = log_in()
    assert answer["Location"] == "/"
    assert change(client, "short-Pass1").status_code == 400
    assert change(client, "a long line of plain words").status_code == 302
    page = words(client.get(CHANGE))
    assert "至少12个字符" in page
    assert (
        "种"
        not in page[page.index("新密码的要求") : page.index("修改密码", page.index("新密码的要求"))]
    )


def test_a_profile_that_is_none_is_refused_at_the_start() -> None:
    import os
    import subprocess
    import sys

    asked = [sys.executable, "-c", "import civil_affairs.log_in"]
    done = subprocess.run(
        asked, env=os.environ | {"PASSWORD_PROFILE": "none"}, capture_output=True, text=True
    )
    assert "djbh" in done.stderr


@given(st.text(min_size=1, max_size=20))
def test_kinds_are_counted_over_every_sign(password: str) -> None:
    from django.core.exceptions import ValidationError

    kinds = {
        "digit" if s.isdigit() else "upper" if s.isupper() else "lower" if s.islower() else "other"
        for s in password
    }
    try:
        KindsOfCharacters().validate(password)
        passed = True
    except ValidationError:
        passed = False
    assert passed == (len(kinds) >= 3)


def test_the_accounts_of_before_are_their_owners() -> None:
    """An upgrade asks nobody to change a password they know (migration 0008)."""
    from importlib import import_module

    from django.db import connection

    user = get_user_model().objects.create_user("old", password="Known-For-Years-1")
    Staff.objects.create(user=user, name="old", role=Role.AUDITOR, division=builders.COUNTY)
    forward = import_module("apps.offices.migrations.0011_log_in").FORWARD
    with connection.cursor() as cursor:
        cursor.execute(forward[forward.index("INSERT INTO offices_chosenpassword") :])
    ChosenPassword.objects.update(at=timezone.now())
    client, answer = log_in("old", "Known-For-Years-1")
    assert answer["Location"] == "/"
    assert inside(client)


def test_the_first_accounts_are_made_by_a_command_and_their_passwords_changed() -> None:
    import io

    from django.core.management import CommandError, call_command

    asked = ("appoint", "feng", "冯安全", "security_admin", "430482")
    said = io.StringIO()
    call_command(*asked, stdout=said)
    client, answer = log_in("feng", said.getvalue().rpartition("：")[2].strip())
    assert answer["Location"].startswith(CHANGE)
    assert Event.objects.filter(verb="开通账号").exists()
    with pytest.raises(CommandError, match="已经有了"):
        call_command(*asked, stdout=said)
    assert not inside(client)
