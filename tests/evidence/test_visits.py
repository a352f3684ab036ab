"""入户调查, 采信, 财产条件, 民主评议: told as stories through the actions."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.casework import actions as casework
from apps.casework.models import Application, StepTaken
from apps.casework.procedure import NEEDS
from apps.evidence import actions, comparing, property_lines
from apps.evidence.actions import Held, Reported
from apps.evidence.models import Assessment, Figure, Survey
from apps.evidence.needs import county_visit, reassessed
from apps.households.models import Fact
from apps.offices.models import Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from tests import builders
from tests.builders import date
from tests.evidence.papers import (
    all_filed,
    authorised,
    concluded,
    content,
    family,
    opened,
    people,
    sent,
    step,
    township,
    visited,
    wage,
)

pytestmark = pytest.mark.django_db
ON = date("2025-05-12")


def checked() -> Application:
    """An application whose verification is complete."""
    asked = family()
    all_filed(asked)
    step(asked, "accept", "2025-05-06")
    concluded(asked)
    step(asked, "complete_check", "2025-05-09")
    return asked


def test_a_visit_signed_by_both_takes_the_step_and_names_them() -> None:
    asked = checked()
    with pytest.raises(casework.Missing, match="还没有入户调查"):
        step(asked, "complete_survey", "2025-05-12")
    survey = visited(asked)
    asked.refresh_from_db()
    assert (survey.state, asked.state) == ("completed", "surveyed")
    taken = StepTaken.objects.get(application=asked, code="complete_survey")
    assert taken.data["investigators"] == [survey.first_id, survey.second_id]


def test_who_surveyed_does_not_approve() -> None:
    asked = checked()
    county = builders.staff(Role.COUNTY_SUPERVISOR)
    visited(asked, second=county)
    from apps.casework.steps import investigators

    asked.refresh_from_db()
    assert county.pk in investigators(asked)


def test_two_different_investigators_of_the_place() -> None:
    asked = checked()
    one, far = township(), township(division="430482101")
    village = builders.staff(Role.VILLAGE_HELPER, asked.household.division)
    about: dict[str, Any] = {"on": ON, "by": one}
    with pytest.raises(actions.Refused, match="两名不同"):
        actions.open_survey(asked.pk, first_id=one.pk, second_id=one.pk, **about)
    with pytest.raises(actions.Refused, match="本辖区"):
        actions.open_survey(asked.pk, first_id=one.pk, second_id=far.pk, **about)
    with pytest.raises(actions.Refused, match="第一调查人须是"):
        actions.open_survey(asked.pk, first_id=village.pk, second_id=one.pk, **about)
    husband = people(asked)[0].pk
    relative = {"person_id": husband, "relation": "sibling", "staff_id": village.pk}
    casework.register_relative(on=ON, by=one, **relative)
    with pytest.raises(actions.Refused, match="近亲属关系，应当回避"):
        actions.open_survey(asked.pk, first_id=one.pk, second_id=village.pk, **about)
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.create(
            application=asked, first=one, second=one, prepared_by=one, recorded_on=ON
        )


def test_an_unfinished_form_cannot_be_signed_and_says_all_it_lacks() -> None:
    asked = checked()
    survey, first, _ = opened(asked)
    with pytest.raises(casework.Missing) as lacking:
        actions.sign_survey(survey.pk, name=first.name, seen=0, on=ON, by=first)
    said = "；".join(lacking.value.missing)
    for words in ("入户日期", "至少勾选一名", "周国华的健康", "住房来源", "调查结论"):
        assert words in said
    filled = content(asked, conclusion="partly")
    survey = actions.save_survey(survey.pk, filled, seen=0, by=first)
    with pytest.raises(casework.Missing, match="说明哪些情况不属实"):
        actions.sign_survey(survey.pk, name=first.name, seen=1, on=ON, by=first)
    actions.save_survey(survey.pk, content(asked, on="2025-05-13"), seen=1, by=first)
    with pytest.raises(casework.Missing, match="今天以前"):
        actions.sign_survey(survey.pk, name=first.name, seen=2, on=ON, by=first)


def test_each_signs_for_themselves_and_nothing_changes_after() -> None:
    asked = checked()
    survey, first, second = opened(asked)
    filled = content(asked)
    actions.save_survey(survey.pk, filled, seen=0, by=second)
    about = {"seen": 1, "on": ON}
    with pytest.raises(NotAllowed, match="两名调查人"):
        actions.sign_survey(survey.pk, name="x", by=township(), **about)
    with pytest.raises(actions.Refused, match="本人的姓名"):
        actions.sign_survey(survey.pk, name=first.name, by=second, **about)
    signed = actions.sign_survey(survey.pk, name=first.name, by=first, **about)
    assert (signed.state, len(signed.signed_hash)) == ("signing", 64)
    with pytest.raises(StaleState, match="已经签过字"):
        actions.sign_survey(survey.pk, name=first.name, by=first, **about)
    with pytest.raises(StaleState, match="不能再修改"):
        actions.save_survey(survey.pk, filled, seen=1, by=second)
    with pytest.raises(IntegrityError, match="只可追加"), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(note="改")
    with pytest.raises(actions.Refused, match="原因"):
        actions.reopen_survey(survey.pk, by=second, reason="")
    actions.reopen_survey(survey.pk, by=second, reason="面积写错")
    with pytest.raises(StaleState, match="刚刚被修改过"):
        actions.sign_survey(survey.pk, name=first.name, by=first, **about)
    for one in (second, first):
        actions.sign_survey(survey.pk, name=one.name, by=one, seen=2, on=ON)
    with pytest.raises(IntegrityError, match="只可追加"), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(note="改")


def test_two_people_editing_at_once_lose_nothing_silently() -> None:
    asked = checked()
    survey, first, second = opened(asked)
    actions.save_survey(survey.pk, content(asked), seen=0, by=first)
    with pytest.raises(StaleState, match="刚刚被他人修改过"):
        actions.save_survey(survey.pk, content(asked, note="另一份"), seen=0, by=second)
    with pytest.raises(NotAllowed):
        actions.save_survey(survey.pk, content(asked), seen=1, by=township())
    with pytest.raises(NotFound):
        actions.save_survey(survey.pk, content(asked), seen=1, by=township(division="430482101"))


def test_the_four_figures_stand_side_by_side_and_adopting_is_an_act() -> None:
    asked = checked()
    husband, wife, _ = people(asked)
    rent = Reported(wife.pk, "income.property_rent", 1200_00, "year")
    visited(asked, lines=[wage(husband, 9600), rent])
    line = next(one for one in comparing.lines(asked) if one.item == "income.wage")
    assert [str(a) for a in (line.declared, line.surveyed)] == ["4,800.00 元/年", "9,600.00 元/年"]
    assert line.adopted is None
    assert Fact.objects.filter(kind="income").count() == 1
    key = Reported(husband.pk, "income.wage")
    made = actions.adopt(asked.pk, key, "surveyed", on=ON, by=township())
    assert made.fact is not None
    assert (made.fact.amount_fen, made.fact.on) == (9600_00, ON)
    line = next(one for one in comparing.lines(asked) if one.item == "income.wage")
    assert (str(line.declared), str(line.adopted)) == ("4,800.00 元/年", "9,600.00 元/年")
    assert line.chosen == "入户"
    with pytest.raises(actions.Refused, match="没有核对的数据"):
        actions.adopt(asked.pk, key, "checked", on=ON, by=township())


def test_adopting_what_is_already_known_writes_no_second_fact() -> None:
    asked = checked()
    key = Reported(people(asked)[0].pk, "income.wage")
    made = actions.adopt(asked.pk, key, "declared", on=ON, by=township())
    assert made.fact == Fact.objects.get(kind="income")


def test_adopting_otherwise_needs_a_figure_and_a_reason() -> None:
    asked = checked()
    husband = people(asked)[0]
    by = township()
    with pytest.raises(actions.Refused, match="请填写认定的金额"):
        actions.adopt(asked.pk, Reported(husband.pk, "income.wage"), "other", on=ON, by=by)
    with pytest.raises(actions.Refused, match="说明理由"):
        actions.adopt(asked.pk, wage(husband, 7200), "other", on=ON, by=by)
    bad = Reported(husband.pk, "income.wage", 7200_00, words="按行业评估")
    with pytest.raises(actions.Refused, match="按月还是按年"):
        actions.adopt(asked.pk, bad, "other", on=ON, by=by)
    told = wage(husband, 7200, words="按行业评估标准")
    made = actions.adopt(asked.pk, told, "other", on=ON, by=by)
    assert made.fact is not None
    deduction = Reported(None, "deduction.rigid_expenditure", 2400_00, "year", words="慢性病自付")
    taken = actions.adopt(asked.pk, deduction, "other", on=ON, by=by)
    assert taken.fact is not None
    assert taken.fact.household_id == asked.household_id


def test_a_raw_figure_is_adopted_by_who_verifies() -> None:
    asked = family()
    wife = people(asked)[1]
    authorised(asked)
    request, county = sent(asked), builders.staff()
    told = [Reported(wife.pk, "deposits", 13600_00)]
    actions.answer(request.pk, "bank", result="different", figures=told, on=ON, by=county)
    key = Reported(wife.pk, "deposits")
    with pytest.raises(NotAllowed, match="只向县级核对岗位"):
        actions.adopt(asked.pk, key, "checked", on=ON, by=township())
    with pytest.raises(actions.Refused, match="请先说明差异"):
        actions.adopt(asked.pk, key, "checked", on=ON, by=county)
    figure = Figure.objects.get(source="checked")
    actions.explain(figure.pk, words="报销款", on=ON, by=county)
    actions.adopt(asked.pk, key, "checked", on=ON, by=county)


def test_unset_limits_go_to_the_officer_and_end_in_one_fact(clerk: Any) -> None:
    asked = checked()
    lines = property_lines.judged(asked, ON)
    assert {line.limit for line in lines} == {property_lines.UNSET}
    with pytest.raises(casework.Missing, match="未配置，由经办人员判断"):
        actions.conclude_property(asked.pk, on=ON, by=clerk)
    with pytest.raises(actions.Refused, match="理由"):
        actions.find_property(asked.pk, "vehicles", passed=True, reason="", on=ON, by=clerk)
    for code in property_lines.RULES:
        actions.find_property(asked.pk, code, passed=True, reason="核实", on=ON, by=clerk)
    fact = actions.conclude_property(asked.pk, on=ON, by=clerk)
    assert (fact.kind, fact.flag, fact.household_id) == ("property", True, asked.household_id)
    tests = {test.code: test for test in casework.examine(asked.pk, on=ON)}
    assert tests["property_over_limit"].passed is True
    actions.find_property(asked.pk, "shops", passed=False, reason="有门面", on=ON, by=clerk)
    assert actions.conclude_property(asked.pk, on=ON, by=clerk).flag is False


def test_a_configured_limit_decides_and_the_officer_may_exempt(clerk: Any) -> None:
    from apps.standards.actions import adopt as configure

    asked = checked()
    limits = {"financial_head": "10000.00", "vehicles": 0}
    for name, value in limits.items():
        configure(
            f"evidence.limit_{name}", from_month=date("2025-01-01"), value=value,
            recorded_on=ON, by=clerk,
        )  # fmt: skip
    wife = people(asked)[1]
    actions.declare(asked.pk, Reported(wife.pk, "deposits", 30000_00), on=ON, by=clerk)
    told = Reported(None, "vehicles", number=1, words="三轮摩托")
    actions.declare(asked.pk, told, on=ON, by=clerk)
    judged = {line.code: line for line in property_lines.judged(asked, ON)}
    assert (judged["financial"].passed, judged["vehicles"].passed) == (True, False)
    actions.declare(asked.pk, Reported(wife.pk, "claims", 1), on=ON, by=clerk)
    judged = {line.code: line for line in property_lines.judged(asked, ON)}
    assert judged["financial"].passed is False
    about = {"passed": True, "reason": "残疾人代步，维持生产生活必需", "on": ON, "by": clerk}
    actions.find_property(asked.pk, "vehicles", **about)
    judged = {line.code: line for line in property_lines.judged(asked, ON)}
    assert (judged["vehicles"].passed, judged["vehicles"].by_officer) == (True, True)


# ---- after an objection (R-DB-19), the county's own visit (R-DB-21) ------------------------------


@pytest.fixture
def notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """公示 is another app's: here every notice counts as put up, every objection as recorded."""
    for name in ("posted", "objection_recorded"):
        monkeypatch.setitem(NEEDS, name, lambda _application, _on: [])


