"""预算 on the page: entered, confirmed by another, seen beside a run, and taken away as a file."""

from __future__ import annotations

import io
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from apps.offices.models import Role
from apps.payments import actions as payments
from apps.payments.budgets.models import BudgetRow, ShareSet
from apps.payments.models import PaymentRun
from tests import builders
from tests.pages.conftest import HERE, client_of, deaf
from tests.payments.budgeting import NURSING, Desk, confirmed, desk, enough, entered
from tests.payments.paying import Four, approved, computed, four
from tests.screens.staling import sight_in

pytestmark = pytest.mark.django_db
PAGE = "/budgets/?year=2024"
ROW = {
    "act": "enter",
    "year": "2024",
    "code": NURSING,
    "source": "county",
    "kind": "initial",
    "fen": "1000.00",
    "document": "县财政局预算通知",
    "document_on": "2024-01-15",
}


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def office() -> Desk:
    return desk()


@pytest.fixture
def june(people: Four) -> PaymentRun:
    """Three people with 90 yuan, computed and checked."""
    for name in ("甲一", "乙二", "丙三"):
        deaf(name)
    run = computed(people, "2024-06", day=20)
    payments.check_run(run.pk, by=people.checker)
    run.refresh_from_db()
    return run


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_finance_enters_and_another_confirms(office: Desk) -> None:
    first, second = client_of(office.finance), client_of(office.second)
    assert "本年还没有登记预算" in text(first.get(PAGE))
    page = first.post(PAGE, ROW, follow=True)
    assert "待另一人确认后计入预算" in text(page)
    assert "您是登记人，须由另一人确认" in text(page)
    row = BudgetRow.objects.get()
    seen = sight_in(second.get(PAGE), "confirm")
    done = second.post(PAGE, {"act": "confirm", "row": row.pk, "sight": seen}, follow=True)
    assert "已确认，计入预算" in text(done)
    assert "壹仟元整" in text(done)
    again = second.post(PAGE, {"act": "confirm", "row": row.pk, "sight": seen})
    assert again.status_code == 409
    assert "刚刚被他人办理" in text(again)


def test_what_is_wrong_is_said_beside_what_was_typed(office: Desk) -> None:
    client = client_of(office.finance)
    wrong = client.post(PAGE, ROW | {"fen": "一千", "code": "", "document": ""})
    assert wrong.status_code == 400
    for words in ("请选择科目", "不是金额", "请写明预算文件"):
        assert words in text(wrong)
    lowered = client.post(PAGE, ROW | {"kind": "lower", "reason": ""})
    assert "调整须写明理由" in text(lowered)
    early = client.post(PAGE, ROW | {"kind": "lower", "reason": "压减"})
    assert "还没有已确认的年初预算" in text(early)
    assert 'value="1000.00"' in text(early)
    assert not BudgetRow.objects.exists()


def test_a_lowered_budget_comes_out_below_zero_and_is_refused_with_a_reason(office: Desk) -> None:
    confirmed(office, 1_000)
    client_of(office.finance).post(PAGE, ROW | {"kind": "lower", "reason": "压减", "fen": "300"})
    row = BudgetRow.objects.latest("pk")
    assert (row.kind, row.fen) == ("change", -300_00)
    second = client_of(office.second)
    seen = sight_in(second.get(PAGE), "refuse")
    asked = {"act": "refuse", "row": row.pk, "sight": seen}
    assert second.post(PAGE, asked).status_code == 400
    assert "已退回，不计入预算" in text(second.post(PAGE, asked | {"reason": "重复"}, follow=True))


def test_only_finance_enters_and_a_township_sees_none_of_it(office: Desk) -> None:
    clerk = client_of(builders.staff(Role.COUNTY_CLERK))
    assert 'data-testid="enter"' not in text(clerk.get(PAGE))
    assert clerk.post(PAGE, ROW).status_code == 403
    town = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    assert town.get(PAGE).status_code == 403
    assert town.get("/budgets/2024.csv").status_code == 403


def test_the_run_page_shows_what_is_left_and_stops_the_approver(
    people: Four, office: Desk, june: PaymentRun
) -> None:
    approver = client_of(people.approver)
    assert "未下达预算" in text(approver.get(f"/payruns/{june.pk}/"))
    enough(office, 200)
    page = text(approver.get(f"/payruns/{june.pk}/"))
    assert "超预算 70.00" in page
    assert "4 处超预算，须有超预算决定才能审批" in page
    assert "超出预算，须先有超预算决定" in page
    refused = approver.post(
        f"/payruns/{june.pk}/approve/",
        {"seen": "on", "sight": sight_in(approver.get(f"/payruns/{june.pk}/"))},
    )
    assert refused.status_code == 409
    confirmed(office, 108 - 80, "province", kind="change")
    confirmed(office, 27 - 20, "city", kind="change")
    confirmed(office, 135 - 100, "county", kind="change")
    assert "发后余 0.00" in text(approver.get(f"/payruns/{june.pk}/"))


