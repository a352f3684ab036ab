"""认定: what the officer finds beside incomes, on a page, and where a decision reads it."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework import actions as casework
from apps.casework.models import Application
from apps.evidence import actions
from apps.evidence.models import CheckAnswer
from apps.households.models import Fact
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed
from tests import builders
from tests.evidence import papers
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> Any:
    return builders.date("2025-05-12")


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock."""


@pytest.fixture
def old() -> Application:
    """An old man alone asks for 特困."""
    who = builders.person("王五", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural", division=papers.VILLAGE)
    return builders.application("destitute_basic", home, who, "2025-05-06")


def found(asked: Application, by: Staff, kind: str, **said: object) -> str:
    data = {f"{kind}-{name}": value for name, value in said.items()}
    path = f"/applications/{asked.pk}/conditions/"
    answer = client_of(by).post(path, {"act": kind, **data}, follow=True)
    return str(answer.content.decode())


def test_what_is_found_on_the_page_is_what_the_decision_reads(old: Application) -> None:
    by = papers.township()
    common = {"on": "2025-05-10", "evidence": "村委会证明", "person": old.person_id}
    tests = casework.examine(old.pk, on=builders.date("2025-05-12"))
    assert {t.code: t.passed for t in tests}["source_of_living"] is not True
    assert "已登记" in found(old, by, "no_source_of_living", flag="yes", **common)
    assert "已登记" in found(old, by, "no_able_obligor", flag="yes", **common)
    assert "已登记" in found(old, by, "self_care", failed=["bathe", "dress"], **common)
    tests = casework.examine(old.pk, on=builders.date("2025-05-12"))
    assert all(test.passed for test in tests)
    care = Fact.objects.get(kind="self_care")
    assert (care.number, care.items) == (2, ["自主洗澡", "自主穿衣"])
    page = client_of(by).get(f"/applications/{old.pk}/conditions/").content.decode()
    assert "王五：六项中2项做不了" in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(old: Application) -> None:
    by = papers.township()
    said = found(old, by, "no_able_obligor", flag="yes", on="2025-05-10", person=old.person_id)
    assert "请填写依据材料" in said
    late = {"flag": "yes", "on": "2025-05-20", "evidence": "村委会证明", "person": old.person_id}
    said = found(old, by, "no_able_obligor", **late)
    assert "晚于今天" in said
    assert "村委会证明" in said


def group(page: str, kind: str) -> tuple[str, bool]:
    """The group in which a kind stands, and whether it is open."""
    before = page.split(f'data-testid="condition-{kind}"')[0]
    head = before.rpartition('<details class="card2 group"')[2]
    return head.split("<h2>")[1].split(" ")[0], "open>" in head.split("<summary")[0]


def test_what_fails_stands_open_and_the_rest_is_folded(old: Application) -> None:
    by, path = papers.township(), f"/applications/{old.pk}/conditions/"
    page = client_of(by).get(path).content.decode()
    assert group(page, "no_able_obligor") == ("待认定", True)
    assert "没有登记“无有履行能力的义务人”的认定结论" in page
    assert group(page, "schooling") == ("没有登记", False)
    told = {"flag": "yes", "on": "2025-05-10", "evidence": "村委会证明", "person": old.person_id}
    assert group(found(old, by, "no_able_obligor", **told), "no_able_obligor") == ("已登记", False)
    refused = found(old, by, "schooling", on="2025-05-10")
    assert group(refused, "schooling") == ("没有登记", True)


def test_only_what_the_programme_asks_and_only_by_who_takes_cases(old: Application) -> None:
    about = {"on": builders.date("2025-05-10"), "recorded_on": builders.date("2025-05-12")}
    with pytest.raises(actions.Refused, match="不需要这项认定"):
        actions.find_condition(old.pk, "property", by=papers.township(), **about)
    stranger = builders.person("路人")
    with pytest.raises(actions.Refused, match="不是这一户的成员"):
        actions.find_condition(
            old.pk, "no_able_obligor", person_id=stranger.pk, by=papers.township(), **about
        )
    helper = builders.staff(Role.VILLAGE_HELPER, papers.VILLAGE)
    with pytest.raises(NotAllowed):
        actions.find_condition(old.pk, "no_able_obligor", by=helper, **about)


def test_parents_of_a_child_with_their_term() -> None:
    who = builders.person("小明", "2014-02-02")
    home = builders.household((who, "applicant"), division=papers.VILLAGE)
    asked = builders.application("unattended_child_allowance", home, who, "2025-05-06")
    by = papers.township()
    mother = {"person": who.pk, "part": "mother", "code": "imprisoned", "evidence": "判决书"}
    assert "须填写期限" in found(asked, by, "parent", on="2024-09-01", **mother)
    assert "已登记" in found(asked, by, "parent", on="2024-09-01", number=16, **mother)
    assert Fact.objects.get(kind="parent").number == 16


def test_the_departments_that_found_nothing_answer_together() -> None:
    asked = papers.family()
    papers.authorised(asked)
    request = papers.sent(asked, "2025-05-12")
    county = builders.staff()
    actions.answer(
        request.pk,
        "tax",
        result="nothing",
        note="系统停机",
        on=builders.date("2025-05-12"),
        by=county,
    )
    answer = client_of(county).post(f"/checks/{request.pk}/", {"act": "rest"}, follow=True)
    assert "其余部门已登记为一致" in answer.content.decode()
    said = dict(CheckAnswer.objects.values_list("department", "result"))
    assert said.pop("tax") == "nothing"
    assert set(said.values()) == {"same"}
    again = client_of(county).post(f"/checks/{request.pk}/", {"act": "rest"})
    assert "都已答复" in again.content.decode()
