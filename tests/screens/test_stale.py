"""Two people at one record: nothing is written over unseen, nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from apps.casework.models import StepTaken
from apps.households.models import BankAccount, Fact
from apps.offices.models import Role
from apps.publicity import actions as publicity
from tests import builders
from tests.changes.reporting import TOKENS, family
from tests.evidence import papers
from tests.pages.conftest import client_of
from tests.publicity import posting
from tests.registers import conftest as registers
from tests.screens.staling import clerk, rows, sight_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(clock: object) -> Client:
    """My browser; the clock stands at nine."""
    return clerk("李工")


@pytest.fixture
def theirs(clock: object) -> Client:
    """A colleague's."""
    return clerk()


def sent(kind: str, **typed: Any) -> dict[str, Any]:
    """A change as its form sends it."""
    return {"kind": kind, "do": "submit", "token": next(TOKENS), **typed}


def test_an_account_is_chosen_box_by_box(mine: Client, theirs: Client) -> None:
    home, _ = family(("张三", "1980-05-05", "applicant"))
    path = f"/households/{home.number}/change/"
    opened = sight_in(mine.get(path, {"kind": "account"}))
    common = {"owner": "0", "payee_name": "张三", "payee_is": "self", "reason": "卡遗失"}
    first = {**common, "bank": "邮政储蓄银行", "number": "6222000011112222"}
    assert theirs.post(path, sent("account", **first)).status_code == 302

    typed = sent("account", **common, bank="工商银行", number="6222000033334444", sight=opened)
    page = mine.post(path, typed)
    found = rows(page)
    assert "09:00 被王敏修改" in page.content.decode()
    assert found["开户行"][1:] == ["邮政储蓄银行", "工商银行"]
    assert found["账号"][1:] == ["尾号2222", "6222000033334444"]
    assert "6222000011112222" not in page.content.decode()
    assert (
        BankAccount.objects.filter(household=home).order_by("version").last().number[-4:] == "2222"
    )

    again = {**typed, "sight": sight_in(page)}
    half = mine.post(path, {**again, "use-bank": "theirs"})
    assert "账号" in rows(half)  # one box is still open
    done = mine.post(path, {**again, "use-bank": "theirs", "use-number": "mine"})
    assert done.status_code == 302
    now = BankAccount.objects.filter(household=home).order_by("version").last()
    assert (now.bank, now.number) == ("邮政储蓄银行", "6222000033334444")


def test_income_and_members_are_seen_before_they_are_written_over(
    mine: Client, theirs: Client
) -> None:
    home, (who,) = family(("张三", "1980-05-05", "applicant"))
    path = f"/households/{home.number}/change/"
    about = {"person": who.pk, "code": "wage", "per": "month", "on": "2024-06-01"}
    opened = sight_in(mine.get(path, {"kind": "income"}))
    assert theirs.post(path, sent("income", **about, amount="800")).status_code == 302
    typed = sent("income", **about, amount="650", sight=opened)
    page = mine.post(path, typed)
    assert rows(page) == {"新的净收入（元）": ["（空）", "800.00", "650"]}
    assert 'value="650"' in page.content.decode()
    agreed = {**typed, "sight": sight_in(page), "use-amount": "theirs"}
    assert mine.post(path, agreed).status_code == 302
    assert [one.amount_fen for one in Fact.objects.filter(kind="income")] == [800_00]

    leaving = sight_in(mine.get(path, {"kind": "join"}))
    newborn = {"name": "张小", "born": "2024-05-01", "sex": "f", "relationship": "child",
               "on": "2024-05-01"}  # fmt: skip
    assert theirs.post(path, sent("join", **newborn)).status_code == 302
    twice = mine.post(path, sent("join", **newborn, sight=leaving))
    assert "张小" in rows(twice)["家庭成员"][1]
    assert home.members.filter(person__name="张小").count() == 1


def test_a_department_is_answered_by_two(clock: Any) -> None:
    clock.move_to("2025-05-12T09:00+08:00")
    asked = papers.family()
    papers.authorised(asked)
    check = papers.sent(asked)
    path = f"/checks/{check.pk}/"
    mine, theirs = (clerk(name, Role.COUNTY_CLERK) for name in ("李工", "王敏"))
    opened = sight_in(mine.get(path), "answer")
    common = {"act": "answer", "department": "tax"}
    their = {**common, "result": "nothing", "note": "税务系统维护"}
    assert theirs.post(path, their).status_code == 302
    typed = {**common, "result": "same", "note": "查无收入", "sight": opened}
    page = mine.post(path, typed)
    assert rows(page) == {
        "结果": ["（空）", "未返回", "一致"],
        "说明": ["（空）", "税务系统维护", "查无收入"],
    }
    again = {**typed, "sight": sight_in(page, "answer"), "use-result": "mine", "use-note": "mine"}
    assert mine.post(path, again).status_code == 302
    assert [one.note for one in check.answers.order_by("pk")] == ["税务系统维护", "查无收入"]


