"""登记 by keys alone, checked at the field, kept through crash and log-out, made once."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from apps.casework.models import Application, Draft
from apps.evidence.models import CheckRequest
from apps.households.models import Household, Person
from apps.offices.models import Event, Role
from apps.units.id_number import make_id
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import HERE, client_of
from tests.pages.test_apply import HEAD, typed
from tests.screens.conftest import live

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
MOST_KEYS = 230
NAME_KEYS = 9  # an input method takes about nine keys for a name of three characters
AT_ONCE = 300  # ms from the last key of an ID number to the words at the field


class Keys:
    """A keyboard that counts; a name counts as what an input method needs."""

    def __init__(self, page: Any) -> None:
        self.board, self.count = page.keyboard, 0

    def type(self, text: str) -> None:
        self.board.type(text)
        self.count += len(text)

    def name(self, text: str) -> None:
        self.board.insert_text(text)
        self.count += NAME_KEYS

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.board.press(key)
            self.count += 1


def member(keys: Keys, number: str, name: str, *rest: int | str) -> None:
    """A row from its ID number on; of ``rest`` a number steps down a list, a text is typed."""
    keys.type(number)
    keys.name(name)
    for one in rest:
        keys.press("Enter")
        if isinstance(one, int):
            keys.press("ArrowDown", one)
        else:
            keys.type(one)
    keys.press("Enter")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t03_t06_four_people_by_keys_alone_make_one_household(enter: Any) -> None:
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto("/apply/")
    keys = Keys(page)
    keys.name("禄福村")
    keys.press("Enter")
    keys.type("13907340000")
    keys.press("Enter")
    member(keys, "430482196603150010", "周国华", 0, 0, "")
    member(keys, "430482196907220022", "李桂香", 2, 0, "400")
    member(keys, "430482199306113516", "周小军", 3, 0, 2, "")
    member(keys, "430482201509040046", "周雨欣", 6, 0, 1, "")
    expect(page.locator("#m4-who")).to_contain_text("未在其他户")
    keys.press("Enter")  # the empty fifth row: on to the account
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.name("农村商业银行")
    keys.press("Enter")
    keys.type("6217990000000000011")
    page.locator(".htmx-request").first.wait_for(state="detached")
    pages.faultless(page)
    for _ in range(2):
        keys.press("Control+Enter")
    page.wait_for_url("**/households/*/")

    assert keys.count <= MOST_KEYS
    home = Household.objects.get()
    assert Application.objects.get().household_id == home.pk
    born = dict(home.members.values_list("person__name", "person__born"))
    assert len(born) == 4
    assert born["周雨欣"] == dt.date(2015, 9, 4)
    sexes = dict(home.members.values_list("person__name", "person__sex"))
    assert (sexes["周国华"], sexes["李桂香"]) == ("m", "f")
    assert CheckRequest.objects.get().application.household_id == home.pk
    assert not Draft.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t04_t05_told_at_the_field_and_kept_through_crash_and_log_out(enter: Any) -> None:
    _, taken = live("龙章贵", serial=5)
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto("/apply/")
    page.evaluate(
        """() => {
            const form = document.getElementById("register");
            form.addEventListener("input", () => { window.lastKey = performance.now(); });
            document.addEventListener("htmx:afterSwap", (e) => {
                if (e.detail.target.id !== "m1-who") return;
                window.took = performance.now() - window.lastKey;
            });
        }"""
    )
    number, who = page.locator("[name=m1-id_number]"), page.locator("#m1-who")
    times = []
    wrong = {
        "430482196603150011": "末位应为0",
        "430482196602300013": "不是真实的日期",
        "43048219660315001Y": "第18位应为数字或X",
        str(taken.id_number): "已是",
    }
    for text, words in wrong.items():
        number.fill("")
        number.focus()
        page.keyboard.type(text)
        expect(who).to_contain_text(words)
        expect(number).to_have_attribute("aria-invalid", "true")
        times.append(page.evaluate("window.took"))
    assert min(times) <= AT_ONCE
    for choice in ("打开", "申请并入", "继续登记"):
        expect(who).to_contain_text(choice)
    pages.faultless(page)
    number.fill("")
    number.focus()
    page.keyboard.type("43048219660315001")  # one short: told on leaving the field
    page.keyboard.press("Tab")
    expect(who).to_contain_text("现在是17位")

    number.fill("430482196603150010")
    page.fill("[name=m1-name]", "周国华")
    with page.expect_response(
        lambda one: "/apply/draft/" in one.url and "13907340000" in (one.request.post_data or "")
    ):  # an earlier draft says 草稿已存 as well
        page.fill("[name=phone]", "13907340000")
    expect(page.locator("#draft-state")).to_contain_text("草稿已存")
    page.fill("[name=address]", "三组")  # not yet kept when the page goes
    context = page.context
    page.close(run_before_unload=False)

    page = context.new_page()
    page.goto("/apply/")
    expect(page.get_by_test_id("restored")).to_contain_text("已恢复")
    expect(page.locator("[name=m1-name]")).to_have_value("周国华")
    expect(page.locator("[name=phone]")).to_have_value("13907340000")
    page.fill("[name=village]", "禄福村")
    Session.objects.all().delete()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("kept")).to_contain_text("接着填")
    page.fill("#id_username", Role.TOWNSHIP_CLERK.value)
    page.fill("#id_password", pages.PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("[name=village]")).to_have_value("禄福村")
    expect(page.locator("[name=m1-name]")).to_have_value("周国华")
    assert not Household.objects.exclude(members__person=taken).exists()


@pytest.mark.django_db
def test_somebody_of_another_household_is_registered_only_with_a_reason() -> None:
    elsewhere, taken = live("龙章贵", serial=5)
    clerk = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    client = client_of(clerk)
    again = {"m2-id_number": str(taken.id_number), "m2-name": "龙章贵"}
    refused = client.post("/apply/", typed(**again))
    assert refused.status_code == 400
    page = refused.content.decode()
    assert f"/households/{elsewhere.number}/change/" in page
    assert 'name="m2-despite"' in page
    made = client.post("/apply/", typed(**again, **{"m2-despite": "本人称号码被他人冒用"}))
    assert made.status_code == 302
    twin = Person.objects.exclude(pk=taken.pk).get(name="龙章贵")
    assert (twin.id_number, twin.born) == (None, taken.born)
    line = Event.objects.get(kind="households.person", verb="登记但证件号码待核对")
    assert "本人称号码被他人冒用" in line.reason
    assert str(taken.id_number) not in line.reason


@pytest.mark.django_db
def test_a_lower_case_x_is_accepted() -> None:
    number = next(
        made
        for n in range(1, 99)
        if (made := make_id("430482", dt.date(1982, 4, 12), n))[-1] == "X"
    )
    client = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    asked = {"m1-id_number": number.lower()}
    assert "1982-04-12" in client.post("/apply/person/1/", asked).content.decode()
    assert client.post("/apply/", typed(**asked)).status_code == 302
    assert Person.objects.filter(id_number=number).exists()


@pytest.mark.django_db
def test_a_draft_is_its_owners_and_goes_with_the_submit() -> None:
    mine, other = (client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])) for _ in range(2))
    opened = mine.get("/apply/").content.decode()
    token = re.findall(r'name="token" value="(\d+)"', opened)[0]
    who = re.findall(r'name="who" value="([^"]+)"', opened)[0]
    form = typed(token=token, who=who)
    mine.post("/apply/draft/", form)
    assert f'value="{HEAD}"' in mine.get("/apply/").content.decode()
    assert HEAD not in other.get("/apply/").content.decode()
    other.post("/apply/draft/", form | {"m1-name": "改了"})
    assert Draft.objects.get().typed["m1-name"] == ["张三"]

    # Sent by nobody: kept for whoever had opened the page, and for nobody when it does not say.
    mine.logout()
    answer = mine.post("/apply/", form | {"m2-name": "李四四"})
    assert answer.url.startswith("/login/?next=/apply/%3Fdraft")
    assert Draft.objects.get().typed["m2-name"] == ["李四四"]
    mine.post("/apply/", form | {"who": f"{who}x", "m2-name": "别人"})
    assert Draft.objects.get().typed["m2-name"] == ["李四四"]
    assert not Household.objects.exists()


@pytest.mark.django_db
def test_a_sent_or_dropped_draft_is_gone() -> None:
    client = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    client.post("/apply/draft/", typed())
    assert client.post("/apply/", typed()).status_code == 302
    assert not Draft.objects.exists()
    client.post("/apply/draft/", typed())  # a late tab: the family is already there
    assert not Draft.objects.exists()
    client.post("/apply/draft/", {"token": "777", "phone": "13907340000"})
    assert "13907340000" in client.get("/apply/").content.decode()
    assert "13907340000" not in client.get("/apply/?new=1").content.decode()
    client.post("/apply/draft/", {"token": "777", "do": "drop"})
    assert not Draft.objects.exists()
