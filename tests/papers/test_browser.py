"""公示 and 文书 in a real browser: a sheet comes out; what the sweep of all screens looks at."""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import unquote

import pytest

from apps.casework.models import Decision
from apps.offices.models import Role
from apps.publicity import actions as publicity
from tests import builders
from tests.pages import test_browser as pages
from tests.papers.printing import case, decided, made, noticed, receiving, words
from tests.publicity.posting import FAR, HERE, JPEG, at_opinion, family, satisfied

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
pytestmark = pages.pytestmark
browser_type_launch_args = pages.browser_type_launch_args
enter = pages.enter
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other apps' needs are met."""
    satisfied(monkeypatch)


def furnish() -> list[str]:
    """A notice with a photo and objections, one to be posted, a standing list, some papers."""
    one, notice = noticed()
    clerk, on = one.clerk, builders.date("2025-03-10")
    publicity.add_photo(notice.pk, moment="start", content=JPEG, on=on, by=clerk)
    row = notice.rows.get().pk
    on = builders.date("2025-03-12")
    first = publicity.object_to(row, objector="村民甲", words="家里有小车", on=on, by=clerk)
    publicity.answer(first.pk, words="车是其弟的，已核实", on=on, by=clerk)
    publicity.object_to(row, objector="村民乙", words="儿子在外务工", on=on, by=clerk)
    home, _ = family("待张贴户", FAR)
    at_opinion("minimum_living", home)
    poor, _ = family("王五")
    builders.award("minimum_living", poor, None, "2024-05-06")
    lists = publicity.post_standing(
        HERE, "minimum_living", on=builders.date("2024-06-05"), by=clerk
    )
    paper = made("approval-form", one.application.pk, "2025-03-12")
    rare = case(name="周\U00030123")
    return [
        "/notices/",
        "/notices/?state=withdrawn",
        f"/notices/new/?division={FAR}",
        f"/notices/new/?division={HERE}",
        f"/notices/{notice.pk}/",
        f"/notices/{lists.pk}/",
        "/notices/lists/",
        f"/notices/lists/?division={HERE}",
        f"/papers/new/notice-poster/{notice.pk}/",
        f"/papers/new/application-form/{rare.application.pk}/",
        f"/papers/{paper.pk}/",
        f"/papers/new/decision-notice/{decided()[1].pk}/",
        f"/verify/{paper.code}/",
        "/verify/ABCD-EFGH-JKMN/",
        "/verify/",
    ]


def test_a_paper_is_made_and_printed(enter: Any) -> None:
    one = case()
    page = enter(Role.COUNTY_CLERK)
    page.goto(f"/papers/new/application-form/{one.application.pk}/")
    page.click("[data-testid=make-button]")
    playwright.expect(page.get_by_test_id("code")).to_contain_text("-")
    playwright.expect(page.get_by_test_id("prints")).to_contain_text("已打印 0 次")
    with page.context.expect_page() as opened:
        page.click("[data-testid=print]")
    opened.value.close()
    page.reload()
    playwright.expect(page.get_by_test_id("prints")).to_contain_text("第 1 次")


def clicked(page: Any) -> tuple[str, str]:
    """Made and printed by two clicks: the name of the file that came, and what stands on it."""
    came: list[tuple[str, bytes]] = []

    def passing(route: Any) -> None:
        answer = route.fetch()
        came.append((unquote(answer.headers["content-disposition"]), answer.body()))
        route.fulfill(response=answer)

    page.click("[data-testid=make-button]")
    playwright.expect(page.get_by_test_id("code")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    page.context.route("**/print/", passing)
    with page.context.expect_page() as opened:
        page.click("[data-testid=print]")
    opened.value.close()
    page.reload()
    playwright.expect(page.get_by_test_id("prints")).to_contain_text("第 1 次")
    ((name, content),) = came
    assert content.startswith(b"%PDF")
    return name, words(content)


def test_a_notice_is_printed_from_the_decision_and_a_statement_from_the_household(
    enter: Any,
) -> None:
    one = receiving()
    decision = Decision.objects.get(application=one.application)
    page = enter(Role.COUNTY_CLERK)
    page.goto(f"/households/{one.home.number}/")
    page.click("[data-testid=notice]")
    playwright.expect(page.get_by_test_id("back")).to_have_text("家庭页")
    pages.faultless(page)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/notice.png")
    name, text = clicked(page)
    assert f"最低生活保障审核确认结果告知书_{decision.pk}_第1版_第1次.pdf" in name
    assert "周国华：您于2024年5月6日提出的最低生活保障申请" in text
    page.goto(f"/households/{one.home.number}/")
    page.click("[data-testid=statement]")
    playwright.expect(page.get_by_test_id("back")).to_have_text("家庭页")
    name, text = clicked(page)
    assert f"2024年6月幸福清单_{one.home.pk}_第1版_第1次.pdf" in name
    assert "伍佰元整" in text
