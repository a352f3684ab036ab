"""权限与对象: who may do an act, and the application or household it is about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.models import OPEN_STATES, Application
from apps.households.models import Member
from apps.offices.actions import log
from apps.offices.gates import need_role, one
from apps.offices.models import Staff

__all__ = ["logged", "member_of", "need_role", "one", "open_application"]


def open_application(pk: int, by: Staff) -> Application:
    """An application of one's territory that still waits for its decision, locked."""
    found: Application = one(Application, pk, by)
    if found.state not in OPEN_STATES:
        raise Refused(
            gettext("这份申请{state}，不能再办理。").format(state=found.get_state_display())
        )
    return found


def member_of(household_id: int, person_id: int) -> None:
    """Refused unless the person has lived in the household."""
    stays = Member.objects.known_now().filter(household_id=household_id, person_id=person_id)
    if not stays.exists():
        raise Refused(gettext("该人员不是这一户的成员，请从成员清单中选择。"))


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
