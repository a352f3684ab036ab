"""Two people at 采信, 财产 and 民主评议 of one application, and at acts that are gone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.casework.models import Application
from apps.evidence import actions
from apps.evidence.models import Assessment, Figure, PropertyFinding
from apps.households.models import Fact
from apps.offices.models import Role
from tests.builders import date
from tests.evidence import papers
from tests.evidence import test_visits as visits
from tests.evidence.test_visits import notices as notices
from tests.pages.conftest import client_of
from tests.screens.staling import clerk, rows, sight_in

pytestmark = pytest.mark.django_db
CLOCK = "2025-05-12T09:00+08:00"


@pytest.fixture
def asked(clock: Any) -> Application:
    """An application that is being looked into; the clock stands at nine."""
    clock.move_to(CLOCK)
    return papers.family()


def adopted() -> list[int | None]:
    """The amounts that have been adopted, in their order."""
    return [one.amount_fen for one in Figure.objects.filter(source="adopted").order_by("pk")]


def test_a_figure_is_declared_and_adopted_by_two(asked: Application) -> None:
    path = f"/applications/{asked.pk}/compare/"
    mine, theirs = clerk("李工"), clerk()
    who = papers.people(asked)[1].pk
    for act in ("declare", "adopt"):
        opened = sight_in(mine.get(path))
        said = {"act": act, "person": who, "item": "income.wage", "per": "year"}
        their = {**said, "amount": "9000", "words": "工资卡流水"}
        assert theirs.post(path, their).status_code == 302
        typed = {**said, "amount": "7200", "words": "村委会证明", "sight": opened}
        page = mine.post(path, typed)
        assert rows(page) == {
            "金额（元）": ["（空）", "9000.00", "7200"],
            "说明": ["（空）", "工资卡流水", "村委会证明"],
        }
        assert "09:00 被王敏修改" in page.content.decode()
        assert 'value="7200"' in page.content.decode()
        assert Figure.objects.filter(source__startswith=act, amount_fen=7200_00).count() == 0
        picked = {"sight": sight_in(page), "use-amount": "mine", "use-words": "theirs"}
        assert mine.post(path, {**typed, **picked}).status_code == 302
        newest = Figure.objects.filter(source__startswith=act).order_by("-pk").first()
        assert newest is not None
        assert (newest.amount_fen, newest.words) == (7200_00, "工资卡流水")


def test_a_button_of_adoption_is_pressed_by_two(asked: Application) -> None:
    path = f"/applications/{asked.pk}/compare/"
    mine, theirs = clerk("李工"), clerk()
    who = papers.people(asked)[0].pk
    opened = sight_in(mine.get(path))
    other = {"act": "adopt", "person": who, "item": "income.wage", "per": "year"}
    their = {**other, "amount": "6000", "words": "工资卡流水"}
    assert theirs.post(path, their).status_code == 302
    button = {"act": "adopt", "pick": f"{who}-income.wage:declared"}
    page = mine.post(path, {**button, "sight": opened})
    assert rows(page)["采信"] == ["（空）", "6,000.00 元/年 工资卡流水", "—"]
    assert adopted() == [6000_00]
    assert mine.post(path, {**button, "sight": sight_in(page)}).status_code == 302
    assert adopted() == [6000_00, 4800_00]


def test_a_property_line_is_found_and_concluded_by_two(asked: Application) -> None:
    path = f"/applications/{asked.pk}/compare/"
    mine, theirs = clerk("李工"), clerk()
    opened = sight_in(mine.get(path), "find")
    line = {"act": "find", "line": "vehicles"}
    assert theirs.post(path, {**line, "passed": "no", "reason": "有轿车"}).status_code == 302
    typed = {**line, "passed": "yes", "reason": "农用三轮车", "sight": opened}
    page = mine.post(path, typed)
    assert rows(page) == {
        "是否符合": ["（空）", "不符合", "符合"],
        "理由和依据": ["（空）", "有轿车", "农用三轮车"],
    }
    picked = {"use-passed": "mine", "use-reason": "mine", "sight": sight_in(page, "find")}
    assert mine.post(path, {**typed, **picked}).status_code == 302
    assert [one.passed for one in PropertyFinding.objects.order_by("pk")] == [False, True]

    for code in ("financial", "dwellings", "shops", "capital"):
        said = {"act": "find", "line": code, "passed": "yes", "reason": "已查"}
        assert theirs.post(path, said).status_code == 302
    opened = sight_in(mine.get(path), "conclude")
    changed = {"act": "find", "line": "shops", "passed": "no", "reason": "有门面"}
    assert theirs.post(path, changed).status_code == 302
    page = mine.post(path, {"act": "conclude", "sight": opened})
    assert rows(page) == {"商铺、办公用房": ["符合", "不符合", "—"]}
    assert not Fact.objects.filter(kind="property").exists()
    again = {"act": "conclude", "sight": sight_in(page, "conclude")}
    assert mine.post(path, again).status_code == 302
    assert Fact.objects.get(kind="property").flag is False


MEETING = {
    "act": "assess", "on": "2025-05-19", "place": "村委会", "officials": "3", "residents": "12",
    "votes_for": "10", "votes_against": "2", "abstained": "0", "attendance": "张三等",
    "minutes": "逐户评议",
}  # fmt: skip


def test_a_meeting_is_recorded_by_two(notices: None, clock: Any) -> None:
    asked = visits.disputed()
    clock.move_to("2025-05-20T09:00+08:00")
    path = f"/applications/{asked.pk}/assessment/"
    mine, theirs = clerk("李工"), clerk()
    opened = sight_in(mine.get(path))
    assert theirs.post(path, MEETING).status_code == 302
    typed = {**MEETING, "votes_for": "9", "votes_against": "3", "sight": opened}
    page = mine.post(path, typed)
    assert rows(page) == {
        "认为属实的票": ["（空）", "10", "9"],
        "认为不属实的票": ["（空）", "2", "3"],
    }
    agreed = {"use-votes_for": "theirs", "use-votes_against": "theirs", "sight": sight_in(page)}
    assert mine.post(path, {**typed, **agreed}).status_code == 302
    assert [one.votes_for for one in Assessment.objects.all()] == [10]
    page = mine.post(path, {**typed, "sight": opened})
    ours = {"use-votes_for": "mine", "use-votes_against": "mine", "sight": sight_in(page)}
    assert mine.post(path, {**typed, **ours}).status_code == 302
    assert [one.votes_for for one in Assessment.objects.order_by("pk")] == [10, 9]


def test_what_was_typed_is_given_back_when_the_application_has_gone_on(
    notices: None, clock: Any
) -> None:
    asked = visits.disputed()
    clock.move_to("2025-05-20T09:00+08:00")
    mine = clerk("李工")
    meeting, compare = (f"/applications/{asked.pk}/{at}/" for at in ("assessment", "compare"))
    opened, figures = sight_in(mine.get(meeting)), sight_in(mine.get(compare))
    papers.step(asked, "withdraw", "2025-05-20", note="本人不申请了")
    page = mine.post(meeting, {**MEETING, "sight": opened})
    assert rows(page)["评议记录"] == ["（空）", "（空）", "逐户评议"]
    assert not Assessment.objects.exists()
    said = {"act": "adopt", "person": "", "item": "income.wage", "per": "year", "amount": "7200"}
    page = mine.post(compare, {**said, "words": "村委会证明", "sight": figures})
    assert rows(page)["金额（元）"] == ["（空）", "（空）", "7200"]
    assert adopted() == []


def test_an_answer_after_the_result_is_given_back(asked: Application) -> None:
    papers.authorised(asked)
    check = papers.sent(asked)
    path = f"/checks/{check.pk}/"
    mine, theirs = (clerk(name, Role.COUNTY_CLERK) for name in ("李工", "王敏"))
    opened = sight_in(mine.get(path), "answer")
    papers.answered(check)
    assert theirs.post(path, {"act": "conclude"}).status_code == 302
    typed = {"act": "answer", "department": "tax", "result": "nothing", "note": "系统维护"}
    found = rows(mine.post(path, {**typed, "sight": opened}))
    assert found["结果"] == ["（空）", "一致", "未返回"]
    assert found["说明"] == ["（空）", "（空）", "系统维护"]
    assert check.answers.filter(note="系统维护").count() == 0


def test_a_survey_signed_meanwhile_gives_back_what_was_typed(asked: Application) -> None:
    survey, first, second = papers.opened(asked)
    path = f"/visits/{survey.pk}/"
    mine: Client = client_of(second)
    opened = sight_in(mine.get(path))
    saved = actions.save_survey(survey.pk, papers.content(asked), seen=survey.version, by=first)
    actions.sign_survey(
        survey.pk, name=first.name, seen=saved.version, on=date("2025-05-12"), by=first
    )
    typed = {"act": "save", "visited_on": "2025-05-12", "tenure": "own", "area": "90"}
    typed |= {"seen_version": "0", "words": "门口有车", "sight": opened}
    found = rows(mine.post(path, typed))
    assert found["建筑面积（平方米）"] == ["（空）", "86", "90"]
    assert "门口有车" in [row[2] for row in found.values()]
    assert mine.post(path, {"act": "reopen", "reason": "漏填车辆"}).status_code == 302
    again = rows(mine.post(path, {"act": "reopen", "reason": "面积有误"}))
    assert again == {"退回修改的原因": ["—", "（空）", "面积有误"]}
