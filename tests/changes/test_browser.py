"""The change page in a real browser: it fills, the amounts appear, it is submitted and decided."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from apps.offices.models import Role
from tests import builders
from tests.changes.reporting import Desk, family
from tests.pages import test_browser as pages

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
pytestmark = pages.pytestmark
browser_type_launch_args = pages.browser_type_launch_args
enter = pages.enter
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def now() -> None:
    """A browser keeps its own clock, so ours is the real one."""


def shot(page: Any, name: str) -> None:
    """Kept where SHOTS says, for somebody to look at."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_change_is_seen_before_it_is_submitted_and_decided_by_another(enter: Any) -> None:
    home, (who,) = family(("张三", "1980-05-05", "applicant"))
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    page = enter(Role.COUNTY_CLERK)
    page.goto(f"/households/{home.number}/")
    page.click("[data-testid=change]")
    page.click("text=收入变化")
    page.select_option("#id_person", str(who.pk))
    page.select_option("#id_code", "wage")
    page.fill("#id_amount", "200")
    page.fill("#id_on", "2024-05-01")
    page.press("#id_on", "Tab")
    shown = page.get_by_test_id("preview")
    playwright.expect(shown).to_contain_text("500.00", timeout=20_000)
    playwright.expect(shown).to_contain_text("须另一人复核")
    shot(page, "change")
    pages.faultless(page)
    page.click("[data-testid=submit]")
    playwright.expect(page.get_by_text("已提交，待另一人复核后生效。")).to_be_visible()
    path = page.url
    decider = enter(Role.COUNTY_SUPERVISOR, width=390, height=844)
    decider.goto(path)
    playwright.expect(decider.get_by_test_id("preview")).to_contain_text("500.00")
    shot(decider, "decide")
    pages.faultless(decider)
    decider.click("[data-testid=approve]")
    playwright.expect(decider.get_by_text("复核通过，变更已生效。")).to_be_visible()
    decider.goto(f"/households/{home.number}/")
    playwright.expect(decider.get_by_test_id("changes")).to_contain_text("收入变化")


def test_enter_in_the_reason_sends_back_and_never_approves(enter: Any) -> None:
    home, _ = family(("张三", "1980-05-05", "applicant"))
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    change = Desk(home).submit("property", within="no", on="2024-07-01")
    page = enter(Role.COUNTY_SUPERVISOR, width=390, height=844)
    page.goto(f"/changes/{change.pk}/")
    page.press("#send-back-reason", "Enter")
    page.keyboard.press("Enter")  # the first has led to the button
    playwright.expect(page.get_by_role("alert").first).to_contain_text("理由")
    page.errors.clear()  # Chromium logs the 400 of the refusal
    shot(page, "no-reason")
    pages.faultless(page)
    page.fill("#send-back-reason", "请补存款证明")
    page.press("#send-back-reason", "Enter")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("main")).to_contain_text("退回：请补存款证明")
    change.refresh_from_db()
    assert change.state == change.State.DRAFT


def test_a_split_foretells_the_application_and_opens_it(enter: Any) -> None:
    home, (_, spouse) = family(
        ("张三", "1980-05-05", "applicant"), ("李四", "1982-03-03", "spouse")
    )
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    page = enter(Role.COUNTY_CLERK)
    page.goto(f"/households/{home.number}/change/?kind=split")
    page.select_option(f"#id_member_{spouse.pk}", "applicant")
    page.select_option("#id_zone", "urban")
    page.fill("#id_on", "2024-05-01")
    page.press("#id_on", "Tab")
    note = page.get_by_test_id("note")
    playwright.expect(note).to_contain_text("新户同时提出最低生活保障申请", timeout=20_000)
    shot(page, "split")
    pages.faultless(page)
    page.click("[data-testid=submit]")
    path = page.url
    decider = enter(Role.COUNTY_SUPERVISOR, width=390, height=844)
    decider.goto(path)
    decider.click("[data-testid=approve]")
    playwright.expect(decider.get_by_test_id("after")).to_contain_text("最低生活保障")
    shot(decider, "split-done-390")
    pages.faultless(decider)
    page.goto(path)
    shot(page, "split-done")
    page.click("[data-testid=after] dd >> text=最低生活保障")
    playwright.expect(page.locator("h1")).to_contain_text("最低生活保障")
