"""代发文件的版式: the same batch in every layout, read back as the bank reads it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.offices.models import Event
from apps.offices.moves import StaleState
from apps.payments import bank_file
from apps.payments.bank_file import Unwritable
from apps.payments.banking import actions as banking
from apps.payments.banking.writing import file_bytes, fixed_bytes
from apps.payments.models import BankItem, PaymentRun
from seeds import fakebank
from seeds.fakebank import Sent
from tests.pages.conftest import client_of, deaf
from tests.payments.answering import batch_of
from tests.payments.paying import Four, account, four, paid

pytestmark = pytest.mark.django_db
ENDINGS = ("csv", "xlsx", "txt", "xml")


@pytest.fixture
def people() -> Four:
    return four()


def june_of(people: Four, *names: str) -> PaymentRun:
    """June of people whose accounts are in their own name."""
    for name in names:
        _, who = deaf(name)
        account(who)
    return paid(people, "2024-06", day=20)


def expected(run: PaymentRun) -> list[Sent]:
    rows = BankItem.objects.filter(batch__run=run).order_by("number")
    return [Sent("202406-1", i.number, i.bank_number, i.payee_name, i.fen) for i in rows]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_bank_reads_what_was_sealed(ending: str, people: Four) -> None:
    run = june_of(people, "欧阳小明", "帕提古丽·艾山")
    content = file_bytes(batch_of(run), ending)
    assert fakebank.read(content, f"ours.{ending}") == expected(run)


def test_the_message_tells_count_and_sum_at_both_levels(people: Four) -> None:
    text = file_bytes(batch_of(june_of(people, "甲", "乙")), "xml").decode()
    assert (
        re.findall(r"<NbOfTxs>(\d+)</NbOfTxs><CtrlSum>([\d.]+)</CtrlSum>", text)
        == [("2", "180.00")] * 2
    )
    assert "<EndToEndId>202406-1-1</EndToEndId>" in text


def test_lines_of_a_fixed_width_are_as_wide_as_the_layout_says(people: Four) -> None:
    form = bank_file.layout("fixed_width")
    batch = batch_of(june_of(people, "甲", "帕提古丽·艾山"))
    *lines, last, end = file_bytes(batch, "txt").split(b"\r\n")
    assert {len(line) for line in lines} == {sum(column.width for column in form.columns)}
    assert (last, end) == (b"T000000002000000000018000", b"")


def renamed(batch: Any, name: str) -> None:
    """The first payee has another name (the item is frozen: past the guards)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE payments_bankitem SET payee_name = %s WHERE batch_id = %s AND number = 1",
            [name, batch.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_rare_name_is_written_in_full(ending: str, people: Four) -> None:
    batch = batch_of(june_of(people, "甲"))
    renamed(batch, "𠮷野<&>")
    assert fakebank.read(file_bytes(batch, ending), f"ours.{ending}")[0].name == "𠮷野<&>"


@pytest.mark.parametrize(
    ("ending", "name", "words"),
    [
        pytest.param("txt", "甲" * 31, "第1行 甲/.*（收款人姓名）", id="too long"),
        pytest.param("xml", "甲\x01", "第1行 甲/甲", id="a control character"),
    ],
)
def test_a_name_that_does_not_fit_is_refused_by_name(
    ending: str, name: str, words: str, people: Four
) -> None:
    batch = batch_of(june_of(people, "甲"))
    renamed(batch, name)
    with pytest.raises(Unwritable, match=words):
        file_bytes(batch, ending)


@pytest.mark.parametrize("code", ["one_card", "fixed_width"])
def test_a_name_the_banks_charset_lacks_is_refused_by_name(code: str, people: Four) -> None:
    batch = batch_of(june_of(people, "甲"))
    renamed(batch, "𠮷野")
    old = bank_file.layout(code)._replace(charset="gbk")
    write = bank_file.csv_bytes if old.form == "table" else fixed_bytes
    with pytest.raises(Unwritable, match=r"（gbk）写不出的字.*第1行 甲/𠮷野"):
        write(batch, old)


def test_each_ending_is_offered_and_every_export_is_written_down(people: Four) -> None:
    run = june_of(people, "甲")
    batch = batch_of(run)
    client = client_of(people.finance)
    page = client.get(f"/bankfiles/{batch.pk}/").content.decode()
    for ending in ENDINGS:
        assert f'data-testid="export-{ending}"' in page
    assert "示例" in page
    first = client.post(f"/payruns/{run.pk}/bankfile.xml")
    assert first["Content-Type"] == "application/xml"
    assert "yikatong-202406-1" in first["Content-Disposition"]
    assert client.post(f"/payruns/{run.pk}/bankfile.txt").status_code == 409
    assert client.post(f"/payruns/{run.pk}/bankfile.txt", {"reason": "重出"}).status_code == 200
    assert client.post(f"/payruns/{run.pk}/bankfile.exe").status_code == 404
    assert Event.objects.filter(verb="下载代发文件").count() == 2


def test_a_second_export_needs_a_reason(people: Four) -> None:
    batch = batch_of(june_of(people, "甲"))
    banking.export(batch.pk, ending="txt", reason="", by=people.finance)
    with pytest.raises(StaleState, match="再次导出须写明理由"):
        banking.export(batch.pk, ending="xml", reason="", by=people.finance)


def test_every_layout_says_what_it_is_made_after() -> None:
    for form in bank_file.layouts().values():
        assert form.source
        assert form.example == ("示例" in form.source)
