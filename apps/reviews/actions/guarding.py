"""权限与对象: who may do an act, and the award or application it is about. Only reads."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from apps.casework.actions import Refused
from apps.casework.models import Entitlement
from apps.casework.programme import PROGRAMMES
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.units.months import Month

T = TypeVar("T", bound=models.Model)


def need_role(by: Staff, roles: tuple[Role, ...], verb: str) -> None:
    """NotAllowed unless the post may do it; says who can."""
    if by.role not in roles or not by.active:
        wanted = "、".join(role.label for role in roles)
        raise NotAllowed(f"“{verb}”须由{wanted}办理，您的岗位是{by.get_role_display()}。")


def four_eyes(prepared_by_id: int | None, by: Staff) -> None:
    """NotAllowed when the one who prepared it would decide it."""
    if prepared_by_id == by.pk:
        raise NotAllowed("经办人与审批人不得为同一人，请由另一位有权限的人员审批。")


def one(model: Any, pk: int, by: Staff, *, lock: bool = True) -> Any:
    """The row inside one's territory, locked; NotFound otherwise."""
    rows = model.objects.visible_to(by).filter(pk=pk)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound("没有找到这条记录，或不在您的管辖范围内。")
    return found


def standing(entitlement_id: int, by: Staff, month: Month) -> Entitlement:
    """An award that holds in a month or begins later, locked."""
    award: Entitlement = one(Entitlement, entitlement_id, by)
    if not Entitlement.objects.filter(
        Q(period__endswith__gt=month) | Q(period__upper_inf=True),
        pk=award.pk,
        period__isempty=False,
    ).exists():
        raise Refused("这项待遇已经终止，不能再办理。")
    return award


def name_of(award: Entitlement) -> str:
    """The programme of an award in words."""
    card = PROGRAMMES.get(award.programme)
    return card.name if card else award.programme
