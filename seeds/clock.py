"""时钟: what is told of a past day bears that day's date, so the records of the demo read true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

CHINA = dt.timezone(dt.timedelta(hours=8))


def morning(day: dt.date) -> dt.datetime:
    """Ten in the morning of a day, in China."""
    return dt.datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)


@contextmanager
def at(day: dt.date) -> Iterator[None]:
    """Whatever stamps itself with the present moment gets that of the day."""
    with mock.patch("django.utils.timezone.now", return_value=morning(day)):
        yield
