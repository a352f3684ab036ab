"""工作日: the notices of 2024 and 2025 literally, and what counting means."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.units.calendar import Notice, WorkCalendar, china_calendar

# 国务院办公厅 2024、2025 年放假安排, as in the casebook's profile cn-2024.
HOLIDAYS = [
    (date(2024, 1, 1), date(2024, 1, 1)),
    (date(2024, 2, 10), date(2024, 2, 17)),
    (date(2024, 4, 4), date(2024, 4, 6)),
    (date(2024, 5, 1), date(2024, 5, 5)),
    (date(2024, 6, 10), date(2024, 6, 10)),
    (date(2024, 9, 15), date(2024, 9, 17)),
    (date(2024, 10, 1), date(2024, 10, 7)),
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
]
MAKEUP = [
    date(2024, 2, 4),
    date(2024, 2, 18),
    date(2024, 4, 7),
    date(2024, 4, 28),
    date(2024, 5, 11),
    date(2024, 9, 14),
    date(2024, 9, 29),
    date(2024, 10, 12),
    date(2025, 1, 26),
    date(2025, 2, 8),
    date(2025, 4, 27),
    date(2025, 9, 28),
    date(2025, 10, 11),
]
BOOK = WorkCalendar(HOLIDAYS, MAKEUP)
CHINA = china_calendar()
DAYS = st.dates(date(2024, 1, 1), date(2025, 9, 1))


def test_the_library_knows_every_day_of_2024_and_2025_as_the_notices_had_it():
    days = [date(2024, 1, 1) + timedelta(n) for n in range(366 + 365)]
    assert [day for day in days if CHINA.is_workday(day) != BOOK.is_workday(day)] == []
    assert sum(map(BOOK.is_workday, days[:366])) == 251
    assert sum(map(BOOK.is_workday, days[366:])) == 248


def test_new_years_eve_was_a_workday_in_2024_and_a_holiday_in_2025():
    assert CHINA.is_workday(date(2024, 2, 9))
    assert not CHINA.is_workday(date(2025, 1, 28))


@given(DAYS, st.integers(1, 60))
def test_counting_days_forward_and_back_agrees_and_ends_on_a_workday(day, n):
    end = CHINA.add_workdays(day, n)
    assert CHINA.is_workday(end)
    assert CHINA.workdays_between(day, end) == n
    assert CHINA.workdays_between(day, end - timedelta(1)) == n - 1


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_deadlines_set_one_after_the_other_add_up(day, n, more):
    assert CHINA.add_workdays(CHINA.add_workdays(day, n), more) == CHINA.add_workdays(day, n + more)


@given(DAYS, st.integers(0, 45))
def test_a_later_start_never_gives_an_earlier_deadline(day, n):
    assert CHINA.add_workdays(day, n) <= CHINA.add_workdays(day + timedelta(1), n)


def test_the_start_day_is_not_counted_over_spring_festival_and_makeup_days():
    # 2024-02-05 is a Monday; 10 to 17 February are off, Sunday the 18th is worked.
    assert CHINA.add_workdays(date(2024, 2, 5), 3) == date(2024, 2, 8)
    assert CHINA.add_workdays(date(2024, 2, 5), 5) == date(2024, 2, 18)
    assert CHINA.add_workdays(date(2024, 2, 5), 10) == date(2024, 2, 23)
    # A start on a day off: the first working day after it is day one.
    assert CHINA.add_workdays(date(2024, 10, 1), 1) == date(2024, 10, 8)
    assert CHINA.add_workdays(date(2024, 10, 1), 0) == date(2024, 10, 1)


def test_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="不能为负"):
        CHINA.add_workdays(date(2024, 10, 1), -1)
    assert CHINA.workdays_between(date(2024, 10, 8), date(2024, 10, 1)) == 0


def test_a_deadline_after_the_last_announced_year_is_marked_estimated():
    assert CHINA.estimated_from == 2027
    due = CHINA.add_workdays(date(2026, 12, 20), 30)
    assert due > date(2027, 1, 20)
    assert CHINA.is_estimated(due)
    assert not CHINA.is_estimated(date(2026, 12, 31))
    assert not BOOK.is_estimated(date(2099, 1, 1))


def test_a_year_not_yet_announced_has_its_statutory_days():
    # 2027-02-06 is the Spring Festival; its Saturday and Sunday are made up on the 9th and 10th.
    assert not any(CHINA.is_workday(date(2027, 2, day)) for day in range(5, 11))
    assert CHINA.is_workday(date(2027, 2, 11))


def test_a_new_notice_replaces_its_year_whole_and_leaves_the_others():
    notice = Notice(2027, ((date(2027, 2, 5), date(2027, 2, 12)),), (date(2027, 2, 14),))
    calendar = china_calendar((notice,))
    assert not calendar.is_workday(date(2027, 2, 12))
    assert calendar.is_workday(date(2027, 2, 14))
    assert calendar.is_workday(date(2027, 10, 1))  # not in this notice, so not off
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.estimated_from == 2028
    assert CHINA.estimated_from == 2027


def test_a_notice_for_a_later_year_does_not_vouch_for_the_year_between():
    assert china_calendar((Notice(2028, ()),)).estimated_from == 2027
