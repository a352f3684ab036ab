"""养老服务的页面: who sees what, an order and a visit through the forms."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from apps.elderly_allowances import actions
from apps.elderly_allowances.models import ServiceProvider, Visit
from apps.offices.models import Role
from tests.builders import date, month, staff
from tests.elderly_allowances.test_service_visits import elder, ordered, provider, visited
from tests.pages import test_browser as browsing
from tests.pages.conftest import client_of

browser_type_launch_args = browsing.browser_type_launch_args
enter = browsing.enter


@pytest.mark.django_db
def test_order_then_visit_through_the_forms() -> None:
    mine, by = elder(), provider()
    page = f"/elder-services/{mine.pk}/2024-03/"
    with time_machine.travel("2024-03-20T10:00:00+08:00", tick=True):
        client = client_of(staff())
        assert "王秀英" in client.get("/elder-services/?month=2024-03").content.decode()
        done = client.post(page, {"act": "order", "price": f"{by.pk}|助浴", "times": "2"})
        assert done.status_code == 302
        order = mine.quotas.get().orders.get()
        visit = {"act": "visit", "line": f"{order.pk}|助浴", "day": "2024-03-18", "times": "1",
                 "minutes": "", "worker": "李护理", "confirmed_by": "王秀英"}  # fmt: skip
        assert client.post(page, visit).status_code == 302
        assert "剩余 ¥30.00" in client.get(page).content.decode()
        wrong = {"act": "reverse", "visit": str(Visit.objects.get().pk), "reason": ""}
        assert client.post(page, wrong).status_code == 400
        assert ">冲正</button>" in client.get(page).content.decode()
        refused = client.post(page, {**visit, "times": "9"})
    assert (refused.status_code, Visit.objects.count()) == (400, 1)
    assert "超过订单" in refused.content.decode()
    assert 'value="9"' in refused.content.decode()


@pytest.mark.django_db
def test_a_provider_its_price_and_a_cancelled_order_through_the_forms() -> None:
    mine = elder()
    with time_machine.travel("2024-03-20T10:00:00+08:00", tick=True):
        client = client_of(staff())
        url = "/elder-services/providers/"
        form = {"act": "provider", "name": "康寿养老服务中心", "contract_from": "2024-01-01",
                "contract_until": ""}  # fmt: skip
        assert client.post(url, form).status_code == 302
        again = client.post(url, form)
        assert (again.status_code, "已经登记" in again.content.decode()) == (400, True)
        price = {"act": "price", "provider": str(ServiceProvider.objects.get().pk),
                 "item": "助餐", "unit": "次", "yuan": "二十", "since": "2024-01-01"}  # fmt: skip
        assert client.post(url, price).status_code == 400
        assert client.post(url, {**price, "yuan": "20.00"}).status_code == 302
        assert "助餐 20.00 元/次" in client.get(url).content.decode()
        page = f"/elder-services/{mine.pk}/2024-03/"
        order = {"act": "order", "price": f"{price['provider']}|助餐", "times": "2"}
        assert client.post(page, order).status_code == 302
        made = mine.quotas.get().orders.get()
        cancel = {"act": "cancel", "order": str(made.pk), "reason": "老人住院"}
        assert client.post(page, {**cancel, "reason": ""}).status_code == 400
        assert client.post(page, cancel).status_code == 302
        assert "已取消" in client.get(page).content.decode()
        reader = client_of(staff(Role.AUDITOR)).get(page).content.decode()
    assert ">下单</button>" not in reader


@pytest.mark.django_db
def test_townships_narrow_the_list() -> None:
    elder()
    with time_machine.travel("2024-03-20T10:00:00+08:00", tick=True):
        client = client_of(staff())
        assert '<option value="430482001"' in client.get("/elder-services/").content.decode()
        far = client.get("/elder-services/?month=2024-03&township=430482101").content.decode()
    assert "王秀英" not in far


@pytest.mark.django_db
def test_another_township_gets_404_everywhere() -> None:
    order = ordered(elder(), provider())
    visited(order)
    bill = actions.prepare_settlement(
        order.provider_id, month=month("2024-03"), on=date("2024-04-02"), by=staff()
    )
    client: Client = client_of(staff(Role.TOWNSHIP_CLERK, "430482101"))
    award = order.quota.entitlement_id
    for url in (
        f"/elder-services/{award}/2024-03/",
        f"/elder-services/settlements/{bill.pk}/",
        f"/elder-services/settlements/{bill.pk}/csv/",
    ):
        assert client.get(url).status_code == 404, url
    assert "王秀英" not in client.get("/elder-services/?month=2024-03").content.decode()
