"""Two people at one award, one review, one recovery, one payment that is held back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.casework.models import Entitlement
from apps.households.models import Fact
from apps.offices.models import Role
from apps.reviews import actions
from apps.reviews.models import Custody, Proposal, Review, ReviewClass, Served, Suspension
from tests import builders
from tests.pages.conftest import HERE, deaf
from tests.pages.conftest import poor as on_minimum_living
from tests.screens.staling import clerk, rows, sight_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Wednesday 5 June 2024, nine o'clock."""


@pytest.fixture
def mine() -> Client:
    """My browser."""
    return clerk("李工", Role.COUNTY_CLERK)


@pytest.fixture
def theirs() -> Client:
    """A colleague's."""
    return clerk("王敏", Role.COUNTY_CLERK)


@pytest.fixture
def judge() -> Client:
    """One who decides."""
    return clerk("赵审", Role.COUNTY_SUPERVISOR)


def act(code: str, **typed: Any) -> dict[str, Any]:
    """An act of a page of 动态管理 as its form sends it."""
    more = {name: typed.pop(name) for name in list(typed) if name == "sight" or "use" in name}
    return {"act": code, **{f"{code}-{name}": value for name, value in typed.items()}, **more}


def award_of(name: str = "李四") -> Entitlement:
    """A standing award of one person."""
    home, _ = deaf(name)
    return Entitlement.objects.get(household=home)


def minimum() -> Entitlement:
    """A standing award of a household on minimum living."""
    home, *_ = on_minimum_living("王五")
    return Entitlement.objects.get(household=home, programme="minimum_living")


def test_a_class_is_found_by_two(mine: Client, theirs: Client) -> None:
    path = f"/awards/{minimum().pk}/"
    opened = sight_in(mine.get(path), "classify")
    assert theirs.post(path, act("classify", category="A", note="重病")).status_code == 302
    typed = act("classify", category="C", note="有劳动能力", sight=opened)
    page = mine.post(path, typed)
    found = rows(page)
    assert found["依据"] == ["（空）", "重病", "有劳动能力"]
    assert [words[:1] for words in found["核查类别"][1:]] == ["A", "C"]
    assert "09:00 被王敏修改" in page.content.decode()
    assert [one.category for one in ReviewClass.objects.all()] == ["A"]
    picked = {"use-classify-category": "mine", "use-classify-note": "theirs"}
    again = {**typed, **picked, "sight": sight_in(page, "classify")}
    assert mine.post(path, again).status_code == 302
    newest = ReviewClass.objects.order_by("-pk").first()
    assert newest is not None
    assert (newest.category, newest.note) == ("C", "重病")


def test_a_refused_job_is_not_registered_twice_unseen(mine: Client, theirs: Client) -> None:
    award = minimum()
    path = f"/awards/{award.pk}/"
    who = award.household.members.get().person_id
    opened = sight_in(mine.get(path), "refused_work")
    said = {"person": who, "day": "2024-06-03", "note": "介绍保洁，拒绝"}
    assert theirs.post(path, act("refused_work", **said)).status_code == 302
    page = mine.post(path, act("refused_work", **said, sight=opened))
    assert rows(page) == {"已登记的拒绝就业": ["（空）", "2024-06-03 王五", "—"]}
    assert Fact.objects.filter(kind="work_refusal").count() == 1
    again = act("refused_work", **said, sight=sight_in(page, "refused_work"))
    assert mine.post(path, again).status_code == 302


def test_a_suspension_proposed_meanwhile_gives_back_what_was_typed(
    mine: Client, theirs: Client, judge: Client
) -> None:
    path = f"/awards/{award_of().pk}/"
    opened = sight_in(mine.get(path), "suspend")
    their = act("suspend", reason="no_contact", note="三次无人")
    assert theirs.post(path, their).status_code == 302
    page = mine.post(path, act("suspend", reason="doubt", note="有人举报", sight=opened))
    found = rows(page)
    assert found["情况"] == ["（空）", "三次无人", "有人举报"]
    assert "被王敏修改" in page.content.decode()
    assert Suspension.objects.count() == 1

    other = clerk("钱审", Role.COUNTY_SUPERVISOR)
    opened = sight_in(judge.get(path), "refuse_suspension")
    assert other.post(path, act("approve_suspension")).status_code == 302
    page = judge.post(path, act("refuse_suspension", reason="已联系上", sight=opened))
    found = rows(page)
    assert found["理由"] == ["（空）", "（空）", "已联系上"]
    assert found["暂停发放"][1].startswith("暂停中")
    assert "被钱审修改" in page.content.decode()


