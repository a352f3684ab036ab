"""演示时钟: the demo lives on from 5 December 2024, where its county's year ends.

Every process of the demo is set back by the same whole number of days, kept beside its database, so
that the demo goes on by a day a day. Nothing but `./run demo` sets a clock back.
"""

from __future__ import annotations

import datetime as dt

import time_machine
from django.conf import settings
from django.utils import timezone

from apps.offices.models import Event
from civil_affairs import home as places

VARIABLE = "CIVIL_CLOCK_BACK"  # in the environment of the demo's processes: days
FIRST = dt.date(2024, 12, 5)


def set_back() -> None:
    """This process lives so many days ago, from now on and ticking."""
    if settings.CLOCK_BACK:
        then = timezone.now() - dt.timedelta(days=settings.CLOCK_BACK)
        time_machine.travel(then, tick=True).start()


def days_back(day: dt.date | None) -> int:
    """How many days ago the demo lives: from the day asked for, else as it was begun.

    Where somebody (not a command) has worked after the first day, it stays on today's clock.
    """
    kept = places.make_folder() / "demo-clock"
    if day is None and kept.exists():
        return int(kept.read_text())
    begun = day or FIRST
    if day is None and Event.objects.filter(by__isnull=False, at__date__gt=FIRST).exists():
        begun = timezone.localdate()
    days = max((timezone.localdate() - begun).days, 0)
    kept.write_text(str(days))
    return days
