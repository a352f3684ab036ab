"""The same in Chromium: two people with a change of one account open, in two browsers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.households.models import BankAccount
from apps.offices.models import Role
from tests.changes.reporting import family
from tests.pages import test_browser as pages

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
pytestmark = pages.pytestmark


def filled(page: Any, path: str, bank: str, number: str) -> None:
    """The form of 换卡, typed as far as the button."""
    page.goto(path)
    page.select_option("#id_owner", "0")
    page.fill("#id_payee_name", "张三")
    page.select_option("#id_payee_is", "self")
    page.fill("#id_bank", bank)
    page.fill("#id_number", number)
    page.fill("#id_reason", "卡遗失")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_two_browsers_at_one_account_choose_box_by_box(enter: Any, scripts: bool) -> None:
    home, _ = family(("张三", "1980-05-05", "applicant"))
    path = f"/households/{home.number}/change/?kind=account"
    mine = enter(Role.TOWNSHIP_CLERK, java_script_enabled=scripts, width=390 if scripts else 1440)
    filled(mine, path, "工商银行", "6222000033334444")
    theirs = enter(Role.TOWNSHIP_LEAD)
    filled(theirs, path, "邮政储蓄银行", "6222000011112222")
    theirs.get_by_test_id("submit").click()
    theirs.wait_for_url("**/changes/*/")

    mine.get_by_test_id("submit").click()
    table = mine.get_by_test_id("sight")
    expect(table).to_contain_text(re.compile(r"这条记录 \d\d:\d\d 被乡镇分管修改"))
    expect(mine.locator("#id_number")).to_have_value("6222000033334444")
    if scripts:
        mine.errors.clear()  # Chromium logs the 409
        pages.faultless(mine)
    table.locator("[name=use-bank][value=theirs]").check()
    table.locator("[name=use-number][value=mine]").check()
    mine.get_by_test_id("submit").click()
    mine.wait_for_url("**/changes/*/")
    now = BankAccount.objects.filter(household=home).order_by("version").last()
    assert now is not None
    assert (now.bank, now.number) == ("邮政储蓄银行", "6222000033334444")
