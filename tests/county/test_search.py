"""T01, T02: the palette in the full county."""

from __future__ import annotations

import time
from typing import Any

import pytest

from apps.households.models import Household, Member, Person
from apps.offices.models import Event
from tests.county.conftest import MARKS, Enter, faultless
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
SECONDS = 2.0
SURNAMES = {"曾": "z", "单": "s", "仇": "q", "解": "x"}


def g1() -> Household:
    found: Household = Household.objects.get(
        members__person__name="周国华",
        members__relationship="applicant",
        members__person__id_number__endswith="0012",
    )
    return found


def typed(page: Any, text: str) -> float:
    """The palette opened and filled by keys; the moment of the last key."""
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    return time.monotonic()


def test_t01_g1_is_among_the_first_five_whatever_one_has(enter: Enter) -> None:
    page, home = enter("township"), g1()
    page.goto("/profile/")
    hits = page.get_by_test_id("hit")
    for text in ("zgh", "0012", "周国", home.number):
        began = typed(page, text)
        hit = hits.filter(has_text=home.number)
        expect(hit.first).to_be_visible(timeout=SECONDS * 1000)
        assert time.monotonic() - began < SECONDS, text
        assert home.number in "".join(hits.all_inner_texts()[:5]), text
        page.keyboard.press("Escape")
    typed(page, home.number)
    expect(hits.filter(has_text=home.number).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("idbar")).to_contain_text("周国华 户")
    expect(page.get_by_test_id("ahead")).to_be_visible()
    faultless(page)


@pytest.mark.parametrize(("surname", "initial"), SURNAMES.items())
def test_t01_surnames_are_found_by_the_reading_of_a_surname(
    surname: str, initial: str, enter: Enter
) -> None:
    mine = Person.objects.filter(memberships__household__division__startswith="430482110")
    person = mine.filter(name__startswith=surname).exclude(name__contains="·")[0]
    initials = next(one for one in person.initials if one.startswith(initial))
    page = enter("township")
    page.goto(f"/search/?q={initials}")
    expect(page.get_by_test_id("hits")).to_contain_text(person.name)
    faultless(page)


def test_t02_a_caseworker_finds_nobody_of_another_township(enter: Enter) -> None:
    stay = Member.objects.filter(household__division__startswith="430482105").order_by("pk")[0]
    tail, number = str(stay.person.id_number)[-4:], stay.household.number
    newest = Event.objects.latest("pk").pk
    page = enter("township")
    page.goto("/")
    for text in (str(stay.person.id_number), number):
        typed(page, text)
        expect(page.locator(".palette")).to_contain_text("没有")
        assert page.get_by_test_id("hit").count() == 0
        page.keyboard.press("Escape")
    page.goto(f"/search/?q={tail}")
    assert number not in page.locator("main").inner_text()
    faultless(page)
    assert not Event.objects.filter(
        household_id=stay.household_id, pk__gt=newest, by__division__startswith="430482110"
    ).exists()
    county = enter("supervisor")
    county.goto(f"/search/?q={stay.person.id_number}")
    expect(county.get_by_test_id("hits")).to_contain_text(number)
    faultless(county)
