"""Every paper shows what it must, and the whole ID number only where it may."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from apps.casework import actions as casework
from apps.offices.models import Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.papers import actions
from apps.papers.kinds import KINDS, content_of, fields_of
from apps.papers.models import Paper
from apps.papers.render import Stamp, pictures
from apps.payments.closing.actions import close_run
from tests import builders
from tests.pages.conftest import deaf
from tests.papers.printing import case, date, decided, made, noticed, receiving, sheet
from tests.payments.answering import committed, said, sent
from tests.payments.paying import four, paid
from tests.publicity.posting import FAR, satisfied

pytestmark = pytest.mark.django_db
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other apps' needs are met."""
    satisfied(monkeypatch)


def _application_form() -> Paper:
    return made("application-form", case().application.pk)


def _authorisation() -> Paper:
    return made("check-authorisation", case().application.pk)


def _correction() -> Paper:
    one = case()
    casework.take(
        one.application.pk,
        "request_correction",
        on=date("2025-03-04"),
        by=one.clerk,
        note="户口簿复印件；残疾人证；银行流水（近12个月）",
    )
    return made("correction-notice", one.application.pk)


def _acceptance() -> Paper:
    one = case()
    one.until("accept")
    return made("acceptance-notice", one.application.pk)


def _survey() -> Paper:
    return made("survey-form", case().application.pk)


def _visited() -> Paper:
    """The form of a visit that two people have signed."""
    from tests.evidence import papers

    asked = papers.family()
    casework.take(asked.pk, "accept", on=date("2025-05-06"), by=papers.township())
    husband = papers.people(asked)[0]
    papers.visited(asked, "2025-05-12", lines=[papers.wage(husband, 9600, words="零工")])
    return made("survey-form", asked.pk, "2025-05-12")


def _approval() -> Paper:
    one, _ = noticed()
    return made("approval-form", one.application.pk, "2025-03-12")


def _confirmed() -> Paper:
    return made("decision-notice", decided()[1].pk)


def _rejected() -> Paper:
    return made("decision-notice", decided("reject")[1].pk)


def _stopped() -> Paper:
    one, decision = decided()
    assert decision.entitlement is not None
    stop = casework.stop(
        decision.entitlement.pk,
        on=date("2024-07-05"),
        by=builders.staff(Role.COUNTY_SUPERVISOR),
        prepared_by=one.clerk,
        reason="income",
    )
    return made("decision-notice", stop.pk, "2024-07-05")


def _poster() -> Paper:
    return made("notice-poster", noticed()[1].pk)


def _statement() -> Paper:
    return made("benefit-statement", receiving().home.pk, "2024-07-01")


def _certificate() -> Paper:
    deaf("周国华")
    office = four()
    june = paid(office, "2024-06", day=20)
    committed(june, said(sent(june), "paid"), office.finance)
    close_run(june.pk, by=office.finance, at=timezone.now())
    return made("month-certificate", june.pk, "2024-07-15", office.finance)


