"""The interface in English: chosen before log-in and kept after it; papers stay Chinese."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from apps.households.models import Person
from apps.offices.models import Division, Role, Staff
from apps.papers.kinds import content_of
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import client_of, poor
from tests.payments.paying import computed, four, paid
from tests.screens.test_worklist import waiting

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Text and labels a reader meets, but for what is marked as Chinese: names, addresses, workings.
LABELS = """
() => {
  const found = [], chinese = "[lang|=zh]";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.parentElement.closest(chinese + ", script"))
      found.push(walk.currentNode.textContent.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [data-l]"))
    if (!one.closest(chinese))
      for (const name of ["aria-label", "title", "placeholder", "data-l"])
        if (one.hasAttribute(name)) found.push(one.getAttribute(name));
  return [document.title, ...found.filter(Boolean)];
}
"""


@pytest.fixture(autouse=True)
def back() -> Any:
    """What a page has spoken is forgotten."""
    yield
    translation.deactivate()


def speaks(page: Any) -> str:
    return re.findall(r'<html lang="([\w-]+)"', page.content.decode())[0]


@pytest.mark.django_db
def test_the_language_chosen_at_the_log_in_page_goes_on_behind_it() -> None:
    client = Client(headers={"accept-language": "en-US"})
    assert speaks(client.get("/login/")) == "zh-hans", "a browser's own language is not asked"
    answer = client.post("/language/", {"language": "en", "next": "/login/?next=/search/"})
    assert answer["Location"] == "/login/?next=/search/"
    page = client.get("/login/")
    assert (speaks(page), page["Content-Language"]) == ("en", "en")
    assert "User name" in page.content.decode()
    me = builders.staff(Role.TOWNSHIP_CLERK)
    client_of(me)
    client.force_login(me.user)
    assert speaks(client.get("/search/")) == "en"
    assert client.post("/language/", {"language": "en", "next": "https://else.example/"}).url == "/"


@pytest.mark.django_db
def test_the_language_of_a_member_of_staff_goes_with_them() -> None:
    me = builders.staff(Role.TOWNSHIP_CLERK)
    client = client_of(me)
    assert speaks(client.get("/search/")) == "zh-hans"
    client.post("/profile/", {"density": "normal", "letter_keys": "on", "language": "en"})
    assert Staff.objects.get(pk=me.pk).language == "en"
    elsewhere = Client()
    elsewhere.force_login(me.user)
    assert speaks(elsewhere.get("/search/")) == "en"
    elsewhere.post("/language/", {"language": "zh-hans", "next": "/search/"})
    assert speaks(client.get("/search/")) == "zh-hans"
    assert client.post("/language/", {"language": "fr", "next": "/search/"}).status_code == 302
    assert Staff.objects.get(pk=me.pk).language == "zh-hans"
    wrong = {"density": "normal", "language": "fr"}
    assert client.post("/profile/", wrong).status_code == 400
    assert client.get("/language/").status_code == 405


@pytest.mark.django_db
def test_papers_stay_chinese() -> None:
    home, _ = poor("周国华")
    paid(four(), "2024-06", day=20)
    clerk = builders.staff(Role.COUNTY_CLERK)
    day = builders.date("2024-07-10")
    chinese = content_of("benefit-statement", home.pk, day, clerk)
    with translation.override("en"):
        assert content_of("benefit-statement", home.pk, day, clerk) == chinese
    assert "最低生活保障" in str(chinese.data)


def untranslated(page: Any) -> list[str]:
    """Chinese on the page that is neither marked as such, nor a name, nor in parentheses."""
    rows = (Person, Staff, Division)
    names = {name for model in rows for name in model.objects.values_list("name", flat=True)}
    longest_first = sorted(names, key=len, reverse=True)
    left = []
    for text in filter(CHINESE.search, page.evaluate(LABELS)):
        bare = re.sub(r"[(（][^()（）]*[)）]", "", text)
        for name in longest_first:
            bare = bare.replace(name, "")
        if CHINESE.search(bare):
            left.append(text)
    return left


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t40_no_label_is_left_in_chinese(enter: Any) -> None:
    home, _ = poor("王五")
    waiting("李四", "2024-05-20")
    people = four()
    paid(people, "2024-06", day=20)
    run = computed(people, "2024-07")
    page = enter(Role.COUNTY_CLERK, width=1366, height=768)
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for path in ("/", f"/households/{home.number}/", f"/payruns/{run.pk}/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if "households" in path:
            page.get_by_test_id("why").first.click()
            expect(page.locator("#why [data-testid=working]")).to_be_visible()
        assert untranslated(page) == [], path
        pages.faultless(page)
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t40_the_standards_are_named_in_english(enter: Any) -> None:
    key = "minimum_living.rural_annual"
    tried = f"/standards/simulate/?k={key}&v=6000&month=2024-09"
    page = enter(Role.COUNTY_SUPERVISOR, width=1366, height=768)
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for path in ("/standards/", f"/standards/{key}/adopt/", tried, "/programmes/minimum_living/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expect(page.locator("main")).to_contain_text("Rural minimum living standard")
        assert untranslated(page) == [], path
        pages.faultless(page)
    page.goto("/standards/minimum_living.mode/adopt/")
    expect(page.locator("#id_value_0")).to_contain_text("Top-up to the standard")
    page.goto("/standards/")
    expect(
        page.locator("main [lang=zh-Hans]:not(:empty)").first
    ).to_be_visible()  # documents as they are named
