"""户的变动: another head (户主), another village, the end of a household."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from apps.households.actions.homes import admit
from apps.households.kinds import RELATIONSHIPS
from apps.households.models import Household, Member
from apps.households.shapes import BadFact
from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.offices.moves import NotFound

KIND = "households.household"


@transaction.atomic
def relate_to(
    *,
    household_id: int,
    relationships: Mapping[int, str],
    on: dt.date,
    recorded_on: dt.date,
    by: Staff | None,
) -> None:
    """户主变更: from ``on`` everybody stands to the new applicant as told (person id → code).

    Everybody who lives there on the day is named, one of them as the applicant.
    """
    _lock(household_id)
    stays = Member.objects.known_now().filter(household_id=household_id, period__contains=on)
    now = dict(stays.values_list("person_id", "relationship"))
    if set(now) != set(relationships):
        raise BadFact(gettext("户主变更须写明每一名现有成员与新户主的关系，请核对成员。"))
    if list(relationships.values()).count("applicant") != 1:
        raise BadFact(
            gettext("户主变更须有且只有一人为{applicant}，请核对各人的关系。").format(
                applicant=RELATIONSHIPS["applicant"]
            )
        )
    changed = {who: code for who, code in relationships.items() if now[who] != code}
    if not changed:
        raise BadFact(gettext("各人的关系与现在一样，没有变更。"))
    for person_id, relationship in changed.items():
        admit(
            household_id=household_id,
            person_id=person_id,
            relationship=relationship,
            on=on,
            recorded_on=recorded_on,
            by=by,
        )
    log(by=by, kind=KIND, object_id=household_id, verb="户主变更", household_id=household_id)


@transaction.atomic
def relocate(
    *, household_id: int, division: str, address: str, on: dt.date, by: Staff | None
) -> None:
    """市内迁移: the household lives in another village; the 经办记录 keeps from where to where."""
    home = _lock(household_id)
    if home.division == division and home.address == address.strip():
        raise BadFact(gettext("村（社区）和住址与现在一样，没有迁移。"))
    Household.objects.filter(pk=household_id).update(division=division, address=address.strip())
    note_change(on=on, what="市内迁移", household_id=household_id)
    log(
        by=by,
        kind=KIND,
        object_id=household_id,
        verb="市内迁移",
        household_id=household_id,
        source=home.division,
        target=division,
        reason=f"{on}起，原住址：{home.address or '未登记'}",
    )


@transaction.atomic
def close_household(*, household_id: int, on: dt.date, by: Staff | None, reason: str) -> None:
    """销户: nobody lives there from ``on`` on; its past stays readable."""
    home = _lock(household_id)
    if home.closed_on is not None:
        raise BadFact(gettext("该户已于{closed_on}销户。").format(closed_on=home.closed_on))
    left = Member.objects.known_now().filter(household_id=household_id, period__contains=on)
    if left.exists():
        raise BadFact(gettext("该户还有成员，请先办理成员减少或并户。"))
    Household.objects.filter(pk=household_id).update(closed_on=on)
    log(
        by=by,
        kind=KIND,
        object_id=household_id,
        verb="销户",
        household_id=household_id,
        reason=reason,
    )


@transaction.atomic
def reopen_household(*, household_id: int, by: Staff | None, reason: str) -> None:
    """恢复: a household that was closed has people again."""
    home = _lock(household_id)
    Household.objects.filter(pk=household_id).update(closed_on=None)
    log(
        by=by,
        kind=KIND,
        object_id=household_id,
        verb="恢复户",
        household_id=household_id,
        reason=f"原销户日期{home.closed_on}：{reason}",
    )


def _lock(household_id: int) -> Household:
    home = Household.objects.select_for_update(of=("self",)).filter(pk=household_id).first()
    if home is None:
        raise NotFound(gettext("没有找到这一户。"))
    return home
