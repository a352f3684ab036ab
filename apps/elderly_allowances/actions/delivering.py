"""养老服务: providers, prices, orders and visits; every act is one transaction (R-YL-04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from apps.casework.models import Entitlement
from apps.elderly_allowances.models import (
    OrderItem,
    ServiceOrder,
    ServicePrice,
    ServiceProvider,
    ServiceQuota,
    Visit,
)
from apps.elderly_allowances.quota import PROGRAMME, carries_over, ordered, owed, used
from apps.offices.actions import log
from apps.offices.gates import need_role
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound, move
from apps.units.language import lazy as _
from apps.units.language import month_words
from apps.units.money import Fen, yuan
from apps.units.months import Month, month_of, month_text, next_month

ORDERERS = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD, Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
RECORDERS = (*ORDERERS, Role.VILLAGE_HELPER)


class Refused(ValueError):
    """不能办理; the message says what is wrong and how to mend it."""


@transaction.atomic
def add_provider(
    *, name: str, contract_from: dt.date, contract_until: dt.date | None = None, by: Staff
) -> ServiceProvider:
    """登记服务机构."""
    need_role(by, (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR), _("登记服务机构"))
    if contract_until and contract_until < contract_from:
        raise Refused(gettext("合同截止日早于起始日，请核对合同。"))
    if ServiceProvider.objects.filter(name=name.strip()).exists():
        raise Refused(gettext("“{name}”已经登记，不必重复登记。").format(name=name.strip()))
    made = ServiceProvider.objects.create(
        name=name.strip(),
        contract_from=contract_from,
        contract_until=contract_until,
        recorded_by=by,
    )
    log(by=by, kind="elderly.provider", object_id=made.pk, verb="登记服务机构", reason=made.name)
    return made


@transaction.atomic
def set_price(
    provider_id: int, *, item: str, unit: str, fen: Fen, since: dt.date, by: Staff
) -> ServicePrice:
    """登记项目价格 from a day on; an earlier price stays for the days before it."""
    need_role(by, (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR), _("登记项目价格"))
    if fen <= 0:
        raise Refused(gettext("单价须大于零，请按合同填写。"))
    same = ServicePrice.objects.filter(provider_id=provider_id, item=item, since=since)
    if same.exists():
        raise Refused(
            gettext("“{item}”自{since}起的价格已经登记，请改用以后的起始日。").format(
                item=item, since=since
            )
        )
    made = ServicePrice.objects.create(
        provider_id=provider_id, item=item, unit=unit, fen=fen, since=since, recorded_by=by
    )
    log(by=by, kind="elderly.price", object_id=made.pk, verb="登记项目价格", reason=item)
    return made


def _award(award_id: int, by: Staff) -> Entitlement:
    mine = Entitlement.objects.visible_to(by).of(PROGRAMME).filter(pk=award_id)
    found = mine.select_related("household", "person").first()
    if found is None:
        raise NotFound(gettext("没有找到这项养老服务补贴，或不在您的管辖范围内。"))
    return found


def _locked(award: Entitlement, month: Month, on: dt.date) -> ServiceQuota:
    """The month's quota computed anew and locked, that of the month before first if it carries."""
    carried = 0
    if carries_over(month) and award.period.lower <= next_month(month, -1):
        before = _locked(award, next_month(month, -1), on)
        carried = max(0, before.fen + before.carried_fen - used(before))
    fen = owed([award], month).get(award.pk, 0)
    ServiceQuota.objects.bulk_create(
        [ServiceQuota(entitlement=award, month=month, fen=fen, computed_on=on)],
        ignore_conflicts=True,
    )
    mine = ServiceQuota.objects.filter(entitlement=award, month=month)
    quota = mine.select_for_update().get()
    if (quota.fen, quota.carried_fen) != (fen, carried):
        mine.update(fen=fen, carried_fen=carried, computed_on=on)
        quota.fen, quota.carried_fen = fen, carried
    return quota


def _price(provider: ServiceProvider, item: str, on: dt.date) -> ServicePrice:
    rows = ServicePrice.objects.filter(provider=provider, item=item, since__lte=on)
    found = rows.order_by("-since").first()
    if found is None:
        raise Refused(
            gettext("“{name}”在{on}没有“{item}”的价格，请先登记项目价格。").format(
                name=provider.name, on=on, item=item
            )
        )
    return found


