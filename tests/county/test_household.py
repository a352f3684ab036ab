"""T09, T10, T11: 周国华户 (G1) on one page, why each amount, and how it was in March."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.households.models import Household, Person
from apps.offices.models import Event
from tests.county.conftest import MARKS, Enter, faultless
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
SECTIONS = ("awards", "months", "members", "compare", "documents", "log", "decisions")
MINUTE = 60_000  # ms


@pytest.fixture
def g1(database: str) -> Household:
    """周国华户 of seeds/golden.py."""
    head = Person.objects.get(id_number__endswith="0012", name="周国华")
    found: Household = head.memberships.get(relationship="applicant").household
    return found


def place_of(table: Any, month: str) -> int:
    """Where a month's column is, the first of the figures being 1."""
    heads = [words.split("\n")[-1] for words in table.locator("thead th").all_inner_texts()]
    return heads.index(month)


def column(table: Any, month: str) -> list[str]:
    """The figures of a month's column, its total last."""
    place = place_of(table, month)
    rows = table.locator("tbody tr, tfoot tr").all()
    return [row.locator("td").nth(place - 1).inner_text().strip() for row in rows]


def test_t09_everything_of_a_family_on_one_page(g1: Household, enter: Enter) -> None:
    page = enter("township")
    page.clock.install()
    page.goto(f"/households/{g1.number}/")
    expect(page.get_by_test_id("compare")).to_be_visible()
    for section in SECTIONS:
        assert page.locator(f"#{section}").count() == 1, section
    rows = page.get_by_test_id("awards").locator("tbody tr")
    expect(rows).to_have_count(5)
    ahead = page.get_by_test_id("ahead")
    expect(ahead).to_be_visible()
    december = "2024年12月"
    if december in ahead.inner_text():
        assert column(ahead, december)[-1] == "2,210.00"
    else:  # another check has computed the run of December
        assert column(page.get_by_test_id("months"), "12月")[-1] == "2,210"
    assert column(ahead, "2025年1月")[-1] == "2,360.00"

    number = page.locator(
        f"#pid-{Person.objects.get(id_number__endswith='0012', name='周国华').pk}"
    )
    expect(number).to_have_text("430482********0012")
    before = Event.objects.filter(verb="查看证件号码", household_id=g1.pk).count()
    page.get_by_test_id("show-ids").click()
    expect(number).to_have_text("430482 19660204 0012")
    seen = Event.objects.filter(verb="查看证件号码", household_id=g1.pk).latest("pk")
    assert seen.by.name == "李经办"
    faultless(page)
    page.clock.fast_forward(MINUTE)
    expect(number).to_have_text("430482********0012")
    assert Event.objects.filter(verb="查看证件号码", household_id=g1.pk).count() == before + 1


def opened(page: Any, cell: Any) -> Any:
    """为什么 of a cell of the months."""
    cell.click()
    working = page.locator("#working [data-testid=working]")
    expect(working).to_be_visible()
    return working


def test_t10_why_says_every_step_and_where_it_comes_from(g1: Household, enter: Enter) -> None:
    page = enter("township")
    page.goto(f"/households/{g1.number}/")
    ahead = page.get_by_test_id("ahead")
    expect(ahead).to_be_visible()
    rows = ahead.locator("tbody tr")
    place = place_of(ahead, "2025年1月") - 1
    working = opened(page, rows.filter(has_text="最低生活保障").locator("a").nth(place))
    steps = working.locator("ol").first.locator("li")
    assert steps.count() >= 5
    for figure in ("4,800.00", "-2,400.00", "7,200.00", "150.00", "1,200.00", "90.00"):
        expect(working).to_contain_text(figure)
    expect(working.get_by_test_id("whole")).to_have_text("1,290.00")
    expect(working).to_contain_text("规则 111")
    expect(working).to_contain_text("5,400.00 元/年（2024-01起）")
    expect(working.get_by_test_id("compared")).to_contain_text("+450.00 元")
    resting = working.get_by_test_id("inputs").locator("li")
    for line in (
        "工资性收入",
        "其他计入收入",
        "扣减",
        "计入保障人口",
        "一、二级重度残疾人",
        "低保标准",
    ):
        assert resting.filter(has_text=line).first.get_by_role("link").count() >= 1, line
    for link in working.get_by_test_id("inputs").get_by_role("link").all():
        target = str(link.get_attribute("href")).rpartition("#")[2]
        assert target.startswith("/standards/") or page.locator(f"#{target}").count() == 1, target
    child = rows.filter(has_text="事实无人抚养儿童").locator("td").all_inner_texts()
    assert child[place].strip() == "800.00"
    if place:
        assert child[0].strip() == "1,100.00"
    else:  # another check has computed the run of December
        paid = page.get_by_test_id("months")
        row = paid.locator("tbody tr", has_text="事实无人抚养儿童")
        assert row.locator("td").nth(place_of(paid, "12月") - 1).inner_text().strip() == "1,100"
    faultless(page)


def test_t11_the_page_of_a_day_in_march_is_as_it_was(g1: Household, enter: Enter) -> None:
    page = enter("township")
    page.goto(f"/households/{g1.number}/")
    page.fill("#on", "2024-03-15")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_test_id("then")).to_contain_text("2024年3月15日")
    awards = page.get_by_test_id("awards").locator("tbody tr")
    subsidies = awards.filter(has_text=re.compile("护理补贴|生活补贴"))
    assert subsidies.locator("td.amt").all_inner_texts() == ["80.00"] * 3
    expect(awards.filter(has_text="事实无人抚养")).to_have_count(0)
    expect(page.get_by_test_id("members").locator("tbody tr")).to_have_count(3)
    faultless(page)
