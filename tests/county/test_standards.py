"""T28, T29: standards are joined without gap; what a raise would cost the full county."""

from __future__ import annotations

import re
import time
from typing import Any

from django.apps import apps
from django.db import connection

from apps.payments.models import Due, PaymentLine
from apps.standards.models import Standard
from tests.county import running
from tests.county.conftest import MARKS, Enter, faultless
from tests.county.test_household import g1
from tests.pages.test_browser import playwright

__all__ = ["g1"]
pytestmark = MARKS
expect = playwright.expect
KEY = "minimum_living.rural_annual"
SECONDS = 5.0


def enters(page: Any, **given: str) -> None:
    """The form of a new value, filled in and sent."""
    page.goto(f"/standards/{KEY}/adopt/")
    said = {"from_month": "2025-07", "value_0": "5880.00", "document": "示例〔2025〕1号"} | given
    for name, value in said.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="查看对照").click()
    page.wait_for_load_state()
    if page.get_by_test_id("sure").count():
        page.get_by_test_id("sure").click()
        page.wait_for_load_state()


def test_t28_overlap_and_gap_are_refused_and_the_future_leaves_this_month_alone(
    g1: Any, enter: Enter
) -> None:
    page = enter("supervisor")
    before = Standard.objects.count()
    for given, words in (
        ({"from_month": "2024-01"}, "月份重叠"),
        ({"last_month": "2025-12"}, "会出现空档"),
    ):
        enters(page, **given)
        expect(page.locator("main")).to_contain_text(words)
        expect(page.locator("[name=document]")).to_have_value("示例〔2025〕1号")
        page.errors.clear()  # Chromium logs the 400 of the refusal
    assert Standard.objects.count() == before
    faultless(page)

    run = running.computed()
    paid = list(PaymentLine.objects.filter(subject=-g1.pk).order_by("month").values_list("fen"))
    dues = Due.objects.filter(calculation_id=run.calculation_id).count()
    enters(page)
    expect(page.locator("main")).to_contain_text("还有 208 天")
    page.errors.clear()
    again = running.computed()
    assert Due.objects.filter(calculation_id=again.calculation_id).count() == dues
    mine = Due.objects.get(calculation_id=again.calculation_id, subject=-g1.pk, month="2024-12-01")
    assert mine.fen == 750_00
    now = PaymentLine.objects.filter(subject=-g1.pk).exclude(calculation_id=again.calculation_id)
    assert list(now.order_by("month").values_list("fen")) == paid
    faultless(page)


def rows_of_every_table() -> dict[str, int]:
    """How many rows each table holds."""
    with connection.cursor() as cursor:
        found = {}
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def test_t29_a_raise_to_5880_costs_at_most_10_244_640_a_year(enter: Enter) -> None:
    page = enter("supervisor")
    page.goto("/standards/simulate/")
    rows = rows_of_every_table()
    page.select_option("select[name=k]", KEY)
    page.fill("[name=v]", "5880")
    page.fill("[name=month]", "2024-12")
    began = time.monotonic()
    page.locator("main form button[type=submit]").first.click()
    bounds = page.get_by_test_id("bounds")
    expect(bounds).to_be_visible(timeout=30_000)
    took = time.monotonic() - began
    assert rows_of_every_table() == rows
    expect(bounds).to_contain_text("上限")
    assert re.search(r"\b21343\b", bounds.inner_text())
    expect(bounds).to_contain_text("不含分类施保")
    expect(bounds).to_contain_text("10,244,640.00")
    assert re.search(r"k=minimum_living\.rural_annual&v=5880", page.url)
    faultless(page)
    assert took < SECONDS, took
