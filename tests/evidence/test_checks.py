"""信息核对: authorised, sent, answered, explained, concluded; what it says and who sees it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from apps.casework import actions as casework
from apps.evidence import actions, comparing
from apps.evidence.actions import Reported
from apps.evidence.models import CheckRequest, Figure
from apps.offices.models import Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from tests import builders
from tests.builders import date
from tests.evidence.papers import (
    all_filed,
    answered,
    authorised,
    concluded,
    family,
    filed,
    people,
    sent,
    step,
    township,
    wage,
)

pytestmark = pytest.mark.django_db


def test_documents_are_asked_for_before_acceptance() -> None:
    asked = family()
    with pytest.raises(casework.Missing) as lacking:
        step(asked, "accept", "2025-05-06")
    assert "缺少“申请书”，请在“材料”页上传" in lacking.value.missing[0] + "。"
    assert len(lacking.value.missing) == 5  # 申请书, 身份证 ×2, 户口簿, 申报表
    all_filed(asked)
    step(asked, "accept", "2025-05-06")
    assert asked.state == "accepted"


def test_a_document_that_has_expired_does_not_count() -> None:
    asked = family()
    all_filed(asked)
    home = asked.household
    for document in home.documents.filter(type="id_card"):
        filed("id_card", home, replaces_id=document.pk, pages=2, expires_on=date("2025-05-05"))
    with pytest.raises(casework.Missing, match="已于2025-05-05到期"):
        step(asked, "accept", "2025-05-06")
    newest = home.documents.get(type="id_card", replaced_by=None)
    filed("id_card", home, replaces_id=newest.pk, expires_on=date("2030-05-05"))
    step(asked, "accept", "2025-05-06")


def test_without_every_adults_signature_nothing_is_sent() -> None:
    asked = family()
    home, (first, second, child) = asked.household, people(asked)
    request = actions.request_check(asked.pk, on=date("2025-05-06"), by=township())
    paper = filed("check_authorisation", home, who=first, issued_on=date("2025-05-05"))
    signed = {"signed_on": date("2025-05-05"), "until": date("2025-05-31"), "by": township()}
    about = {"household_id": home.pk, "document_id": paper.pk, "on": date("2025-05-05"), **signed}
    actions.authorise(person_id=first.pk, **about)
    with pytest.raises(actions.Refused, match="请先上传本人"):
        actions.authorise(person_id=second.pk, **about)
    county = builders.staff()
    with pytest.raises(casework.Missing, match=f"{second.name}尚未签署") as lacking:
        actions.send_check(request.pk, on=date("2025-05-07"), by=county)
    assert len(lacking.value.missing) == 1
    assert child.name not in str(lacking.value)
    authorised(asked)
    actions.send_check(request.pk, on=date("2025-05-07"), by=county)
    with pytest.raises(StaleState):
        actions.send_check(request.pk, on=date("2025-05-07"), by=county)


def test_an_authorisation_that_has_run_out_must_be_signed_again() -> None:
    asked = family()
    authorised(asked, until="2025-05-06")
    request = actions.request_check(asked.pk, on=date("2025-05-06"), by=township())
    with pytest.raises(casework.Missing, match="已于2025-05-06到期"):
        actions.send_check(request.pk, on=date("2025-05-07"), by=builders.staff())


def test_only_the_county_sends_answers_and_concludes() -> None:
    asked = family()
    authorised(asked)
    request = actions.request_check(asked.pk, on=date("2025-05-06"), by=township())
    on, lead = date("2025-05-07"), township(Role.TOWNSHIP_LEAD)
    for act in (
        lambda: actions.send_check(request.pk, on=on, by=lead),
        lambda: actions.answer(request.pk, "tax", result="same", on=on, by=lead),
        lambda: actions.conclude_check(request.pk, on=on, by=lead),
    ):
        with pytest.raises(NotAllowed, match="县级经办、县级审核"):
            act()
    with pytest.raises(NotFound):
        actions.request_check(asked.pk, on=on, by=township(division="430482101"))


def test_one_check_at_a_time() -> None:
    asked = family()
    actions.request_check(asked.pk, on=date("2025-05-06"), by=township())
    with pytest.raises(actions.Refused, match="正在进行的信息核对"):
        actions.request_check(asked.pk, on=date("2025-05-06"), by=township())


def test_a_difference_waits_for_its_explanation() -> None:
    asked = family()
    husband, wife, _ = people(asked)
    authorised(asked)
    request, county = sent(asked), builders.staff()
    on = date("2025-05-09")
    more = {"on": on, "by": county}
    with pytest.raises(actions.Refused, match="结果请选“差异”"):
        actions.answer(request.pk, "tax", result="same", figures=[wage(husband, 6000)], **more)
    with pytest.raises(actions.Refused, match="至少填写一项"):
        actions.answer(request.pk, "tax", result="different", figures=[wage(husband, 4800)], **more)
    deposit = Reported(wife.pk, "deposits", 13600_00)
    with pytest.raises(actions.Refused, match="只登记非金融类"):
        actions.answer(request.pk, "tax", result="different", figures=[deposit], **more)
    actions.answer(request.pk, "tax", result="same", figures=[wage(husband, 4800)], **more)
    actions.answer(request.pk, "bank", result="different", figures=[deposit], **more)
    with pytest.raises(actions.Refused, match="另行核实"):
        actions.answer(request.pk, "vehicles", result="nothing", **more)
    answered(request, "tax", "bank")
    with pytest.raises(casework.Missing, match="银行存款”核对与申报不一致，尚未说明") as lacking:
        actions.conclude_check(request.pk, **more)
    assert "13,600" not in str(lacking.value)
    figure = Figure.objects.get(item="deposits")
    with pytest.raises(actions.Refused, match="请填写差异的原因"):
        actions.explain(figure.pk, words=" ", on=on, by=township())
    actions.explain(figure.pk, words="新农合报销款，有票据", on=on, by=township())
    actions.conclude_check(request.pk, **more)
    request.refresh_from_db()
    assert (request.state, str(request.expires_on)) == ("concluded", "2025-11-09")


def test_departments_that_have_not_answered_are_named() -> None:
    asked = family()
    authorised(asked)
    request = sent(asked)
    answered(request, "bank", "securities")
    on, county = date("2025-05-09"), builders.staff()
    with pytest.raises(casework.Missing, match="银行存款、证券尚未答复"):
        actions.conclude_check(request.pk, on=on, by=county)
    answer = {"result": "nothing", "on": on, "by": county, "note": "接口故障，由本人提供流水"}
    for code in ("bank", "securities"):
        actions.answer(request.pk, code, **answer)
    with pytest.raises(actions.Refused, match="没有参与"):
        actions.answer(request.pk, "abroad", **answer)
    actions.conclude_check(request.pk, on=on, by=county)


def test_a_later_answer_takes_the_place_of_an_earlier_one() -> None:
    asked = family()
    husband = people(asked)[0]
    authorised(asked)
    request, about = sent(asked), {"on": date("2025-05-09"), "by": builders.staff()}
    actions.answer(request.pk, "tax", result="different", figures=[wage(husband, 9000)], **about)
    assert [line.open for line in comparing.lines(asked)] == [True]
    actions.answer(request.pk, "tax", result="same", figures=[wage(husband, 4800)], **about)
    assert [line.open for line in comparing.lines(asked)] == [False]


def test_the_step_needs_an_answered_check_that_still_holds() -> None:
    asked = family()
    all_filed(asked)
    step(asked, "accept", "2025-05-06")
    with pytest.raises(casework.Missing, match="还没有提请信息核对"):
        step(asked, "complete_check", "2025-05-09")
    concluded(asked)
    with pytest.raises(casework.Missing, match="核对结果已于2025-11-09到期"):
        step(asked, "complete_check", "2025-11-10")
    step(asked, "complete_check", "2025-05-12")
    assert asked.state == "checked"


def test_an_objection_to_the_result_asks_for_a_new_check() -> None:
    asked = family()
    old = concluded(asked)
    with pytest.raises(actions.Refused, match="异议的内容"):
        actions.recheck(old.pk, on=date("2025-05-12"), by=township(), objection="")
    new = actions.recheck(old.pk, on=date("2025-05-12"), by=township(), objection="存款不是我的")
    old.refresh_from_db()
    assert (old.state, new.state, new.recheck_of_id) == ("objected", "requested", old.pk)
    with pytest.raises(StaleState):
        actions.answer(old.pk, "tax", result="same", on=date("2025-05-12"), by=builders.staff())
    actions.send_check(new.pk, on=date("2025-05-12"), by=builders.staff())
    answered(new, on="2025-05-13")
    actions.conclude_check(new.pk, on=date("2025-05-13"), by=builders.staff())
    assert comparing.newest_check(asked) == new


def test_raw_figures_are_shown_to_who_verifies_only() -> None:
    asked = family()
    wife = people(asked)[1]
    authorised(asked)
    request, about = sent(asked), {"on": date("2025-05-09"), "by": builders.staff()}
    deposit = Reported(wife.pk, "deposits", 13600_00, words="农商行尾号4471")
    actions.answer(request.pk, "bank", result="different", figures=[deposit], **about)
    for role in (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR):
        assert "13,600.00" in _deposit(asked, builders.staff(role))
    for role in (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD, Role.AUDITOR, Role.VILLAGE_HELPER):
        assert _deposit(asked, builders.staff(role)) == comparing.HIDDEN


def _deposit(asked: object, staff: object) -> str:
    rows = comparing.lines(asked, staff)  # type: ignore[arg-type]
    return str(next(row.checked for row in rows if row.item == "deposits"))


def test_the_database_refuses_a_second_open_check() -> None:
    asked = family()
    by = township()
    about = {"application": asked, "requested_on": date("2025-05-06"), "prepared_by": by}
    CheckRequest.objects.create(**about)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRequest.objects.create(**about)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRequest.objects.all().delete()
