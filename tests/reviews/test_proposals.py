"""停发、渐退、停发本人份额: proposed by one on the award's page, approved there by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.casework.models import Decision, Entitlement
from apps.offices.models import Event, Staff
from apps.reviews.models import Proposal
from tests import builders
from tests.pages.conftest import HERE, client_of, poor
from tests.payments.paying import account, four, lines, paid
from tests.reviews.test_pages import post, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock: Wednesday 5 June 2024."""


@pytest.fixture
def award() -> Entitlement:
    home, _ = poor("李四")
    return Entitlement.objects.get(household=home)


def page_of(award: Entitlement) -> str:
    return f"/awards/{award.pk}/"


def test_a_stop_is_proposed_approved_and_paid_no_more(
    award: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    people = four()
    assert len(lines(paid(people, "2024-06"))) == 1
    assert "请填写情况和依据" in text(post(clerk, page_of(award), "stop", reason="income"))
    said = text(post(clerk, page_of(award), "stop", reason="income", note="6月起有固定工资"))
    assert "已提出停发，待另一人批准" in said
    assert Entitlement.objects.get(pk=award.pk).period.upper is None  # nothing has changed yet
    mine = text(client_of(supervisor).get("/?queue=approvals"))
    assert "批准停发" in mine
    assert "已批准" in text(post(supervisor, page_of(award), "approve_proposal"))
    decision = Decision.objects.get(entitlement=award, kind="stop")
    assert (str(decision.effective), decision.note) == ("2024-07-01", "6月起有固定工资")
    assert decision.prepared_by == clerk
    assert lines(paid(people, "2024-07")) == []
    assert {"拟停发（最低生活保障）", "批准"} <= set(
        Event.objects.filter(kind="reviews.proposal").values_list("verb", flat=True)
    )


def test_nobody_approves_their_own_and_who_proposed_it_withdraws(
    award: Entitlement, supervisor: Staff
) -> None:
    post(supervisor, page_of(award), "stop", reason="voluntary", note="本人申请")
    answer = post(supervisor, page_of(award), "approve_proposal")
    assert (answer.status_code, "同一人" in text(answer)) == (403, True)
    assert "已撤回" in text(post(supervisor, page_of(award), "withdraw_proposal"))
    assert Proposal.objects.get().state == "withdrawn"


def test_a_refused_proposal_leaves_the_award(
    award: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    post(clerk, page_of(award), "stop", reason="other", note="邻居反映")
    assert "待遇照旧" in text(
        post(supervisor, page_of(award), "refuse_proposal", reason="证据不足")
    )
    assert not Decision.objects.filter(kind="stop").exists()


def test_a_stop_by_death_begins_with_the_month_after_it(clerk: Staff, supervisor: Staff) -> None:
    who = builders.person("王五", "1930-01-01")
    home = builders.household((who, "applicant"), division=HERE)
    account(who)
    award = builders.award("old_age_allowance", home, who, "2024-01-06")
    early = post(clerk, page_of(award), "stop", reason="death", note="社区报告")
    assert "还没有登记死亡" in text(early)
    builders.fact("death", who, "2024-03-10", known="2024-06-05")
    post(clerk, page_of(award), "stop", reason="death", note="死亡证明已收")
    post(supervisor, page_of(award), "approve_proposal")
    assert str(Decision.objects.get(kind="stop").effective) == "2024-04-01"


def test_destitute_support_is_announced_before_it_stops(clerk: Staff) -> None:
    who = builders.person("王五", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural", division=HERE)
    builders.fact("self_care", who, "2024-01-01", number=0)
    award = builders.award("destitute_basic", home, who, "2024-01-06")
    said = text(post(clerk, page_of(award), "stop", reason="income", note="有固定收入"))
    assert "须先公示七天" in said


def test_a_grace_period_from_the_page(award: Entitlement, clerk: Staff, supervisor: Staff) -> None:
    assert "渐退期为1至" in text(post(clerk, page_of(award), "grace", months=99, note="就业"))
    post(clerk, page_of(award), "grace", months=3, note="6月进厂，收入超过标准")
    post(supervisor, page_of(award), "approve_proposal")
    award.refresh_from_db()
    assert str(award.period.upper) == "2024-10-01"
    assert Decision.objects.get(kind="grace").note.endswith("6月进厂，收入超过标准")


def test_three_refusals_of_work_and_a_sanction(
    award: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    who = award.household.members.get().person
    sanction: dict[str, Any] = {"person": who.pk, "note": "三次均无正当理由"}
    assert "现有0次" in text(post(clerk, page_of(award), "sanction", **sanction))
    for day in ("2024-03-01", "2024-04-01", "2024-05-28"):
        refused = {"person": who.pk, "day": day, "note": "公益岗位，拒绝"}
        assert "已登记拒绝就业" in text(post(clerk, page_of(award), "refused_work", **refused))
    post(clerk, page_of(award), "sanction", **sanction)
    post(supervisor, page_of(award), "approve_proposal")
    assert "停发李四本人份额" in Decision.objects.get(kind="sanction").note


def test_the_database_keeps_what_was_proposed(award: Entitlement, clerk: Staff) -> None:
    post(clerk, page_of(award), "stop", reason="income", note="有固定工资")
    rows = Proposal.objects.filter(entitlement=award)
    for change in ({"note": "改"}, {"decided_by": clerk}, {"state": "approved"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
