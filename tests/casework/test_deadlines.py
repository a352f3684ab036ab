"""办理时限: the days of FORMAT §11, by the notices of 2024 and 2025."""

from __future__ import annotations

import pytest

from apps.casework.deadlines import ACTS, DEADLINES, deadlines
from apps.units.calendar import china_calendar
from tests.builders import date

CALENDAR = china_calendar()


@pytest.mark.parametrize(
    ("key", "act", "on", "last"),
    [
        ("county_decision_by", "county_received", "2024-05-06", "2024-05-17"),  # 11 May is worked
        ("survey_start_by", "accepted", "2024-04-30", "2024-05-08"),  # over Labour Day
        ("information_check_start_by", "check_request_received", "2024-09-14", "2024-09-20"),
        ("notice_ends", "notice_posted", "2024-04-28", "2024-05-05"),  # calendar days
        ("total_by_20wd_if_delegated", "accepted", "2024-06-03", "2024-07-02"),
        ("total_by_30wd", "accepted", "2024-01-31", "2024-03-18"),  # over the Spring Festival
        ("reassess_by", "report_self_care", "2024-06-05", "2024-06-20"),  # 端午 10 June
        ("death_review_by", "death_of_member", "2024-11-30", "2025-02-28"),
        ("valid_to", "rigid_expenditure_confirmed", "2024-02-29", "2025-02-28"),
        ("leave_or_extend_by", "station_admission", "2024-12-25", "2025-01-04"),
    ],
)
def test_a_clock_runs_out(key: str, act: str, on: str, last: str) -> None:
    assert deadlines({act: date(on)}, CALENDAR)[key] == date(last)


def test_only_what_has_begun_runs() -> None:
    assert deadlines({}, CALENDAR) == {}
    assert set(deadlines({"accepted": date("2024-05-06")}, CALENDAR)) == {
        "survey_start_by",
        "total_by_30wd",
        "total_by_45wd",
        "total_by_20wd_if_delegated",
    }


def test_every_clock_has_an_act_that_starts_it() -> None:
    assert {limit.act for limit in DEADLINES} == set(ACTS)
    assert len({limit.key for limit in DEADLINES}) == len(DEADLINES)