def disputed() -> Application:
    """An application against which somebody has objected on 15 May."""
    asked = checked()
    visited(asked)
    asked.refresh_from_db()
    step(asked, "give_opinion", "2025-05-13")
    step(asked, "post_notice", "2025-05-13")
    step(asked, "object", "2025-05-15", note="儿子有收入")
    return asked


def held(**more: Any) -> Held:
    """A meeting of nine, six of them residents."""
    words = {"place": "村委会", "attendance": "王一、王二……", "minutes": "逐项评议。"}
    votes = {"votes_for": 7, "votes_against": 1, "abstained": 1}
    values = {"on": date("2025-05-19"), "officials": 3, "residents": 6, **words, **votes, **more}
    return Held(**values)


def test_an_assessment_answers_an_objection(notices: None) -> None:
    asked = disputed()
    about = {"recorded_on": date("2025-05-20"), "by": township(), "document_id": None}
    assert reassessed(asked, date("2025-05-20"))
    for wrong, words in (
        (held(residents=3, votes_for=4), "少于规定的7人"),
        (held(officials=4, residents=5), "不足到会9人"),
        (held(votes_for=9), "超过到会人数"),
        (held(on=date("2025-05-14")), "早于收到异议"),
        (held(on=date("2025-05-21")), "晚于今天"),
        (held(minutes=" "), "请填写评议记录"),
    ):
        with pytest.raises(actions.Refused, match=words):
            actions.record_assessment(asked.pk, wrong, **about)
    actions.record_assessment(asked.pk, held(), **about)
    assert reassessed(asked, date("2025-05-20")) == []
    with pytest.raises(IntegrityError, match="只可追加"), transaction.atomic():
        Assessment.objects.update(votes_for=0)


def test_a_second_visit_answers_an_objection_too(notices: None) -> None:
    asked = disputed()
    visited(asked, "2025-05-20", purpose="resurvey")
    asked.refresh_from_db()
    assert asked.state == "assessed"


def test_nobody_assesses_without_an_objection() -> None:
    asked = checked()
    with pytest.raises(actions.Refused, match="只有公示有异议时"):
        actions.record_assessment(asked.pk, held(), recorded_on=ON, by=township(), document_id=None)
    with pytest.raises(actions.Refused, match="没有未处理的异议"):
        opened(asked, purpose="resurvey")


def test_the_countys_visit_is_led_by_the_county_and_follows_the_complaint() -> None:
    asked = checked()
    visited(asked)
    assert county_visit(asked, ON)
    with pytest.raises(actions.Refused, match="须是县级经办人员"):
        opened(asked, purpose="county")
    visited(asked, first=builders.staff(), purpose="county")
    assert county_visit(asked, ON) == []
    later = date("2025-05-14")
    casework.register_complaint(asked.pk, on=later, by=township(), words="有车")
    assert county_visit(asked, later)
