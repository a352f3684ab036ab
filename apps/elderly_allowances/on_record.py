"""养老服务的登记: what is on record of the boxes of each act, whoever wrote it. Only reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from apps.casework.models import Entitlement
from apps.elderly_allowances.models import ServiceOrder, ServicePrice, ServiceSettlement, Visit
from apps.offices.sight import WHOLE, Record
from apps.units.money import yuan

Records = dict[str, Record]
OURS = "elderly_allowances."


def of_month(
    award: Entitlement, orders: Sequence[ServiceOrder], visits: Sequence[Visit]
) -> dict[str, Records]:
    """Orders and visits only add up: whoever adds one sees those of others first."""
    placed = [f"{one.provider.name} {_items(one)} {one.get_state_display()}" for one in orders]
    delivered = [f"{one.day} {one.price.item} × {one.times} {one.worker}" for one in visits]
    home = award.household_id
    return {
        "order": {WHOLE: Record({gettext("订单"): placed}, OURS, household=home)},
        "visit": {WHOLE: Record({gettext("服务记录"): delivered}, OURS, household=home)},
    }


def _items(order: ServiceOrder) -> str:
    return " ".join(f"{line.price.item} × {line.times}" for line in order.items.all())


def over(act: str, row: int) -> Record | None:
    """What somebody else has done with an order or a visit; None while it stands."""
    if act == "cancel":
        order = ServiceOrder.objects.filter(pk=row).exclude(state="placed").first()
        if order is None:
            return None
        stands = {gettext("订单"): order.get_state_display()}
        return Record(stands, order._meta.label_lower, row)
    undone = Visit.objects.filter(reverses=row).first() if act == "reverse" else None
    if undone is None:
        return None
    return Record({"reason": undone.reason}, undone._meta.label_lower, undone.pk)


def of_prices() -> Records:
    """By provider and item the newest price (1 query)."""
    return {
        f"{one.provider_id}|{one.item}": Record(
            {"unit": one.unit, "yuan": yuan(one.fen), "since": one.since}, "elderly.price", one.pk
        )
        for one in ServicePrice.objects.order_by("since", "pk")
    }


def price_of(typed: Mapping[str, Any]) -> str:
    """Whose price a form that was sent is about."""
    return f"{typed.get('provider', '')}|{str(typed.get('item', '')).strip()}"


def of_settlement(one: ServiceSettlement) -> Record:
    """A settlement as it was submitted: nobody decides about another sum than was shown."""
    words = gettext("{state}，{n} 条，{fen} 元").format(
        state=one.get_state_display(), n=one.visits_counted, fen=yuan(one.fen)
    )
    return Record({gettext("结算单"): words}, one._meta.label_lower, one.pk)