def test_a_finding_is_made_by_two(clock: Any) -> None:
    clock.move_to("2025-05-12T09:00+08:00")
    asked = papers.family()
    path = f"/applications/{asked.pk}/conditions/"
    mine, theirs = clerk("李工"), clerk()
    kind = "disability"
    opened = sight_in(mine.get(path), kind)
    said = {"person": papers.people(asked)[0].pk, "code": "limb", "number": "2",
            "on": "2025-05-01"}  # fmt: skip
    boxes = {"act": kind, **{f"{kind}-{name}": value for name, value in said.items()}}
    assert theirs.post(path, {**boxes, f"{kind}-evidence": "村委会证明"}).status_code == 302
    typed = {**boxes, f"{kind}-evidence": "派出所证明", "sight": opened}
    assert rows(mine.post(path, typed))["依据材料"] == ["（空）", "村委会证明", "派出所证明"]
    assert Fact.objects.filter(kind=kind).count() == 1


def test_a_visit_is_written_by_two_box_by_box(clock: Any) -> None:
    clock.move_to("2025-05-12T09:00+08:00")
    asked = papers.family()
    survey, first, second = papers.opened(asked)
    path = f"/visits/{survey.pk}/"
    one, two = client_of(first), client_of(second)
    opened = sight_in(two.get(path))
    said = {"act": "save", "visited_on": "2025-05-12", "tenure": "own"}
    assert (
        one.post(path, {**said, "seen_version": "0", "area": "86", "rooms": "3"}).status_code == 302
    )
    typed = {**said, "seen_version": "0", "area": "90", "words": "门口有车", "sight": opened}
    page = two.post(path, typed)
    found = rows(page)
    assert found["建筑面积（平方米）"] == ["（空）", "86", "90"]
    assert "门口有车" in page.content.decode()
    # 间数 was left alone: 用他的 is marked already.
    assert re.search(r'name="use-rooms"\s+value="theirs"\s+checked', page.content.decode())
    picked = {"sight": sight_in(page), "use-area": "mine", "use-rooms": "theirs"}
    assert two.post(path, {**typed, **picked}).status_code == 302
    survey.refresh_from_db()
    home = survey.answers["home"]
    assert (home["area"], home["rooms"], survey.answers["words"]) == (90, 3, "门口有车")


def test_a_step_taken_meanwhile_is_shown_with_what_was_typed(clock: Any) -> None:
    clock.move_to("2025-05-12T09:00+08:00")
    one = papers.family()
    papers.all_filed(one)
    mine, theirs = clerk("李工"), clerk()
    page = f"/applications/{one.pk}/"
    opened = re.findall(r'name="sight" value="([^"]+)"', mine.get(page).content.decode())[0]
    step = f"{page}steps/accept/"
    typed = {"seen": one.version, "on": "2025-05-12", "note": "材料齐全"}
    assert theirs.post(step, typed).status_code == 302
    refused = mine.post(step, {**typed, "sight": opened})
    assert rows(refused)["办理状态"][:2] == ["已申请", "已受理"]
    assert "09:00 被王敏修改" in refused.content.decode()
    assert "材料齐全" in refused.content.decode()
    assert StepTaken.objects.filter(application=one, code="accept").count() == 1


def test_a_standard_and_a_holiday_are_entered_by_two(clock: Any) -> None:
    mine, theirs = (clerk(name, Role.COUNTY_SUPERVISOR) for name in ("李工", "王敏"))
    key = "minimum_living.rural_annual"
    path = f"/standards/{key}/adopt/"
    opened = sight_in(mine.get(path))
    new = {"from_month": "2024-09", "document": "示例1号", "sure": "1"}
    assert theirs.post(path, {**new, "value_0": "6000.00"}).status_code == 302
    page = mine.post(path, {**new, "value_0": "6600.00", "sight": opened})
    found = rows(page)
    assert [row for row in found.values() if "6000.00" in row] == [["（空）", "6000.00", "6600.00"]]
    agreed = {**new, "value_0": "6600.00", "sight": sight_in(page), "use-value_0": "mine"}
    assert mine.post(path, {**agreed, "mends": "on"}).status_code == 302

    opened = sight_in(mine.get("/calendar/?year=2025"))
    notice = {"year": "2025", "document": "国办1号", "holidays": "2025-01-01 2025-01-01 元旦"}
    assert theirs.post("/calendar/", notice).status_code == 302
    page = mine.post("/calendar/", {**notice, "document": "国办2号", "sight": opened})
    assert rows(page)["放假通知（名称或文号）"] == ["（空）", "国办1号", "国办2号"]


