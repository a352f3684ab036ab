"""公示期: how long a notice of a programme lasts, by the standard of its month (CV-07, CV-09)."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from apps.casework.deadlines import (
    DEADLINES,
    LENGTHS,
    STEP_DEADLINES,
    Counted,
    counted_from,
)
from apps.standards.book import Book
from apps.units.calendar import WorkCalendar
from apps.units.language import chinese, worded
from apps.units.months import month_of

# Where casework has no clock for the notice of a programme, ours says how long.
OWN = {"temporary_relief": ("publicity.relief_notice_days", Counted.DAYS)}


class Days(NamedTuple):
    """The days of a notice, both included, and its length in words."""

    first: dt.date
    last: dt.date
    words: str


def days_of(programme: str, posted_on: dt.date, calendar: WorkCalendar, book: Book) -> Days | None:
    """The days of a notice posted on a day, whose own day is not counted; None: 未配置."""
    found = _limit(programme)
    if found is None:
        return None
    key, counted = found
    length = book.month(month_of(posted_on)).optional(key)
    if not length:
        return None
    last = counted_from(posted_on, length, counted, calendar)
    words = chinese(worded(LENGTHS[counted], length=length))  # kept with the notice
    return Days(posted_on + dt.timedelta(days=1), last, words)


def _limit(programme: str) -> tuple[str, Counted] | None:
    for limit in (*DEADLINES, *STEP_DEADLINES):
        if limit.act == "notice_posted" and programme in limit.programmes:
            return limit.standard, limit.counted
    return OWN.get(programme)
