"""权限与对象: who may do an act, and the application or household it is about."""

from __future__ import annotations

from typing import Any

from apps.casework.actions import Refused
from apps.casework.models import OPEN_STATES, Application
from apps.households.models import Member
from apps.offices.actions import log
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound


def need_role(by: Staff, roles: tuple[Role, ...], verb: str) -> None:
    """NotAllowed unless the post may do it; says who can."""
    if by.role not in roles or not by.active:
        wanted = "、".join(role.label for role in roles)
        raise NotAllowed(f"“{verb}”须由{wanted}办理，您的岗位是{by.get_role_display()}。")


def one(model: Any, pk: int, by: Staff, *, lock: bool = True) -> Any:
    """The row inside one's territory, locked; NotFound otherwise."""
    rows = model.objects.visible_to(by).filter(pk=pk)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound("没有找到这条记录，或不在您的管辖范围内。")
    return found


def open_application(pk: int, by: Staff) -> Application:
    """An application of one's territory that still waits for its decision, locked."""
    found: Application = one(Application, pk, by)
    if found.state not in OPEN_STATES:
        raise Refused(f"这份申请{found.get_state_display()}，不能再办理。")
    return found


def member_of(household_id: int, person_id: int) -> None:
    """Refused unless the person has lived in the household."""
    stays = Member.objects.known_now().filter(household_id=household_id, person_id=person_id)
    if not stays.exists():
        raise Refused("该人员不是这一户的成员，请从成员清单中选择。")


def logged(by: Staff, row: Any, verb: str, household_id: int, reason: str = "") -> None:
    """One line of the 经办记录 about a row of this app."""
    log(
        by=by,
        kind=row._meta.label_lower,
        object_id=row.pk,
        verb=verb,
        household_id=household_id,
        reason=reason,
    )
