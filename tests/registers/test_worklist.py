"""名册在我的待办: who is given which task, what is due when, how many queries; the panel."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.casework.worklist import QUEUES, Asked, tasks_of
from apps.households import actions as households
from apps.offices.calendar import current_calendar
from apps.offices.models import Role, Staff
from apps.registers import actions, listing
from apps.registers.open_files import flagged
from apps.registers.panels import registers_panel
from apps.standards.models import current_book
from tests import builders
from tests.registers.conftest import FAR, HERE, Family, family, opened, visited
from tests.registers.test_low_income import edge
from tests.registers.test_stays import admitted, unknown

TODAY = dt.date(2024, 7, 10)
OURS = (
    "child-reports",
    "child-visits",
    "child-files",
    "stays",
    "stay-extensions",
    "prone",
    "alerts",
)
pytestmark = pytest.mark.django_db


def tasks(staff: Staff) -> list[tuple[str, str, dt.date | None]]:
    """The tasks of our queues: queue, what, due day."""
    asked = Asked(staff, TODAY, current_calendar(), current_book())
    return [
        (one.queue.code, one.task.what, one.task.due)
        for one in tasks_of(asked)
        if one.queue.code in OURS
    ]


def test_a_visit_is_due_for_township_and_village(township: Staff, helper: Staff) -> None:
    visited(opened(family(), township), township, on="2024-03-20")
    due = [("child-visits", "儿童走访", builders.date("2024-06-20"))]
    assert tasks(township) == due
    assert tasks(helper) == due
    assert tasks(builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])) == []


def test_a_child_alone_comes_first(township: Staff) -> None:
    child = builders.person("独自", "2012-01-01")
    home = builders.household((child, "applicant"), division=HERE)
    file = opened(Family(home, child, child), township, on="2024-07-01")
    assert tasks(township) == [("child-reports", "核实儿童监护", TODAY)]
    visited(file, township, on="2024-07-10", care="alone")
    reported = ("child-reports", "处置儿童强制报告", builders.date("2024-07-11"))
    assert tasks(township) == [reported]


def test_a_child_that_turned_sixteen_leaves_the_register(township: Staff) -> None:
    file = opened(family(born="2008-07-05"), township, on="2024-06-01")
    assert tasks(township) == [("child-files", "儿童已达年龄上限", builders.date("2024-07-05"))]
    actions.close_file(file.pk, reason="age", on=TODAY, by=township)
    assert tasks(township) == []


def test_the_station_is_told_three_days_before_the_tenth(clerk: Staff, supervisor: Staff) -> None:
    admitted(clerk, on="2024-07-09")
    assert tasks(clerk) == []
    near = admitted(clerk, on="2024-07-03")
    last = builders.date("2024-07-13")
    assert tasks(clerk) == [("stays", "救助期限将满", last)]
    one = actions.propose_extension(
        near.pk, until=builders.date("2024-07-30"), reason="等家属", on=TODAY, by=clerk
    )
    assert ("stay-extensions", "审批延长救助", last) in tasks(supervisor)
    assert ("stay-extensions", "审批延长救助", last) not in tasks(clerk)
    actions.decide_extension(one.pk, grant=True, on=TODAY, by=supervisor)
    assert tasks(clerk) == [("stay-extensions", "延长救助报上级备案", TODAY)]


def test_somebody_unknown_is_owed_an_announcement(clerk: Staff) -> None:
    unknown(clerk, on="2024-07-09")
    assert tasks(clerk) == [
        ("stays", "发布寻亲公告", builders.date("2024-07-10")),
        ("stays", "报请公安机关采集 DNA 比对", builders.date("2024-07-18")),
    ]


def test_an_alert_is_the_townships(township: Staff, clerk: Staff) -> None:
    builders.fact("illness", edge()[1], "2024-06-01", flag=True)
    assert tasks(township) == [("alerts", "可能符合未纳入：可单人纳入低保", None)]
    assert tasks(clerk) == []


def test_as_many_queries_for_one_task_as_for_many(township: Staff, clerk: Staff) -> None:
    def one_more(name: str) -> None:
        visited(opened(family(name), township), township, on="2024-03-20", care="alone")
        unknown(clerk)
        builders.fact("illness", edge(name)[1], "2024-06-01", flag=True)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            for staff in (township, clerk):
                asked = Asked(staff, TODAY, current_calendar(), current_book())
                for code in OURS:
                    list(QUEUES[code].find(asked))
        return len(seen)

    one_more("甲")
    one = queries()
    for name in ("乙", "丙", "丁"):
        one_more(name)
    assert queries() == one


def test_what_is_open_about_a_file_is_the_same_in_the_worklist_as_in_the_list(
    township: Staff,
) -> None:
    quiet = opened(family("安静"), township, on="2024-07-01")
    visited(opened(family("到期"), township), township, on="2024-03-20")
    visited(opened(family("独居"), township), township, on="2024-07-09", care="alone")
    opened(family("长大", born="2008-07-05"), township, on="2024-06-01")
    child = builders.person("无大人", "2012-01-01")
    alone = builders.household((child, "applicant"), division=HERE)
    opened(Family(alone, child, child), township, on="2024-07-01")
    left = family("搬走")
    moved = opened(left, township, on="2024-07-01")
    day = builders.date("2024-07-05")
    about = {"person_id": left.child.pk, "on": day, "recorded_on": day, "by": None}
    households.leave(household_id=left.home.pk, **about)
    aunt = builders.household((builders.person("姑姑"), "applicant"), division=HERE)
    households.admit(household_id=aunt.pk, relationship="other", **about)
    asked = Asked(township, TODAY, current_calendar(), current_book())
    mine = {one.pk: one.flags for one in asked.rows(flagged)}
    shown = listing.everyone(
        township, listing.Filters(flag=listing.ANY), today=TODAY, book=asked.book
    )
    assert mine == {one.pk: one.flags for one in shown}
    assert mine[moved.pk] == ["check"]
    assert quiet.pk not in mine
    assert len(mine) == 5


def test_the_panel_of_a_household_says_what_is_known_of_it_alone(
    township: Staff, helper: Staff
) -> None:
    one = family()
    opened(one, township, register="in_difficulty")
    opened(family("别家孩子"), township)
    panel = registers_panel(township, one.home, TODAY)
    assert panel is not None
    assert [child.name for child in panel["children"]] == ["刘小芳"]
    assert len(panel["alerts"]) == 1
    seen_by_a_helper = registers_panel(helper, one.home, TODAY)
    assert seen_by_a_helper is not None
    assert seen_by_a_helper["alerts"] == []
    assert registers_panel(builders.staff(Role.AUDITOR), one.home, TODAY) is None
