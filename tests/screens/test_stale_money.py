"""Two people at one recovery, at one run, and at an amount that is held back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.offices.models import Role, Staff
from apps.payments import actions as payments
from apps.payments.holding import actions as holding
from apps.payments.models import PaymentLine, PaymentRun
from apps.payments.recoveries.models import Recovery, Repayment, Treatment
from tests import builders
from tests.pages.conftest import client_of
from tests.payments.paying import Four, account, computed, four
from tests.payments.test_recoveries import owing as owing
from tests.payments.test_recoveries import people as people
from tests.screens.staling import clerk, rows, sight_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(clock: Any) -> Client:
    """My browser, at nine on 5 September."""
    clock.move_to("2024-09-05T09:00+08:00")
    return clerk("李工", Role.COUNTY_CLERK)


@pytest.fixture
def theirs(mine: Client) -> Client:
    """A colleague's."""
    return clerk("王敏", Role.COUNTY_CLERK)


def test_a_repayment_is_not_registered_twice_unseen(
    owing: Recovery, mine: Client, theirs: Client
) -> None:
    path = f"/recoveries/{owing.pk}/"
    opened = sight_in(mine.get(path), "repaid")
    paid = {"act": "repaid", "fen": "50.00"}
    assert theirs.post(path, paid).status_code == 302
    page = mine.post(path, {**paid, "sight": opened})
    assert rows(page) == {"已登记的退回款": ["（空）", "2024-09-05 50.00", "—"]}
    assert "09:00 被王敏修改" in page.content.decode()
    assert 'value="50.00"' in page.content.decode()
    assert Repayment.objects.count() == 1
    assert mine.post(path, {**paid, "sight": sight_in(page, "repaid")}).status_code == 302
    assert Repayment.objects.count() == 2


def test_a_proposal_made_meanwhile_gives_back_mine(
    owing: Recovery, mine: Client, theirs: Client
) -> None:
    path = f"/recoveries/{owing.pk}/"
    opened = sight_in(mine.get(path), "propose")
    their = {"act": "propose", "way": "waiver", "fen": "50.00", "note": "生活特别困难"}
    assert theirs.post(path, their).status_code == 302
    typed = {"act": "propose", "way": "offset", "fen": "30", "note": "按月抵扣"}
    assert rows(mine.post(path, {**typed, "sight": opened})) == {
        "处理方式": ["（空）", "减免", "抵扣"],
        "金额（元）": ["（空）", "50.00", "30"],
        "理由": ["（空）", "生活特别困难", "按月抵扣"],
    }
    assert Treatment.objects.count() == 1


def test_what_waits_is_decided_as_it_was_seen(owing: Recovery, theirs: Client) -> None:
    path = f"/recoveries/{owing.pk}/"
    one, two = (clerk(name, Role.COUNTY_SUPERVISOR) for name in ("赵审", "钱审"))
    proposal = {"act": "propose", "way": "waiver", "fen": "50.00", "note": "生活特别困难"}
    assert theirs.post(path, proposal).status_code == 302
    opened = sight_in(one.get(path), "approve")
    refusing = sight_in(one.get(path), "refuse")
    assert two.post(path, {"act": "refuse", "reason": "理由不足"}).status_code == 302
    page = one.post(path, {"act": "refuse", "reason": "金额不对", "sight": refusing})
    assert rows(page)["不批准的理由"] == ["（空）", "（空）", "金额不对"]
    assert rows(page)["处理"][1].startswith("不批准：减免 50.00")
    assert "被钱审修改" in page.content.decode()
    more = {**proposal, "fen": "80.00", "note": "又有新情况"}
    assert theirs.post(path, more).status_code == 302
    page = one.post(path, {"act": "approve", "sight": opened})
    assert "50.00" in rows(page)["处理"][0]
    assert "80.00 又有新情况" in rows(page)["处理"][1]
    assert not Treatment.objects.filter(state="approved").exists()
    assert one.post(path, {"act": "approve", "sight": sight_in(page, "approve")}).status_code == 302


@pytest.fixture
def run(clock: Any) -> tuple[PaymentRun, Four]:
    """A computed run of one person, and the four of it by name."""
    clock.move_to("2024-09-05T09:00+08:00")
    hands = four()
    for one, name in zip(hands, ("李工", "王复核", "赵审", "钱财"), strict=True):
        Staff.objects.filter(pk=one.pk).update(name=name)
        one.refresh_from_db()
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    account(who)
    builders.award("disability_nursing", home, who, "2024-05-28", "2024-06-18")
    return computed(hands, "2024-08"), hands


def test_nobody_checks_another_calculation_than_was_shown(run: tuple[PaymentRun, Four]) -> None:
    made, hands = run
    mine, path = client_of(hands.checker), f"/payruns/{made.pk}/"
    opened = sight_in(mine.get(path))
    payments.compute_run(made.pk)
    page = mine.post(f"{path}check/", {"sight": opened})
    assert rows(page)["计算结果"][0].startswith("第1版")
    assert rows(page)["计算结果"][1].startswith("第2版")
    made.refresh_from_db()
    assert made.state == "computed"
    page = mine.post(f"{path}return/", {"sight": opened, "reason": "李四金额有误"})
    assert 'value="李四金额有误"' in page.content.decode()
    assert mine.post(f"{path}check/", {"sight": sight_in(page)}).status_code == 302


def test_an_amount_held_meanwhile_gives_back_the_reason(run: tuple[PaymentRun, Four]) -> None:
    made, hands = run
    mine, path = client_of(hands.maker), f"/payruns/{made.pk}/"
    subject = PaymentLine.objects.filter(calculation=made.calculation_id).latest("pk").subject
    what = {"programme": "disability_nursing", "subject": subject}
    holding.hold(made.pk, **what, reason="账户待核", by=hands.checker)
    line = {"line": f"{subject}~disability_nursing", "reason": "有人举报"}
    page = mine.post(f"{path}hold/", line)
    assert rows(page) == {
        "理由": ["—", "（空）", "有人举报"],
        "暂缓": ["—", "账户待核", "—"],
    }
    assert "09:00 被王复核修改" in page.content.decode()
    held = made.holds.get()
    holding.release(held.pk, made.pk, reason="已核实", by=hands.checker, at=held.at)
    page = mine.post(f"{path}release/{held.pk}/", {"reason": "举报不实"})
    assert rows(page)["理由"] == ["—", "（空）", "举报不实"]
    assert rows(page)["解除"] == ["—", "已核实", "—"]


def test_a_run_cancelled_meanwhile_gives_back_the_reason(run: tuple[PaymentRun, Four]) -> None:
    made, hands = run
    path = f"/payruns/{made.pk}/"
    payments.check_run(made.pk, by=hands.checker)
    payments.return_run(made.pk, by=hands.approver, reason="李四金额有误")
    page = client_of(hands.checker).post(f"{path}return/", {"reason": "请再核对"})
    assert rows(page)["理由"] == ["—", "（空）", "请再核对"]
    assert "09:00 被赵审修改" in page.content.decode()
