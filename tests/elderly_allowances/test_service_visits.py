"""养老服务: orders, visits and settlements against the month's quota (R-YL-04)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from apps.casework.models import Entitlement
from apps.elderly_allowances import actions
from apps.elderly_allowances.models import ServiceOrder, ServiceProvider, ServiceQuota, Visit
from apps.elderly_allowances.settling import as_csv
from apps.offices.models import Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.standards.actions import adopt
from tests.builders import award, date, fact, household, month, person, staff
from tests.disability_subsidies.amounts import minimum_living

pytestmark = pytest.mark.django_db


def elder(name: str = "王秀英") -> Entitlement:
    """A dependent woman of 66 on minimum living, with service from March 2024: 50 yuan."""
    who = person(name, born="1958-02-02")
    home = household((who, "applicant"), zone="rural")
    minimum_living(home)
    fact("self_care", who, on="2023-12-10", number=5)
    return award("elder_service_subsidy", home, who, on="2024-02-05")


def provider(fen: int = 20_00) -> ServiceProvider:
    by, since = staff(Role.COUNTY_CLERK), date("2024-01-01")
    made = actions.add_provider(name=f"夕阳红服务中心{by.pk}", contract_from=since, by=by)
    actions.set_price(made.pk, item="助浴", unit="次", fen=fen, since=since, by=by)
    return made


def ordered(mine: Entitlement, by: ServiceProvider, times: int = 2, at: str = "2024-03") -> Any:
    return actions.place_order(
        mine.pk,
        month=month(at),
        provider_id=by.pk,
        items={"助浴": times},
        on=date(f"{at}-01"),
        by=staff(),
    )


def visited(order: ServiceOrder, day: str = "2024-03-05", **more: Any) -> Visit:
    more = {"item": "助浴", "worker": "李护理", "confirmed_by": "王秀英", **more}
    more.setdefault("by", staff(Role.VILLAGE_HELPER))
    return actions.record_visit(order.pk, day=date(day), on=date("2024-03-31"), **more)


def test_the_quota_is_the_due_of_the_month() -> None:
    order = ordered(elder(), provider())
    assert (order.quota.fen, order.fen) == (50_00, 40_00)
    adopt("elder_service_subsidy.monthly", from_month=month("2024-04"), value="70.00",
          recorded_on=date("2024-03-20"), by=None)  # fmt: skip
    assert ordered(order.quota.entitlement, order.provider, 3, "2024-04").quota.fen == 70_00


def test_an_order_beyond_the_quota_is_refused_and_says_what_is_left() -> None:
    mine, by = elder(), provider()
    ordered(mine, by)
    with pytest.raises(actions.Refused, match=r"还剩10.00元，这次需要20.00元"):
        ordered(mine, by, 1)


def test_no_award_in_the_month_no_service() -> None:
    with pytest.raises(actions.Refused, match=r"还剩0.00元"):
        ordered(elder(), provider(), 1, "2024-01")


def test_a_visit_stays_within_its_order() -> None:
    order = ordered(elder(), provider())
    visited(order, times=2)
    with pytest.raises(actions.Refused, match="超过订单"):
        visited(order)


@pytest.mark.parametrize(
    ("day", "more", "words"),
    [
        ("2024-04-02", {}, "不能晚于今天"),
        ("2024-02-28", {}, "须在该月内"),
        ("2024-03-05", {"item": "理发"}, "没有“理发”"),
        ("2024-03-05", {"confirmed_by": " "}, "签字确认人"),
    ],
)
def test_what_is_wrong_with_a_visit_is_said(day: str, more: dict[str, Any], words: str) -> None:
    order = ordered(elder(), provider())
    with pytest.raises(actions.Refused, match=words):
        visited(order, day, **more)
    assert not Visit.objects.exists()


def test_a_mistake_is_reversed_once_and_never_deleted() -> None:
    order = ordered(elder(), provider())
    wrong = visited(order, times=2)
    actions.reverse_visit(wrong.pk, reason="登记到别人名下", on=date("2024-03-31"), by=staff())
    assert Visit.objects.aggregate(sum=Sum("fen"))["sum"] == 0
    visited(order, times=2)
    with pytest.raises(actions.Refused, match="已经冲正"):
        actions.reverse_visit(wrong.pk, reason="再来", on=date("2024-03-31"), by=staff())
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.delete()


def test_the_database_itself_keeps_the_quota() -> None:
    visit = visited(ordered(elder(), provider()), times=2)
    visit.pk = None
    with pytest.raises(IntegrityError, match="服务额度不足"), transaction.atomic():
        visit.save(force_insert=True)


def test_unspent_quota_is_lost_unless_the_switch_says_so() -> None:
    mine, by = elder(), provider()
    first = ordered(mine, by)
    visited(first)
    assert ordered(mine, by, 1, "2024-04").quota.carried_fen == 0
    adopt("elder_service_subsidy.carry_over", from_month=month("2024-05"), value=True,
          recorded_on=date("2024-04-20"), by=None)  # fmt: skip
    assert ordered(mine, by, 5, "2024-05").quota.carried_fen == 50_00
    april = ServiceOrder.objects.get(quota__month=month("2024-04"))
    with pytest.raises(actions.Refused, match="已结转"):
        actions.record_visit(april.pk, item="助浴", day=date("2024-04-03"), worker="李护理",
                             confirmed_by="王秀英", on=date("2024-05-09"), by=staff())  # fmt: skip


def test_another_township_finds_nothing() -> None:
    order = ordered(elder(), provider())
    with pytest.raises(NotFound):
        visited(order, by=staff(Role.TOWNSHIP_CLERK, "430482101"))


def test_settlement_by_two_people_and_then_nothing_moves() -> None:
    order = ordered(elder("=cmd()"), provider())
    visit = visited(order, worker="@李护理")
    clerk, chief = staff(), staff(Role.COUNTY_SUPERVISOR)
    bill = actions.prepare_settlement(
        order.provider_id, month=month("2024-03"), on=date("2024-04-02"), by=clerk
    )
    assert (bill.fen, bill.visits_counted, len(bill.digest)) == (20_00, 1, 64)
    with pytest.raises(NotAllowed):
        actions.approve_settlement(bill.pk, on=date("2024-04-03"), by=clerk)
    actions.approve_settlement(bill.pk, on=date("2024-04-03"), by=chief)
    with pytest.raises(StaleState):
        actions.approve_settlement(bill.pk, on=date("2024-04-03"), by=chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(fen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(bill).objects.filter(pk=bill.pk).update(fen=1)
    text = as_csv(bill).decode("utf-8-sig")
    assert all(words in text for words in ("'=cmd()", "'@李护理", "20.00"))
    actions.reverse_visit(visit.pk, reason="未上门", on=date("2024-04-05"), by=staff())
    again = actions.prepare_settlement(
        order.provider_id, month=month("2024-03"), on=date("2024-04-06"), by=clerk
    )
    assert (again.pk == bill.pk, again.fen) == (False, -20_00)


def test_a_returned_settlement_is_prepared_again_with_the_reversal() -> None:
    order = ordered(elder(), provider())
    first, _second = visited(order), visited(order, "2024-03-06")
    clerk, chief = staff(), staff(Role.COUNTY_SUPERVISOR)
    asked: dict[str, Any] = {"month": month("2024-03"), "on": date("2024-04-02"), "by": clerk}
    bill = actions.prepare_settlement(order.provider_id, **asked)
    actions.return_settlement(bill.pk, reason="有一次未上门", on=date("2024-04-03"), by=chief)
    actions.reverse_visit(first.pk, reason="未上门", on=date("2024-04-04"), by=staff())
    again = actions.prepare_settlement(order.provider_id, **asked)
    assert (again.pk, again.fen, again.state) == (bill.pk, 20_00, "prepared")


@pytest.mark.django_db(transaction=True)
def test_two_race_for_the_last_of_a_quota() -> None:
    """Both have read that one visit fits; the trigger lets exactly one of them in."""
    order = ordered(elder(), provider(30_00), 1)
    line = order.items.get()
    clerk = staff()
    gate, raised = threading.Barrier(2), []

    def insert() -> None:
        try:
            gate.wait(timeout=10)
            Visit.objects.create(
                quota=order.quota, order=order, price=line.price, day=date("2024-03-05"), times=1,
                worker="李护理", confirmed_by="王秀英", fen=30_00,
                recorded_on=date("2024-03-06"), recorded_by=clerk,
            )  # fmt: skip
        except IntegrityError as fault:
            raised.append(fault)
        finally:
            connection.close()

    racers = [threading.Thread(target=insert) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=30)
    assert len(raised) == 1
    assert Visit.objects.aggregate(sum=Sum("fen"))["sum"] == 30_00
    assert ServiceQuota.objects.get().fen == 50_00
