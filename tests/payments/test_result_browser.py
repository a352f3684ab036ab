"""银行对账 in a real browser: a month goes to the bank and comes back, also without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.offices.models import Role, Staff
from apps.payments.models import BankItem, PaymentRun
from apps.payments.results.models import Dispute
from seeds import fakebank
from tests.pages import test_browser as pages
from tests.pages.conftest import deaf
from tests.payments.answering import batch_of, said, sent, states
from tests.payments.paying import four, paid
from tests.screens import screens, test_sweep
from tests.screens.sweeping import faults

pytestmark = pages.pytestmark
browser_type_launch_args = pages.browser_type_launch_args
enter = pages.enter
expect = pages.playwright.expect


@pytest.fixture
def june(transactional_db: None) -> PaymentRun:
    """June, sent to the bank: three items of 90 yuan."""
    for name in ("甲一", "乙二", "丙三"):
        deaf(name)
    return paid(four(), "2024-06", day=20)


def put(page: Any, run: PaymentRun, path: Path, answers: Any, form: str) -> None:
    """Upload what the bank says."""
    file = path / f"back.{ {'csv-utf8': 'csv'}.get(form, form) }"
    file.write_bytes(fakebank.write(answers, form))
    page.goto("/bankreturns/")
    page.select_option("[name=batch]", str(batch_of(run).pk))
    page.set_input_files("[name=file]", str(file))
    page.get_by_role("button", name="上传并对账").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_a_month_comes_back(scripts: bool, june: PaymentRun, enter: Any, tmp_path: Path) -> None:
    page = enter(Role.FINANCE, java_script_enabled=scripts)
    page.goto("/payruns/")
    page.get_by_role("link", name="银行对账").click()
    expect(page.locator("[data-page=bankreturns]")).to_be_visible()
    put(page, june, tmp_path, said(sent(june), "paid", "returned", "unknown"), "csv")
    expect(page.get_by_test_id("fate-returned")).to_contain_text("90.00")
    assert states(june) == ["sent"] * 3
    page.get_by_test_id("commit").get_by_role("button", name="入账").click()
    expect(page.get_by_test_id("state")).to_contain_text("已入账")
    expect(page.get_by_test_id("difference")).to_contain_text("0.00")
    assert states(june) == ["paid", "returned", "unknown"]
    put(page, june, tmp_path, said(sent(june), "returned", "returned", "paid"), "xlsx")
    expect(page.get_by_test_id("disputed")).to_contain_text("与前次结果相反")
    page.get_by_test_id("commit").get_by_role("button", name="入账").click()
    page.goto("/bankreturns/")
    expect(page.get_by_test_id("returns")).to_contain_text("账户已销户")
    expect(page.get_by_test_id("dispute")).to_contain_text("不得处理")
    if scripts:
        assert not faults(page)
    judge = enter(Role.APPROVER, java_script_enabled=scripts)
    judge.goto("/bankreturns/")
    judge.get_by_placeholder("处理理由（必填）").fill("银行来函更正")
    judge.get_by_role("button", name="采信新结果").click()
    expect(judge.get_by_test_id("dispute")).to_contain_text("采信新结果")
    assert states(june) == ["returned", "returned", "paid"]
    assert Dispute.objects.get().decided_by_id is not None
    assert BankItem.objects.filter(returned_on__isnull=False).count() == 2


def test_a_hostile_file_is_told_on_the_page(june: PaymentRun, enter: Any, tmp_path: Path) -> None:
    page = enter(Role.FINANCE)
    bad = tmp_path / "back.xml"
    bad.write_bytes(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "x">]><Document/>')
    page.goto("/bankreturns/")
    page.select_option("[name=batch]", str(batch_of(june).pk))
    page.set_input_files("[name=file]", str(bad))
    page.get_by_role("button", name="上传并对账").click()
    expect(page.get_by_role("alert")).to_contain_text("DOCTYPE")
    assert states(june) == ["sent"] * 3


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_width_is_without_barriers(language: str, june: PaymentRun, enter: Any) -> None:
    page = enter(Role.FINANCE)
    by = Staff.objects.get(user__username=Role.FINANCE.value)
    file = screens.answered(june, by)
    Staff.objects.filter(pk=by.pk).update(language=language)
    judge = enter(Role.APPROVER)
    paths = ("/bankreturns/", f"/bankreturns/{file}/", f"/bankreturns/{file - 1}/")
    for opened, path in [*((page, path) for path in paths), (judge, "/bankreturns/")]:
        opened.goto(path)
        for width, height in test_sweep.WIDTHS:
            opened.set_viewport_size({"width": width, "height": height})
            assert not faults(opened), f"{path} {width}"
