"""The bar of a form stands still: a button that is pressed is still there when the hand lets go."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Application
from apps.households.models import Household
from apps.offices.models import Role
from tests.pages import test_browser as pages
from tests.pages.test_apply import HEAD, typed

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium"),
]
SIZES = ((1366, 768), (1366, 1600), (390, 844))
TO_THE_END = """() => scrollTo({top: document.body.scrollHeight, behavior: "instant"})"""


def still(now: dict[str, float], before: dict[str, float]) -> bool:
    """Whether a box is where it was; the end of a page lies at a fraction of a pixel."""
    return all(abs(now[one] - before[one]) < 1 for one in before)


def fill(page: Any, boxes: dict[str, object]) -> None:
    """Type what ``typed`` says into the boxes of that name; ticks and hidden boxes stay."""
    for name, value in boxes.items():
        box = page.locator(f"#register [name='{name}']").first
        if box.is_hidden() and (row := name.partition("-")[0]) != name:
            page.locator("#add-member").click()
            expect(page.locator(f"[name={row}-id_number]")).to_be_visible()
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(str(value))
        elif box.get_attribute("type") not in ("hidden", "checkbox"):
            box.fill(str(value))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_submit_pressed_while_an_answer_arrives_is_a_submit(
    enter: Any, width: int, height: int
) -> None:
    page = enter(Role.TOWNSHIP_CLERK, width=width, height=height)
    page.goto("/apply/")
    fill(page, typed(**{"m1-id_number": ""}))
    page.wait_for_load_state("networkidle")
    page.evaluate(TO_THE_END)
    held: list[Any] = []
    for part in ("person", "trial"):  # the network is slow
        page.route(f"**/apply/{part}/**", lambda one: held.append(one))
    page.fill("[name=m1-id_number]", HEAD)
    page.evaluate(TO_THE_END)
    button = page.get_by_test_id("submit")
    before = button.bounding_box()
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    page.mouse.down()
    for one in held:
        one.continue_()
    page.unroute_all()
    expect(page.locator("#m1-who")).to_contain_text("未在其他户")
    expect(page.get_by_test_id("estimate-fen")).to_have_text("¥100.00")
    assert still(button.bounding_box(), before)
    page.mouse.up()
    page.wait_for_url("**/households/*/")
    assert Household.objects.count() == 1
    assert Application.objects.count() == 1
