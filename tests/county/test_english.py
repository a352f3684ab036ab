"""T40: in English, 我的待办, the golden household and the review of a run: nothing untranslated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apps.offices.models import Staff
from tests.county import running
from tests.county.conftest import MARKS, Enter, faultless
from tests.county.screens import g1
from tests.pages.test_browser import playwright
from tests.screens.test_english import untranslated

pytestmark = MARKS
expect = playwright.expect
# Controls whose words go past their own box, but for what scrolls or is cut on purpose.
OVERFLOWING = """() => [...document.querySelectorAll('main a.btn, main button, .tabs a, .kpi, th')]
    .filter(node => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 &&
      getComputedStyle(node).overflowX === 'visible' && node.clientWidth > 0)
    .map(node => node.outerHTML.slice(0, 160))"""


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    """Whoever has spoken English speaks Chinese in the next check."""
    yield
    Staff.objects.exclude(language="zh-hans").update(language="zh-hans")


def english(page: Any) -> None:
    """The switch of the page, pressed."""
    page.goto("/help/")
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def fits(page: Any) -> None:
    """Everything said is English and has room; the rest is as everywhere."""
    page.wait_for_load_state("networkidle")
    assert untranslated(page) == [], page.url
    assert page.evaluate(OVERFLOWING) == [], page.url
    faultless(page)


def test_t40_the_worklist_in_english(enter: Enter) -> None:
    page = enter("township")
    english(page)
    page.goto("/")
    fits(page)
    page.locator("h1").first.click()
    page.keyboard.press("j")
    expect(page.get_by_test_id("preview")).to_be_visible()
    fits(page)
    page.get_by_test_id("plan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.errors.clear()  # Chromium logs the 400 of the refusal
    fits(page)
    page.locator("#gq").focus()
    page.keyboard.type("zgh")
    expect(page.get_by_test_id("hit").first).to_be_visible()
    fits(page)


def test_t40_the_household_in_english(enter: Enter) -> None:
    page = enter("township")
    english(page)
    page.goto(f"/households/{g1().number}/")
    expect(page.get_by_test_id("compare")).to_be_visible()
    expect(page.get_by_test_id("ahead")).to_be_visible()
    fits(page)
    page.get_by_test_id("show-ids").click()
    page.get_by_test_id("why").first.click()
    expect(page.locator("[data-testid=working]").first).to_be_visible()
    fits(page)


def test_t40_the_review_of_a_run_in_english(enter: Enter) -> None:
    run = running.checked()
    page = enter("approver")
    english(page)
    page.goto("/payruns/")
    fits(page)
    page.locator("[data-testid=runs] a").first.click()
    expect(page.get_by_test_id("waterfall")).to_be_visible()
    fits(page)
    page.get_by_test_id("approve").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.errors.clear()  # Chromium logs the 400 of the refusal
    fits(page)
    run.refresh_from_db()
    assert run.state == "checked"
