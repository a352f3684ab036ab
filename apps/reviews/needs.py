"""延长办理期限: what the reviews answer for in the clocks of applications (57号 Art.22)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from apps.casework.clocks import Ids, extended_by
from apps.reviews.models import Extension


@extended_by("reviews")
def extended(applications: Ids) -> QuerySet[Extension, dict[str, Any]]:
    """Those whose time has been extended by a granted extension."""
    rows = Extension.objects.filter(application_id__in=applications, state="granted")
    return rows.values(of=F("application_id"))
