"""儿童名册的页面: lists, a file with its forms, who sees names and health, how many queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.offices.models import Event, Role, Staff
from apps.registers import actions
from apps.registers.models import ChildFile
from tests import builders
from tests.pages.conftest import client_of
from tests.registers.conftest import FAR, HERE, family, opened, visited

pytestmark = pytest.mark.django_db
LIST, CSV = "/registers/children/", "/registers/children/csv/"


def text(response: object) -> str:
    """The page as text."""
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_file_is_opened_and_visited_through_the_forms(township: Staff, helper: Staff) -> None:
    one = family()
    browser = client_of(township)
    form = {"number": one.home.number, "name": "刘小芳", "register": "left_behind",
            "ground": "poverty", "level": "key", "note": ""}  # fmt: skip
    refused = browser.post(LIST + "new/", form)
    assert refused.status_code == 400
    assert "父母双方外出务工" in text(refused)
    assert one.home.number in text(refused)  # nothing typed is lost
    assert browser.post(LIST + "new/", {**form, "ground": "both_away"}).status_code == 302
    page = f"{LIST}{ChildFile.objects.get().pk}/"
    village = client_of(helper)
    visit = {"act": "visit", "row": "0", "visit-on": "2024-07-10", "visit-way": "home",
             "visit-care": "good", "visit-school": "attending", "visit-note": ""}  # fmt: skip
    assert "请填写走访记录" in text(village.post(page, visit))
    assert village.post(page, {**visit, "visit-note": "一切都好"}).status_code == 302
    assert "一切都好" in text(browser.get(page))
    gone = browser.post(page, {"act": "answer", "row": "7"})
    assert gone.status_code == 409


def test_lists_are_narrowed_and_walked(township: Staff) -> None:
    for name in ("张一", "张二", "李三"):
        opened(family(name), township)
    opened(family("困四"), township, register="in_difficulty")
    browser = client_of(township)
    assert text(browser.get(LIST)).count("data-row>") == 4
    assert text(browser.get(f"{LIST}?register=in_difficulty")).count("data-row>") == 1
    assert text(browser.get(f"{LIST}?q=张")).count("data-row>") == 2
    assert text(browser.get(f"{LIST}?division={FAR}")).count("data-row>") == 0
    assert text(browser.get(f"{LIST}?flag=due")).count("data-row>") == 4
    far = client_of(builders.staff(Role.TOWNSHIP_CLERK, FAR[:9]))
    assert "张一" not in text(far.get(LIST))
    assert far.get(f"{LIST}{ChildFile.objects.first().pk}/").status_code == 404  # type: ignore[union-attr]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER, Role.FINANCE, Role.APPROVER])
def test_who_does_not_work_with_children_sees_no_name_and_no_health(
    township: Staff, role: Role
) -> None:
    file = opened(family(), township, register="in_difficulty", ground="disability")
    visited(file, township, health="先天性心脏病")
    other = client_of(builders.staff(role))
    for url in ("/registers/", LIST, f"{LIST}?q=刘", CSV):
        shown = text(other.get(url))
        assert "刘小芳" not in shown, url
        assert "自身残疾" not in shown, url
        assert "心脏病" not in shown, url
    assert other.get(f"{LIST}{file.pk}/").status_code == 403


def test_the_village_knows_the_child_but_not_its_illness(township: Staff, helper: Staff) -> None:
    file = opened(family(), township, register="in_difficulty", ground="disability")
    visited(file, township, health="先天性心脏病")
    village = client_of(helper)
    shown = text(village.get(f"{LIST}{file.pk}/")) + text(village.get(CSV))
    assert "刘小芳" in shown
    assert "心脏病" not in shown
    assert "自身残疾" not in shown
    assert "心脏病" in text(client_of(township).get(f"{LIST}{file.pk}/"))


def test_the_record_on_the_household_page_says_nothing_of_a_child(township: Staff) -> None:
    file = opened(family(), township, register="in_difficulty", ground="disability")
    visited(file, township, care="harmed", note="身上有伤", health="骨折")
    actions.rate(file.pk, ground="disability", level="key", on=builders.date("2024-07-10"),
                 by=township, note="肢体残疾")  # fmt: skip
    said = " ".join(
        f"{one.verb}{one.reason}" for one in Event.objects.filter(household_id=file.household_id)
    )
    for word in ("伤", "骨折", "残疾", "侵害", "刘小芳"):
        assert word not in said


def test_a_list_in_a_spreadsheet_is_no_formula(township: Staff) -> None:
    opened(family("=刘小芳"), township)
    answer = client_of(township).get(CSV)
    assert "'=刘小芳" in text(answer)
    assert Event.objects.filter(kind="registers.export", verb="导出儿童名册").count() == 1


@pytest.mark.parametrize("url", ["/registers/", LIST, CSV, f"{LIST}?flag=alone"])
def test_as_many_queries_for_one_child_as_for_many(township: Staff, url: str) -> None:
    browser = client_of(township)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(url).status_code == 200
        return len(seen)

    visited(opened(family("张一"), township), township)
    one = queries()
    for name in ("张二", "张三", "张四", "张五"):
        visited(opened(family(name), township), township)
    assert queries() == one


def test_a_file_page_takes_as_many_queries_for_one_visit_as_for_many(township: Staff) -> None:
    file = opened(family(), township)
    browser = client_of(township)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(f"{LIST}{file.pk}/").status_code == 200
        return len(seen)

    visited(file, township, on="2024-03-01")
    one = queries()
    for month in (4, 5, 6):
        visited(file, township, on=f"2024-0{month}-01")
    assert queries() == one


def test_the_counts_of_the_index_open_their_lists(township: Staff) -> None:
    opened(family("张一"), township)
    opened(family("张二"), township, register="in_difficulty", level="key")
    page = text(client_of(township).get("/registers/"))
    for place in ("left-behind", "in-difficulty", "due", "stays", "low-income"):
        assert f'data-testid="{place}"' in page
    assert f"{LIST}?division={HERE[:9]}" in page