@transaction.atomic
def place_order(
    award_id: int,
    *,
    month: Month,
    provider_id: int,
    items: Mapping[str, int],
    on: dt.date,
    by: Staff,
) -> ServiceOrder:
    """下单: ``items`` are units by item; the month's placed orders never exceed its quota."""
    need_role(by, ORDERERS, _("下单"))
    award = _award(award_id, by)
    provider = ServiceProvider.objects.filter(pk=provider_id).first()
    if provider is None:
        raise Refused(gettext("没有这家服务机构，请重新选择。"))
    _under_contract(provider, max(month, min(on, next_month(month) - dt.timedelta(days=1))))
    wanted = {item: times for item, times in items.items() if times > 0}
    if not wanted:
        raise Refused(gettext("请至少填写一个服务项目的次数。"))
    quota = _locked(award, month, on)
    priced = [(_price(provider, item, max(on, month)), times) for item, times in wanted.items()]
    fen = sum(price.fen * times for price, times in priced)
    left = quota.fen + quota.carried_fen - ordered(quota)
    if fen > left:
        raise Refused(_short(month, left, fen, gettext("可下单额度")))
    order = ServiceOrder.objects.create(
        quota=quota, provider=provider, fen=fen, placed_on=on, placed_by=by
    )
    OrderItem.objects.bulk_create(
        OrderItem(order=order, price=price, times=times) for price, times in priced
    )
    _log(order, award, "养老服务下单", by, f"{month_text(month)}{yuan(fen)}元")
    return order


def _short(month: Month, left: Fen, fen: Fen, what: str) -> str:
    kept = yuan(max(left, 0))
    words = gettext("{month}{what}还剩{kept}元，这次需要{amount}元，请减少次数或另行安排。")
    return words.format(month=month_words(month), what=what, kept=kept, amount=yuan(fen))


def _under_contract(provider: ServiceProvider, day: dt.date) -> None:
    over = provider.contract_until is not None and provider.contract_until < day
    if day < provider.contract_from or over:
        raise Refused(
            gettext("{day}不在“{name}”的合同期内，请更换机构或核对日期。").format(
                day=day, name=provider.name
            )
        )


def _log(row: ServiceOrder | Visit, award: Entitlement, verb: str, by: Staff, why: str) -> None:
    log(
        by=by,
        kind=row._meta.label_lower,
        object_id=row.pk,
        verb=verb,
        household_id=award.household_id,
        reason=why,
    )


@transaction.atomic
def cancel_order(order_id: int, *, by: Staff, reason: str) -> None:
    """取消订单: only one of which nothing has been delivered."""
    order = _order(order_id, by)
    ServiceQuota.objects.select_for_update().get(pk=order.quota_id)
    if _delivered(order):
        raise Refused(gettext("这份订单已有服务记录，不能取消；登记有误请先冲正。"))
    move(
        ServiceOrder.objects.filter(pk=order.pk),
        "cancel",
        by=by,
        reason=reason,
        household_id=order.quota.entitlement.household_id,
    )


def _order(order_id: int, by: Staff) -> ServiceOrder:
    related = ("provider", "quota__entitlement__household", "quota__entitlement__person")
    found = ServiceOrder.objects.visible_to(by).filter(pk=order_id).select_related(*related).first()
    if found is None:
        raise NotFound(gettext("没有找到这份订单，或不在您的管辖范围内。"))
    return found


def _delivered(order: ServiceOrder, price: ServicePrice | None = None) -> int:
    """Units delivered of an order (of one of its items), reversed visits left out."""
    rows = Visit.objects.filter(order=order, reverses__isnull=True, reversal__isnull=True)
    if price is not None:
        rows = rows.filter(price=price)
    return sum(rows.values_list("times", flat=True))


