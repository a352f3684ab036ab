"""我的待办 by keys: due first, counts that are rows, a day or a colleague for several at once."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from apps.casework import actions as casework
from apps.casework.models import Application, Arrangement, SavedView
from apps.offices.models import Division, Event, Role
from apps.units.id_number import make_id
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import FAR, HERE, client_of
from tests.papers.printing import pages as pages_of
from tests.papers.printing import words as words_of

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
PLANNED = {"verb__startswith": "安排"}
BORN = dt.date(1934, 7, 1)


def waiting(name: str, on: str, division: str = HERE) -> Application:
    """An accepted application for minimum living of a household of one."""
    home = builders.household((builders.person(name, "1990-01-01"), "applicant"), division=division)
    one = builders.application("minimum_living", home, on=on)
    casework.accept(one.pk, on=builders.date(on), by=builders.staff())
    return one


def elder(name: str, division: str = HERE, **more: str) -> str:
    """Somebody whose life certificate is due: a visit. Gives the key of the task."""
    who = builders.person(name, "1934-07-01", **more)
    home = builders.household((who, "applicant"), division=division)
    builders.award("old_age_allowance", home, who, "2024-05-03")
    builders.fact("life_certificate", who, "2024-05-10", code="due", day=dt.date(2024, 6, 30))
    return f"life-{who.pk}"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t07_t08_the_list_is_walked_ticked_and_arranged_by_keys(enter: Any) -> None:
    late = waiting("周国华", "2024-05-20")
    visits = [elder("钱爷爷"), elder("吴奶奶")]
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto("/")
    rows = page.get_by_test_id("task")
    # A county's clerk of this one day: the application, two certifications, and what follows.
    words = rows.locator(".due b").all_inner_texts()
    dated = [text for text in words if text != "—"]
    assert dated == sorted(dated)
    for row in rows.all():
        assert row.locator("[data-key=e]").count() == 1
    for band in ("late", "month"):
        count = page.get_by_test_id(f"strip-{band}").locator(".v").inner_text()
        page.get_by_test_id(f"strip-{band}").click()
        expect(rows).to_have_count(int(re.sub(r"\D", "", count)))
        page.goto("/")

    page.locator("#gq").focus()
    page.keyboard.type("j")
    assert page.locator("tr.cur").count() == 0
    page.keyboard.press("Escape")
    page.get_by_test_id("plan").click()
    expect(page.get_by_role("alert")).to_contain_text("请先勾选要办理的事项")
    page.errors.clear()  # Chromium logs the 400 of the refusal
    page.goto("/")
    page.keyboard.press("j")
    expect(page.get_by_test_id("preview")).to_be_visible()
    for key in visits:
        page.check(f"input[value={key}]")
    expect(page.get_by_test_id("plan")).to_be_visible()
    page.check(f"input[value=application-{late.pk}]")
    expect(page.get_by_test_id("plan")).to_be_hidden()
    page.uncheck(f"input[value=application-{late.pk}]")
    day = dt.date.today() + dt.timedelta(days=3)  # noqa: DTZ011
    page.fill("#bulk-day", day.isoformat())
    pages.faultless(page)
    with page.expect_download() as slip:
        page.get_by_test_id("for-visits").click()
    assert slip.value.suggested_filename.startswith("入户路线单")
    page.get_by_test_id("plan").click()
    expect(page.locator("main")).to_contain_text("已安排2件")
    assert {row.key: row.planned_on for row in Arrangement.objects.all()} == dict.fromkeys(
        visits, day
    )
    assert Event.objects.filter(**PLANNED).count() == 2

    page.wait_for_load_state()  # keys answer once the scripts are there
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tr.cur input")).to_be_checked()
    target = page.locator("tr.cur [data-key=e]").get_attribute("href")
    page.keyboard.press("e")
    page.wait_for_url(f"**{target}")
    page.goto("/")
    first = rows.first.locator("a.nm").get_attribute("href")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url(f"**{first}")


@pytest.fixture
def client(clock: object) -> Client:
    """A township caseworker's browser, on Wednesday 5 June 2024."""
    return client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))


