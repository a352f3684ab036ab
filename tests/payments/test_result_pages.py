"""银行对账 on the page: upload, preview, commit, what waits, and disputes decided by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.offices.models import Role
from apps.payments.models import PaymentRun
from apps.payments.results.models import Dispute, ResultFile
from seeds import fakebank
from tests import builders
from tests.pages.conftest import client_of, deaf
from tests.payments.answering import batch_of, committed, said, sent, states, taken
from tests.payments.paying import Four, four, paid
from tests.screens.staling import sight_in

pytestmark = pytest.mark.django_db
PAGE = "/bankreturns/"


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def june(people: Four) -> PaymentRun:
    """June, sent to the bank: three items of 90 yuan."""
    for name in ("甲一", "乙二", "丙三"):
        deaf(name)
    return paid(people, "2024-06", day=20)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def upload(
    client: Any, run: PaymentRun, answers: list[fakebank.Answer], form: str = "csv", **more: str
) -> Any:
    name = "back." + {"csv-utf8": "csv"}.get(form, form)
    file = SimpleUploadedFile(name, fakebank.write(answers, form))
    data = {"batch": str(batch_of(run).pk), "file": file, **more}
    return client.post(PAGE, data, follow=True)


def test_a_file_goes_from_upload_over_preview_to_the_books(people: Four, june: PaymentRun) -> None:
    client = client_of(people.finance)
    assert "还没有回盘文件" in text(client.get(PAGE))
    page = text(upload(client, june, said(sent(june), "paid", "returned", "unknown")))
    assert 'data-page="bankreturn"' in page
    for code in ("paid", "returned", "unknown"):
        assert f'data-testid="fate-{code}"' in page
    assert states(june) == ["sent"] * 3
    file = ResultFile.objects.get()
    seen = sight_in(client.get(f"{PAGE}{file.pk}/"), "commit")
    done = text(client.post(f"{PAGE}{file.pk}/", {"act": "commit", "sight": seen}, follow=True))
    assert "已入账" in done
    assert states(june) == ["paid", "returned", "unknown"]
    listed = text(client.get(PAGE))
    assert people.finance.name in listed
    assert "待乡镇换卡" in listed
    assert "账户已销户" in listed


def test_what_is_refused_says_why_and_keeps_what_was_typed(people: Four, june: PaymentRun) -> None:
    client = client_of(people.finance)
    answers = said(sent(june), "paid")
    assert client.post(PAGE, {"batch": "", "typed_fen": "九十"}).status_code == 400
    bad = client.post(
        PAGE,
        {
            "batch": str(batch_of(june).pk),
            "file": SimpleUploadedFile("back.xlsx", b"no workbook"),
            "typed_count": "3",
        },
    )
    assert bad.status_code == 400
    assert "后缀是 XLSX，内容却不是" in text(bad)
    assert 'value="3"' in text(bad)
    upload(client, june, answers)
    again = upload(client, june, answers)
    assert again.status_code == 409
    assert "同一份文件只收一次" in text(again)


def test_a_file_that_cannot_be_committed_says_so_and_offers_only_to_be_dropped(
    people: Four, june: PaymentRun
) -> None:
    client = client_of(people.finance)
    page = text(upload(client, june, said(sent(june), "paid"), typed_count="4"))
    assert "银行另行告知 4 笔，读出 3 笔" in page
    assert "disabled" in page
    path = f"{PAGE}{ResultFile.objects.get().pk}/"
    assert client.post(path, {"act": "commit"}).status_code == 409
    assert client.post(path, {"act": "drop", "reason": ""}).status_code == 400
    assert "已撤下" in text(client.post(path, {"act": "drop", "reason": "有误"}, follow=True))
    assert states(june) == ["sent"] * 3


def test_problems_are_listed_by_line_with_what_to_do(people: Four, june: PaymentRun) -> None:
    one, two, three = said(sent(june), "paid")
    page = text(
        upload(
            client_of(people.finance),
            june,
            [one._replace(sent=one.sent._replace(account="6217")), two, two, three],
        )
    )
    assert 'data-testid="problem-account"' in page
    assert "序号 1 的账号与送出的不一致，请银行查明后重出" in page
    assert "与第 3 行是同一笔，只认第一行" in page
    assert "本文件没有说到、仍无最后结果的：1 笔 90.00 元" in page


def test_t26_five_things_are_listed_three_become_tasks_and_it_ties_in_the_end(
    people: Four,
) -> None:
    for n in range(6):
        deaf(f"戊{n}")
    run = paid(people, "2024-06", day=20)
    lines, client = sent(run), client_of(people.finance)
    answers = said(lines, "returned", "returned", "returned", "paid")
    answers[3] = answers[3]._replace(sent=lines[3]._replace(account="6217990000000000099"))
    answers[4] = answers[4]._replace(sent=lines[4]._replace(fen=9100))
    page = text(upload(client, run, answers))
    listed = page[page.index('data-testid="returned"') :]
    assert listed.count("账户已销户") == 3
    for fault in ("account", "amount"):
        assert f'data-testid="problem-{fault}"' in page
    client.post(f"{PAGE}{ResultFile.objects.get().pk}/", {"act": "commit"})
    assert upload(client, run, answers).status_code == 409
    by = builders.staff(Role.TOWNSHIP_CLERK, "430482001")
    tasks = text(client_of(by).get("/?queue=accounts"))
    assert tasks.count("更换退票账户") >= 3
    rest = said(lines[3:5], "paid", "returned")
    mended = upload(client, run, rest).context["file"]
    done = client.post(f"{PAGE}{mended.pk}/", {"act": "commit"}, follow=True)
    assert done.context["tie"]["off_count"] == done.context["tie"]["off_fen"] == 0
    stands = {state: n for state, _, n, _ in done.context["tie"]["rows"]}
    assert stands == {"paid": 2, "returned": 4, "unknown": 0, "sent": 0}


def test_what_was_shown_is_what_is_committed(people: Four, june: PaymentRun) -> None:
    """Another file of the batch is committed between the preview and the button."""
    client = client_of(people.finance)
    first = taken(june, said(sent(june), "paid"), people.finance)
    opened = sight_in(client.get(f"{PAGE}{first.pk}/"), "commit")
    committed(june, said(sent(june)[:1], "returned"), people.finance)
    answer = client.post(f"{PAGE}{first.pk}/", {"act": "commit", "sight": opened})
    assert answer.status_code == 409
    assert states(june) == ["returned", "sent", "sent"]
    again = sight_in(answer, "commit")
    assert client.post(f"{PAGE}{first.pk}/", {"act": "commit", "sight": again}).status_code == 302
    assert states(june) == ["returned", "paid", "paid"]
    assert Dispute.objects.count() == 1


def test_a_dispute_is_decided_by_another_person_with_a_reason(
    people: Four, june: PaymentRun
) -> None:
    committed(june, said(sent(june), "paid"), people.finance)
    file = taken(june, said(sent(june)[:1], "returned"), people.finance)
    assert 'data-testid="disputed"' in text(client_of(people.finance).get(f"{PAGE}{file.pk}/"))
    client_of(people.finance).post(f"{PAGE}{file.pk}/", {"act": "commit"})
    one = Dispute.objects.get()
    path = f"{PAGE}disputes/{one.pk}/"
    mine = text(client_of(people.finance).get(PAGE))
    assert "不得处理" in mine
    assert path not in mine
    given = {"act": "accept", "reason": "银行来函"}
    assert client_of(people.finance).post(path, given).status_code == 403
    client = client_of(people.approver)
    assert path in text(client.get(PAGE))
    assert client.post(path, {"act": "accept", "reason": ""}).status_code == 400
    assert "争议已处理" in text(client.post(path, given, follow=True))
    assert states(june)[0] == "returned"
    assert client.post(path, given).status_code == 409


def test_only_finance_uploads_and_only_the_county_sees_files(
    people: Four, june: PaymentRun
) -> None:
    committed(june, said(sent(june), "returned"), people.finance)
    file = ResultFile.objects.get()
    other = client_of(people.checker)
    assert 'data-testid="upload"' not in text(other.get(PAGE))
    assert upload(other, june, said(sent(june), "paid")).status_code == 403
    assert other.post(f"{PAGE}{file.pk}/", {"act": "commit"}).status_code == 403
    here = client_of(builders.staff(Role.TOWNSHIP_CLERK, "430482001"))
    page = text(here.get(PAGE))
    assert "甲一" in page
    assert "还没有回盘文件" in page
    assert here.get(f"{PAGE}{file.pk}/").status_code == 404
    far = client_of(builders.staff(Role.TOWNSHIP_CLERK, "430482101"))
    assert "甲一" not in text(far.get(PAGE))
    for keeper in (Role.SYSTEM_ADMIN, Role.FEDERATION):
        assert client_of(builders.staff(keeper)).get(PAGE).status_code == 403


def test_pages_ask_as_often_for_many_lines_as_for_few(people: Four, june: PaymentRun) -> None:
    client = client_of(people.finance)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    one = taken(june, said(sent(june)[:1], "returned"), people.finance)
    few = asked(f"{PAGE}{one.pk}/")
    three = taken(june, said(sent(june), "returned"), people.finance)
    assert asked(f"{PAGE}{three.pk}/") == few
    committed(june, said(sent(june)[:1], "returned"), people.finance, "xlsx")
    before = asked(PAGE)
    committed(june, said(sent(june)[1:], "returned"), people.finance)
    assert asked(PAGE) == before
