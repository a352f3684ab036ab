"""家庭页: applications under way with their clocks, the record of every act, papers and reliefs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.casework import actions
from apps.casework.models import Application
from apps.households.models import Household
from apps.offices.models import Event, Role, Staff
from tests import builders
from tests.evidence.papers import VILLAGE, township
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> dt.date:
    """Wednesday 10 July 2024: 补录 is on, so documents may lie in the paper file."""
    return dt.date(2024, 7, 10)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock."""


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(by: Staff, home: Household, more: str = "") -> str:
    answer = client_of(by).get(f"/households/{home.number}/{more}")
    assert answer.status_code == 200
    return text(answer)


def rows_of(page: str) -> list[str]:
    """The rows of the record."""
    return page.split('data-testid="events"')[1].split("</table>")[0].split("<tr>")[2:]


def accepted() -> Application:
    """Somebody old whose allowance has been accepted."""
    who = builders.person("王秀英", "1940-02-01")
    home = builders.household((who, "applicant"), division=VILLAGE)
    asked = builders.application("old_age_allowance", home, who, "2024-07-01")
    actions.accept(asked.pk, on=builders.date("2024-07-02"), by=township())
    return asked


def test_an_open_application_is_on_the_page_with_where_it_stands(supervisor: Staff) -> None:
    asked = accepted()
    home = asked.household
    waiting = page(supervisor, home).split('data-testid="waiting"')[1].split("</section>")[0]
    assert "高龄津贴" in waiting
    assert "已受理" in waiting
    assert f"/applications/{asked.pk}/" in waiting
    actions.take(asked.pk, "back_entry", on=builders.date("2024-07-10"), by=supervisor)
    after = page(supervisor, home)
    assert 'data-testid="waiting"' not in after
    assert f"/awards/{asked.entitlement_set.get().pk}/" in after


def test_the_record_says_who_when_what_from_to_and_why(supervisor: Staff) -> None:
    asked = accepted()
    given = {"on": builders.date("2024-07-10"), "by": supervisor}
    actions.take(asked.pk, "back_entry_reject", note="户籍已迁出本市", **given)
    record = page(supervisor, asked.household, "events/")
    rows = rows_of(record)
    newest = rows[0]
    for words in ("不予确认高龄津贴", "已受理 → 不予确认", supervisor.name, "户籍已迁出本市"):
        assert words in newest
    assert "已申请 → 已受理" in rows[1]
    assert "户籍已迁出本市" in page(supervisor, asked.household)


def test_the_record_is_narrowed_by_person_words_and_day(supervisor: Staff) -> None:
    asked = accepted()
    home, who = asked.household, Event.objects.get(verb="受理").by
    assert who is not None
    mine = page(supervisor, home, f"events/?by={who.pk}")
    assert len(rows_of(mine)) == 1
    assert "共 1 条" in mine
    assert "没有符合的记录" in page(supervisor, home, "events/?q=没有这样的事")
    assert "没有符合的记录" in page(supervisor, home, "events/?since=2024-07-11")
    odd = page(supervisor, home, "events/?since=2024-02-31&by=x&q=受理")
    assert len(rows_of(odd)) == 1


def test_the_record_of_another_territory_does_not_exist() -> None:
    home = accepted().household
    far = township(division="430482101")
    assert client_of(far).get(f"/households/{home.number}/events/").status_code == 404


def test_the_page_leads_to_what_can_be_done_by_those_who_may() -> None:
    home = accepted().household
    apply = f"/households/{home.number}/apply/"
    assert apply in page(township(), home)
    auditor = page(builders.staff(Role.AUDITOR), home)
    assert apply not in auditor
    assert 'data-testid="documents"' in auditor


@pytest.mark.parametrize("number", [1, 4])
def test_queries_do_not_grow_with_the_record(
    number: int, supervisor: Staff, django_assert_num_queries: Any
) -> None:
    asked, clerk = accepted(), township()
    for n in range(number):
        actions.register_complaint(
            asked.pk, on=builders.date("2024-07-10"), by=clerk, words=f"收入不实{n}"
        )
    client = client_of(supervisor)
    with django_assert_num_queries(11):
        client.get(f"/households/{asked.household.number}/events/")
