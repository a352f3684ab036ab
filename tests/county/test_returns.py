"""T26: what the bank says of the county's November comes in, is looked at, and is taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from apps.casework.worklist import Asked
from apps.offices.calendar import current_calendar
from apps.payments import worklist
from apps.payments.banking.writing import file_bytes
from apps.payments.models import BankBatch, BankItem
from apps.standards.models import current_book
from seeds import fakebank
from seeds.fakebank import Answer
from tests import builders
from tests.county.conftest import MARKS, TODAY, Enter, faultless, staff_of
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
ON = builders.date("2024-12-04")


def answers(batch: BankBatch) -> list[Answer]:
    """Three came back, one is of an account we did not send, one of another amount."""
    waiting = BankItem.objects.filter(batch=batch, state__in=("sent", "unknown")).order_by("number")
    numbers = list(waiting.values_list("number", flat=True)[:5])
    lines = {one.number: one for one in fakebank.read(file_bytes(batch, "csv"), "ours.csv")}
    sent = [lines[number] for number in numbers]
    sent[3] = sent[3]._replace(account="6217990000000099999")
    sent[4] = sent[4]._replace(fen=sent[4].fen + 100)
    return [
        Answer(one, state, "AC04" if state == "returned" else "", ON)
        for one, state in zip(sent, ["returned"] * 3 + ["paid"] * 2, strict=True)
    ]


def tasks() -> set[str]:
    """The accounts to be changed that the county's lists show."""
    asked = Asked(staff_of("supervisor"), builders.date(TODAY), current_calendar(), current_book())
    return {task.key for task in worklist.accounts(asked)}


def put(page: Any, batch: BankBatch, file: Path) -> None:
    """Upload a file about a batch."""
    page.goto("/bankreturns/")
    page.select_option("[name=batch]", str(batch.pk))
    page.set_input_files("[name=file]", str(file))
    page.get_by_role("button", name="上传并对账").click()


def test_t26_a_return_file_is_previewed_committed_and_not_taken_twice(
    enter: Enter, tmp_path: Path
) -> None:
    batch = BankBatch.objects.filter(state="sent").latest("run__month")
    before = tasks()
    file = tmp_path / "back.csv"
    file.write_bytes(fakebank.write(answers(batch), "csv"))
    page = enter("finance")
    put(page, batch, file)
    expect(page.get_by_test_id("fate-returned")).to_contain_text("3")
    expect(page.get_by_test_id("problem-account").locator("tbody tr")).to_have_count(1)
    expect(page.get_by_test_id("problem-amount").locator("tbody tr")).to_have_count(1)
    expect(page.get_by_test_id("returned").locator("tbody tr")).to_have_count(3)
    faultless(page)
    page.get_by_test_id("commit").get_by_role("button", name="入账").click()
    expect(page.get_by_test_id("state")).to_contain_text("已入账")
    expect(page.get_by_test_id("difference")).to_contain_text("0.00")
    faultless(page)
    assert len(tasks() - before) == 3
    put(page, batch, file)
    expect(page.get_by_role("alert")).to_contain_text("同一份文件只收一次")
    page.errors.clear()  # Chromium logs the 409 of the refusal
