"""周岁: ages are attained on the anniversary (CV-05), and a month has one age (CV-03)."""

import calendar
from datetime import date

from apps.units.months import Month, last_day, month_of


def add_months(day: date, n: int) -> date:
    """The same date n months on, or the month's end when it has no such date (CV-07)."""
    year, index = divmod(day.year * 12 + day.month - 1 + n, 12)
    last = calendar.monthrange(year, index + 1)[1]
    return date(year, index + 1, min(day.day, last))


def anniversary(born: date, years: int) -> date:
    """The birthday that many years on; 29 February is 28 February in a common year (CV-05)."""
    return add_months(born, 12 * years)


def attained(born: date, age: int) -> date:
    """The day on which the age in whole years is attained (CV-05)."""
    return anniversary(born, age)


def attained_month(born: date, age: int) -> Month:
    """The month in which the age is attained; it counts in full for the new age (CV-03)."""
    return month_of(anniversary(born, age))


def age_on(born: date, day: date) -> int:
    """周岁: whole years attained by the end of that day (CV-05); below 0 before birth."""
    years = day.year - born.year
    return years if (day.month, day.day) >= _birthday_in(born, day.year) else years - 1


def age_in_month(born: date, month: Month) -> int:
    """周岁 of the month: whole years attained by its last day (CV-03, CV-05)."""
    return age_on(born, last_day(month))


def _birthday_in(born: date, year: int) -> tuple[int, int]:
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return (2, 28)
    return (born.month, born.day)
