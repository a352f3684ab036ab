"""额度: what an elder's service award comes to in a month, and what has been spent of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from apps.casework.assess import assess, scope_of
from apps.casework.models import Entitlement
from apps.elderly_allowances.models import ServiceOrder, ServiceQuota, Visit
from apps.standards.book import MissingStandard
from apps.standards.models import current_book
from apps.units.money import Fen
from apps.units.months import Month

PROGRAMME = "elder_service_subsidy"
CARRY_OVER = "elder_service_subsidy.carry_over"


class Spent(NamedTuple):
    """One elder's month, in fen. ``ordered``: placed orders, whether delivered or not."""

    award: Entitlement
    quota_fen: Fen
    carried_fen: Fen
    used_fen: Fen
    ordered_fen: Fen

    @property
    def left_fen(self) -> Fen:
        """What may still be delivered; below zero when the quota was lowered afterwards."""
        return self.quota_fen + self.carried_fen - self.used_fen


def owed(awards: Sequence[Entitlement], month: Month) -> dict[int, Fen]:
    """Fen each award is owed as service in the month, by the very engine that pays (R-YL-04)."""
    people = [award.person_id for award in awards if award.person_id]
    if not people:
        return {}
    found = assess(scope_of([], people), through=month, book=current_book())
    return {
        award.pk: found.owed(month, PROGRAMME, award.person_id)
        for award in awards
        if award.person_id
    }


def carries_over(month: Month) -> bool:
    """Whether what the month before left unspent may be spent in this month."""
    try:
        return current_book().month(month).on(CARRY_OVER)
    except MissingStandard:
        return False


def used(quota: ServiceQuota) -> Fen:
    """Fen delivered of a month's quota, reversals taken off."""
    found: Fen | None = Visit.objects.filter(quota=quota).aggregate(sum=Sum("fen"))["sum"]
    return found or 0


def ordered(quota: ServiceQuota) -> Fen:
    """Fen of a month's placed orders."""
    placed = ServiceOrder.objects.filter(quota=quota, state="placed")
    found: Fen | None = placed.aggregate(sum=Sum("fen"))["sum"]
    return found or 0


def spent(awards: Sequence[Entitlement], month: Month) -> list[Spent]:
    """Each award's month, in the order given: a few queries however many awards."""
    due = owed(awards, month)
    quotas = {
        quota.entitlement_id: quota
        for quota in ServiceQuota.objects.filter(entitlement__in=awards, month=month)
    }
    pks = [quota.pk for quota in quotas.values()]
    delivered = _sums(Visit.objects.filter(quota__in=pks))
    placed = _sums(ServiceOrder.objects.filter(quota__in=pks, state="placed"))
    rows = []
    for award in awards:
        quota = quotas.get(award.pk)
        key = quota.pk if quota else 0
        carried = quota.carried_fen if quota else 0
        rows.append(
            Spent(award, due.get(award.pk, 0), carried, delivered.get(key, 0), placed.get(key, 0))
        )
    return rows


def _sums(rows: QuerySet[Any]) -> dict[int, Fen]:
    return dict(rows.values_list("quota").annotate(Sum("fen")))
