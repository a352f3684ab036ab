"""认定: what the officer finds to be true of a person or the household, with what it rests on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.models import CASEWORKERS
from apps.evidence.actions.guarding import logged, member_of, need_role, open_application
from apps.evidence.conditions import OF_HOUSEHOLD, asked_of
from apps.households.actions import record
from apps.households.kinds import KINDS
from apps.households.models import Fact
from apps.offices.models import Staff
from apps.units.language import chinese
from apps.units.language import lazy as _


@transaction.atomic
def find_condition(
    application_id: int,
    kind: str,
    *,
    on: dt.date,
    recorded_on: dt.date,
    by: Staff,
    person_id: int | None = None,
    **columns: Any,
) -> Fact:
    """登记认定: a dated fact of a kind that the programme asks, about a member or the household."""
    need_role(by, CASEWORKERS, _("登记认定"))
    application = open_application(application_id, by)
    if kind not in asked_of(application.programme):
        raise Refused(gettext("本项目不需要这项认定，请刷新页面后再看。"))
    if on > recorded_on:
        raise Refused(gettext("发生日期{on}晚于今天，请核对。").format(on=on))
    home = application.household_id
    both = {"person", "household"} <= set(KINDS[kind].needs)
    if kind not in OF_HOUSEHOLD:
        if person_id is None:
            raise Refused(
                gettext("{label}是个人的情况，请选择家庭成员。").format(label=KINDS[kind].label)
            )
        member_of(home, person_id)
    made = record(
        kind,
        on=on,
        recorded_on=recorded_on,
        by=by,
        person_id=None if kind in OF_HOUSEHOLD else person_id,
        household_id=home if kind in OF_HOUSEHOLD or both else None,
        **columns,
    )
    logged(by, made, f"认定{chinese(KINDS[kind].label)}", home, columns.get("evidence", ""))
    return made
