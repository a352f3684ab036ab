"""Every paper of a large family: whole on its pages, signed, dated, in Chinese, with its units."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.casework import actions as casework
from apps.casework.models import Application, Decision
from apps.households import actions as households
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.papers.models import Paper
from apps.payments.recoveries import actions as recoveries
from apps.payments.recoveries.models import Recovery
from apps.publicity import actions as publicity
from tests import builders
from tests.evidence import papers as evidence
from tests.papers import large
from tests.papers.large import date
from tests.papers.printing import made, pages, printed, sheet
from tests.payments import test_recoveries
from tests.payments.paying import four, paid
from tests.publicity.posting import HERE, posted, satisfied

pytestmark = pytest.mark.django_db
SHOTS = os.environ.get("SHOTS", "")
people = test_recoveries.people
owing = test_recoveries.owing


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other apps' needs are met."""
    satisfied(monkeypatch)


def application() -> Paper:
    return made("application-form", large.large().applied().pk)


def authorisation() -> Paper:
    return made("check-authorisation", large.large().applied().pk)


def correction() -> Paper:
    one = large.large()
    asked = one.applied()
    wanted = "；".join(
        [
            "户口簿复印件（全部家庭成员各页）",
            "残疾人证（欧阳㛃、周雨欣）正反面复印件",
            "周淼堃最近十二个月的工资收入证明或者银行工资流水，由用人单位盖章，注明单位联系电话",
            "房屋租赁合同",
            "医疗费用结算单",
            "离婚证或者离婚调解书",
            "存款来源说明",
            "赡养协议",
        ]
    )
    casework.take(asked.pk, "request_correction", on=date("2025-03-04"), by=one.clerk, note=wanted)
    return made("correction-notice", asked.pk)


def stepped(*codes: str) -> tuple[large.Large, int]:
    one = large.large()
    asked = one.applied()
    for code in codes:
        note = large.REASON if code == "give_opinion" else ""
        casework.take(asked.pk, code, on=date("2025-03-05"), by=one.clerk, note=note)
    return one, asked.pk


def acceptance() -> Paper:
    return made("acceptance-notice", stepped("accept")[1])


def survey() -> Paper:
    return made("survey-form", large.large().applied().pk)


def visited() -> Paper:
    one = large.large()
    asked = one.applied("2025-05-05")
    casework.take(asked.pk, "accept", on=date("2025-05-06"), by=one.clerk)
    lines = [
        evidence.wage(who, 9600, words="在外地建筑工地零工，收入不稳定，据本人陈述")
        for who in one.people[:4]
    ]
    evidence.visited(asked, "2025-05-12", lines=lines)
    return made("survey-form", asked.pk, "2025-05-12")


STEPS = ("accept", "complete_check", "complete_survey", "give_opinion")


def approval() -> Paper:
    one, pk = stepped(*STEPS)
    posted(Application.objects.get(pk=pk), by=one.clerk)
    return made("approval-form", pk, "2025-03-12")


def approval_decided() -> Paper:
    decision = large.large().decided("reject")
    assert decision.application_id
    return made("approval-form", decision.application_id, "2024-05-21")


def confirmed() -> Paper:
    return made("decision-notice", large.large().decided().pk)


def rejected() -> Paper:
    return made("decision-notice", large.large().decided("reject").pk)


def changed() -> Paper:
    return made("decision-notice", large.redetermined(large.large()).pk, "2024-06-14")


def stopped() -> Paper:
    one = large.large()
    stop = casework.stop(
        one.awarded().pk,
        on=date("2024-07-05"),
        reason="other",
        note=large.REASON,
        **large.two(),
    )
    return made("decision-notice", stop.pk, "2024-07-05")


def grace() -> Paper:
    return made("decision-notice", large.graced(large.large()).pk, "2024-06-14")


def sanction() -> Paper:
    return made("decision-notice", large.sanctioned(large.large()).pk, "2024-06-14")


def offset() -> Paper:
    one = large.large()
    award = one.awarded()
    two = large.two()
    recoveries.decide_offset(
        programme="minimum_living",
        subject=award.subject,
        monthly_fen=123_45,
        on=date("2024-07-05"),
        **two,
    )
    decision = award.decisions.get(kind="offset")
    return made("decision-notice", decision.pk, "2024-07-05")


def poster() -> Paper:
    one, pk = stepped(*STEPS)
    return made("notice-poster", posted(Application.objects.get(pk=pk), by=one.clerk).pk)


def long_list() -> Paper:
    for n in range(38):
        who = builders.person(f"村民{n}", "1960-01-01")
        home = builders.household((who, "applicant"), zone="rural", division=HERE)
        builders.fact("property", home, "2024-05-01", flag=True)
        builders.award("minimum_living", home, None, "2024-05-06")
    clerk = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    lists = publicity.post_standing(HERE, "minimum_living", on=date("2024-06-05"), by=clerk)
    return made("notice-poster", lists.pk, "2024-06-05")


def statement() -> Paper:
    one = large.large()
    one.awarded()
    for who in (one.people[3], one.people[4]):
        builders.award("disability_nursing", one.home, who, "2024-06-03", "2024-06-18")
        builders.award("disability_living", one.home, who, "2024-06-03", "2024-06-18")
    builders.award("old_age_allowance", one.home, one.people[3], "2024-05-03")
    paid(four(), "2024-06", day=20)
    return made("benefit-statement", one.home.pk, "2024-07-01")


