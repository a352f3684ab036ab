"""公示 on the application's page: every notice that has carried it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.casework.models import Application
from apps.casework.panels import panel
from apps.offices.models import Staff
from apps.publicity.listing import chip
from apps.publicity.models import NoticeRow, Objection


@panel("notices", "publicity/panel.html", order=40, aside=True)
def notices(_staff: Staff, application: Application, on: dt.date) -> dict[str, Any] | None:
    """The notices with their days and how many objections wait; None before the first."""
    rows = NoticeRow.objects.filter(application=application).select_related("notice")
    found = [row.notice for row in rows.order_by("-pk")]
    waiting = Objection.objects.filter(row__application=application, answer__isnull=True)
    if not found:
        return None
    return {"notices": [(one, chip(one, on)) for one in found], "waiting": waiting.count()}
