"""登录结束: a page left open over lunch says so, keeps what was typed, and goes on afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session

from apps.offices.models import Role, Staff
from tests.pages import test_browser as pages
from tests.screens.conftest import live

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect


@pytest.mark.django_db
def test_a_piece_of_a_page_is_refused_where_the_page_itself_leads_to_the_log_in(
    client: Any,
) -> None:
    home, _ = live("周国华")
    path = f"/households/{home.number}/changes/"
    assert client.get(path).status_code == 302
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_a_page_goes_on_after_a_new_log_in_in_another_window(enter: Any) -> None:
    home, _ = live("周国华")
    page = enter(Role.TOWNSHIP_CLERK)
    profile = page.context.new_page()
    profile.goto("/profile/")
    page.goto(f"/households/{home.number}/change/?kind=account")
    Session.objects.all().delete()
    bank = page.locator("#change [name=bank]")
    bank.fill("常宁农商行")
    bank.press("Tab")
    ended = page.locator("#ended")
    expect(ended).to_be_visible()
    expect(page.locator("#live")).to_contain_text("登录已经结束")
    expect(page.locator("header.top")).to_have_count(1)
    page.errors.clear()  # the browser reports the refusal itself

    with page.context.expect_page() as opened:
        ended.get_by_role("link").click()
    again = opened.value
    again.fill("#id_username", Role.TOWNSHIP_CLERK.value)
    again.fill("#id_password", pages.PASSWORD)
    again.click("main button[type=submit]")
    again.wait_for_url(lambda url: "/login/" not in url)

    expect(bank).to_have_value("常宁农商行")
    bank.fill("常宁农商行城关支行")
    bank.press("Tab")
    expect(ended).to_be_hidden()
    expect(page.locator("#trouble")).to_be_hidden()
    profile.get_by_text("紧凑").click()
    profile.get_by_test_id("save").click()
    expect(profile.locator("html")).to_have_attribute("data-density", "compact")
    assert Staff.objects.get(user__username=Role.TOWNSHIP_CLERK).density == "compact"
    pages.faultless(page)
