"""办理时限: the days of FORMAT §11 by the notices of 2024 and 2025; a table worked by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.casework.deadlines import (
    ACTS,
    DEADLINES,
    STEP_DEADLINES,
    TOTALS,
    Course,
    clocks,
    deadlines,
    last_day_of,
    limit_named,
    next_due,
)
from apps.casework.programme import PROGRAMMES
from apps.standards.actions import adopt
from apps.standards.book import Book
from apps.standards.models import current_book
from apps.units.calendar import china_calendar
from tests.builders import date, month, staff

pytestmark = pytest.mark.django_db
CALENDAR = china_calendar()
ROOT = Path(__file__).resolve().parents[2]


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
def test_a_clock_runs_out(key: str, act: str, on: str, last: str, standards: Book) -> None:
    assert deadlines({act: date(on)}, CALENDAR, standards)[key] == date(last)


# 春节 2024: off Sat 10 to Sat 17 February; Sun 4 and Sun 18 February are worked (调休).
# 春节 2025: off Tue 28 January to Tue 4 February; Sun 26 January and Sat 8 February are worked.
# 国庆 2024: off Tue 1 to Mon 7 October; Sun 29 September and Sat 12 October are worked.
# 国庆·中秋 2025: off Wed 1 to Wed 8 October; Sun 28 September and Sat 11 October are worked.
TABLE = [
    # 1. accepted Mon 5 Feb 2024: Tue 6 (1), Wed 7 (2), Thu 8 (3).
    ("survey_start_by", "2024-02-05", "2024-02-08"),
    # 2. accepted Thu 8 Feb 2024: Fri 9 (1); 10 to 17 off; Sun 18 worked (2); Mon 19 (3).
    ("survey_start_by", "2024-02-08", "2024-02-19"),
    # 3. asked Fri 9 Feb 2024, the eve: Sun 18 (1), Mon 19 (2), Tue 20 (3).
    ("information_check_start_by", "2024-02-09", "2024-02-20"),
    # 4. posted Wed 7 Feb 2024, seven days whatever they are: 8, 9, 10, 11, 12, 13, 14.
    ("notice_ends", "2024-02-07", "2024-02-14"),
    # 5. received Fri 2 Feb 2024: Sun 4 (1), 5 (2), 6 (3), 7 (4), 8 (5), 9 (6), Sun 18 (7),
    #    19 (8), 20 (9), 21 (10).
    ("county_decision_by", "2024-02-02", "2024-02-21"),
    # 6. accepted Mon 15 Jan 2024: 16-19 (4), 22-26 (9), 29 Jan-2 Feb (14), Sun 4 (15),
    #    5-9 (20), Sun 18 (21), 19-23 (26), 26 (27), 27 (28), 28 (29), 29 Feb (30).
    ("total_by_30wd", "2024-01-15", "2024-02-29"),
    # 7. the same, extended: 1 Mar (31), 4-8 (36), 11-15 (41), 18 (42), 19 (43), 20 (44), 21 (45).
    ("total_by_45wd", "2024-01-15", "2024-03-21"),
    # 8. delegated, accepted Mon 20 Jan 2025: 21-24 (4), Sun 26 (5), Mon 27 (6); 28 Jan-4 Feb off;
    #    5 (7), 6 (8), 7 (9), Sat 8 (10), 10-14 (15), 17-21 (20).
    ("total_by_20wd_if_delegated", "2025-01-20", "2025-02-21"),
    # 9. report Fri 24 Jan 2025: Sun 26 (1), 27 (2), 5 Feb (3), 6 (4), 7 (5), Sat 8 (6), 10 (7),
    #    11 (8), 12 (9), 13 (10).
    ("reassess_by", "2025-01-24", "2025-02-13"),
    # 10. destitute, township, accepted Mon 27 Jan 2025: 5-7 Feb (3), Sat 8 (4), 10-14 (9),
    #     17-21 (14), Mon 24 (15).
    ("destitute_opinion_by", "2025-01-27", "2025-02-24"),
    # 11. accepted Sat 28 Sep 2024 (off): Sun 29 is worked (1), Mon 30 (2); 1-7 off; Tue 8 (3).
    ("survey_start_by", "2024-09-28", "2024-10-08"),
    # 12. received Fri 27 Sep 2024: Sun 29 (1), Mon 30 (2), 8 (3), 9 (4), 10 (5), 11 (6),
    #     Sat 12 (7), 14 (8), 15 (9), 16 (10).
    ("county_decision_by", "2024-09-27", "2024-10-16"),
    # 13. destitute, county, received Mon 30 Sep 2024: 8-11 (4), Sat 12 (5), 14-18 (10), 21-25 (15).
    ("destitute_decision_by", "2024-09-30", "2024-10-25"),
    # 14. children, township, accepted Thu 26 Sep 2024: 27 (1), Sun 29 (2), 30 (3), 8-11 (7),
    #     Sat 12 (8), 14-18 (13), 21 (14), 22 (15).
    ("child_opinion_by", "2024-09-26", "2024-10-22"),
    # 15. children, county, received Fri 26 Sep 2025: Sun 28 (1), 29 (2), 30 (3); 1-8 off; 9 (4),
    #     10 (5), Sat 11 (6), 13-17 (11), 20 (12), 21 (13), 22 (14), 23 (15).
    ("child_decision_by", "2025-09-26", "2025-10-23"),
    # 16. two subsidies, township, accepted Sun 29 Sep 2024 (worked, but not counted): 30 (1),
    #     8 (2), 9 (3), 10 (4), 11 (5).
    ("disability_opinion_by", "2024-09-29", "2024-10-11"),
    # 17. federation, received Tue 30 Sep 2025: 9 Oct (1), 10 (2), Sat 11 (3), 13 (4), 14 (5).
    ("federation_by", "2025-09-30", "2025-10-14"),
    # 18. two subsidies, posted Mon 30 Sep 2024, five working days: 8, 9, 10, 11, Sat 12.
    ("disability_notice_ends", "2024-09-30", "2024-10-12"),
    # 19. correction asked Wed 25 Sep 2024: 26 (1), 27 (2), Sun 29 (3), 30 (4), 8 (5), 9 (6),
    #     10 (7), 11 (8), Sat 12 (9), 14 (10).
    ("correct_by", "2024-09-25", "2024-10-14"),
    # 20. relief given first on National Day 2024: 8-11 (4), Sat 12 (5), 14-18 (10).
    ("papers_by", "2024-10-01", "2024-10-18"),
    # 21. death Fri 30 Nov 2024 + 3 months: there is no 30 February, so its last day.
    ("death_review_by", "2024-11-30", "2025-02-28"),
    # 22. confirmed Tue 1 Oct 2024 + 12 months.
    ("valid_to", "2024-10-01", "2025-10-01"),
    # 23. admitted Sat 28 Sep 2024 + 10 days, holidays and all.
    ("leave_or_extend_by", "2024-09-28", "2024-10-08"),
]


@pytest.mark.parametrize(("key", "on", "last"), TABLE)
def test_the_table_worked_by_hand(key: str, on: str, last: str, standards: Book) -> None:
    assert last_day_of(limit_named(key), date(on), CALENDAR, standards) == date(last)


def test_the_table_has_every_clock_over_both_holidays() -> None:
    assert {key for key, _, _ in TABLE} == {d.key for d in (*DEADLINES, *STEP_DEADLINES)}
    starts = [date(on) for _, on, _ in TABLE]
    assert sum(day.month in (1, 2) for day in starts) >= 5
    assert sum(day.month in (9, 10) for day in starts) >= 5


CASES = yaml.safe_load((ROOT / "docs" / "deadline-cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_whole_case_has_the_last_days_worked_by_hand(
    case: dict[str, Any], standards: Book
) -> None:
    course = Course(
        case["programme"],
        "accepted",
        case["acts"],
        extended=case.get("extended", False),
        delegated=case.get("delegated", False),
    )
    found = {clock.key: clock.last_day for clock in clocks(course, CALENDAR, standards)}
    assert found == case["last_days"]


def test_the_cases_lie_across_both_holidays_of_both_years() -> None:
    spans = [(min(c["acts"].values()), max(c["last_days"].values())) for c in CASES]
    for holiday in ("2024-02-10", "2024-10-01", "2025-01-28", "2025-10-01"):
        assert sum(first <= date(holiday) <= last for first, last in spans) >= 2
    assert len(CASES) >= 10


def test_only_what_has_begun_runs(standards: Book) -> None:
    assert deadlines({}, CALENDAR, standards) == {}
    assert set(deadlines({"accepted": date("2024-05-06")}, CALENDAR, standards)) == {
        "survey_start_by",
        "total_by_30wd",
        "total_by_45wd",
        "total_by_20wd_if_delegated",
    }


def test_every_clock_has_an_act_that_starts_it_and_a_programme_that_exists() -> None:
    everything = (*DEADLINES, *STEP_DEADLINES)
    assert {limit.act for limit in everything} == set(ACTS)
    assert len({limit.key for limit in everything}) == len(everything)
    assert {code for limit in everything for code in limit.programmes} <= set(PROGRAMMES)


def test_a_length_is_that_of_the_month_of_the_act(standards: Book) -> None:
    adopt(
        "casework.county_decision_days",
        from_month=month("2024-06"),
        value=8,
        recorded_on=date("2024-05-20"),
        by=staff(),
    )
    book = current_book()
    act = "county_received"
    assert deadlines({act: date("2024-05-31")}, CALENDAR, book)["county_decision_by"] == date(
        "2024-06-17"
    )  # ten: 3-7 (5), 端午 on the 10th, 11-14 (9), 17 (10)
    assert deadlines({act: date("2024-06-03")}, CALENDAR, book)["county_decision_by"] == date(
        "2024-06-14"
    )  # eight: 4-7 (4), 11-14 (8)


def test_a_length_that_is_not_configured_starts_no_clock(standards: Book) -> None:
    adopt(
        "casework.survey_start_days",
        from_month=month("2024-06"),
        value=None,
        recorded_on=date("2024-05-20"),
        by=staff(),
    )
    found = deadlines({"accepted": date("2024-06-03")}, CALENDAR, current_book())
    assert "survey_start_by" not in found
    assert "total_by_30wd" in found


ACCEPTED: dict[str, dt.date] = {"accepted": date("2024-09-26")}


def test_an_application_has_one_total_of_three(standards: Book) -> None:
    usual = Course("minimum_living", "accepted", ACCEPTED)
    for course, key in (
        (usual, "total_by_30wd"),
        (usual._replace(extended=True), "total_by_45wd"),
        (usual._replace(delegated=True), "total_by_20wd_if_delegated"),
    ):
        found = clocks(course, CALENDAR, standards)
        assert [clock.key for clock in found if clock.key in TOTALS] == [key]


def test_the_next_clock_is_that_of_the_step_and_then_the_total(standards: Book) -> None:
    course = Course("minimum_living", "accepted", ACCEPTED)
    first = next_due(clocks(course, CALENDAR, standards))
    assert first is not None
    assert (first.key, first.length) == ("survey_start_by", "3个工作日")
    begun = course._replace(met=frozenset({"survey_start_by"}))
    then = next_due(clocks(begun, CALENDAR, standards))
    assert then is not None
    assert then.key == "total_by_30wd"


def test_a_clock_stops_with_its_state(standards: Book) -> None:
    acts = ACCEPTED | {"county_received": date("2024-10-08")}
    for state, running in (("reviewing", True), ("confirmed", False)):
        found = clocks(Course("minimum_living", state, acts), CALENDAR, standards)
        assert [c.running for c in found if c.key == "county_decision_by"] == [running]
    assert (
        next_due(clocks(Course("minimum_living", "confirmed", acts), CALENDAR, standards)) is None
    )


def test_children_have_no_clock_of_a_notice(standards: Book) -> None:
    acts = ACCEPTED | {"notice_posted": date("2024-09-27")}
    found = clocks(Course("orphan_allowance", "noticed", acts), CALENDAR, standards)
    assert [clock.key for clock in found] == ["child_opinion_by"]