def test_a_leader_decides_to_go_beyond_on_the_page_of_the_run(
    people: Four, office: Desk, june: PaymentRun
) -> None:
    enough(office, 200)
    path = f"/payruns/{june.pk}/budget/"
    page = text(client_of(people.finance).get(path))
    assert "超预算决定由县级审核、局领导作出" in page
    leader = client_of(office.leader)
    shown = leader.get(path)
    assert "残疾人生活和护理补贴 县级 35.00 元" in text(shown)
    assert "贰佰柒拾元整" in text(shown)
    said = {"document": "会议纪要", "document_on": "2024-06-21", "reason": "年底追加"}
    asked = {"sight": sight_in(shown), **said}
    assert leader.post(path, asked | {"reason": ""}).status_code == 400
    confirmed(office, 10, "county", kind="change")
    stale = leader.post(path, asked)
    assert stale.status_code == 409
    assert "残疾人生活和护理补贴 县级 25.00 元" in text(stale)
    done = text(leader.post(path, {"sight": sight_in(stale), **said}, follow=True))
    assert "已记下超预算决定" in done
    assert "会议纪要" in done
    assert "超出预算的已有超预算决定" in text(leader.get(f"/payruns/{june.pk}/"))
    payments.approve_run(june.pk, by=people.approver)
    assert leader.post(path, asked).status_code == 409


def test_finance_enters_shares_in_percent(office: Desk) -> None:
    client = client_of(office.finance)
    data = {"act": "share", "code": NURSING, "from_month": "2024-07", "document": "分担通知"}
    short = client.post(PAGE, data | {"province": "40", "county": "59.5"})
    assert "现在是 99.5%" in text(short)
    odd = client.post(PAGE, data | {"province": "四十"})
    assert "比例请写成 60 或 12.5 的样子" in text(odd)
    assert client.post(PAGE, data | {"province": "40", "county": "60"}).status_code == 302
    held = ShareSet.objects.latest("pk")
    parts = dict(held.shares.values_list("source_id", "points"))
    assert (parts, held.example) == ({"province": 4000, "county": 6000}, False)


def test_the_year_is_taken_away_as_csv_and_as_a_workbook(
    people: Four, office: Desk, june: PaymentRun
) -> None:
    payments.approve_run(june.pk, by=people.approver)
    confirmed(office, 100)
    client = client_of(people.finance)
    lines = client.get("/budgets/2024.csv").content.decode("utf-8-sig").splitlines()
    assert (
        lines[1] == f"{NURSING},残疾人生活和护理补贴,合计,100.00,270.00,0.00,170.00,编码待财政核实"
    )
    assert f"{NURSING},残疾人生活和护理补贴,省级,,108.00,,,未下达预算" in lines
    content = client.get("/budgets/2024.xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["预算执行", "十二个月预测"]
    assert book.get_sheet_by_name("十二个月预测").to_python()[2][2] == 270


def test_example_figures_and_unsure_codes_are_said(office: Desk) -> None:
    row = entered(office, 1_000)
    assert not row.example
    client = client_of(office.finance)
    client.post(PAGE, ROW | {"source": "city", "example": "on"})
    made = BudgetRow.objects.latest("pk")
    second = client_of(office.second)
    seen = {"sight": ""}
    for one in (row, made):
        seen["sight"] = sight_in(second.get(PAGE), "confirm")
        second.post(PAGE, {"act": "confirm", "row": one.pk, **seen})
    page = text(client.get(PAGE))
    assert "预算数含示例值" in page
    assert "编码待财政核实" in page


@time_machine.travel("2024-08-01 02:00:00+00:00")
def test_the_queries_of_the_pages_do_not_grow_with_households(people: Four, office: Desk) -> None:
    enough(office, 10_000)
    counts = []
    for names in (("甲一",), ("乙二", "丙三", "丁四", "戊五")):
        for name in names:
            deaf(name)
        run = approved(people, "2024-06" if len(names) == 1 else "2024-07", day=20)
        client = client_of(people.finance)
        for path in (PAGE, f"/payruns/{run.pk}/budget/"):
            client.get(path)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(path).status_code == 200
            counts.append(len(caught))
    assert counts[:2] == counts[2:]
    assert max(counts) < 25
