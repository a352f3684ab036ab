"""T07: 我的待办 of a township of the county, by keys."""

from __future__ import annotations

import re
from typing import Any

from tests.county.conftest import MARKS, Enter, faultless
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
A_PAGE = 50


def count_of(strip: Any) -> int:
    """The figure of a band of the strip."""
    return int(re.sub(r"\D", "", strip.locator(".v").inner_text()))


def test_t07_what_is_overdue_comes_first_and_keys_walk_the_list(enter: Enter) -> None:
    page = enter("township")
    page.goto("/")
    rows = page.get_by_test_id("task")
    dated = [words for words in rows.locator(".due b").all_inner_texts() if words != "—"]
    assert dated
    assert dated == sorted(dated)
    for row in rows.all():
        assert row.locator("[data-key=e]").count() == 1
    bands = [
        one.get_attribute("data-testid") or ""
        for one in page.locator("[data-testid^=strip-]").all()
    ]
    counted = 0
    for band in bands:
        strip = page.get_by_test_id(band)
        if strip.evaluate("node => node.tagName") != "A":
            continue
        wanted = count_of(strip)
        strip.click()
        page.wait_for_load_state()
        expect(rows).to_have_count(min(wanted, A_PAGE))
        counted += wanted
        page.goto("/")
    assert counted

    page.locator("#gq").focus()
    page.keyboard.type("j")
    assert page.locator("tr.cur").count() == 0
    page.keyboard.press("Escape")
    page.locator("h1").first.click()
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_have_class(re.compile(r"\bcur\b"))
    ticks = page.locator("tr.cur input[type=checkbox]")
    page.keyboard.press("x")
    expect(ticks).to_be_checked()
    page.keyboard.press("x")
    expect(ticks).not_to_be_checked()
    faultless(page)
    target = page.locator("tr.cur [data-key=e]").get_attribute("href")
    page.keyboard.press("e")
    page.wait_for_url(f"**{target}")
    faultless(page)
