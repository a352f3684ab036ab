"""Keys of the pages: never while one types, off for whoever wants it, said on every page."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from apps.offices.doors.actions import choose_password
from apps.offices.models import Density, Role, Staff
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import client_of
from tests.screens.conftest import live

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_keys_go_everywhere_and_can_be_switched_off(enter: Any) -> None:
    home, _ = live("周国华")
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto(f"/households/{home.number}/")
    keys = page.get_by_role("dialog")
    opener = page.locator("[data-help]")
    opener.focus()
    page.keyboard.press("?")
    expect(keys).to_contain_text("报告变化")  # the keys of this page stand there too
    page.keyboard.press("c")  # and do nothing while it is read
    expect(keys).to_be_visible()
    pages.faultless(page)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("c")
    page.wait_for_url("**/change/")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/households/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.locator("body")).to_have_attribute("data-page", "worklist")
    page.keyboard.press("/")
    page.keyboard.type("gn")  # letters in a box are letters
    expect(page.locator("#gq")).to_have_value("gn")

    page.goto("/profile/")
    page.get_by_text("紧凑").click()
    page.get_by_text("使用单字母快捷键").click()
    page.get_by_test_id("save").click()
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#gq")).to_be_focused()


@pytest.mark.django_db
def test_settings_are_each_ones_own_and_show_the_last_log_ins() -> None:
    mine, other = builders.staff(Role.TOWNSHIP_CLERK), builders.staff(Role.TOWNSHIP_CLERK)
    client = client_of(mine)
    assert client.post("/profile/", {"density": "compact"}).status_code == 302
    kept = Staff.objects.get(pk=mine.pk)
    assert (kept.density, kept.letter_keys) == (Density.COMPACT, False)
    untouched = Staff.objects.get(pk=other.pk)
    assert (untouched.density, untouched.letter_keys) == (Density.NORMAL, True)
    assert client.post("/profile/", {"density": "wide"}).status_code == 400

    user = mine.user
    assert user is not None
    choose_password(user, "long-enough-1", at=timezone.now())
    client.logout()
    typed = {"username": user.username, "password": "long-enough-1"}
    client.post("/login/", typed, REMOTE_ADDR="10.3.2.1")
    assert "10.3.2.1" in client.get("/profile/").content.decode()
    assert "10.3.2.1" not in client_of(other).get("/profile/").content.decode()


@pytest.mark.django_db
def test_help_names_whom_to_ask() -> None:
    keeper = builders.staff(Role.SYSTEM_ADMIN)
    builders.staff(Role.SECURITY_ADMIN)
    page = client_of(builders.staff(Role.TOWNSHIP_CLERK)).get("/help/").content.decode()
    assert keeper.name in page
    assert 'href="/help/"' in page
