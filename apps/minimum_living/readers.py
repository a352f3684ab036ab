"""查询: what pages and reports ask about determinations."""

from __future__ import annotations

from apps.minimum_living.models import Determination


def last_determination(household_id: int) -> Determination | None:
    """The newest determination of the household's own award (of single entries: not asked)."""
    mine = Determination.objects.filter(
        entitlement__household=household_id, entitlement__person__isnull=True
    )
    return mine.order_by("-decision_id", "-id").first()


def counted_members(household_id: int) -> int:
    """How many persons the last determination counts; 0 when there is none."""
    last = last_determination(household_id)
    return last.members.filter(counted=True).count() if last else 0
