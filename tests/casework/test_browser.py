"""申请、登记 in a real browser; what the sweep of all screens finds on the pages of casework."""

from __future__ import annotations

import os
from typing import Any

import pytest

from apps.casework import actions
from apps.casework.models import Application, Draw
from apps.casework.sampled import drawn_of
from apps.offices.models import Role
from tests import builders
from tests.evidence.papers import all_filed, concluded, family, township
from tests.pages import test_browser as pages
from tests.pages.conftest import FAR

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
pytestmark = pages.pytestmark
browser_type_launch_args = pages.browser_type_launch_args
enter = pages.enter
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Any) -> None:
    """The folder of files of this test."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")


def checked() -> Application:
    """A family whose papers and checks are in order, with a near relative and a complaint."""
    one, clerk = family(), township()
    builders.fact("property", one.household, "2025-05-05", flag=True)
    all_filed(one)
    actions.accept(one.pk, on=builders.date("2025-05-06"), by=clerk)
    concluded(one)
    actions.take(one.pk, "complete_check", on=builders.date("2025-05-09"), by=clerk)
    member = one.household.members.order_by("pk").first()
    assert member is not None
    on = builders.date("2025-05-09")
    words = "邻居反映其在县城有住房一套，长期出租，未在申请时申报。"
    actions.register_complaint(one.pk, on=on, by=clerk, words=words)
    actions.register_relative(
        person_id=member.person_id, relation="sibling", on=on, by=clerk, official="王村主任"
    )
    return one


def drawn() -> Draw:
    """A draw of one among two, as the county made it."""
    pool = []
    for name in ("孙七", "钱八"):
        who = builders.person(name, "1950-01-01")
        home = builders.household((who, "applicant"), zone="rural", division=FAR)
        builders.fact("self_care", who, "2024-01-01", number=0)
        pool.append(builders.application("destitute_basic", home, who, "2025-05-05").pk)
    by = builders.staff(Role.COUNTY_CLERK)
    at = {"on": builders.date("2025-05-12"), "quarter": builders.month("2025-04"), "by": by}
    return Draw.objects.create(
        programme="destitute_basic", township=FAR[:9], rate=3000, seed=7, pool=pool,
        drawn=drawn_of(pool, 3000, 7), **at,
    )  # fmt: skip


def furnish() -> list[str]:
    """The pages, with something on each."""
    one, draw = checked(), drawn()
    other = Application.objects.get(pk=draw.drawn[0])
    actions.register_complaint(
        other.pk, on=builders.date("2025-05-12"), by=builders.staff(), words="与儿子同住"
    )
    who = builders.person("赵六", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural", division=FAR)
    builders.fact("self_care", who, "2024-01-01", number=0)
    award = builders.award("destitute_basic", home, who, "2024-01-06")
    return [
        f"/applications/{one.pk}/",
        f"/applications/{one.pk}/conditions/",
        f"/applications/{one.pk}/complaints/",
        "/complaints/",
        "/complaints/?state=closed&q=%E6%97%A0",
        "/apply/",
        f"/households/{one.household.number}/apply/",
        "/sampling/",
        f"/sampling/{draw.pk}/",
        "/relatives/",
        f"/awards/{award.pk}/",
    ]


def test_the_type_of_relief_is_asked_for_only_with_relief(enter: Any) -> None:
    home = builders.household((builders.person("李四", "1980-05-05"), "applicant"), division=FAR)
    page = enter(Role.COUNTY_SUPERVISOR)
    expect = playwright.expect
    page.goto("/apply/")
    track = page.locator("select[name=track]")
    expect(track).to_be_hidden()
    page.check("input[name=programmes][value=temporary_relief]")
    expect(track).to_be_visible()
    with page.expect_response(lambda answer: "/apply/trial/" in answer.url):
        track.select_option("emergency")
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    pages.faultless(page)
    page.click("[data-testid=submit]")  # nothing else is filled in
    page.errors.clear()  # Chromium logs the 400 of the refusal
    expect(page.locator("select[name=track]")).to_have_value("emergency")
    page.uncheck("input[name=programmes][value=temporary_relief]")
    expect(page.locator("select[name=track]")).to_be_hidden()
    page.goto(f"/households/{home.number}/apply/")
    expect(page.locator("select[name=track]")).to_be_hidden()
    page.select_option("select[name=programme]", "temporary_relief")
    page.select_option("select[name=track]", "emergency")
    page.click("[data-testid=submit]")
    expect(page.locator("h1")).to_contain_text("临时救助（急难型）")
