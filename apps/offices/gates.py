"""权限与对象: what every act asks first: the post, another pair of eyes, the territory."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, need_role
from apps.units.language import lazy as _

__all__ = ["four_eyes", "need_role", "one"]


def four_eyes(prepared_by_id: int | None, by: Staff) -> None:
    """NotAllowed when the one who prepared it would decide it."""
    if prepared_by_id == by.pk:
        raise NotAllowed(_("经办人与审批人不得为同一人，请由另一位有权限的人员审批。"))


def one(model: Any, pk: int, by: Staff, *, lock: bool = True) -> Any:
    """The row inside one's territory, locked; NotFound otherwise."""
    rows = model.objects.visible_to(by).filter(pk=pk)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound(gettext("没有找到这条记录，或不在您的管辖范围内。"))
    return found
