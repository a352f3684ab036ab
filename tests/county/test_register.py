"""T03 to T06: 登记 in the full county: keys alone, told at the field, kept, made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from apps.casework.models import Application, Draft
from apps.evidence.models import CheckRequest
from apps.households.models import Household, Person
from apps.units.id_number import make_id
from tests.county.conftest import MARKS, Enter, faultless, sign_in, staff_of, watch
from tests.pages.test_browser import SETTLED, playwright
from tests.screens.test_register import AT_ONCE, MOST_KEYS, Keys, member

pytestmark = MARKS
expect = playwright.expect
LONGEST = 180.0  # seconds, with SLOW_HANDS a key
QUICK_HANDS, SLOW_HANDS = 0.28, 0.5  # seconds a key
# 周国华, 李桂香, 周小军, 周雨欣: numbers that nobody of the seeded county has.
FOUR = (
    ("430482196603150010", "周国华", (0, 0, ""), "m", "1966-03-15", 58),
    ("430482196907220022", "李桂香", (2, 0, "400"), "f", "1969-07-22", 55),
    ("430482199306113516", "周小军", (3, 0, 2, ""), "m", "1993-06-11", 31),
    ("430482201509040046", "周雨欣", (6, 0, 1, ""), "f", "2015-09-04", 9),
)
# What a page has been told by a mouse or a finger.
POINTED = """
window.pointed = 0;
for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"])
  addEventListener(kind, () => { window.pointed += 1; }, { capture: true, passive: true });
