"""A child's file in real Chromium: visited by keyboard, found alone, reported, answered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from apps.offices.models import Role, Staff
from apps.registers import actions
from apps.registers.models import ChildReport
from tests import builders
from tests.pages import test_browser as browsing
from tests.registers.conftest import HERE, family, opened
from tests.registers.test_stays import ID, admitted

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
pytestmark = browsing.pytestmark
browser_type_launch_args = browsing.browser_type_launch_args
enter = browsing.enter


@pytest.fixture(autouse=True)
def now() -> None:
    """A browser keeps its own clock, so ours is the real one."""


def test_a_child_alone_from_visit_to_answer(enter: Any, tmp_path: Path) -> None:
    shots = Path(os.environ.get("SHOTS", tmp_path))
    page = enter(Role.COUNTY_SUPERVISOR, width=1366, height=768)
    clerk = Staff.objects.get(user__username=Role.COUNTY_SUPERVISOR.value)
    file = opened(family(born="2018-01-01"), clerk)
    page.goto("/registers/children/")
    page.get_by_role("link", name="刘小芳").click()
    form = page.get_by_test_id("act-visit")
    form.get_by_label("方式").select_option("home")
    form.get_by_label("监护情况").select_option("alone")
    form.get_by_label("就学情况").select_option("attending")
    form.get_by_label("走访记录").fill("祖母住院，孩子独自在家")
    page.keyboard.press("Control+Enter")
    page.get_by_text("走访已登记").wait_for()
    report = ChildReport.objects.get(file=file)
    answer = page.get_by_test_id(f"act-answer-{report.pk}")
    answer.get_by_label("处置结果").select_option("relative")
    answer.get_by_label("处置情况").fill("姑姑接去同住")
    answer.get_by_role("button").click()
    page.get_by_text("处置情况已登记").wait_for()
    report.refresh_from_db()
    assert (report.state, report.outcome) == ("answered", "relative")
    page.screenshot(path=shots / "child.png", full_page=True)
    browsing.faultless(page)


def test_from_the_stay_to_the_application_and_back(enter: Any, tmp_path: Path) -> None:
    shots = Path(os.environ.get("SHOTS", tmp_path))
    today = timezone.localdate()
    clerk = builders.staff(Role.COUNTY_CLERK)
    stay = admitted(clerk, f"{today}")
    actions.identify(stay.pk, id_number=ID, name="罗建国", on=today, by=clerk)
    page = enter(Role.COUNTY_CLERK)
    page.goto(f"/registers/stays/{stay.pk}/")
    page.screenshot(path=shots / "stay-offer.png", full_page=True)
    browsing.faultless(page)
    page.select_option("#id_relief-village", HERE)
    page.select_option("#id_relief-zone", "urban")
    page.click("[data-testid=act-relief] button[type=submit]")
    playwright.expect(page.get_by_test_id("application")).to_contain_text("流浪乞讨救助申请")
    page.screenshot(path=shots / "stay-asked.png", full_page=True)
    page.click("[data-testid=application] a")
    panel = page.get_by_test_id("stay")
    playwright.expect(panel).to_contain_text(f"{stay.pk} 号")
    page.screenshot(path=shots / "stay-application.png", full_page=True)
    browsing.faultless(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=shots / "stay-application-390.png", full_page=True)
    browsing.faultless(page)
    page.click("[data-testid=stay] a")
    page.wait_for_url(f"**/registers/stays/{stay.pk}/")
    page.screenshot(path=shots / "stay-390.png", full_page=True)
    browsing.faultless(page)