@pytest.mark.django_db
def test_mixed_or_foreign_or_past_is_refused_and_the_ticks_stay(client: Client) -> None:
    one, visit = waiting("周国华", "2024-05-20"), elder("钱爷爷")
    foreign = waiting("赵远方", "2024-05-20", FAR)
    mine = f"application-{one.pk}"
    for ticked, day, words in (
        ([mine, visit], "2024-06-07", "不是同一种"),
        ([mine], "2024-06-07", "只有需要上门"),
        ([visit], "2024-06-04", "应在今天到一年之内"),
        ([visit], "", "请选择入户日期"),
        ([visit], "2024-13-45", "请选择入户日期"),
        ([f"application-{foreign.pk}"], "2024-06-07", "刚刚被办理"),
    ):
        answer = client.post("/", {"task": ticked, "do": "plan", "day": day})
        page = answer.content.decode()
        assert (answer.status_code, words in page) == (400, True), words
        assert page.count("checked>") == len([key for key in ticked if key in page])
    assert not Arrangement.objects.exists()


@pytest.mark.django_db
def test_handed_over_tasks_stand_apart_for_who_has_them(client: Client) -> None:
    visit = elder("钱爷爷")
    to = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    far = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    refused = client.post("/", {"task": [visit], "do": "hand", "to": far.pk})
    assert "请选择转交给谁" in refused.content.decode()
    client.post("/", {"task": [visit], "do": "hand", "to": to.pk})
    theirs = client_of(to)
    assert 'data-testid="tab-given"' in theirs.get("/").content.decode()
    assert "钱爷爷" in theirs.get("/?whose=me").content.decode()
    assert "钱爷爷" not in client.get("/?whose=me").content.decode()
    assert f"转交{to.name}" in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_view_is_saved_under_a_name_and_dropped(client: Client) -> None:
    query = f"division={HERE}&due=late"
    client.post("/worklist/views/", {"name": "禄福村逾期", "query": query + "&page=2"})
    saved = SavedView.objects.get()
    assert saved.query == query
    twice = client.post("/worklist/views/", {"name": "禄福村逾期", "query": query}, follow=True)
    assert "同名" in twice.content.decode()
    other = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    assert "禄福村逾期" not in other.get("/").content.decode()
    other.post("/worklist/views/", {"drop": saved.pk})
    assert "禄福村逾期" in client.get("/").content.decode()
    client.post("/worklist/views/", {"drop": saved.pk})
    assert not SavedView.objects.exists()


@pytest.mark.django_db
def test_the_preview_says_what_is_missing_and_shows_no_other_place(client: Client) -> None:
    one, far = waiting("周国华", "2024-05-20"), waiting("赵远方", "2024-05-20", FAR)
    path = f"/worklist/preview/{one.household.number}/?application={one.pk}"
    assert "还差" in client.get(path).content.decode()
    assert client.get(f"/worklist/preview/{far.household.number}/").status_code == 404
    stray = f"/worklist/preview/{one.household.number}/?application={far.pk}"
    assert "还差" not in client.get(stray).content.decode()


@pytest.mark.django_db
def test_a_visit_slip_names_whom_to_visit_village_by_village(client: Client) -> None:
    next_village = Division.objects.filter(code__regex=rf"^{HERE[:9]}\d{{3}}$").last()
    assert next_village is not None
    here = elder("钱爷爷", phone="10000430001", id_number=make_id("430482", BORN, 1))
    there = elder("吴奶奶", next_village.code)
    answer = client.post("/papers/route/", {"task": [here, there]})
    assert answer["Content-Type"] == "application/pdf"
    said = words_of(answer.content)
    assert "入户路线单" in said
    assert "2户2件" in said.replace(" ", "")
    for name in ("钱爷爷", "吴奶奶", "10000430001", "生存认证", next_village.name):
        assert name in said
    assert make_id("430482", BORN, 1) not in said
    assert Event.objects.filter(kind="papers.route").count() == 2


@pytest.mark.django_db
def test_a_visit_slip_is_only_of_visits_that_still_wait(client: Client) -> None:
    desk = f"application-{waiting('甲', '2024-05-20').pk}"
    for keys, words in (
        ([], "请先勾选"),
        ([desk], "只有需要上门的事项"),
        ([elder("钱爷爷"), "life-0"], "只有需要上门的事项"),
    ):
        answer = client.post("/papers/route/", {"task": keys}, follow=True)
        assert words in answer.content.decode()
    assert not Event.objects.filter(kind="papers.route").exists()


@pytest.mark.django_db
def test_a_long_visit_slip_goes_on_with_its_head(client: Client) -> None:
    keys = [elder(f"老人{number}") for number in range(18)]
    first, *others = pages_of(client.post("/papers/route/", {"task": keys}).content)
    assert "入户路线单" in first
    assert others
    assert all("接上页" in page and "户主或对象" in page for page in others)
