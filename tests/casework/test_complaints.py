"""投诉举报 across applications: what is listed to whom, in which order, waiting for what."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.casework import actions
from apps.casework.models import Application
from apps.evidence.needs import county_visit
from apps.offices.models import Event, Role, Staff
from tests import builders
from tests.evidence.papers import VILLAGE, all_filed, family, township, visited
from tests.pages.conftest import FAR, client_of

pytestmark = pytest.mark.django_db
PATH = "/complaints/"


@pytest.fixture
def day() -> dt.date:
    """Monday 12 May 2025: 补录 is over."""
    return dt.date(2025, 5, 12)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock."""


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Any) -> None:
    """The folder of files of this test."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")


def asked(name: str, division: str = VILLAGE) -> Application:
    """An application of a household of one."""
    who = builders.person(name, "1970-05-05")
    home = builders.household((who, "applicant"), division=division)
    return builders.application("minimum_living", home, on="2025-05-06")


def complained(one: Application, words: str, on: str = "2025-05-09") -> None:
    actions.register_complaint(
        one.pk, on=builders.date(on), by=township(division=one.household.division[:9]), words=words
    )


def page(by: Staff, **narrowed: str) -> str:
    answer = client_of(by).get(PATH, narrowed)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_open_complaints_stand_in_front_the_oldest_first(supervisor: Staff) -> None:
    over, late, early = asked("周一"), asked("周二"), asked("周三")
    complained(over, "早已办结的事", on="2025-05-07")
    actions.withdraw(over.pk, on=builders.date("2025-05-08"), by=township())
    complained(late, "家里有车", on="2025-05-09")
    complained(early, "在外有房", on="2025-05-08")
    said = page(supervisor)
    places = [said.index(words) for words in ("在外有房", "家里有车", "早已办结的事")]
    assert places == sorted(places)
    assert "已撤回</span>" in said.split("早已办结的事")[1]
    assert "早已办结的事" not in page(supervisor, state="open")
    assert "在外有房" not in page(supervisor, state="closed")
    assert "家里有车" in page(supervisor, q="有车")
    assert "在外有房" not in page(supervisor, q="有车")
    assert f'href="/applications/{late.pk}/"' in said


def test_a_complaint_waits_for_the_county_visit_and_then_for_the_decision(
    supervisor: Staff,
) -> None:
    one, other = family(), asked("周二")
    clerk = township()
    all_filed(one)
    actions.take(one.pk, "accept", on=builders.date("2025-05-08"), by=clerk)
    complained(one, "收入不实", on="2025-05-09")
    complained(other, "家里有车", on="2025-05-09")
    assert "待县级入户核查" in page(supervisor, q="收入不实").split("<tbody>")[1]
    assert "2025-05-1" in page(supervisor, q="收入不实").split("<tbody>")[1]  # its next clock
    visited(one, first=builders.staff(), purpose="county")
    assert county_visit(one, builders.date("2025-05-12")) == []
    assert "待县级作决定" in page(supervisor, q="收入不实").split("<tbody>")[1]
    waiting = page(supervisor, state="visit")
    assert "家里有车" in waiting
    assert "收入不实" not in waiting
    assert "收入不实" in page(supervisor, state="decide")


def test_nothing_of_another_territory(supervisor: Staff) -> None:
    complained(asked("周一"), "此地的事")
    complained(asked("周二", FAR), "彼地的事")
    here = township()
    assert "此地的事" in page(here)
    assert "彼地的事" not in page(here)
    assert "彼地的事" not in client_of(here).get(f"{PATH}export/").content.decode()
    assert "彼地的事" not in page(supervisor, division=VILLAGE[:9])
    keeper = builders.staff(Role.SYSTEM_ADMIN)
    assert client_of(keeper).get(PATH).status_code == 403


def test_the_export_holds_what_is_filtered_and_leaves_a_record(supervisor: Staff) -> None:
    one = asked("周一")
    complained(one, "=家里有车")
    complained(asked("周二"), "在外有房")
    answer = client_of(supervisor).get(f"{PATH}export/", {"q": "有车"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0].startswith("收到日期,内容,")
    assert len(lines) == 2
    assert lines[1].startswith("2025-05-09,'=家里有车,")
    assert "周一户" in lines[1]
    assert "待县级入户核查" in lines[1]
    assert Event.objects.filter(kind="casework.export", reason="1行").count() == 1


def test_a_long_list_asks_the_database_no_more_than_a_short_one(supervisor: Staff) -> None:
    counts: dict[str, list[int]] = {PATH: [], f"{PATH}export/": [], f"{PATH}?state=visit": []}
    client = client_of(supervisor)
    for names in ("甲乙", "丙丁戊己庚辛"):
        for name in names:
            complained(asked(f"周{name}"), "家里有车")
        for path, found in counts.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
    assert all(short == long for short, long in counts.values()), counts
