"""案件的权限: what a post may do with an application."""

from __future__ import annotations

from apps.casework.models import DECIDERS, Application
from apps.offices.models import Staff


def may_decide(staff: Staff) -> bool:
    """Whether the post confirms and rejects."""
    return staff.role in DECIDERS and staff.active


def why_not_decide(application: Application, staff: Staff) -> str:
    """Why this person cannot decide this application now; empty when they can."""
    if application.state not in ("submitted", "accepted"):
        return f"这份申请{application.get_state_display()}，不能再作决定"
    if not may_decide(staff):
        wanted = "、".join(role.label for role in DECIDERS)
        return f"由{wanted}作决定"
    if application.prepared_by_id == staff.pk:
        return "您是经办人，须由另一人审批"
    return ""
