"""时限 on the application's page: every clock, and the way to its extension."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from apps.casework.clocks import clocks_of
from apps.casework.models import Application
from apps.casework.panels import panel
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.reviews.models import Extension
from apps.standards.models import current_book


@panel("clocks", "reviews/panel_clocks.html", order=30, aside=True)
def clock_panel(_staff: Staff, application: Application, on: dt.date) -> dict[str, Any]:
    """Clocks that run or have run, the next in front; the extension as it stands."""
    calendar = current_calendar()
    asked = Extension.objects.filter(application=application).exclude(state="refused").first()
    return {
        "clocks": [
            (clock, clock.running and clock.last_day < on, calendar.is_estimated(clock.last_day))
            for clock in clocks_of(application, calendar, current_book())
        ],
        "begun": application.accepted_on is not None,
        "extension": asked,
        "url": reverse("application-clocks", args=[application.pk]),
    }
