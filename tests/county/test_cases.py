"""T18, T19: the supervisor's ten clean cases, and who may not decide what."""

from __future__ import annotations

from typing import Any

from apps.casework.models import Application
from apps.offices.models import Event
from tests.county import cases, running
from tests.county.conftest import MARKS, Enter, faultless, staff_of
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
CLEAN = 10


def post(page: Any, path: str, **form: str) -> Any:
    """Sent straight to the address, as no button offers it."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    return page.request.post(
        path,
        form={"csrfmiddlewaretoken": token, **form},
        headers={"Referer": page.url},
        max_redirects=0,
    )


def test_t18_ten_clean_cases_take_one_click_each(enter: Enter) -> None:
    first, *others = [cases.aged(f"高寿{chr(0x7532 + n)}") for n in range(CLEAN)]
    flagged = cases.aged("高寿不足龄", "1960-05-05")
    page, clicks = enter("supervisor"), 0
    page.goto(f"/applications/{first.pk}/")
    for _ in range(CLEAN):
        expect(page.get_by_test_id("failed")).to_have_count(0)
        before = page.url
        page.get_by_test_id("take-confirm").click()
        clicks += 1
        page.wait_for_url(lambda url, old=before: url != old)
    mine = Application.objects.filter(pk__in=[first.pk, *(one.pk for one in others)])
    assert set(mine.values_list("state", flat=True)) == {"confirmed"}
    assert clicks == CLEAN
    # What is left is the flagged one, and it says so; no list decides several at once.
    assert page.url.endswith(f"/applications/{flagged.pk}/")
    expect(page.get_by_test_id("failed")).to_contain_text("不符合")
    faultless(page)
    page.goto("/applications/")
    assert page.locator("main form[method=post]").count() == 0
    faultless(page)


def test_t19_who_prepared_a_case_does_not_decide_it(enter: Enter) -> None:
    me = staff_of("supervisor")
    asked = cases.aged("回避户", by=me)
    page = enter("supervisor")
    page.goto(f"/applications/{asked.pk}/")
    expect(page.get_by_test_id("take-confirm")).to_have_count(0)
    answer = post(page, f"/applications/{asked.pk}/steps/confirm/", seen=str(asked.version))
    assert answer.status == 403
    assert "另一人审批" in answer.text()
    logged = Event.objects.filter(object_id=asked.pk, verb__endswith="被拒绝").latest("pk")
    assert (logged.by, bool(logged.reason)) == (me, True)
    faultless(page)


def test_t19_who_visited_a_family_does_not_decide_its_case(enter: Enter) -> None:
    me = staff_of("supervisor")
    asked = cases.reviewing("调查回避户", me)
    page = enter("supervisor")
    page.goto(f"/applications/{asked.pk}/")
    expect(page.get_by_test_id("take-confirm")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("调查人不得审批自己调查的申请")
    answer = post(page, f"/applications/{asked.pk}/steps/confirm/", seen=str(asked.version))
    assert answer.status >= 400
    assert "调查人不得审批自己调查的申请" in answer.text()
    asked.refresh_from_db()
    assert asked.state == "reviewing"
    logged = Event.objects.filter(object_id=asked.pk, verb__endswith="被拒绝").latest("pk")
    assert (logged.by, bool(logged.reason)) == (me, True)
    faultless(page)


def test_t19_who_computed_a_run_does_not_approve_it(enter: Enter) -> None:
    run = running.checked()
    page = enter("clerk")
    page.goto(f"/payruns/{run.pk}/")
    expect(page.get_by_test_id("approve")).to_have_count(0)
    answer = post(page, f"/payruns/{run.pk}/approve/", seen="on")
    assert answer.status == 403
    logged = Event.objects.filter(object_id=run.pk, verb="审批被拒绝").latest("pk")
    assert (logged.by, bool(logged.reason)) == (staff_of("clerk"), True)
    run.refresh_from_db()
    assert run.state == "checked"
    faultless(page)
