"""查找 as one types: found by whatever one has at hand, inside the territory, by keys alone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from apps.offices.models import Role
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import FAR, HERE, client_of
from tests.screens.conftest import live

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
SECONDS = 2.0


def palette(client: Client, text: str) -> str:
    answer = client.get("/search/", {"q": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t01_the_palette_finds_by_whatever_one_has(enter: Any) -> None:
    home, who = live("周国华", phone="13907340012")
    others = {"zxl": "曾小兰", "sgq": "单国强", "qy": "仇英", "xy": "解玉", "ycg": "尉迟恭"}
    for serial, name in enumerate(others.values(), 3):
        live(name, serial)
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto("/profile/")
    page.locator("[data-testid=save]").focus()
    hits = page.get_by_test_id("hit")
    asked = {"zgh": "周国华", str(who.id_number)[-4:]: "周国华", "周国": "周国华"} | {
        "0012": "周国华",  # the tail of the telephone
        home.number: "周国华",
        **others,
    }
    for text, name in asked.items():
        page.keyboard.press("Control+k")
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        began = time.monotonic()
        expect(hits.filter(has_text=name).first).to_be_visible()
        assert time.monotonic() - began < SECONDS, text
        assert name in "".join(hits.all_inner_texts()[:5])
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("palette")).to_be_hidden()
        expect(page.locator("[data-testid=save]")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type("zgh")
    expect(hits).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".palette ul.acts:not([hidden])")).to_contain_text("报告变化")
    pages.faultless(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("idbar")).to_contain_text("周国华 户")

    # While an input method composes, the letters are not yet the words: nothing is asked.
    page.evaluate(
        """() => {
            window.asked = 0;
            const plain = window.fetch;
            window.fetch = (...all) => { window.asked += 1; return plain(...all); };
            const box = document.getElementById("gq");
            box.focus();
            box.value = "zhou";
            box.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true }));
        }"""
    )
    page.wait_for_timeout(400)  # longer than the palette waits after a key
    assert page.evaluate("window.asked") == 0
    page.evaluate(
        """() => {
            const box = document.getElementById("gq");
            box.value = "周国";
            box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
        }"""
    )
    expect(hits).to_have_count(1)
    assert page.evaluate("window.asked") == 1

    # Nobody of that name: the name goes along to the registration.
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("欧阳新户")
    expect(page.get_by_test_id("register-new")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[name=m1-name]")).to_have_value("欧阳新户")


@pytest.mark.django_db
def test_t02_the_palette_stays_inside_the_territory() -> None:
    home, who = live("赵远方", division=FAR)
    tail = str(who.id_number)[-4:]
    near = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    for text in (tail, "zyf", "赵远方", home.number, str(who.id_number)):
        assert "赵远方" not in palette(near, text).replace(f"“{text}”", "")
        assert home.number not in palette(near, text).replace(f"“{text}”", "").replace(
            f"q={text}", ""
        )
    assert "赵远方" in palette(client_of(builders.staff(Role.COUNTY_SUPERVISOR)), tail)


@pytest.mark.django_db
def test_more_than_fifty_people_ask_for_the_village() -> None:
    for _ in range(51):
        who = builders.person("王芳", "1980-05-05")
        builders.household((who, "applicant"), division=HERE)
    said = palette(client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])), "wf")
    assert said.count('data-testid="hit"') == 8
    assert "请加上村名" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("430482196603150010", "m1-id_number"),
        ("13907340000", "phone"),
        ("欧阳新户", "m1-name"),
    ],
)
def test_what_was_searched_in_vain_is_typed_already(text: str, box: str) -> None:
    client = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    assert f"/apply/?q={text}" in palette(client, text).replace(
        "%E6%AC%A7%E9%98%B3%E6%96%B0%E6%88%B7", "欧阳新户"
    )
    page = client.get("/apply/", {"q": text}).content.decode()
    at = page.index(f'name="{box}"')
    assert f'value="{text}"' in page[at : page.index(">", at)]
