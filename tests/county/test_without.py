"""T39, T41: the county without scripts; at 400 % and with forced colours."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Draft
from apps.households.models import Household
from apps.payments import actions as payments
from tests.county import running
from tests.county.conftest import MARKS, Enter, faultless, staff_of
from tests.county.screens import g1, midway, paid
from tests.county.test_register import free
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
MINUTE = 60_000  # ms
# 400 % of a window of 1280 × 1024 (WCAG 1.4.10).
WHOLE, A_QUARTER = {"width": 1280, "height": 1024}, {"width": 320, "height": 256}
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What a reader of the page has: headings, controls by their names, figures and statuses.
CONTENT = """() => [...document.querySelectorAll(
    'main :is(h1, h2, h3, .st, .tag, .v, label, summary, button, a, input, select, td)')]
  .filter(node => node.checkVisibility({ visibilityProperty: true }))
  .map(node => `${node.tagName} ${node.name || node.textContent}`.replace(/\\s+/g, ' ').trim())"""
# A status of no words, or whose words have the colour of what is behind them.
UNREADABLE = """() => [...document.querySelectorAll('.st, .due, .tag')].filter(node => {
  if (!node.checkVisibility()) return false;
  let behind = node;
  while (behind.parentElement && /^(transparent|rgba\\(.*, 0\\))$/.test(
      getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  return !node.textContent.trim() ||
      getComputedStyle(node).color === getComputedStyle(behind).backgroundColor;
}).map(node => node.outerHTML.slice(0, 160))"""


@pytest.fixture
def plain(database: str) -> Any:
    """No draft is there before or after."""
    Draft.objects.all().delete()
    yield
    Draft.objects.all().delete()


def with_scripts(enter: Enter, username: str, url: str) -> None:
    """axe is a script too: the page one ended on, opened where there are scripts."""
    page = enter(username)
    page.goto(url)
    faultless(page)


def test_t39_without_scripts_one_searches_and_registers(plain: None, enter: Enter) -> None:
    number, homes = free("1982-04-12"), Household.objects.count()
    page = enter("township", java_script_enabled=False)
    page.goto("/")
    page.fill("#gq", "zgh")
    page.press("#gq", "Enter")
    expect(page.get_by_test_id("hits")).to_contain_text(g1().number)
    page.fill("#gq", "张无脚")
    page.press("#gq", "Enter")
    page.get_by_role("link", name="登记为新户").click()
    expect(page.locator("[name=m1-name]")).to_have_value("张无脚")
    page.fill("[name=village]", "庙前村")
    page.get_by_test_id("draft").click()
    expect(page.get_by_test_id("restored")).to_be_visible()
    page.fill("[name=m1-id_number]", number[:-1])
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("faults")).to_contain_text("现在是17位")
    page.errors.clear()  # Chromium logs the 400 of the refusal
    page.fill("[name=m1-id_number]", number)
    page.get_by_test_id("try").click()
    expect(page.get_by_test_id("estimate-fen")).to_contain_text("450.00")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("idbar")).to_contain_text("张无脚 户")
    assert Household.objects.count() == homes + 1
    page.get_by_test_id("show-ids").click()
    expect(page.locator("dl")).to_contain_text(number[-4:])
    assert page.errors == []
    home = Household.objects.latest("pk")
    with_scripts(enter, "township", f"/households/{home.number}/")


def test_t39_without_scripts_a_run_is_approved(enter: Enter) -> None:
    run = running.checked()
    page = enter("approver", java_script_enabled=False)
    page.goto("/payruns/")
    page.locator("[data-testid=runs] a").first.click()
    page.get_by_test_id("seen").check()
    page.get_by_test_id("approve").click()
    expect(page.get_by_test_id("state")).to_contain_text("已审批", timeout=MINUTE)
    run.refresh_from_db()
    assert run.state == "approved"
    with_scripts(enter, "approver", f"/payruns/{run.pk}/")
    payments.return_run(run.pk, by=staff_of("finance"), reason="检查完毕")


def pages_of() -> dict[str, list[str]]:
    """Who reads what: the pages of every day."""
    home = f"/households/{g1().number}/"
    return {
        "township": ["/", "/apply/?new=1", "/search/?q=zgh", home],
        "supervisor": [f"/applications/{midway().pk}/"],
        "approver": [f"/payruns/{paid().pk}/"],
    }


@pytest.mark.parametrize("username", ["township", "supervisor", "approver"])
def test_t41_nothing_is_lost_at_400_per_cent(username: str, enter: Enter) -> None:
    page = enter(username, viewport=WHOLE)
    for path in pages_of()[username]:
        page.set_viewport_size(WHOLE)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        before = set(page.evaluate(CONTENT))
        page.set_viewport_size(A_QUARTER)
        page.wait_for_timeout(300)
        assert page.evaluate(WIDE) <= 0, path
        assert before - set(page.evaluate(CONTENT)) == set(), path
        faultless(page)


@pytest.mark.parametrize("username", ["township", "supervisor", "approver"])
def test_t41_statuses_are_read_in_forced_colours(username: str, enter: Enter) -> None:
    page = enter(username)
    page.emulate_media(forced_colors="active")
    seen = 0
    for path in pages_of()[username]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert page.evaluate(UNREADABLE) == [], path
        seen += page.locator(".st, .due, .tag").count()
        faultless(page)
    assert seen