@transaction.atomic
def record_visit(
    order_id: int,
    *,
    item: str,
    day: dt.date,
    times: int = 1,
    minutes: int | None = None,
    worker: str,
    confirmed_by: str,
    on: dt.date,
    by: Staff,
) -> Visit:
    """登记上门服务: within the order and, whatever happens at the same time, within the quota."""
    need_role(by, RECORDERS, _("登记上门服务"))
    order = _order(order_id, by)
    month, award = order.quota.month, order.quota.entitlement
    _plausible(order, day, on, (worker, confirmed_by))
    quota = _locked(award, month, on)
    _still_open(order, quota)
    price, fen = _line(order, item, times)
    left = quota.fen + quota.carried_fen - used(quota)
    if fen > left:
        raise Refused(_short(month, left, fen, gettext("服务额度")))
    visit = Visit.objects.create(
        quota=quota,
        order=order,
        price=price,
        day=day,
        times=times,
        minutes=minutes,
        worker=worker.strip(),
        confirmed_by=confirmed_by.strip(),
        fen=fen,
        recorded_on=on,
        recorded_by=by,
    )
    _log(visit, award, "登记上门服务", by, f"{day}{item}{yuan(fen)}元")
    return visit


def _plausible(order: ServiceOrder, day: dt.date, on: dt.date, names: tuple[str, str]) -> None:
    """The day is past, in the order's month and under contract; both names are given."""
    if day > on:
        raise Refused(gettext("服务日期不能晚于今天，请核对日期。"))
    if month_of(day) != order.quota.month:
        raise Refused(
            gettext("这份订单是{month}的，服务日期须在该月内。").format(
                month=month_words(order.quota.month)
            )
        )
    if not all(name.strip() for name in names):
        raise Refused(gettext("请填写服务人员和签字确认人。"))
    _under_contract(order.provider, day)


def _line(order: ServiceOrder, item: str, times: int) -> tuple[ServicePrice, Fen]:
    """The price of an ordered item and the fen of so many units, if the order has them left."""
    line = order.items.select_related("price").filter(price__item=item).first()
    if line is None or times < 1:
        raise Refused(gettext("订单里没有“{item}”，请核对服务项目和次数。").format(item=item))
    if _delivered(order, line.price) + times > line.times:
        raise Refused(
            gettext("“{item}”订了{times}次，登记的次数超过订单，请先补下订单。").format(
                item=item,
                times=line.times,
            )
        )
    return line.price, line.price.fen * times


def _still_open(order: ServiceOrder, quota: ServiceQuota) -> None:
    """Read under the quota's lock: the order stands, and what was left was not carried over."""
    if not ServiceOrder.objects.filter(pk=order.pk, state="placed").exists():
        raise Refused(gettext("这份订单已取消，不能登记服务，请另行下单。"))
    later = ServiceQuota.objects.filter(
        entitlement=quota.entitlement_id, month__gt=quota.month, carried_fen__gt=0
    )
    if later.exists():
        raise Refused(
            gettext("{month}未用完的额度已结转，不能再登记该月的服务。").format(
                month=month_words(quota.month)
            )
        )


@transaction.atomic
def reverse_visit(visit_id: int, *, reason: str, on: dt.date, by: Staff) -> Visit:
    """冲正: add the opposite of a visit recorded in error; the visit itself stays."""
    need_role(by, ORDERERS, _("冲正"))
    wrong = Visit.objects.visible_to(by).filter(pk=visit_id).first()
    if wrong is None:
        raise NotFound(gettext("没有找到这条服务记录，或不在您的管辖范围内。"))
    if not reason.strip():
        raise Refused(gettext("请填写冲正理由。"))
    quota = ServiceQuota.objects.select_for_update().get(pk=wrong.quota_id)
    if wrong.reverses_id or Visit.objects.filter(reverses=wrong).exists():
        raise Refused(gettext("这条服务记录已经冲正，不能再次冲正。"))
    undone = Visit.objects.create(
        quota=quota,
        order_id=wrong.order_id,
        price_id=wrong.price_id,
        day=wrong.day,
        times=wrong.times,
        minutes=wrong.minutes,
        worker=wrong.worker,
        confirmed_by=wrong.confirmed_by,
        fen=-wrong.fen,
        reverses=wrong,
        reason=reason.strip(),
        recorded_on=on,
        recorded_by=by,
    )
    _log(undone, quota.entitlement, "冲正上门服务", by, reason)
    return undone