def test_another_proposal_than_the_one_that_was_seen_is_not_approved(
    mine: Client, theirs: Client, judge: Client
) -> None:
    path = f"/awards/{award_of().pk}/"
    stop = act("stop", reason="voluntary", note="本人声明")
    assert theirs.post(path, stop).status_code == 302
    opened = sight_in(judge.get(path), "approve_proposal")
    assert theirs.post(path, act("withdraw_proposal")).status_code == 302
    assert mine.post(path, act("stop", reason="income", note="收入增加")).status_code == 302
    page = judge.post(path, act("approve_proposal", sight=opened))
    assert "本人声明" in rows(page)["拟办决定"][0]
    assert "收入增加" in rows(page)["拟办决定"][1]
    assert "09:00 被李工修改" in page.content.decode()
    assert not Proposal.objects.filter(state="approved").exists()
    again = act("approve_proposal", sight=sight_in(page, "approve_proposal"))
    assert judge.post(path, again).status_code == 302
    assert Proposal.objects.get(state="approved").note == "收入增加"


def test_a_review_and_a_notice_done_meanwhile_give_back_what_was_typed(
    mine: Client, theirs: Client
) -> None:
    award = minimum()
    actions.open_reviews(on=builders.date("2025-06-05"))
    path = f"/rechecks/{Review.objects.get().pk}/"
    opened = sight_in(mine.get(path))
    their = act("finish", outcome="unchanged", note="已入户")
    assert theirs.post(path, their).status_code == 302
    page = mine.post(path, act("finish", outcome="unchanged", note="电话核实", sight=opened))
    assert rows(page)["核查情况"] == ["（空）", "已入户", "电话核实"]

    decision = award.decisions.order_by("pk").first()
    assert decision is not None
    path = f"/decisions/{decision.pk}/serve/"
    opened = sight_in(mine.get(path))
    their = act("serve", on="2024-06-05", how="family", note="其妻签收")
    assert theirs.post(path, their).status_code == 302
    typed = act("serve", on="2024-06-04", how="in_person", note="本人签收", sight=opened)
    assert rows(mine.post(path, typed)) == {
        "送达日期": ["（空）", "2024-06-05", "2024-06-04"],
        "送达方式": ["（空）", "家属代收", "当面送达"],
        "签收情况": ["（空）", "其妻签收", "本人签收"],
    }
    assert Served.objects.count() == 1


def test_an_extension_and_a_custody_decided_meanwhile(mine: Client, theirs: Client) -> None:
    home = builders.household((builders.person("甲", "1990-01-01"), "applicant"), division=HERE)
    asked = builders.application("minimum_living", home, on="2024-05-20")
    path = f"/applications/{asked.pk}/clocks/"
    opened = sight_in(mine.get(path))
    assert theirs.post(path, act("extend", reason="apart", note="户在外地")).status_code == 302
    page = mine.post(path, act("extend", reason="apart", note="分居两地", sight=opened))
    assert rows(page)["具体情况"] == ["（空）", "户在外地", "分居两地"]

    day, holder = builders.date("2024-06-01"), home.members.get().person_id
    kept = {"what": "card", "tail": "1234", "keeper": "村干部", "keeper_is": "村支书"}
    made = actions.record_custody(
        household_id=home.pk, person_id=holder, on=day, by=builders.staff(),
        agreement="1号", agreed_on=day, **kept,
    )  # fmt: skip
    path = f"/custody/{made.pk}/"
    opened = sight_in(mine.get(path), "end")
    their = act("end", on="2024-06-05", reason="已交还本人")
    assert theirs.post(path, their).status_code == 302
    page = mine.post(path, act("end", on="2024-06-04", reason="卡已注销", sight=opened))
    assert rows(page)["结束原因"] == ["（空）", "已交还本人", "卡已注销"]
    assert Custody.objects.get().end_reason == "已交还本人"


def test_an_act_of_another_page_is_refused_without_a_fault(mine: Client) -> None:
    path = f"/awards/{award_of().pk}/"
    for code in ("extend", "conclude", "finish", "nothing"):
        assert mine.post(path, act(code, reason="x")).status_code == 409
