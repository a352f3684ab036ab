"""The pages of evidence in a real browser: a visit on a phone loses nothing."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
from django.utils import timezone

from apps.casework.models import Application
from apps.evidence import actions
from apps.evidence.actions import Reported
from apps.evidence.models import CheckRequest, Document, Survey
from apps.offices.models import Role, Staff
from tests import builders
from tests.evidence import papers
from tests.pages import test_browser as pages

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
pytestmark = pages.pytestmark
browser_type_launch_args = pages.browser_type_launch_args
enter = pages.enter
SHOTS = os.environ.get("SHOTS", "")


def furnish() -> tuple[Application, CheckRequest]:
    """An application in the middle of everything: papers, a difference, a visit, property lines."""
    asked = papers.family()
    papers.all_filed(asked)
    papers.authorised(asked, until=str(timezone.localdate() + dt.timedelta(days=200)))
    today = str(timezone.localdate())
    county = builders.staff()
    request = papers.sent(asked, today, by=county)
    husband, wife, _ = papers.people(asked)
    told = [Reported(wife.pk, "deposits", 13600_00, words="农商行")]
    about = {"on": timezone.localdate(), "by": county}
    actions.answer(request.pk, "bank", result="different", figures=told, **about)
    actions.answer(request.pk, "tax", result="same", **about)
    told = [Reported(None, "vehicles", number=1, words="摩托车")]
    actions.answer(request.pk, "vehicles", result="different", figures=told, **about)
    figure = papers.wage(husband, 9600, words="零工")
    papers.visited(asked, today, lines=[figure])
    papers.filed("other", asked.household, on=today, name="低保证.jpg", content=papers.jpeg())
    return asked, request


def visit_of(role: Role, asked: Application) -> Survey:
    """An open form of which the one who has logged in is the first investigator."""
    first = Staff.objects.get(user__username=role.value)
    survey, _, _ = papers.opened(asked, str(timezone.localdate()), first=first)
    return survey


def test_a_draft_stays_on_the_phone_until_it_is_saved(enter: Any) -> None:
    asked = papers.family()
    page = enter(Role.TOWNSHIP_CLERK, width=390, height=844)
    survey = visit_of(Role.TOWNSHIP_CLERK, asked)
    path = f"/visits/{survey.pk}/"
    page.goto(path)
    page.fill("[name=area]", "86")
    page.check("[name=goods][value=tv]")
    page.fill("[name=words]", "屋顶漏水")
    playwright.expect(page.locator("#kept")).to_contain_text("已存在本机")
    page.goto("/search/")  # the phone rang: nothing was saved
    page.goto(path)
    assert page.input_value("[name=area]") == ""
    playwright.expect(page.locator("#draft")).to_contain_text("3 项")
    pages.faultless(page)
    page.click("#draft-restore")
    assert page.input_value("[name=words]") == "屋顶漏水"
    assert page.is_checked("[name=goods][value=tv]")
    page.context.set_offline(True)
    playwright.expect(page.locator("#offline")).to_contain_text("已存在本机")
    pages.faultless(page)
    page.click("#visit button[type=submit]")
    playwright.expect(page.locator("#offline")).to_be_visible()
    assert page.url.endswith(path)
    page.context.set_offline(False)
    playwright.expect(page.locator("#offline")).to_be_hidden()
    page.click("#visit button[type=submit]")
    playwright.expect(page.locator("main")).to_contain_text("已保存")
    survey.refresh_from_db()
    assert survey.answers["home"]["area"] == 86
    page.goto(path)
    playwright.expect(page.locator("#draft")).to_be_hidden()


def test_a_visit_without_scripts(enter: Any) -> None:
    asked = papers.family()
    page = enter(Role.TOWNSHIP_CLERK, width=390, height=844, java_script_enabled=False)
    survey = visit_of(Role.TOWNSHIP_CLERK, asked)
    page.goto(f"/visits/{survey.pk}/")
    page.fill("[name=area]", "86")
    page.click("#visit button[type=submit]")
    playwright.expect(page.locator("main")).to_contain_text("已保存")
    page.set_input_files(
        "#photo", {"name": "屋内.jpg", "mimeType": "image/jpeg", "buffer": papers.jpeg()}
    )
    page.click("[data-testid=photograph] button")
    playwright.expect(page.get_by_test_id("photos")).to_contain_text("屋内.jpg")
    assert Document.objects.filter(survey=survey).count() == 1


def test_what_one_may_touch_on_a_phone_is_large_enough(enter: Any) -> None:
    asked = papers.family()
    page = enter(Role.TOWNSHIP_CLERK, width=390, height=844)
    survey = visit_of(Role.TOWNSHIP_CLERK, asked)
    page.goto(f"/visits/{survey.pk}/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main :is(button, select, textarea,'
            + 'input:not([type=hidden], [type=checkbox]))')]
            .filter(n => n.getClientRects().length && n.getBoundingClientRect().height < 36)
            .map(n => n.outerHTML.slice(0, 80))"""
    )
    assert small == []
