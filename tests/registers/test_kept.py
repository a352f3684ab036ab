"""答案留存: what the worklist keeps of its costly questions is always what asking would find."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.casework import kept
from apps.casework.tasks import keep_answers
from apps.casework.worklist import Asked
from apps.households import actions as households
from apps.households.models import Fact, Member
from apps.offices.calendar import current_calendar
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound
from apps.offices.together import together
from apps.registers import actions
from apps.registers.models import ChildFile
from apps.registers.open_files import flagged
from apps.registers.worklist import alerted
from apps.reviews import actions as reviews
from apps.reviews.ahead import expiring
from apps.standards.models import current_book
from tests import builders
from tests.registers.conftest import HERE, Family, family, opened, visited
from tests.registers.test_low_income import poor

TODAY = dt.date(2024, 7, 10)
OURS: tuple[Any, ...] = (alerted, flagged, expiring)
# What decides nothing about anybody: names of places, and the letters of a search.
NOBODY = {"offices_division"}
pytestmark = pytest.mark.django_db(transaction=True)  # a transaction of its own keeps nothing


def asked_by(staff: Staff) -> Asked:
    """A page of today."""
    return Asked(staff, TODAY, current_calendar(), current_book())


def shown(staff: Staff) -> list[list[str]]:
    """What a page reads, answer by answer, whatever its order."""
    asked = asked_by(staff)
    asked.ask(*OURS)
    return [sorted(json.dumps(row, default=str) for row in asked.rows(one)) for one in OURS]


def found(staff: Staff) -> list[list[str]]:
    """What the same questions find when they are simply asked."""
    asked = asked_by(staff)
    rows = together([one(asked) for one in OURS])
    return [sorted(json.dumps(row, default=str) for row in one) for one in rows]


class World:
    """Two families with children, two poor households, and whoever works with them."""

    def __init__(self) -> None:
        self.by = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
        self.families = [family("刘小芳"), family("王小明", born="2008-07-20")]
        self.poor = [poor("王五"), poor("孙六", born="1938-01-01")]
        self.n = 0

    def somebody(self, pick: int) -> Any:
        """One of the people."""
        people = [one.child for one in self.families] + [who for _home, who in self.poor]
        return people[pick % len(people)]

    def family(self, pick: int) -> Family:
        """One of the families."""
        return self.families[pick % len(self.families)]


def certificate(world: World, pick: int) -> None:
    until = TODAY + dt.timedelta(days=pick % 90)
    who = world.somebody(pick)
    builders.fact("disability", who, "2024-07-01", code="limb", number=1, until=until)


def illness(world: World, pick: int) -> None:
    builders.fact("illness", world.somebody(pick), "2024-07-01", flag=pick % 3 > 0)


def wages(world: World, pick: int) -> None:
    _home, who = world.poor[pick % 2]
    builders.fact(
        "income", who, "2024-07-02", code="wage", amount_fen=(pick + 1) * 1_000_00, per="month"
    )


def death(world: World, pick: int) -> None:
    builders.fact("death", world.somebody(pick), "2024-07-01")


def file(world: World, pick: int) -> None:
    one = world.family(pick)
    if not ChildFile.objects.filter(person=one.child, state="open").exists():
        opened(one, world.by, register="left_behind" if pick % 2 else "in_difficulty")


def visit(world: World, pick: int) -> None:
    found = ChildFile.objects.filter(state="open").order_by("pk").first()
    if found:
        world.n += 1
        day = dt.date(2024, 5, 1) + dt.timedelta(days=world.n)
        visited(found, world.by, on=f"{day}", care="good" if pick % 2 else "alone")


def award(world: World, pick: int) -> None:
    home, who = world.poor[pick % 2]
    programme = ("disability_nursing", "old_age_allowance")[pick // 2 % 2]
    builders.application(programme, home, who, "2024-07-08")


def moved(world: World, pick: int) -> None:
    """A child lives with a poor household from now on."""
    one, (home, _who) = world.family(pick), world.poor[pick % 2]
    about = {"person_id": one.child.pk, "on": TODAY, "recorded_on": TODAY, "by": None}
    if Member.objects.known_now().filter(person=one.child, household=one.home).exists():
        households.leave(household_id=one.home.pk, **about)
        households.admit(household_id=home.pk, relationship="other", **about)


def elsewhere(world: World, pick: int) -> None:
    """The household moves to a village of another township, or back (no act does: the row)."""
    home = world.family(pick).home
    with connection.cursor() as cursor:
        place = "430482101200" if pick % 2 else HERE
        cursor.execute(
            "UPDATE households_household SET division = %s WHERE id = %s", [place, home.pk]
        )


def reminded(world: World, pick: int) -> None:
    found = Fact.objects.filter(kind="disability", voided_on=None).order_by("-pk").first()
    if found:
        reviews.remind(found.pk, on=TODAY, by=world.by)


def worked(world: World, pick: int) -> None:
    rows = asked_by(world.by).rows(alerted)
    if rows:
        one = rows[pick % len(rows)]
        key = f"{one.rule}-{one.household_id}-{one.person_id or 0}"
        actions.work_alert(key, outcome="ended", note="已核实，不符合条件", on=TODAY, by=world.by)


ACTS: tuple[Callable[[World, int], None], ...] = (
    certificate, illness, wages, death, file, visit, award, moved, elsewhere, reminded, worked,
)  # fmt: skip


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 11)), min_size=1, max_size=10))
def test_whatever_is_done_the_page_shows_what_asking_would_find(
    acts: list[tuple[Callable[[World, int], None], int]],
) -> None:
    with transaction.atomic():
        world = World()
    above = builders.staff(Role.COUNTY_CLERK)
    for act, pick in acts:
        try:
            with transaction.atomic():
                act(world, pick)
        except (ValueError, NotFound):  # the house refuses the act
            pass
        for staff in (world.by, above):
            assert shown(staff) == found(staff), act.__name__


def test_what_nobody_touched_is_not_asked_again(township: Staff) -> None:
    opened(family(), township)
    assert shown(township) == found(township)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        asked = asked_by(township)
        asked.ask(*OURS)
    assert not [one for one in seen.captured_queries if "registers_childvisit" in one["sql"]]


def test_with_one_family_touched_only_it_is_asked_again(township: Staff) -> None:
    ones = [family(f"刘{n}") for n in range(3)]
    for one in ones:
        opened(one, township)
    shown(township)
    illness_of = ones[1].child
    builders.fact("illness", illness_of, "2024-07-01", flag=True)
    scopes: list[kept.Scope] = []

    def spied(asked: Asked) -> Any:
        if asked.only:
            scopes.append(asked.only)
        return flagged(asked)

    kept.KEPT[spied] = kept.KEPT[flagged]
    try:
        asked_by(township).ask(spied)
    finally:
        del kept.KEPT[spied]
    assert [(one.homes, sorted(one.people)) for one in scopes] == [
        ([ones[1].home.pk], sorted([ones[1].elder.pk, ones[1].child.pk]))
    ]


def test_when_many_are_touched_at_once_everything_is_asked_again(township: Staff) -> None:
    opened(family(), township)
    shown(township)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offices_touch (household_id) SELECT generate_series(1, %s) + 1000000",
            [kept.MANY + 1],
        )
    assert shown(township) == found(township)


def test_an_answer_of_another_cluster_is_worth_nothing(township: Staff) -> None:
    opened(family(), township)
    before = shown(township)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE offices_keptanswer SET cluster = cluster + 1, rows = '[]'")
    assert shown(township) == before != [[], [], []]


def test_every_table_such_a_question_reads_is_watched(township: Staff) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT event_object_table FROM information_schema.triggers"
            " WHERE trigger_name LIKE 'touched_by%%'"
        )
        watched = {name for (name,) in cursor.fetchall()}
    asked = asked_by(township)
    for ask in kept.KEPT:
        sql = ask(asked).sql  # type: ignore[operator]
        read = set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z]+_[a-z_]+)", sql))
        tables = read & set(connection.introspection.table_names())
        assert tables
        assert tables - NOBODY <= watched, ask


def test_what_is_kept_ready_is_that_of_every_post(township: Staff, clock: object) -> None:
    opened(family(), township)
    builders.staff(Role.COUNTY_CLERK)
    keep_answers()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM offices_keptanswer")
        (count,) = cursor.fetchone()
    assert count >= 5  # alerts, files and certificates of the township; of the county two
    with connection.cursor() as cursor:
        cursor.execute("UPDATE offices_touch SET at = at - interval '3 days'")
        keep_answers()
        cursor.execute("SELECT count(*) FROM offices_touch")
        assert cursor.fetchone() == (0,)


def test_a_write_under_way_while_the_answer_was_found_is_not_missed(township: Staff) -> None:
    one, two = family(), family("王小明")
    file = opened(one, township)
    written, may_end = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                visited(file, township)
                written.set()
                may_end.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(20)
    before = shown(township)
    opened(two, township)  # a later transaction, which is seen at once
    shown(township)
    may_end.set()
    writer.join()
    assert shown(township) == found(township)
    assert before != found(township)