def test_a_file_of_a_register_is_written_by_two(clock: Any) -> None:
    clock.move_to("2024-07-10T09:00+08:00")
    file = registers.opened(registers.family(), posting.township())
    path = f"/registers/children/{file.pk}/"
    mine, theirs = clerk("李工"), clerk()
    opened = sight_in(mine.get(path), "carer")
    carer = {"act": "carer", "row": "0", "carer-relation": "祖母", "carer-paper": "1号"}
    their = {**carer, "carer-name": "刘奶奶", "carer-phone": "13800000001"}
    assert theirs.post(path, their).status_code == 302
    typed = {**carer, "carer-name": "刘外婆", "carer-phone": "13800000002", "sight": opened}
    page = mine.post(path, typed)
    assert rows(page)["照护人"] == ["（空）", "刘奶奶", "刘外婆"]
    picked = {"use-carer-name": "theirs", "use-carer-phone": "mine"}
    assert mine.post(path, {**typed, "sight": sight_in(page, "carer"), **picked}).status_code == 302
    newest = file.carers.order_by("-pk").first()
    assert newest is not None
    assert (newest.name, newest.phone) == ("刘奶奶", "13800000002")


def test_an_act_that_is_gone_gives_back_what_was_typed(clock: Any) -> None:
    clock.move_to("2024-07-10T09:00+08:00")
    file = registers.opened(registers.family(), posting.township())
    path = f"/registers/children/{file.pk}/"
    mine, theirs = clerk("李工"), clerk()
    report = {"act": "report", "row": "0", "report-kind": "missing", "report-source": "school",
              "report-on": "2024-07-10", "report-note": "三天未到校"}  # fmt: skip
    assert mine.post(path, report).status_code == 302
    row = str(file.reports.get().pk)
    opened = sight_in(mine.get(path), "answer")
    answer = {"act": "answer", "row": row, f"answer-{row}-outcome": "parents"}
    assert theirs.post(path, {**answer, f"answer-{row}-answer": "已送回"}).status_code == 302
    page = mine.post(path, {**answer, f"answer-{row}-answer": "村干部找到", "sight": opened})
    assert rows(page)["处置情况"] == ["（空）", "已送回", "村干部找到"]
    assert "被王敏修改" in page.content.decode()


def test_a_visit_to_a_child_is_not_registered_twice_unseen(clock: Any) -> None:
    clock.move_to("2024-07-10T09:00+08:00")
    file = registers.opened(registers.family(), posting.township())
    path = f"/registers/children/{file.pk}/"
    mine, theirs = clerk("李工"), clerk()
    opened = sight_in(mine.get(path), "visit")
    visit = {"act": "visit", "row": "0", "visit-on": "2024-07-09", "visit-way": "home",
             "visit-care": "good", "visit-school": "attending", "visit-note": "在家"}  # fmt: skip
    assert theirs.post(path, visit).status_code == 302
    page = mine.post(path, {**visit, "sight": opened})
    assert rows(page) == {"已登记的走访": ["（空）", "2024-07-09 王敏 在家", "—"]}
    assert file.visits.count() == 1
    assert mine.post(path, {**visit, "sight": sight_in(page, "visit")}).status_code == 302
    assert file.visits.count() == 2


def test_an_objection_answered_meanwhile_gives_back_the_answer(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move_to("2025-03-10T09:00+08:00")
    posting.satisfied(monkeypatch)
    home, _ = posting.family()
    one = posting.posted(posting.at_opinion("minimum_living", home))
    said = {"objector": "村民", "words": "有房出租", "on": builders.date(posting.POSTED)}
    objection = publicity.object_to(one.rows.get().pk, by=posting.township(), **said)
    path = f"/notices/{one.pk}/"
    mine, theirs = clerk("李工"), clerk()
    opened = sight_in(mine.get(path), "answer")
    answer = {"act": "answer", "objection": objection.pk}
    assert theirs.post(path, {**answer, "answer-words": "经核实不属实"}).status_code == 302
    page = mine.post(path, {**answer, "answer-words": "已入户复查", "sight": opened})
    assert rows(page)["处理结果"] == ["（空）", "经核实不属实", "已入户复查"]


def test_an_objection_is_not_registered_twice_unseen(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move_to("2025-03-10T09:00+08:00")
    posting.satisfied(monkeypatch)
    home, _ = posting.family()
    one = posting.posted(posting.at_opinion("minimum_living", home))
    path = f"/notices/{one.pk}/"
    mine, theirs = clerk("李工"), clerk()
    opened = sight_in(mine.get(path), "object")
    said = {"act": "object", "object-row": one.rows.get().pk, "object-objector": "村民",
            "object-words": "有房出租"}  # fmt: skip
    assert theirs.post(path, said).status_code == 302
    page = mine.post(path, {**said, "sight": opened})
    assert rows(page)["已登记的异议"] == ["（空）", "2025-03-10 村民 有房出租", "—"]
    assert one.objections.count() == 1
    assert mine.post(path, {**said, "sight": sight_in(page, "object")}).status_code == 302
    assert one.objections.count() == 2


def test_a_page_number_that_was_tampered_with_is_as_none(mine: Client) -> None:
    home, _ = family(("张三", "1980-05-05", "applicant"))
    path = f"/households/{home.number}/change/"
    opened = sight_in(mine.get(path, {"kind": "zone"}))
    typed = sent("zone", zone="rural", on="2024-06-01", sight=opened[:-2] + "xx")
    assert mine.post(path, typed).status_code == 302
