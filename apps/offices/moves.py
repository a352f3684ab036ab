"""办理流转: the only way a state changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext

from apps.offices.models import Event, Role, Staff
from apps.units.language import chinese, later, listed

T = TypeVar("T", bound=models.Model)


class Move(NamedTuple):
    """One legal step: its Chinese verb, the states it leaves, the state it enters, who may."""

    verb: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[Role, ...]


class NotAllowed(Exception):
    """The person may not do this; the text says who can."""


class StaleState(Exception):
    """The thing is no longer in the state the act needs; the text says what to do."""


class NotFound(Exception):
    """The thing does not exist, or lies outside the person's territory (the same answer)."""


def need_role(by: Staff, roles: tuple[Role, ...], verb: str) -> None:
    """NotAllowed unless the post may do it; says who can."""
    if by.role not in roles or not by.active:
        raise NotAllowed(later(_who_can, by, roles, verb))


def _who_can(by: Staff, roles: tuple[Role, ...], verb: str) -> str:
    wanted = listed(role.label for role in roles)
    return gettext("“{verb}”须由{wanted}办理，您的岗位是{role}。").format(
        verb=verb, wanted=wanted, role=by.get_role_display()
    )


def move(
    rows: models.QuerySet[T],
    step: str,
    *,
    by: Staff,
    reason: str = "",
    moves: Mapping[str, Move] | None = None,
    household_id: int | None = None,
    households: Mapping[int, int] | None = None,
    **also: Any,
) -> int:
    """Move every row of ``rows`` by ``step`` of its model's MOVES, with one Event each.

    ``moves``: the legal steps where they differ from row to row (an application's procedure);
    ``households``: whose the Event of each row is, where it is not one for all.

    Locks the rows, changes them by compare-and-set and sets ``also`` in the same UPDATE.
    Raises NotAllowed (wrong role), NotFound (empty set), StaleState (some row is in
    another state). All rows move or none.
    """
    model: Any = rows.model
    rule: Move = (moves or model.MOVES)[step]
    need_role(by, rule.roles, rule.verb)
    with transaction.atomic():
        before = dict(
            rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", "state")
        )
        if not before:
            raise NotFound(gettext("没有找到这条记录，或不在您的管辖范围内。"))
        wrong = {state for state in before.values() if state not in rule.sources}
        if wrong:
            names = listed(dict(model.State.choices)[state] for state in sorted(wrong))
            raise StaleState(
                gettext("当前状态是“{names}”，不能“{verb}”。请刷新页面后再办理。").format(
                    names=names, verb=rule.verb
                )
            )
        locked = model.objects.filter(pk__in=before, state__in=rule.sources)
        moved: int = locked.update(state=rule.target, **also)
        if moved != len(before):
            raise StaleState(gettext("这条记录刚刚被他人办理，请刷新页面后再看。"))
        homes = households or dict.fromkeys(before, household_id)
        _recorded(model, rule, before, by=by, reason=reason, homes=homes)
    return moved


def _recorded(
    model: Any,
    rule: Move,
    before: Mapping[int, str],
    *,
    by: Staff,
    reason: str,
    homes: Mapping[int, int | None] | Mapping[int, int],
) -> None:
    """One Event a row that moved: who, what, from, to and why."""
    Event.objects.bulk_create(
        Event(
            by=by,
            kind=model._meta.label_lower,
            object_id=pk,
            household_id=homes[pk],
            verb=chinese(rule.verb),
            source=source,
            target=rule.target,
            reason=chinese(reason)[:500],
        )
        for pk, source in before.items()
    )