# Each paper: how it comes about, its pages, and what stands on it for an official to sign it.
NAMES = tuple(name for name, *_ in large.FAMILY)
ADDRESS = large.ADDRESS[:44]
REVIEW = ("60日内", "6个月内", "行政复议机关：常宁市人民政府", "常宁市民政局（盖章）", "送达人")
PAPERS: dict[str, tuple[Callable[[], Paper], int, tuple[str, ...]]] = {
    "申请书": (
        application,
        1,
        (*NAMES, ADDRESS, "351.23元", "申请理由", "申请人（签字、按印）", "存款、证券", "受理意见"),
    ),
    "授权书": (authorisation, 1, (*NAMES, "监护人", "受理人（当面见证，签字）")),
    "一次性告知书": (correction, 1, ("赡养协议", "2025年3月18日", "联系电话", "（盖章）")),
    "受理通知书": (acceptance, 1, ("2025年4月17日", "联系电话", "（盖章）", "2025年3月5日")),
    "入户调查表": (survey, 1, (*NAMES, ADDRESS, "调查人一", "调查人二", "被调查人", "说明")),
    "入户调查表（已签）": (
        visited,
        1,
        (*NAMES, ADDRESS, "据本人陈述", "调查人一", "调查人二", "被调查人", "签字"),
    ),
    "审核确认表": (
        approval,
        1,
        (*NAMES, ADDRESS, "¥548.77", "伍佰肆拾捌元柒角柒分", large.REASON, "负责人", "（盖章）"),
    ),
    "审核确认表（不予确认）": (approval_decided, 1, ("不予确认", large.REASON[:-1], "负责人")),
    "确认": (confirmed, 1, ("548.77元", "伍佰肆拾捌元柒角柒分", "自2024年6月起发放", *REVIEW)),
    "不予确认": (rejected, 1, (large.REASON, "依据", *REVIEW)),
    "变更": (changed, 1, ("原月金额", "548.77元", "现月金额", "自2024年7月起", *REVIEW)),
    "停发": (stopped, 1, ("原月金额", large.REASON, "自2024年8月起停发", *REVIEW)),
    "渐退": (grace, 1, (large.REASON, "伍佰肆拾捌元柒角柒分", *REVIEW)),
    "停发本人份额": (sanction, 1, ("274.39元", "贰佰柒拾肆元叁角玖分", large.REASON, *REVIEW)),
    "抵扣追回": (offset, 1, ("每期抵扣", "123.45元", "壹佰贰拾叁元肆角伍分", *REVIEW)),
    "公示单": (poster, 1, ("周龑", "548.77", "月保障金额（元）", "监督电话", "（盖章）")),
    "长期公布": (long_list, 2, ("村民0", "村民37", "（盖章）", "2024年6月5日")),
    "幸福清单": (statement, 1, ("548.77", "778.77", "柒佰柒拾捌元柒角柒分", "（盖章）")),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_of_a_large_family_is_whole(name: str) -> None:
    make, length, wanted = PAPERS[name]
    paper = make()
    content = printed(paper, full_id=True)
    if SHOTS:
        (Path(SHOTS) / f"{name}.pdf").write_bytes(content)
    found = pages(content)
    text = "".join(found)
    assert [one for one in wanted if one not in text] == []
    assert len(found) == length
    # Nothing of the machine: no code, no English.
    told = text.replace(paper.code, "")
    assert re.findall(r"[A-Za-z_]{3,}", told) == []


def test_the_head_of_a_table_and_of_the_sheet_come_again_on_page_two() -> None:
    one, two = pages(printed(long_list()))
    for page in (one, two):
        assert "序号姓名类别家庭成员数量月保障金额（元）起始月份" in page
    assert "（接上页）" not in one
    assert "禄福村最低生活保障长期公布（接上页）" in two


def test_the_promise_is_never_on_another_page_than_its_signature() -> None:
    one = large.large()
    for n in range(12):
        child = builders.person(f"堂兄弟{n}", "1990-01-01")
        join(one.home, child)
    found = pages(printed(made("application-form", one.applied().pk)))
    assert len(found) > 1
    signed = next(page for page in found if "申请人（签字、按印）" in page)
    assert "没有隐瞒、虚报" in signed
    assert f"户编号：{one.home.number}（接上页）" in found[1]


def join(home: Household, who: Person) -> None:
    """One more lives in the household, since its beginning."""
    households.admit(
        household_id=home.pk,
        person_id=who.pk,
        relationship="other",
        on=date("2023-01-01"),
        recorded_on=date("2023-01-01"),
        by=None,
    )


@pytest.mark.parametrize("make", [rejected, stopped])
def test_a_long_reason_is_said_once_and_other_is_no_reason(make: Callable[[], Paper]) -> None:
    paper = make()
    assert paper.data["reasons"] == [large.REASON]
    assert "其他；" not in sheet(paper)


def test_a_withholding_says_how_much_was_overpaid_and_for_which_months(owing: Recovery) -> None:
    recoveries.decide_offset(
        programme=owing.programme,
        subject=owing.subject,
        monthly_fen=50_00,
        on=date("2024-09-05"),
        **large.two(),
    )
    decision = Decision.objects.get(kind="offset")
    text = sheet(made("decision-notice", decision.pk, "2024-09-05"))
    for said in ("50.00元大写：伍拾元整", "180.00元（所属月份：2024年6月、2024年7月）"):
        assert said in text
