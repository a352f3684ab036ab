"""月份、周岁、期间."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from psycopg.types.range import DateRange

from apps.units.ages import (
    add_months,
    age_in_month,
    age_on,
    anniversary,
    attained,
    attained_month,
)
from apps.units.months import (
    last_day,
    month,
    month_code,
    month_from_number,
    month_number,
    month_of,
    month_text,
    months_apart,
    months_between,
    next_month,
    parse_month,
    quarter_end,
)
from apps.units.periods import contains, overlap, span, truncate

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
LEAP_DAYS = st.sampled_from([date(year, 2, 29) for year in (1904, 1936, 1944, 2000, 2004, 2020)])
BORN = LEAP_DAYS | DAYS
MONTHS = DAYS.map(month_of)
SMALL = st.integers(-500, 500)


@given(MONTHS)
def test_a_month_is_read_back_from_its_code_and_its_number(m):
    assert parse_month(month_code(m)) == m
    assert month_from_number(month_number(m)) == m


@given(MONTHS, MONTHS)
def test_codes_and_numbers_sort_as_the_months_do(one, other):
    assert (one < other) == (month_code(one) < month_code(other))
    assert (one < other) == (month_number(one) < month_number(other))


@pytest.mark.parametrize(
    "text",
    ["", "2024-13", "2024-00", "2024-1", "202412", "2024-12-01", "2024年12月", "0000-01",
     " 2024-12", "2024-12\n", "２０２４-12", "2024/12"],
)  # fmt: skip
def test_what_is_not_a_month_is_refused_by_name_with_the_form_wanted(text):
    with pytest.raises(ValueError, match="请写成 2024-12 的样子") as refusal:
        parse_month(text)
    assert f"“{text}”" in str(refusal.value)


@pytest.mark.parametrize("number", [0, 2024, 202400, 202413, -202401, 1_000_012])
def test_a_number_that_is_no_month_is_refused(number):
    with pytest.raises(ValueError, match="202412"):
        month_from_number(number)


@given(MONTHS, SMALL, SMALL)
def test_months_add_up_and_come_back(m, there, further):
    assert next_month(next_month(m, there), further) == next_month(m, there + further)
    assert next_month(next_month(m, there), -there) == m
    assert months_apart(m, next_month(m, there)) == there
    assert next_month(m, there).day == 1


@given(MONTHS, st.integers(0, 60))
def test_months_between_holds_both_ends_and_no_gap(first, n):
    months = months_between(first, next_month(first, n))
    assert len(months) == n + 1
    assert months[0] == first
    assert all(last_day(a) + timedelta(1) == b for a, b in pairwise(months))


def test_months_between_is_empty_when_the_last_comes_first():
    assert months_between(month(2024, 5), month(2024, 4)) == []


@given(DAYS)
def test_every_day_lies_between_the_first_and_last_of_its_month(day):
    m = month_of(day)
    assert m <= day <= last_day(m) < next_month(m)
    assert (last_day(m) + timedelta(1)) == next_month(m)


@given(MONTHS)
def test_a_quarter_ends_with_march_june_september_or_december_of_the_same_year(m):
    end = quarter_end(m)
    assert end.month in (3, 6, 9, 12)
    assert 0 <= months_apart(m, end) <= 2


def test_a_month_is_said_without_a_leading_zero():
    assert month_text(month(2024, 12)) == "2024年12月"
    assert month_text(month(2025, 1)) == "2025年1月"


@given(DAYS, st.integers(-1200, 1200))
def test_a_period_in_months_ends_on_the_same_date_or_the_month_end(day, n):
    end = add_months(day, n)
    assert month_of(end) == next_month(month_of(day), n)
    assert end.day == day.day or (end.day < day.day and end == last_day(month_of(end)))


def test_three_months_after_30_november_end_on_the_last_of_february():
    assert add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert add_months(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert add_months(date(2024, 8, 31), 12) == date(2025, 8, 31)


@pytest.mark.parametrize(
    ("years", "day"),
    [
        (16, date(2020, 2, 29)),
        (18, date(2022, 2, 28)),
        (80, date(2084, 2, 29)),
        (96, date(2100, 2, 28)),
    ],
)
def test_a_birthday_on_29_february_falls_on_the_28th_of_a_common_year(years, day):
    assert anniversary(date(2004, 2, 29), years) == day


@given(BORN, st.integers(0, 120))
def test_an_age_is_attained_on_the_anniversary_and_not_a_day_before(born, age):
    day = attained(born, age)
    assert age_on(born, day) == age
    assert age_on(born, day - timedelta(1)) == age - 1


@given(BORN, st.integers(0, 120))
def test_the_month_of_the_birthday_counts_in_full_for_the_new_age(born, age):
    m = attained_month(born, age)
    assert age_in_month(born, m) == age
    assert age_in_month(born, next_month(m, -1)) == age - 1


@given(BORN, DAYS)
def test_age_never_falls_as_days_pass_and_is_below_zero_only_before_birth(born, day):
    assert (age_on(born, day) < 0) == (day < born)
    assert 0 <= age_on(born, day + timedelta(1)) - age_on(born, day) <= 1


@given(BORN, DAYS)
def test_age_counts_the_anniversaries_gone_by(born, day):
    assume(born <= day)
    leap_born = (born.month, born.day) == (2, 29)
    birthdays = (
        born.replace(year=y, day=28 if leap_born and not calendar.isleap(y) else born.day)
        for y in range(born.year + 1, day.year + 1)
    )
    assert age_on(born, day) == sum(birthday <= day for birthday in birthdays)


@st.composite
def spans(draw):
    first = draw(st.integers(0, 60))
    length = draw(st.none() | st.integers(1, 60))
    start = next_month(month(2020, 1), first)
    return (start, None if length is None else next_month(start, length))


WINDOW = months_between(month(2019, 1), month(2032, 12))


def months_in(period):
    return {m for m in WINDOW if period is not None and contains(period, m)}


@given(spans())
def test_a_period_holds_its_first_month_and_every_other_but_not_its_end(period):
    first, end = period
    last = WINDOW[-1] if end is None else next_month(end, -1)
    assert months_in(period) == set(months_between(first, last))


@given(spans(), spans())
def test_the_overlap_is_the_months_in_both_and_takes_no_sides(one, other):
    assert months_in(overlap(one, other)) == months_in(one) & months_in(other)
    assert overlap(one, other) == overlap(other, one)


@given(spans(), st.integers(0, 140).map(lambda n: WINDOW[n]))
def test_truncating_keeps_exactly_the_months_before_the_end(period, end):
    assert months_in(truncate(period, end)) == {m for m in months_in(period) if m < end}
    assert (truncate(period, end) is None) == (end <= period[0])


@given(spans(), spans())
def test_a_database_range_behaves_as_the_plain_pair(one, other):
    ranged = DateRange(*one, "[)")
    assert span(ranged) == one
    assert overlap(ranged, other) == overlap(one, other)
    assert months_in(ranged) == months_in(one)


@pytest.mark.parametrize(
    "period",
    [
        DateRange(empty=True),
        DateRange(None, month(2024, 1)),
        DateRange(month(2024, 1), month(2024, 3), "[]"),
        DateRange(month(2024, 1), month(2024, 3), "(]"),
        DateRange(month(2024, 1), None, "()"),
    ],
)
def test_a_range_that_is_not_half_open_is_refused_rather_than_misread(period):
    with pytest.raises(ValueError, match="期间"):
        span(period)
