"""T07, T08: 我的待办 of a township of the county, by keys; several visits planned at once."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

from django.utils import timezone

from apps.casework.models import Arrangement
from apps.casework.views.worklist import asked_by
from apps.casework.worklist import tasks_of
from apps.offices.models import Event, Staff
from tests.county.conftest import MARKS, TODAY, Enter, faultless, staff_of
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
A_PAGE, VISITS = 50, 2


def count_of(strip: Any) -> int:
    """The figure of a band of the strip."""
    return int(re.sub(r"\D", "", strip.locator(".v").inner_text()))


def counts_are_rows(page: Any) -> None:
    """Every figure of the strip opens a list of so many rows."""
    rows, counted = page.get_by_test_id("task"), 0
    strips = page.locator("a[data-testid^=strip-]").all()
    for band in [str(one.get_attribute("data-testid")) for one in strips]:
        wanted = count_of(page.get_by_test_id(band))
        page.get_by_test_id(band).click()
        page.wait_for_load_state()
        expect(rows).to_have_count(min(wanted, A_PAGE))
        tabs = page.locator(".tabs .n").all_inner_texts()
        assert int(tabs[0]) == sum(map(int, tabs[1:])) == wanted, band
        counted += wanted
        page.goto("/")
    assert counted


def day_of(words: str) -> str:
    """The day of a row, which says no year in the present one."""
    return words if len(words) > len("12-05") else f"{TODAY[:4]}-{words}"


def test_t07_what_is_overdue_comes_first_and_keys_walk_the_list(enter: Enter) -> None:
    page = enter("township")
    page.goto("/")
    rows = page.get_by_test_id("task")
    dated = [day_of(words) for words in rows.locator(".due b").all_inner_texts() if words != "—"]
    assert dated
    assert dated == sorted(dated)  # what is overdue before all that is not
    for row in rows.all():
        assert row.locator("[data-key=e]").count() == 1
    counts_are_rows(page)

    page.locator("#gq").focus()
    page.keyboard.type("j")
    assert page.locator("tr.cur").count() == 0
    page.keyboard.press("Escape")
    page.locator("h1").first.click()
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_have_class(re.compile(r"\bcur\b"))
    ticks = page.locator("tr.cur input[type=checkbox]")
    page.keyboard.press("x")
    expect(ticks).to_be_checked()
    page.keyboard.press("x")
    expect(ticks).not_to_be_checked()
    faultless(page)
    target = page.locator("tr.cur [data-key=e]").get_attribute("href")
    page.keyboard.press("e")
    page.wait_for_url(f"**{target}")
    faultless(page)


def village_of_visits(me: Staff) -> str:
    """A village with visits to make and something else to do, on one page."""
    found: dict[str, Counter[bool]] = {}
    for one in tasks_of(asked_by(me, timezone.localdate())):
        found.setdefault(one.task.division, Counter())[one.task.visit] += 1
    return next(
        village
        for village, kinds in found.items()
        if kinds[True] >= VISITS and kinds[False] and kinds.total() <= A_PAGE
    )


def test_t08_visits_are_planned_together_and_mixed_tasks_are_not(enter: Enter) -> None:
    page, me = enter("township"), staff_of("township")
    newest, village = Event.objects.latest("pk").pk, village_of_visits(me)
    page.goto(f"/?division={village}")
    page.get_by_test_id("plan").click()
    expect(page.get_by_role("alert")).to_contain_text("请先勾选要办理的事项")
    page.errors.clear()  # Chromium logs the 400 of the refusal
    faultless(page)

    page.goto(f"/?division={village}")
    visits = page.locator("[data-kind$=-visit]")
    desk = page.locator("input[name=task]:not([data-kind$=-visit])").first
    keys = [str(visits.nth(n).get_attribute("value")) for n in range(VISITS)]
    for key in keys:
        page.check(f"input[value={key}]")
    expect(page.get_by_test_id("plan")).to_be_visible()
    desk.check()
    for verb in page.locator("[data-bulk] [data-kinds]").all():
        expect(verb).to_be_hidden()
    expect(page.locator("[data-mixed]")).to_be_visible()
    faultless(page)
    desk.uncheck()
    day = dt.date.fromisoformat(TODAY) + dt.timedelta(days=4)
    page.fill("#bulk-day", day.isoformat())
    page.get_by_test_id("plan").click()
    expect(page.locator("main")).to_contain_text(f"已安排{VISITS}件在{day}入户")
    planned = Arrangement.objects.filter(key__in=keys).values_list("planned_on", flat=True)
    assert list(planned) == [day] * VISITS
    for key in keys:
        row = page.get_by_test_id("task").filter(has=page.locator(f"input[value={key}]"))
        expect(row).to_contain_text(f"{day:%m-%d} 入户")
    logged = Event.objects.filter(pk__gt=newest, verb=f"安排{day}入户", by=me)
    assert logged.count() == VISITS
    faultless(page)