PAPERS: dict[str, tuple[Callable[[], Paper], tuple[str, ...]]] = {
    "application": (
        _application_form,
        ("最低生活保障申请书", "周国华", "周雨欣", "工资性收入", "400.00元", "申请和承诺"),
    ),
    "authorisation": (_authorisation, ("核对授权书", "周国华", "监护人", "依法保密")),
    "correction": (
        _correction,
        ("一次性告知书", "户口簿复印件", "残疾人证", "银行流水（近12个月）", "2025年3月18日"),
    ),
    "acceptance": (_acceptance, ("受理通知书", "2025年3月5日", "30个工作日")),
    "survey": (_survey, ("入户调查表", "调查人一", "调查人二", "周雨欣")),
    "visited": (
        _visited,
        ("2025年5月12日", "9,600.00元/年零工", "自有，砖木，86平方米，3间", "情况属实", "属实"),
    ),
    "approval": (
        _approval,
        (
            "常宁市最低生活保障审核确认表",
            "农村最低生活保障",
            "拟同意",
            "2025年3月17日",
            "收到异议0条",
        ),
    ),
    "confirmed": (
        _confirmed,
        ("审核确认结果告知书", "伍佰元整", "自2024年6月起发放", "行政复议", "60日"),
    ),
    "rejected": (_rejected, ("不予确认告知书", "家庭存款超过规定标准", "行政诉讼")),
    "stopped": (_stopped, ("停发告知书", "收入不再符合", "自2024年8月起停发", "行政复议")),
    "poster": (_poster, ("最低生活保障初审公示", "周国华", "500.00", "2025年3月17日", "7天")),
    "certificate": (
        _certificate,
        ("2024年6月第1批发放月结凭据", "重度残疾人护理补贴", "玖拾元整", "到账1笔", "逐分相符"),
    ),
    "statement": (_statement, ("幸福清单", "2024年6月", "500.00", "伍佰元整", "合计")),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_shows_what_it_must(name: str) -> None:
    make, wanted = PAPERS[name]
    paper = make()
    look(name, paper)
    text = sheet(paper)
    assert [one for one in wanted if one not in text] == []
    assert paper.code in text
    # 收款账号 and 身份证号 are never whole here; nobody's grade of disability stands anywhere
    secrets = ("6217990000000000011", "43048219660201", "13912342046", "肢体一级", "残疾人证一级")
    assert [one for one in secrets if one in text] == []


def look(name: str, paper: Paper) -> None:
    """Keep the pages as pictures where somebody wants to look at them."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        stamp = Stamp(
            paper.code, paper.version, 1, "陈丽", "2025-03-03 09:31", tuple(paper.by_hand)
        )
        for number, page in enumerate(pictures(paper.kind, paper.data, stamp), 1):
            (Path(SHOTS) / f"{name}-{number}.png").write_bytes(page)


def test_every_kind_is_printed_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'made("{kind}"' not in source] == []


def test_the_whole_id_number_is_for_official_forms_and_permitted_posts() -> None:
    one = case()
    paper = made("application-form", one.application.pk)
    assert one.who.id_number
    assert one.who.id_number not in sheet(paper)
    assert one.who.id_number in sheet(paper, full_id=True)
    printed = actions.print_out(paper.pk, by=one.clerk)
    assert printed.full_id
    notice = made("survey-form", one.application.pk)
    assert not actions.print_out(notice.pk, by=one.clerk).full_id
    helper = builders.staff(Role.VILLAGE_HELPER, one.home.division)
    assert not actions.print_out(notice.pk, by=helper).full_id
    with pytest.raises(NotAllowed):
        actions.print_out(paper.pk, by=helper)


def test_what_has_not_happened_cannot_be_printed() -> None:
    one = case()
    with pytest.raises(StaleState, match="还没有受理"):
        made("acceptance-notice", one.application.pk)
    with pytest.raises(StaleState, match="一次性告知"):
        made("correction-notice", one.application.pk)
    with pytest.raises(StaleState, match="没有计算过"):
        made("benefit-statement", one.home.pk)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outside_the_territory_is_found(kind: str) -> None:
    one, notice = noticed()
    number = {
        "notice-poster": notice.pk,
        "benefit-statement": one.home.pk,
    }.get(kind, one.application.pk)
    stranger = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    with pytest.raises(NotFound):
        content_of(kind, number, date("2025-03-12"), stranger)


def test_the_poster_holds_no_other_field() -> None:
    _, notice = noticed()
    paper = made("notice-poster", notice.pk)
    assert fields_of(paper.data) == {
        "county",
        "township",
        "village",
        "stage",
        "standing",
        "termination",
        "family",
        "heads",
        "rows",
        "posted_on",
        "first",
        "last",
        "length",
    }
    assert paper.data["rows"] == [["1", "周国华", "最低生活保障", "2", "500.00"]]
    text = sheet(paper)
    assert "周雨欣" not in text
    assert "打印人" not in text
