"""工作日: days on which offices work, by the State Council's yearly notices (CV-07)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from holidays import country_holidays

_DAY = timedelta(days=1)
_SATURDAY = 5
_FIRST_YEAR, _LAST_YEAR = 2001, 2060


class Notice(NamedTuple):
    """放假通知: one year's arrangement as the State Council announced it; ends included."""

    year: int
    holidays: tuple[tuple[date, date], ...]
    makeup: tuple[date, ...] = ()


class WorkCalendar:
    """Working days: Monday to Friday, less holidays (first and last included), plus 调休 days."""

    def __init__(
        self,
        holidays: Iterable[tuple[date, date]],
        makeup: Iterable[date],
        estimated_from: int | None = None,
    ) -> None:
        """Take the holidays and 调休 workdays; from estimated_from on they are not announced."""
        self._off = frozenset(day for first, last in holidays for day in _days(first, last))
        self._makeup = frozenset(makeup)
        self.estimated_from = estimated_from

    def is_workday(self, day: date) -> bool:
        """Whether offices work that day; a 调休 workday wins over a holiday (CV-07)."""
        return day in self._makeup or (day.weekday() < _SATURDAY and day not in self._off)

    def next_workday(self, day: date) -> date:
        """The day itself if offices work then, else the next on which they do."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th working day after the day, which itself is not counted (CV-07)."""
        if n < 0:
            raise ValueError(f"工作日数不能为负，现在是{n}。")
        while n:
            day += _DAY
            n -= self.is_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many working days lie after the first day, up to and with the last (CV-07)."""
        return sum(map(self.is_workday, _days(first + _DAY, last)))

    def holidays_of(self, year: int) -> list[tuple[date, date]]:
        """The stretches of days off in a year, ends included, in order."""
        found: list[tuple[date, date]] = []
        for day in sorted(day for day in self._off if day.year == year):
            if found and found[-1][1] + _DAY == day:
                found[-1] = (found[-1][0], day)
            else:
                found.append((day, day))
        return found

    def makeup_of(self, year: int) -> list[date]:
        """The 调休 workdays of a year, in order."""
        return sorted(day for day in self._makeup if day.year == year)

    def is_estimated(self, day: date) -> bool:
        """Whether the year's notice is still awaited, so that a deadline on the day may move."""
        return self.estimated_from is not None and day.year >= self.estimated_from


@lru_cache(maxsize=8)
def china_calendar(overrides: tuple[Notice, ...] = ()) -> WorkCalendar:
    """全国放假安排, 2001 to 2060: the library's notices, each year in overrides replaced whole."""
    known = country_holidays("CN", years=range(_FIRST_YEAR, _LAST_YEAR + 1))
    replaced = {notice.year for notice in overrides}
    holidays = [(day, day) for day in known if day.year not in replaced]
    makeup = [day for day in known.weekend_workdays if day.year not in replaced]
    for notice in overrides:
        holidays.extend(notice.holidays)
        makeup.extend(notice.makeup)
    announced = replaced | set(known.special_public_holidays)
    return WorkCalendar(holidays, makeup, _first_missing(announced))


def _first_missing(announced: set[int]) -> int:
    year = _FIRST_YEAR
    while year in announced:
        year += 1
    return year


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY
