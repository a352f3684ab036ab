"""Two people at the service of one elder, at a price and at a settlement."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.elderly_allowances import actions
from apps.elderly_allowances.models import ServicePrice, ServiceSettlement, Visit
from apps.offices.models import Role
from tests import builders
from tests.elderly_allowances.test_service_visits import elder, ordered, provider, visited
from tests.screens.staling import clerk, rows, sight_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(clock: Any) -> Client:
    """My browser, at nine on 20 March."""
    clock.move_to("2024-03-20T09:00+08:00")
    return clerk("李工", Role.COUNTY_CLERK)


@pytest.fixture
def theirs(mine: Client) -> Client:
    """A colleague's."""
    return clerk("王敏", Role.COUNTY_CLERK)


def test_a_visit_is_not_registered_twice_unseen(mine: Client, theirs: Client) -> None:
    award, by = elder(), provider()
    order = ordered(award, by)
    path = f"/elder-services/{award.pk}/2024-03/"
    opened = sight_in(mine.get(path), "visit")
    said = {
        "act": "visit", "line": f"{order.pk}|助浴", "day": "2024-03-18", "times": "1",
        "minutes": "", "worker": "李护理", "confirmed_by": "王秀英",
    }  # fmt: skip
    assert theirs.post(path, said).status_code == 302
    page = mine.post(path, {**said, "sight": opened})
    assert rows(page) == {"服务记录": ["（空）", "2024-03-18 助浴 × 1 李护理", "—"]}
    assert "09:00 被王敏修改" in page.content.decode()
    assert 'value="李护理"' in page.content.decode()
    assert Visit.objects.count() == 1
    assert mine.post(path, {**said, "sight": sight_in(page, "visit")}).status_code == 302
    assert Visit.objects.count() == 2


def test_an_order_cancelled_and_a_visit_reversed_meanwhile_give_back_mine(
    mine: Client, theirs: Client
) -> None:
    award, by = elder(), provider()
    order, other = ordered(award, by, 1), ordered(award, by, 1)
    visit = visited(other)
    path = f"/elder-services/{award.pk}/2024-03/"
    cancel = {"act": "cancel", "order": order.pk}
    assert theirs.post(path, {**cancel, "reason": "老人住院"}).status_code == 302
    page = mine.post(path, {**cancel, "reason": "家属来电取消"})
    assert rows(page) == {
        "取消理由": ["—", "（空）", "家属来电取消"],
        "订单": ["—", "已取消", "—"],
    }
    assert "09:00 被王敏修改" in page.content.decode()
    reverse = {"act": "reverse", "visit": visit.pk}
    assert theirs.post(path, {**reverse, "reason": "登记错人"}).status_code == 302
    page = mine.post(path, {**reverse, "reason": "没有上门"})
    assert rows(page) == {"理由": ["—", "登记错人", "没有上门"]}


def test_a_price_is_set_by_two(mine: Client, theirs: Client) -> None:
    by = provider()
    path = "/elder-services/providers/"
    opened = sight_in(mine.get(path), "price")
    price = {"act": "price", "provider": by.pk, "item": "助浴", "unit": "次"}
    their = {**price, "yuan": "25.00", "since": "2024-04-01"}
    assert theirs.post(path, their).status_code == 302
    typed = {**price, "yuan": "28", "since": "2024-05-01", "sight": opened}
    page = mine.post(path, typed)
    assert rows(page) == {
        "单价（元）": ["20.00", "25.00", "28"],
        "起始日": ["2024-01-01", "2024-04-01", "2024-05-01"],
    }
    assert "09:00 被王敏修改" in page.content.decode()
    picked = {"use-yuan": "mine", "use-since": "mine", "sight": sight_in(page, "price")}
    assert mine.post(path, {**typed, **picked}).status_code == 302
    assert list(ServicePrice.objects.order_by("pk").values_list("fen", flat=True)) == [
        20_00, 25_00, 28_00,
    ]  # fmt: skip


def test_a_settlement_is_decided_as_it_was_seen(mine: Client) -> None:
    by = provider()
    visited(ordered(elder(), by, 1))
    about: dict[str, Any] = {"month": builders.month("2024-03"), "by": builders.staff()}
    made = actions.prepare_settlement(by.pk, on=builders.date("2024-04-02"), **about)
    path = f"/elder-services/settlements/{made.pk}/"
    one, two = (clerk(name, Role.COUNTY_SUPERVISOR) for name in ("赵审", "钱审"))
    opened = sight_in(one.get(path))
    assert two.post(path, {"act": "return", "reason": "缺签字"}).status_code == 302
    page = one.post(path, {"act": "return", "reason": "金额不符", "sight": opened})
    assert rows(page)["退回理由（仅退回时填写）"] == ["（空）", "（空）", "金额不符"]
    assert "09:00 被钱审修改" in page.content.decode()
    visited(ordered(elder("刘桂英"), by, 1), "2024-03-06")
    actions.prepare_settlement(by.pk, on=builders.date("2024-04-02"), **about)
    page = one.post(path, {"act": "approve", "sight": opened})
    assert rows(page)["结算单"][0].endswith("1 条，20.00 元")
    assert rows(page)["结算单"][1].endswith("2 条，40.00 元")
    assert ServiceSettlement.objects.get().state == "prepared"
    assert one.post(path, {"act": "approve", "sight": sight_in(page)}).status_code == 302
