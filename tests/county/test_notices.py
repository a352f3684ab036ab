"""T16, T17: a notice in a village of the county, and what an objection stops."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from apps.casework.models import Application
from apps.publicity.models import PublicNotice
from tests.county import cases
from tests.county.conftest import MARKS, TODAY, Enter, faultless, staff_of
from tests.pages.test_browser import playwright
from tests.papers.printing import pages as pages_of
from tests.walks.desk import at

pytestmark = MARKS
expect = playwright.expect
LONG, A_PAGE = 30, 25
OTHER_VILLAGE = "430482110001"


@pytest.fixture(autouse=True)
def back_to_today(office_hours: Any) -> Any:
    """Notices go on for days; the others find the clock where it was."""
    yield
    office_hours.move_to(at(TODAY))


def moved(clock: Any, page: Any, day: str, username: str) -> None:
    """Another day; the session has run out, so one logs in again."""
    from tests.county.conftest import fill_in

    clock.move_to(at(day))
    page.context.clear_cookies()
    fill_in(page, username)


def sheet_of(page: Any, notice: PublicNotice) -> bytes:
    """公示单 as printed from the notice's page."""
    page.goto(f"/notices/{notice.pk}/")
    page.get_by_test_id("poster").click()
    page.get_by_test_id("make-button").click()
    expect(page.get_by_test_id("code")).to_be_visible()
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    sheet = page.request.post(
        f"{page.url}print/", form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url}
    )
    assert sheet.body().startswith(b"%PDF")
    return bytes(sheet.body())


def posted(page: Any, division: str) -> PublicNotice:
    """张贴: everything of the village that waits."""
    page.goto(f"/notices/new/?division={division}")
    page.get_by_role("button", name="登记张贴").first.click()
    expect(page.get_by_test_id("shown")).to_be_visible()
    return PublicNotice.objects.latest("pk")


def test_t16_a_long_list_goes_up_over_new_year_and_shows_nothing_private(
    enter: Enter, office_hours: Any
) -> None:
    names = [f"公示{chr(0x7532 + n)}" for n in range(LONG)]
    child = cases.man("小荷花", "2016-05-06", "child")
    first = cases.nursing(names[0], child, division=OTHER_VILLAGE)
    asked = [first, *(cases.nursing(name, division=OTHER_VILLAGE) for name in names[1:])]
    page = enter("township")
    moved(office_hours, page, "2024-12-27", "township")
    notice = posted(page, OTHER_VILLAGE)
    # 27 December is a Friday: five working days without New Year's Day end on 6 January.
    expect(page.get_by_test_id("days")).to_contain_text("2024-12-28 至 2025-01-06")
    faultless(page)
    sheet = pages_of(sheet_of(page, notice))
    assert len(sheet) == 2
    assert [sum(name in one for name in names) for one in sheet] == [A_PAGE, LONG - A_PAGE]
    text = "".join(sheet)
    assert not re.search(r"\d{17}[\dX]", text)
    for private in ("肢体", "残疾人证", "一级", "庙前社区1组", "小荷花"):
        assert private not in text
    faultless(page)

    moved(office_hours, page, "2025-01-07", "township")
    page.goto(f"/notices/{notice.pk}/")
    expect(page.get_by_test_id("no-photo")).to_contain_text("还没有期满照片")
    page.get_by_test_id("end").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.errors.clear()  # Chromium logs the 400 of the refusal
    page.fill("[name=end-no_photo_reason]", "公示栏被雨冲毁")
    page.get_by_test_id("end").click()
    expect(page.locator("main")).to_contain_text("公示已结束")
    states = Application.objects.filter(pk__in=[one.pk for one in asked])
    assert set(states.values_list("state", flat=True)) == {"federation"}
    faultless(page)


def test_t16_no_notice_is_started_for_a_child_also_by_post(enter: Enter) -> None:
    child, role = cases.man("公示童", "2016-03-03")
    home = cases.home_of((child, role))
    one = cases.applied("orphan_allowance", home, child)
    page = enter("township")
    page.goto(f"/notices/new/?division={cases.VILLAGE}")
    expect(page.locator("main")).not_to_contain_text("公示童")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    before = PublicNotice.objects.count()
    for path, form in (
        ("/notices/new/", {"division": cases.VILLAGE, "one": str(one.pk)}),
        ("/notices/lists/", {"division": cases.VILLAGE, "family": "child_welfare"}),
    ):
        answer = page.request.post(
            path,
            form={"csrfmiddlewaretoken": token, **form},
            headers={"Referer": f"{page.url}"},
        )
        assert answer.status == 400, path
        assert "儿童" in answer.text()
    assert PublicNotice.objects.count() == before
    faultless(page)


def assessed(page: Any, asked: Application) -> None:
    """再查评议: the meeting put down, then the step."""
    page.goto(f"/applications/{asked.pk}/assessment/")
    form = page.get_by_test_id("assess")
    for name, words in {
        "on": str(timezone.localdate()),
        "place": "村部会议室",
        "officials": "3",
        "residents": "12",
        "attendance": "村干部3人，村民代表12人",
        "votes_for": "13",
        "votes_against": "1",
        "abstained": "1",
        "minutes": "儿子已分户，收入已计入赡养费",
    }.items():
        form.locator(f"[name$={name}]").fill(words)
    form.get_by_role("button", name="登记评议").click()
    expect(page.get_by_test_id("assessments")).to_contain_text("属实 13")
    page.goto(f"/applications/{asked.pk}/")
    form = page.get_by_test_id("form-reassess")
    for name, username in (("first", "township"), ("second", "township-lead")):
        form.locator(f"[name={name}]").select_option(str(staff_of(username).pk))
    page.get_by_test_id("take-reassess").click()
    expect(page.locator("main")).to_contain_text("已办理“再查评议”")


def test_t17_an_objection_leads_to_a_meeting_and_stops_the_decision(
    enter: Enter, office_hours: Any
) -> None:
    asked = cases.nursing("异议户")
    page = enter("township")
    notice = posted(page, cases.VILLAGE)
    row = notice.rows.get(application=asked)
    page.get_by_text("登记异议").first.click()
    page.select_option("[name=object-row]", str(row.pk))
    page.fill("[name=object-objector]", "村民甲")
    page.fill("[name=object-words]", "儿子有收入")
    page.get_by_test_id("object").click()
    expect(page.get_by_test_id("objections")).to_contain_text("儿子有收入")
    asked.refresh_from_db()
    assert asked.state == "disputed"
    faultless(page)

    page.goto(f"/applications/{asked.pk}/")
    expect(page.get_by_test_id("take-reassess")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("还没有再次入户调查或民主评议")
    supervisor = enter("supervisor")
    supervisor.goto(f"/applications/{asked.pk}/")
    token = supervisor.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = supervisor.request.post(
        f"/applications/{asked.pk}/steps/confirm/",
        form={"csrfmiddlewaretoken": token, "seen": str(asked.version)},
        headers={"Referer": supervisor.url},
    )
    assert answer.status >= 400
    asked.refresh_from_db()
    assert asked.state == "disputed"
    faultless(supervisor)

    assessed(page, asked)
    asked.refresh_from_db()
    assert asked.state == "assessed"
    faultless(page)
