"""Without scripts, at 400 %, with forced colours, and with names that mean harm."""

from __future__ import annotations

from typing import Any

import pytest

from apps.households.models import Household
from apps.offices.models import Role
from apps.payments import actions as payments
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import HERE, client_of, poor
from tests.pages.test_apply import HEAD, typed
from tests.payments.paying import computed, four
from tests.screens.conftest import live

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd()",
    "𠮷野𠮷",
    "阿卜杜热合曼·艾力·买买提·吐尔逊江·伊明",
)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t39_without_scripts_one_searches_registers_and_approves(enter: Any) -> None:
    poor("王五")
    people = four()
    run = computed(people, "2024-07")
    page = enter(Role.TOWNSHIP_CLERK, java_script_enabled=False)
    page.fill("#gq", "张三")
    page.press("#gq", "Enter")
    page.get_by_role("link", name="登记为新户").click()
    expect(page.locator("[name=m1-name]")).to_have_value("张三")
    page.fill("[name=village]", "禄福村")
    page.get_by_test_id("draft").click()
    expect(page.get_by_test_id("restored")).to_be_visible()
    page.fill("[name=m1-id_number]", HEAD[:-1])
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("faults")).to_contain_text("现在是17位")
    page.errors.clear()
    page.fill("[name=m1-id_number]", HEAD)
    page.get_by_test_id("try").click()
    expect(page.get_by_test_id("estimate-fen")).to_contain_text("450.00")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("idbar")).to_contain_text("张三 户")
    page.get_by_test_id("show-ids").click()
    expect(page.locator("dl")).to_contain_text(HEAD[-4:])

    payments.check_run(run.pk, by=people.checker)
    approver = enter(Role.APPROVER, java_script_enabled=False)
    approver.goto(f"/payruns/{run.pk}/")
    approver.check("[data-testid=seen]")
    approver.click("[data-testid=approve]")
    expect(approver.get_by_test_id("state")).to_contain_text("已审批")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t36_t41_nothing_is_lost_at_400_per_cent_or_with_forced_colours(enter: Any) -> None:
    home, _ = live("周国华")
    builders.application("minimum_living", home, on="2024-05-20")
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto(f"/households/{home.number}/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    page.keyboard.type("zgh")
    expect(page.get_by_test_id("hit")).to_have_count(1)
    pages.faultless(page)
    # 400 % of a 1280 pixel window is 320 pixels (WCAG 1.4.10): nothing is lost sideways.
    page.emulate_media(forced_colors="active")
    page.set_viewport_size({"width": 320, "height": 256})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for path in ("/", "/apply/", f"/households/{home.number}/"):
        page.goto(path)
        assert page.evaluate(wide) <= 0, path
    state = page.locator(".idbar .st").first
    expect(state).to_be_visible()
    assert state.inner_text().strip()  # words, not only a colour


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_t42_a_hostile_name_is_text_everywhere_and_found_again(name: str) -> None:
    client = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    made = client.post("/apply/", typed(**{"m1-name": name, "payee": name}))
    assert made.status_code == 302, made.content.decode()
    home = Household.objects.get()
    found = client.get("/search/", {"q": name}, headers={"HX-Request": "true"}).content.decode()
    assert home.number in found
    for path in (made.url, "/households/", f"/search/?q={home.number}", "/"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
    shown = client.get(made.url).content.decode()
    assert name.replace("<", "&lt;").replace(">", "&gt;") in shown