"""
# Milliseconds from the last key of an ID number to the words at its field.
WATCHED = """() => {
  const form = document.getElementById("register"), place = document.getElementById("m1-who");
  form.addEventListener("input", () => { window.lastKey = performance.now(); }, true);
  form.addEventListener("focusout", () => { window.left = performance.now(); }, true);
  new MutationObserver(() => {
    if (!place.textContent.trim()) return;
    window.took = performance.now() - window.lastKey;
    window.since = performance.now() - window.left;
  }).observe(place, { childList: true, subtree: true, characterData: true });
}"""
TRIES = 5
DRAFTED = 2_000  # ms after the last key, within which a draft has been kept


@pytest.fixture(autouse=True)
def no_drafts(database: str) -> Iterator[None]:
    """Every check begins with an empty page and leaves none half filled."""
    Draft.objects.all().delete()
    yield
    Draft.objects.all().delete()


def keyed(page: Any) -> Keys:
    """The family of four, from the first box to the last, by keys alone."""
    keys = Keys(page)
    keys.name("庙前村")
    keys.press("Enter")
    keys.type("13907340000")
    keys.press("Enter")
    for place, (number, name, rest, sex, born, age) in enumerate(FOUR, start=1):
        member(keys, number, name, *rest)
        who = page.locator(f"#m{place}-who")
        expect(who).to_contain_text("未在其他户")
        expect(who).to_contain_text(f"{age} 岁")
        expect(page.locator(f"[name=m{place}-born]")).to_have_value(born)
        expect(page.locator(f"[name=m{place}-sex]")).to_have_value(sex)
    keys.press("Enter")  # the empty fifth row: on to the account
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.name("农村商业银行")
    keys.press("Enter")
    keys.type("6217990000000000011")
    return keys


def test_t03_t06_four_people_by_keys_alone_are_one_household_however_often_sent(
    enter: Enter, capsys: Any
) -> None:
    page = enter("township")
    page.context.add_init_script(POINTED)
    homes, asked = Household.objects.count(), Application.objects.count()
    page.goto("/apply/")
    keys = keyed(page)
    page.locator(".htmx-request").first.wait_for(state="detached")
    faultless(page)
    assert page.evaluate("window.pointed") == 0
    for _ in range(2):
        keys.press("Control+Enter")
    page.wait_for_url("**/households/*/")
    expect(page.get_by_test_id("idbar")).to_contain_text("周国华 户")
    assert page.evaluate("window.pointed") == 0
    faultless(page)

    quick, slow = keys.count * QUICK_HANDS, keys.count * SLOW_HANDS
    with capsys.disabled():
        print(f"\nT03: {keys.count} keys; {quick:.0f} s at 0.28 s a key, {slow:.0f} s at 0.5 s")
    assert keys.count <= MOST_KEYS
    assert slow <= LONGEST
    assert Household.objects.count() == homes + 1
    assert Application.objects.count() == asked + 1
    home = Person.objects.get(id_number=FOUR[0][0]).memberships.get().household
    people = home.members.values_list("person__id_number", "person__name", "person__sex",
                                      "person__born")  # fmt: skip
    wanted = {(n, name, sex, dt.date.fromisoformat(born)) for n, name, _, sex, born, _ in FOUR}
    assert set(people) == wanted
    one = Application.objects.get(household=home)
    assert one.programme == "minimum_living"
    assert CheckRequest.objects.filter(application=one).count() == 1
    assert not Draft.objects.exists()


def told(page: Any, text: str, words: str, *, leave: bool = False) -> list[float]:
    """The words come to the field, TRIES times: how long after the last key (or leaving) each."""
    number, who = page.locator("[name=m1-id_number]"), page.locator("#m1-who")
    times = []
    for _ in range(TRIES):
        number.focus()
        for key in ("Control+a", "Delete", "Tab"):
            page.keyboard.press(key)
        page.wait_for_function(SETTLED)
        page.evaluate("document.getElementById('m1-who').textContent = ''")
        number.focus()
        page.keyboard.type(text)
        if leave:
            page.keyboard.press("Tab")
        expect(who).to_contain_text(words)
        expect(number).to_have_attribute("aria-invalid", "true")
        expect(number).to_have_attribute("aria-describedby", "m1-who")
        times.append(float(page.evaluate("window.since" if leave else "window.took")))
    return sorted(times)


def test_t04_what_is_wrong_with_a_number_is_told_at_its_field_at_once(
    enter: Enter, capsys: Any
) -> None:
    daughter = Person.objects.get(name="阳小妹", id_number__startswith="43048219880709")
    home = daughter.memberships.get(relationship="child").household
    page, homes = enter("township"), Household.objects.count()
    page.goto("/apply/")
    page.evaluate(WATCHED)
    took = {
        "checksum": told(page, "430482196603150011", "末位应为0"),
        "30 Feb": told(page, "430482196602300013", "不是真实的日期"),
        "17 digits": told(page, "43048219660315001", "现在是17位", leave=True),
        "G3": told(page, str(daughter.id_number), "已是"),
    }
    who = page.locator("#m1-who")
    for choice in (f"打开 {home.number} 户", "申请并入该户", "继续登记"):
        expect(who).to_contain_text(choice)
    expect(who.get_by_role("link", name=f"打开 {home.number} 户")).to_have_attribute(
        "href", f"/households/{home.number}/"
    )
    faultless(page)
    with capsys.disabled():
        said = (f"{name} {times[0]:.0f} to {times[-1]:.0f} ms" for name, times in took.items())
        print("\nT04:", ", ".join(said))
    # A neighbour on the machine only ever adds.
    assert max(times[0] for times in took.values()) <= AT_ONCE, took

    page.fill("[name=village]", "庙前村")
    page.fill("[name=m1-name]", "阳小妹")
    page.keyboard.press("Control+Enter")
    faults = page.get_by_test_id("faults")
    expect(faults).to_contain_text("身份证号")
    assert page.url.endswith("/apply/")
    expect(page.locator("[name=m1-id_number]")).to_have_value(str(daughter.id_number))
    expect(page.locator("[name=m1-name]")).to_have_value("阳小妹")
    expect(page.locator("[name=m1-despite]")).to_be_visible()
    page.errors.clear()  # Chromium logs the 400 of the refusal
    assert Household.objects.count() == homes
    faultless(page)


def free(born: str, last: str = "") -> str:
    """An ID number of this birthday that nobody has, with a wanted last character."""
    day = dt.date.fromisoformat(born)
    made = (make_id("430482", day, serial) for serial in range(900, 1000))
    return next(
        number
        for number in made
        if number.endswith(last) and not Person.objects.filter(id_number=number).exists()
    )


def test_t04_a_lower_case_x_is_accepted(enter: Enter) -> None:
    number, page = free("1982-04-12", "X"), enter("township")
    page.goto("/apply/")
    page.locator("[name=m1-id_number]").focus()
    page.keyboard.type(number.lower())
    expect(page.locator("#m1-who")).to_contain_text("未在其他户")
    expect(page.locator("[name=m1-id_number]")).to_have_attribute("aria-invalid", "false")
    expect(page.locator("[name=m1-name]")).to_be_focused()
    page.fill("[name=village]", "庙前村")
    page.fill("[name=m1-name]", "小写户")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("idbar")).to_contain_text("小写户 户")
    assert Person.objects.filter(id_number=number, name="小写户").exists()
    faultless(page)


def half() -> dict[str, str]:
    """Half a form: what is typed into its boxes."""
    return {
        "village": "庙前村",
        "address": "三组12号",
        "phone": "13907340000",
        "m1-id_number": free("1966-03-15"),
        "m1-name": "周国强",
        "m1-wage": "400",
        "m2-id_number": free("1969-07-22"),
        "m2-name": "李桂芳",
    }


def stands(page: Any, boxes: dict[str, str]) -> None:
    """What was typed stands in its boxes."""
    for name, text in boxes.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)


def crash(page: Any) -> None:
    """The page dies without a word to anybody: no event of its own runs any more."""
    with page.expect_event("crash"), suppress(playwright.Error):
        page.goto("chrome://crash")


def test_t05_half_a_form_survives_a_crash_and_the_end_of_the_session(
    enter: Enter, sessions: dict[str, Any], server: Any
) -> None:
    page, homes, typed = enter("township"), Household.objects.count(), half()
    page.goto("/apply/")
    for name, text in typed.items():
        if name == "m2-id_number":
            page.keyboard.press("Alt+a")
        page.fill(f"[name={name}]", text)
    typed["m2-relationship"] = "spouse"
    page.select_option("[name=m2-relationship]", "spouse")
    expect(page.locator("#draft-state")).to_contain_text("草稿已存")
    page.wait_for_timeout(DRAFTED)
    crash(page)

    page = page.context.new_page()
    watch(page, server.url)
    page.goto("/apply/")
    expect(page.get_by_test_id("restored")).to_contain_text("已恢复")
    stands(page, typed)
    faultless(page)
    typed["m2-wage"] = "120"
    page.fill("[name=m2-wage]", "120")
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    Session.objects.filter(session_key=cookies[settings.SESSION_COOKIE_NAME]).delete()
    sessions.pop("township")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("kept")).to_contain_text("接着填")
    faultless(page)
    sign_in(page, "township")
    stands(page, typed)
    assert Draft.objects.get().staff == staff_of("township")
    assert Household.objects.count() == homes
    faultless(page)
