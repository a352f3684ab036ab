"""权限与对象: who may do an act, and the award or application it is about. Only reads."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.models import Entitlement
from apps.casework.programme import PROGRAMMES
from apps.offices.gates import four_eyes, need_role, one
from apps.offices.models import Staff
from apps.units.months import Month

__all__ = ["ANNOUNCED", "four_eyes", "name_of", "need_role", "one", "standing"]
# 特困: announced before it ends (R-TK-13). Others stop by decision alone.
ANNOUNCED = ("destitute_basic",)


def standing(entitlement_id: int, by: Staff, month: Month) -> Entitlement:
    """An award that holds in a month or begins later, locked."""
    award: Entitlement = one(Entitlement, entitlement_id, by)
    if not Entitlement.objects.filter(
        Q(period__endswith__gt=month) | Q(period__upper_inf=True),
        pk=award.pk,
        period__isempty=False,
    ).exists():
        raise Refused(gettext("这项待遇已经终止，不能再办理。"))
    return award


def name_of(award: Entitlement) -> str:
    """The programme of an award in words."""
    card = PROGRAMMES.get(award.programme)
    return card.name if card else award.programme
