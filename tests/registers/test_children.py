"""儿童档案: opened on a fact, visited, reported, closed; what the database refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import Error, connection, transaction

from apps.households import actions as households
from apps.households.models import Fact
from apps.offices.models import Event, Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.registers import actions, listing
from apps.registers.models import ChildFile, ChildReport, ChildVisit
from apps.standards.models import current_book
from tests import builders
from tests.registers.conftest import FAR, family, opened, visited

TODAY = dt.date(2024, 7, 10)
pytestmark = pytest.mark.django_db


def registered(file: ChildFile) -> list[str]:
    """What the facts say of the child, oldest first."""
    rows = Fact.objects.known_now().filter(kind="child_register", person=file.person_id)
    return list(rows.order_by("on", "pk").values_list("code", flat=True))


def test_a_file_stands_on_the_fact_that_is_already_there(township: Staff) -> None:
    one = family()
    fact = builders.fact("child_register", one.child, "2024-01-05", code="left_behind")
    assert listing.unfiled(township, TODAY) == 1
    file = opened(one, township)
    assert (file.fact_id, registered(file)) == (fact.pk, ["left_behind"])
    assert listing.unfiled(township, TODAY) == 0


def test_from_opening_to_closing_the_facts_tell_the_same_story(township: Staff) -> None:
    file = opened(family(), township)
    on = builders.date("2024-06-01")
    actions.reregister(
        file.pk, register="in_difficulty", ground="guardianship", level="key", on=on, by=township
    )
    actions.close_file(file.pk, reason="parents_back", on=TODAY, by=township)
    assert registered(file) == ["left_behind", "in_difficulty", "none"]
    verbs = Event.objects.filter(kind="registers.childfile", object_id=file.pk).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "建立留守儿童档案",
        "转入困境儿童名册",
        "销档",
    ]
    with pytest.raises(actions.Refused, match="已销"):
        visited(file, township, on="2024-07-10")


def test_a_child_has_one_open_file_whoever_writes(township: Staff) -> None:
    one = family()
    file = opened(one, township)
    with pytest.raises(actions.Refused, match="一人一档"):
        opened(one, township, on="2024-03-01")
    twin = ChildFile(
        person=one.child,
        household=one.home,
        fact=file.fact,
        opened_on=TODAY,
        opened_by=township,
    )
    with pytest.raises(Error, match="one_open_file_a_child"), transaction.atomic():
        twin.save()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "INSERT INTO registers_childvisit"
            ' ("on", by_id, at, file_id, way, care, school, health, note)'
            " SELECT DATE '2024-01-31', opened_by_id, now(), id, 'home', 'good', 'attending', '',"
            " 'x' FROM registers_childfile",
            "早于建档日期",
        ),
        ("UPDATE registers_childvisit SET care = 'weak'", "只可追加"),
        ("DELETE FROM registers_childvisit", "只可追加"),
        ("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE registers_rating", "只可追加"),
        ("DELETE FROM registers_childfile", "不可删除"),
        ("UPDATE registers_childfile SET opened_on = '2024-01-01'", "只可追加"),
        ("UPDATE registers_childfile SET state = 'closed'", "child_file_closing_is_whole"),
        (
            "UPDATE registers_childfile SET fact_id ="
            " (SELECT id FROM households_fact WHERE kind = 'zone' LIMIT 1)",
            "有效的登记",
        ),
    ],
)
def test_the_database_refuses(township: Staff, statement: str, words: str) -> None:
    visited(opened(family(), township), township)
    with (
        pytest.raises(Error, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_child_found_alone_is_reported_until_somebody_has_dealt_with_it(
    township: Staff, helper: Staff
) -> None:
    file = opened(family(), township)
    visited(file, helper, on="2024-07-09", care="alone", note="祖母住院，孩子独自在家")
    waiting = ChildReport.objects.get()
    assert (waiting.kind, waiting.source, waiting.state) == ("alone", "visit", "open")
    visited(file, helper, on="2024-07-10", care="alone", note="仍独自在家")
    assert ChildReport.objects.count() == 1  # still the same emergency
    with pytest.raises(actions.Refused, match="待处置"):
        actions.close_file(file.pk, reason="improved", on=TODAY, by=township)
    done = {"outcome": "relative", "answer": "姑姑接去同住", "on": TODAY}
    with pytest.raises(NotAllowed):
        actions.answer_report(waiting.pk, by=helper, **done)
    actions.answer_report(waiting.pk, by=township, **done)
    with pytest.raises(StaleState):
        actions.answer_report(waiting.pk, by=township, **done)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.answered_by) == ("answered", township)


def test_who_is_too_old_or_of_another_household_has_no_file(township: Staff) -> None:
    with pytest.raises(actions.Refused, match="未满16周岁"):
        opened(family(born="2008-02-01"), township)
    opened(family(born="2008-02-02"), township)
    opened(family(born="2008-02-01"), township, register="in_difficulty")
    with pytest.raises(actions.Refused, match="不是这一户的成员"):
        opened(family()._replace(child=builders.person("别家", "2015-01-01")), township)
    with pytest.raises(NotFound):
        opened(family(division=FAR), township)


def test_the_next_visit_is_due_by_register_and_level(township: Staff) -> None:
    file = opened(family(), township)

    def due() -> dt.date | None:
        page = listing.files(township, listing.Filters(), today=TODAY, book=current_book())
        return page.rows[0].due_on

    assert due() == builders.date("2024-05-01")  # three months after the file was opened
    visited(file, township, on="2024-05-20")
    assert due() == builders.date("2024-08-20")
    actions.rate(file.pk, ground="one_away", level="key", on=TODAY, by=township)
    assert due() == builders.date("2024-06-20")


def test_a_child_whose_household_has_no_adult_left_stands_out(township: Staff) -> None:
    one = family()
    file = opened(one, township)

    def alone() -> list[int]:
        wanted = listing.Filters(flag="alone")
        rows = listing.files(township, wanted, today=TODAY, book=current_book()).rows
        return [row.pk for row in rows]

    assert alone() == []
    households.record(
        "death",
        person_id=one.elder.pk,
        on=builders.date("2024-07-01"),
        recorded_on=TODAY,
        by=township,
    )
    assert alone() == [file.pk]
    actions.confirm_carer(
        file.pk, name="刘芳", relation="姑姑", phone="13800000000", paper="档案柜3",
        on=TODAY, by=township,
    )  # fmt: skip
    assert alone() == []


def test_the_file_follows_the_child_into_another_household(township: Staff) -> None:
    one, aunt = family(), family("刘小军")
    file = opened(one, township)
    with pytest.raises(actions.Refused, match="不需要转档"):
        actions.transfer(file.pk, on=TODAY, by=township)
    told = {"person_id": one.child.pk, "on": TODAY, "recorded_on": TODAY, "by": township}
    households.leave(household_id=one.home.pk, **told)
    households.admit(household_id=aunt.home.pk, relationship="other", **told)
    actions.transfer(file.pk, on=TODAY, by=township)
    file.refresh_from_db()
    assert file.household_id == aunt.home.pk


def test_another_territory_finds_nothing(township: Staff) -> None:
    file = opened(family(), township)
    elsewhere = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    with pytest.raises(NotFound):
        visited(file, elsewhere)
    assert not ChildFile.objects.visible_to(elsewhere).exists()
    assert not ChildVisit.objects.visible_to(elsewhere).exists()
