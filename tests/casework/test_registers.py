"""近亲属备案、投诉举报、随机抽查、为已建户申请: their pages, and what each brings about."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest

from apps.casework import actions
from apps.casework.models import Application, Complaint, Draw, NearRelative
from apps.casework.procedure import NEEDS
from apps.casework.steps import investigators
from apps.offices.models import Event, Role, Staff
from tests import builders
from tests.evidence.papers import TOWNSHIP, VILLAGE, family, township, visited
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db
ON = "2025-05-12"


@pytest.fixture
def day() -> dt.date:
    """Monday 12 May 2025: 补录 is over."""
    return dt.date(2025, 5, 12)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock."""


def text(answer: Any) -> str:
    return str(answer.content.decode())


def post(by: Staff, path: str, **typed: Any) -> Any:
    return client_of(by).post(path, {"on": ON, **typed}, follow=True)


@pytest.fixture
def papers_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents, checks, notices are there; the visit of the county is asked for."""
    for name in NEEDS:
        if name not in ("county_visit", "sampled", "federation_agreed"):
            monkeypatch.setitem(NEEDS, name, lambda _application, _on: [])


def sent_up(asked: Application) -> Application:
    """An application that the township has sent up to the county."""
    clerk = township(division=asked.household.division[:9])
    steps = ("accept", "complete_check", "complete_survey", "give_opinion", "post_notice")
    for code in (*steps, "end_notice"):
        actions.take(asked.pk, code, on=builders.date("2025-05-08"), by=clerk)
    asked.refresh_from_db()
    assert asked.state == "reviewing"
    return asked


def destitute(division: str = VILLAGE) -> Application:
    """An old man alone whose application for 特困 has been sent up."""
    who = builders.person("赵六", "1940-05-05")
    home = builders.household((who, "applicant"), zone="rural", division=division)
    return sent_up(builders.application("destitute_basic", home, who, "2025-05-05"))


# ---- near relatives, complaints ----


def test_a_near_relative_is_registered_once_and_raises_the_case(
    supervisor: Staff, papers_in_order: None
) -> None:
    asked, official = sent_up(family()), township(Role.TOWNSHIP_LEAD)
    who = asked.household.members.first().person
    path = f"/households/{asked.household.number}/relatives/"
    wrong = post(supervisor, path, person=who.pk, relation="parent")
    assert wrong.status_code == 400
    assert "请选择一位经办人员，或填写一位" in text(wrong)
    given = {"person": who.pk, "relation": "parent", "staff": official.pk}
    assert "已备案" in text(post(supervisor, path, **given))
    assert "已经备案" in text(post(supervisor, path, **given))
    assert NearRelative.objects.count() == 1
    assert who.name in text(client_of(supervisor).get("/relatives/"))

    page = text(client_of(supervisor).get(f"/applications/{asked.pk}/"))
    assert f"{who.name}是{official.name}的父母" in page
    assert "县级民政部门尚未入户核查" in page
    assert f"/applications/{asked.pk}/visits/" in page
    clerk = builders.staff(Role.COUNTY_CLERK)
    visited(asked, "2025-05-09", first=clerk, second=township(), purpose="county")
    assert clerk.pk in investigators(asked)
    decided = post(supervisor, f"/applications/{asked.pk}/steps/confirm/", seen=asked.version)
    assert "已办理“确认”" in text(decided)


def test_nobody_handles_the_case_of_their_own_family(
    supervisor: Staff, papers_in_order: None
) -> None:
    asked = family()
    clerk = township(division=asked.household.division[:9])
    who = asked.household.members.first().person
    relate = actions.register_relative
    about = {"relation": "self", "staff_id": clerk.pk, "on": builders.date("2025-05-06")}
    relate(person_id=who.pk, by=supervisor, **about)
    page = text(client_of(clerk).get(f"/applications/{asked.pk}/"))
    assert "您与申请家庭有近亲属关系，应当回避" in page
    taken = post(clerk, f"/applications/{asked.pk}/steps/accept/", seen=asked.version)
    assert taken.status_code == 403
    assert "您与申请家庭有近亲属关系，应当回避" in text(taken)
    asked.refresh_from_db()
    assert asked.state == "submitted"
    assert Event.objects.filter(by=clerk, verb__endswith="被拒绝").exists()
    # Nor anything else about the household: whatever is done leaves a record, and that is refused.
    met = client_of(clerk).post(f"/applications/{asked.pk}/complaints/", {"on": ON, "words": "甲"})
    assert met.status_code == 409
    assert "应当回避，请由他人办理" in text(met)
    assert not Complaint.objects.exists()
    # To look is not to handle, and another does what has to be done.
    home = client_of(clerk).get(f"/households/{asked.household.number}/")
    assert home.status_code == 200
    other = township(division=asked.household.division[:9])
    assert "已办理" in text(
        post(other, f"/applications/{asked.pk}/steps/accept/", seen=asked.version)
    )


def test_a_complaint_takes_a_delegated_case_to_the_county(papers_in_order: None) -> None:
    from apps.standards.actions import adopt

    adopt(
        "casework.delegated",
        from_month=builders.month("2025-05"),
        value={"minimum_living": True},
        recorded_on=builders.date("2025-04-20"),
        by=builders.staff(),
    )
    asked, clerk = family(), township()
    for code in ("accept", "complete_check", "complete_survey", "give_opinion", "post_notice"):
        actions.take(asked.pk, code, on=builders.date("2025-05-08"), by=clerk)
    lead = township(Role.TOWNSHIP_LEAD)
    assert "权限下放：由乡镇决定" in text(client_of(lead).get(f"/applications/{asked.pk}/"))

    path = f"/applications/{asked.pk}/complaints/"
    assert "请填写投诉举报的内容" in text(post(clerk, path, words=""))
    early = post(clerk, path, words="收入不实", on="2025-05-01")
    assert "早于申请日期" in text(early)
    assert "收入不实</textarea>" in text(early)
    page = text(post(clerk, path, words="收入不实"))
    assert "2025-05-12收到投诉举报：收入不实" in page
    assert "step-end_notice" in page
    assert "权限下放：由乡镇决定" not in page
    asked.refresh_from_db()
    refused = post(lead, f"/applications/{asked.pk}/steps/confirm/", seen=asked.version)
    assert refused.status_code in (400, 403, 409)
    assert Complaint.objects.count() == 1


def test_the_county_delegates_on_the_page_of_standards_from_a_month_on(
    supervisor: Staff, papers_in_order: None, clock: Any
) -> None:
    switches = {f"value_{n}": "true" for n in range(6)}
    given = {"from_month": "2025-06", "document": "", "source": "县级授权", **switches, "sure": "1"}
    adopted = post(supervisor, "/standards/casework.delegated/adopt/", **given)
    assert "已登记" in text(adopted)
    asked, clerk = family(), township()
    for code in ("accept", "complete_check", "complete_survey", "give_opinion", "post_notice"):
        actions.take(asked.pk, code, on=builders.date("2025-05-08"), by=clerk)
    path, lead = f"/applications/{asked.pk}/", township(Role.TOWNSHIP_LEAD)
    before = text(client_of(lead).get(path))
    assert "step-end_notice" in before
    assert "step-confirm" not in before
    clock.move_to(dt.datetime(2025, 6, 2, 1, tzinfo=dt.UTC))
    after = text(client_of(lead).get(path))
    assert "step-end_notice" not in after
    assert "take-confirm" in after
    asked.refresh_from_db()
    post(lead, f"{path}steps/confirm/", seen=asked.version, on="2025-06-02")
    asked.refresh_from_db()
    assert (asked.state, asked.delegated) == ("confirmed", True)


def test_a_near_relative_in_the_list_leads_to_the_household(supervisor: Staff) -> None:
    asked = family()
    member = asked.household.members.order_by("pk")[0]
    actions.register_relative(
        person_id=member.person_id,
        relation="sibling",
        on=builders.date(ON),
        by=township(),
        official="王村主任",
    )
    page = text(client_of(supervisor).get("/relatives/"))
    assert f'href="/households/{asked.household.number}/"' in page


def test_who_may_not_register_sees_no_form_and_is_refused() -> None:
    asked, auditor = family(), builders.staff(Role.AUDITOR)
    path = f"/applications/{asked.pk}/complaints/"
    assert "complaint-form" not in text(client_of(auditor).get(path))
    assert post(auditor, path, words="收入不实").status_code == 403
    far = township(division="430482101")
    assert client_of(far).get(path).status_code == 404
    home = f"/households/{asked.household.number}/relatives/"
    assert client_of(far).get(home).status_code == 404
    assert "周国华" not in text(client_of(far).get("/relatives/"))


# ---- sampling ----


def test_a_draw_is_at_least_three_in_ten_and_can_be_drawn_again_by_its_seed(
    supervisor: Staff, papers_in_order: None
) -> None:
    asked = [destitute() for _ in range(4)]
    far = destitute("430482101200")
    page = text(client_of(supervisor).get("/sampling/"))
    assert page.split('data-testid="waiting"')[1].split("</ul>")[0].count("<li>") == 2
    assert "4 份" in page

    drawn = text(
        post(
            supervisor, "/sampling/", programme="destitute_basic", township=TOWNSHIP, seed=20250512
        )
    )
    made = Draw.objects.get()
    assert made.pool == [one.pk for one in asked]
    assert len(made.drawn) == 2  # 30 % of 4 is 1.2: at least, so two
    assert made.drawn == sorted(Random(20250512).sample(made.pool, 2))
    assert "同一随机种子复算一致" in drawn
    assert "20250512" in drawn
    assert drawn.count("抽中，县级入户") == 2
    assert far.pk not in made.pool
    again = post(supervisor, "/sampling/", programme="destitute_basic", township=TOWNSHIP)
    assert again.status_code == 400
    assert "没有待抽查的申请" in text(again)


def test_the_drawn_ones_wait_for_the_county_and_the_others_do_not(
    supervisor: Staff, papers_in_order: None
) -> None:
    asked = [destitute() for _ in range(3)]
    first = text(client_of(supervisor).get(f"/applications/{asked[0].pk}/"))
    assert "尚未纳入随机抽查" in first
    assert 'href="/sampling/"' in first
    clerk = builders.staff(Role.COUNTY_CLERK)
    post(clerk, "/sampling/", programme="destitute_basic", township=TOWNSHIP)
    drawn = Draw.objects.get().drawn
    for one in asked:
        page = text(client_of(supervisor).get(f"/applications/{one.pk}/"))
        assert ("已被随机抽中" in page) is (one.pk in drawn)
        assert ('data-testid="unvisited"' in page) is (one.pk in drawn)
        assert ("take-confirm" in page) is (one.pk not in drawn)
    assert Event.objects.filter(kind="casework.draw").count() == 1


def test_a_township_sees_its_draws_and_does_not_draw(papers_in_order: None) -> None:
    destitute()
    clerk = builders.staff(Role.COUNTY_CLERK)
    post(clerk, "/sampling/", programme="destitute_basic", township=TOWNSHIP)
    draw = Draw.objects.get()
    here, far = township(), township(division="430482101")
    assert client_of(here).get(f"/sampling/{draw.pk}/").status_code == 200
    assert client_of(far).get(f"/sampling/{draw.pk}/").status_code == 404
    refused = post(here, "/sampling/", programme="destitute_basic", township=TOWNSHIP)
    assert refused.status_code == 403
    assert "draw-form" not in text(client_of(here).get("/sampling/"))


# ---- an application of a known household ----


def known() -> tuple[Any, Any]:
    """A household of a working man and his deaf brother."""
    who, brother = builders.person("李四", "1980-05-05"), builders.person("李五", "1982-05-05")
    home = builders.household((who, "applicant"), (brother, "sibling"), division=VILLAGE)
    builders.fact("disability", brother, "2020-06-01", code="hearing", number=2)
    return home, brother


def test_a_known_household_applies_and_is_led_to_its_application() -> None:
    home, brother = known()
    clerk, path = township(), f"/households/{home.number}/apply/"
    wrong = post(clerk, path, programme="disability_nursing")
    assert wrong.status_code == 400
    assert "以个人为对象，请选择人员" in text(wrong)
    page = text(post(clerk, path, programme="disability_nursing", person=brother.pk, found="on"))
    assert "已登记重度残疾人护理补贴的申请" in page
    made = Application.objects.get()
    assert (made.person_id, made.origin, made.state) == (brother.pk, "found", "submitted")
    twice = post(clerk, path, programme="disability_nursing", person=brother.pk)
    assert "已有正在办理的申请" in text(twice)
    odd = post(clerk, path, programme="minimum_living", track="emergency")
    assert "没有“emergency”这种办理类型" in text(odd)
    late = post(clerk, path, programme="minimum_living", on="2025-05-13")
    assert "不能晚于今天" in text(late)


def test_emergency_relief_is_given_first_and_its_papers_come_after(supervisor: Staff) -> None:
    home, _ = known()
    clerk = township()
    page = text(
        post(
            clerk,
            f"/households/{home.number}/apply/",
            programme="temporary_relief",
            track="emergency",
        )
    )
    assert "临时救助（急难型）" in page
    asked = Application.objects.get()
    path = f"/applications/{asked.pk}/steps"
    assert "已办理“受理”" in text(post(clerk, f"{path}/accept/", seen=0))
    lead = township(Role.TOWNSHIP_LEAD)
    said = text(client_of(lead).get(f"/applications/{asked.pk}/"))
    assert "乡镇审批限额未配置，由县级审核办理" in said
    blank = post(supervisor, f"{path}/confirm/", seen=1)
    assert blank.status_code == 400
    assert "请填写核定金额" in text(blank)
    given = text(post(supervisor, f"{path}/confirm/", seen=1, assessed="800"))
    assert "已办理“先行救助”" in given
    asked.refresh_from_db()
    award = asked.entitlement_set.get()
    assert (award.assessed_fen, award.relief_type) == (800_00, "emergency")

    after = text(client_of(clerk).get(f"/applications/{asked.pk}/"))
    assert "先行救助后补办手续" in after
    assert "2025-05-26" in after  # ten working days after Monday the 12th
    part = after.split('data-testid="step-supplement_papers"')[1]
    assert "去办理" in part
    listed = text(client_of(clerk).get("/applications/?state=papers"))
    assert f"/applications/{asked.pk}/" in listed
