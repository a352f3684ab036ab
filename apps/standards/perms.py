"""标准的权限: who adopts standards."""

from __future__ import annotations

from apps.offices.models import Role, Staff

ADOPTERS = (Role.COUNTY_SUPERVISOR,)


def may_adopt(staff: Staff) -> bool:
    """Whether the post enters standards."""
    return staff.role in ADOPTERS and staff.active
