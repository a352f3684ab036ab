"""工作日历: the library's notices and the bureau's own, read where a page or task begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext

from apps.offices.models import HolidayNotice
from apps.units.calendar import Notice, WorkCalendar, china_calendar


def current_calendar() -> WorkCalendar:
    """全国放假安排 with the years the bureau has entered replaced whole (one query)."""
    rows = HolidayNotice.objects.in_force().order_by("year")
    return china_calendar(tuple(_notice(row) for row in rows))


def _notice(row: HolidayNotice) -> Notice:
    day = dt.date.fromisoformat
    return Notice(
        row.year,
        tuple((day(first), day(last)) for first, last, _ in row.holidays),
        tuple(day(text) for text in row.makeup),
    )


Holiday = tuple[dt.date, dt.date, str]  # first day, last day, name


def faults(year: int, holidays: Iterable[Holiday], makeup: Iterable[dt.date]) -> list[str]:
    """What is wrong with a year's arrangement: overlaps, other years, days worked that are off."""
    found: list[str] = []
    spans = sorted(holidays)
    for first, last, name in spans:
        if last < first:
            found.append(
                gettext("{name}：最后一天{last}早于第一天{first}，请核对。").format(
                    name=name, last=last, first=first
                )
            )
        if {first.year, last.year} - {year, year - 1, year + 1} or year not in (
            first.year,
            last.year,
        ):
            found.append(
                gettext("{name}：{first}至{last}不在{year}年，请核对年份。").format(
                    name=name, first=first, last=last, year=year
                )
            )
    for before, after in pairwise(spans):
        if after[0] <= before[1]:
            found.append(
                gettext("{before}与{after}的日期重叠（{after2}），请改正其一。").format(
                    before=before[2], after=after[2], after2=after[0]
                )
            )
    found.extend(_makeup_faults(year, spans, makeup))
    return found


def _makeup_faults(year: int, spans: list[Holiday], makeup: Iterable[dt.date]) -> Iterable[str]:
    seen: set[dt.date] = set()
    for day in makeup:
        if day.year != year:
            yield gettext("调休上班日{day}不在{year}年，请核对年份。").format(day=day, year=year)
        if day in seen:
            yield gettext("调休上班日{day}重复，请删去其一。").format(day=day)
        seen.add(day)
        if day.weekday() < 5:
            yield gettext("调休上班日{day}不是周六或周日，请核对。").format(day=day)
        if any(first <= day <= last for first, last, _ in spans):
            yield gettext("{day}既在放假期间又是调休上班日，请核对。").format(day=day)
