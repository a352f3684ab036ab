"""所属月份: a month is the date of its first day; whole calendar months only (CV-03)."""

import calendar
import re
from datetime import date
from typing import TypeAlias

Month: TypeAlias = date

_CODE = re.compile(r"([0-9]{4})-([0-9]{2})")


def month(year: int, number: int) -> Month:
    """The month of that year and number, 1 to 12."""
    return date(year, number, 1)


def parse_month(text: str) -> Month:
    """The month written as "2024-12", and in no other form."""
    found = _CODE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else _not_a_month(text)
    except ValueError:
        return _not_a_month(text)


def _not_a_month(text: str) -> Month:
    raise ValueError(f"“{text}”不是月份，请写成 2024-12 的样子（四位年份、短横线、两位月份）。")


def month_of(day: date) -> Month:
    """The month a day lies in."""
    return date(day.year, day.month, 1)


def next_month(m: Month, n: int = 1) -> Month:
    """The month n months later; earlier when n is below 0 (CV-08 uses n = 1)."""
    years, number = divmod(m.year * 12 + m.month - 1 + n, 12)
    return date(years, number + 1, 1)


def months_apart(first: Month, last: Month) -> int:
    """How many months the last lies after the first; 0 when they are one, below 0 before it."""
    return (last.year - first.year) * 12 + last.month - first.month


def months_between(first: Month, last: Month) -> list[Month]:
    """Every month from the first to the last, both included; none when the last is earlier."""
    return [next_month(first, n) for n in range(months_apart(first, last) + 1)]


def last_day(m: Month) -> date:
    """The last day of the month."""
    return date(m.year, m.month, calendar.monthrange(m.year, m.month)[1])


def month_text(m: Month) -> str:
    """The month for people: "2024年12月"."""
    return f"{m.year}年{m.month}月"


def month_code(m: Month) -> str:
    """The month for files and addresses: "2024-12"; parse_month reads it back."""
    return f"{m.year:04d}-{m.month:02d}"


def month_number(m: Month) -> int:
    """The month as a six-digit number: 202412; month_from_number reads it back."""
    return m.year * 100 + m.month


def month_from_number(number: int) -> Month:
    """The month of a six-digit number such as 202412."""
    year, of_year = divmod(number, 100)
    if not (1 <= of_year <= 12 and 1 <= year <= 9999):
        raise ValueError(f"{number}不是月份，请写成 202412 的样子。")
    return date(year, of_year, 1)


def quarter_end(m: Month) -> Month:
    """The last month of the quarter that the month lies in."""
    return date(m.year, (m.month + 2) // 3 * 3, 1)


def parse_day(text: str) -> date | None:
    """The day written as 2024-12-05; None for anything that is no day."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
