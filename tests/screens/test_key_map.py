"""The whole keyboard map in Chromium: what each page offers works, and nothing else is offered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.changes.models import FamilyChange
from apps.households.models import Household
from apps.offices.models import Role
from apps.payments import actions as payments
from apps.units.id_number import make_id
from tests import builders
from tests.changes.reporting import Desk, family
from tests.pages import test_browser as pages
from tests.pages.conftest import HERE, poor
from tests.payments.paying import computed, four
from tests.screens.conftest import live

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
pytestmark = pages.pytestmark
NUMBER = make_id("430482", builders.date("1980-05-05"), 7)


def offered(page: Any) -> set[str]:
    """The keys that the list of keys names on this page."""
    page.keyboard.press("?")
    shown = page.locator("#keys tr:visible th")
    expect(shown.first).to_be_visible()
    found = {words.strip() for words in shown.all_inner_texts()}
    page.keyboard.press("Escape")
    return found


def test_the_list_of_keys_names_what_the_page_offers(enter: Any) -> None:
    home, _ = live("周国华")
    page = enter(Role.TOWNSHIP_CLERK)
    everywhere = {"Ctrl K 或 /", "?", "G 再按字母", "Esc"}
    page.goto(f"/households/{home.number}/")
    page.wait_for_load_state()
    assert {"C"} <= offered(page) - everywhere
    assert "N" not in offered(page)
    assert "F2" not in offered(page)
    page.goto("/apply/")
    page.wait_for_load_state()
    page.locator("h1").click()
    assert {"F2", "Alt A", "Ctrl S", "Ctrl Enter"} <= offered(page)
    page.goto("/households/")
    page.wait_for_load_state()
    assert {"J K", "Enter"} <= offered(page)
    assert not {"X", "E", "N", "C"} & offered(page)
    page.keyboard.press("?")
    goes = page.locator("#keys tr:visible", has_text="再按字母")
    expect(goes).to_contain_text("W 我的待办")
    expect(goes).not_to_contain_text("发放批次")  # not this post's
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.keyboard.press("g")
    page.keyboard.press("d")
    assert page.url.endswith("/households/")

    leader = enter(Role.COUNTY_CLERK)
    leader.goto("/households/")
    leader.wait_for_load_state()
    leader.keyboard.press("g")
    leader.keyboard.press("p")
    leader.wait_for_url("**/payruns/")


def test_rows_are_walked_on_every_kind_of_list(enter: Any) -> None:
    home, _ = poor("王五")
    Desk(home).submit("account", owner="0", payee_name="王五", payee_is="self",
                      bank="工商银行", number="6222000033334444", reason="卡遗失")  # fmt: skip
    run = computed(four(), "2024-07")
    page = enter(Role.COUNTY_SUPERVISOR)
    for path in (
        "/households/",
        "/search/?q=王五",
        f"/households/{home.number}/changes/",
        "/standards/",
        f"/payruns/{run.pk}/lines/",
        "/registers/",
        "/payruns/",
    ):
        page.goto(path)
        page.wait_for_load_state()
        page.locator("h1").click()
        page.keyboard.press("j")
        expect(page.locator("tr.cur")).to_have_count(1)
        assert page.evaluate("document.activeElement.closest('tr') !== null"), path
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/payruns/{run.pk}/")


def test_enter_walks_a_change_and_never_submits_it(enter: Any) -> None:
    home, _ = family(("张三", "1980-05-05", "applicant"))
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto(f"/households/{home.number}/change/?kind=account")
    page.wait_for_load_state()
    page.locator("#id_owner").focus()
    for name in ("payee_name", "payee_is", "bank", "number", "reason", "proof"):
        page.keyboard.press("Enter")
        expect(page.locator(f"#id_{name}")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#id_reason")).to_be_focused()
    for name in ("proof", "notice", "statement"):
        page.keyboard.press("Enter")
        expect(page.locator(f"#id_{name}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("submit")).to_be_focused()
    page.locator("#id_reason").focus()
    page.locator("#id_reason").evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(page.locator("#id_reason")).to_be_focused()  # an input method's own Enter
    page.keyboard.press("Control+s")
    page.wait_for_url("**/changes/")
    assert FamilyChange.objects.get().state == "draft"


def test_no_key_approves_a_run(enter: Any) -> None:
    poor("王五")
    people = four()
    run = computed(people, "2024-07")
    payments.check_run(run.pk, by=people.checker)
    page = enter(Role.APPROVER)
    page.goto(f"/payruns/{run.pk}/")
    page.wait_for_load_state()
    page.locator("[data-testid=seen]").check()
    for key in ("Enter", "Control+Enter", "e", "x", "c", "n"):
        page.locator("[data-testid=seen]").focus()
        page.keyboard.press(key)
    run.refresh_from_db()
    assert run.state == "checked"


def test_escape_closes_what_was_opened_and_goes_back(enter: Any) -> None:
    home, _ = poor("王五")
    computed(four(), "2024-07")
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto(f"/households/{home.number}/")
    page.wait_for_load_state()
    why = page.get_by_test_id("why").first
    why.click()
    expect(page.locator("#why [data-testid=working]")).to_be_visible()
    why.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#why [data-testid=working]")).to_have_count(0)
    expect(why).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(why).to_be_focused()


def test_e_reaches_the_next_step_of_a_case_without_taking_it(enter: Any) -> None:
    home, _ = live("周国华")
    one = builders.application("minimum_living", home, on="2024-05-20")
    before = one.state
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto(f"/applications/{one.pk}/")
    page.wait_for_load_state()
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.closest('[data-key=e]') !== null")
    one.refresh_from_db()
    assert one.state == before


def test_f2_asks_the_reader_or_waits_for_a_card_that_is_typed(enter: Any, settings: Any) -> None:
    home, _ = family(("张三", "1980-05-05", "applicant"))
    page = enter(Role.TOWNSHIP_CLERK)
    path = f"/households/{home.number}/change/?kind=join"
    page.goto(path)
    page.wait_for_load_state()
    page.locator("h1").click()
    page.keyboard.press("F2")
    number = page.locator("#id_id_number")
    expect(number).to_be_focused()
    page.keyboard.type(f"李四|男|汉|19800505|湖南省常宁市禄福村1号|{NUMBER}|常宁市公安局")
    page.keyboard.press("Enter")
    expect(number).to_have_value(NUMBER)
    expect(page.locator("#id_name")).to_have_value("李四")
    page.fill("#id_name", "李思")
    number.focus()
    number.fill("")
    page.keyboard.type(f"李四|男|汉|19800505|湖南省常宁市禄福村1号|{NUMBER}")
    expect(page.locator(".card-note")).to_contain_text("姓名“李四”")
    expect(page.locator("#id_name")).to_have_value("李思")  # shown, never written over
    pages.faultless(page)


def test_f2_fills_a_row_from_the_reader_service(enter: Any, settings: Any) -> None:
    service = "http://127.0.0.1:8989/read"
    settings.CARD_READER_URL = service
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": {**policy, "connect-src": [*policy["connect-src"], service]}
    }
    page = enter(Role.TOWNSHIP_CLERK)
    card = {"id_number": NUMBER, "name": "李四", "address": "禄福村1号"}
    allowed = {"Access-Control-Allow-Origin": "*"}
    page.route(service, lambda route: route.fulfill(
        status=200, headers=allowed, content_type="application/json", body=json.dumps(card)
    ))  # fmt: skip
    page.goto("/apply/")
    page.wait_for_load_state()
    page.keyboard.press("F2")
    expect(page.locator("[name=m1-name]")).to_have_value("李四")
    expect(page.locator("[name=m1-id_number]")).to_have_value(NUMBER)
    expect(page.locator("#m1-who")).to_contain_text("未在其他户")
    asked = [words for words in page.errors if service not in words]
    assert asked == []
    assert not Household.objects.filter(division=HERE).exists()  # the person still submits
