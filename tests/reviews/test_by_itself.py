"""到时自动: certificates, birthdays and deaths act on their day, on the pages and in the runs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.casework.models import Entitlement
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.payments.models import PaymentLine
from tests import builders
from tests.changes.reporting import Desk, done
from tests.pages.conftest import HERE, client_of
from tests.payments.paying import Four, account, approved, four
from tests.registers.conftest import family, opened, visited

pytestmark = pytest.mark.django_db


def at(clock: Any, on: str) -> None:
    """Nine in the morning of a day."""
    day = builders.date(on)
    clock.move_to(dt.datetime(day.year, day.month, day.day, 1, tzinfo=dt.UTC))


def seen(by: Staff, queue: str) -> str:
    """The worklist's queue as the page shows it today."""
    answer = client_of(by).get(f"/?queue={queue}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def alone(name: str, born: str) -> tuple[Household, Person]:
    """Somebody in a household of their own, with an account."""
    who = builders.person(name, born)
    home = builders.household((who, "applicant"), division=HERE, zone="rural")
    account(who, "2023-01-02")
    return home, who


def paid(people: Four, month: str) -> dict[int, int]:
    """Subject → fen of the very month that its run issues."""
    run = approved(people, month, day=20)
    lines = PaymentLine.objects.filter(calculation_id=run.calculation_id, month=run.month)
    return dict(lines.values_list("subject", "fen"))


# ---- 残疾证到期 (R-CJ-11) ----
@pytest.mark.parametrize(
    ("until", "before", "reached"),
    [
        ("2024-12-10", "2024-06-09", "2024-06-10"),
        ("2024-08-31", "2024-02-28", "2024-02-29"),
        ("2025-02-28", "2024-08-27", "2024-08-28"),
    ],
)
def test_a_certificate_is_told_exactly_six_months_before_its_last_day(
    clock: Any, clerk: Staff, until: str, before: str, reached: str
) -> None:
    home, who = alone("李四", "1980-05-05")
    last = builders.date(until)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2, until=last)
    builders.award("disability_nursing", home, who, "2024-01-03")
    at(clock, before)
    assert "提醒换领残疾人证" not in seen(clerk, "certificates")
    at(clock, reached)
    assert f"残疾人证{until}到期" in seen(clerk, "certificates")


def test_a_renewed_certificate_ends_the_alert_and_the_payments_go_on(
    clock: Any, clerk: Staff
) -> None:
    home, who = alone("李四", "1980-05-05")
    until = builders.date("2024-08-31")
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2, until=until)
    builders.award("disability_nursing", home, who, "2024-01-03")
    at(clock, "2024-07-10")
    assert "提醒换领残疾人证" in seen(clerk, "certificates")
    form = {"person": who.pk, "code": "hearing", "grade": 2, "on": "2024-07-05",
            "until": "2034-07-04"}  # fmt: skip
    done(Desk(home, clerk).submit("disability", **form))
    assert "提醒换领残疾人证" not in seen(clerk, "certificates")
    people = four()
    approved(people, "2024-08", day=20)
    at(clock, "2024-09-10")
    assert "提醒换领残疾人证" not in seen(clerk, "certificates")
    assert paid(people, "2024-09") == {who.pk: 9000}


def test_without_renewal_the_month_of_expiry_is_the_last_one_paid(clock: Any) -> None:
    home, who = alone("李四", "1980-05-05")
    until = builders.date("2024-07-01")
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2, until=until)
    builders.award("disability_nursing", home, who, "2024-05-03")
    at(clock, "2024-08-20")
    people = four()
    assert set(paid(people, "2024-07")) == {who.pk}
    assert paid(people, "2024-08") == {}


# ---- 生日 ----
@pytest.mark.parametrize(
    ("age", "born", "was", "becomes"),
    [
        (80, "1944-07-31", None, 5000),
        (90, "1934-07-31", 5000, 10000),
        (100, "1924-07-31", 10000, 60000),
    ],
)
def test_the_old_age_allowance_changes_its_grade_in_the_month_of_the_birthday(
    clock: Any, clerk: Staff, age: int, born: str, was: int | None, becomes: int
) -> None:
    home, who = alone("孙奶奶", born)
    builders.award("old_age_allowance", home, who, "2024-05-03")
    at(clock, "2024-05-31")
    assert f"年满{age}周岁" not in seen(clerk, "coming")
    at(clock, "2024-06-20")
    assert f"年满{age}周岁，标准自动换档" in seen(clerk, "coming")
    people = four()
    assert paid(people, "2024-06").get(who.pk) == was
    at(clock, "2024-07-20")
    assert paid(people, "2024-07") == {who.pk: becomes}
    at(clock, "2024-08-01")
    assert f"年满{age}周岁" not in seen(clerk, "coming")


@pytest.mark.parametrize("programme", ["orphan_allowance", "unattended_child_allowance"])
def test_a_childs_allowance_ends_after_the_month_of_18_unless_it_studies(
    clock: Any, clerk: Staff, programme: str
) -> None:
    mother = "dead" if programme == "orphan_allowance" else "imprisoned"
    children = []
    for name in ("小明", "小红"):
        home, who = alone(name, "2006-07-15")
        builders.fact("parent", who, "2021-05-10", part="father", code="dead")
        builders.fact("parent", who, "2022-03-02", part="mother", code=mother, number=60)
        builders.award(programme, home, who, "2024-01-03", "2024-01-15")
        children.append(who)
    grown, student = children
    at(clock, "2024-05-10")
    assert "年满18周岁" not in seen(clerk, "coming")
    at(clock, "2024-07-10")
    assert seen(clerk, "coming").count("年满18周岁，核实是否在学") == 2
    builders.fact("schooling", student, "2023-09-01", code="senior_high",
                  until=builders.date("2025-06-30"))  # fmt: skip
    people = four()
    july = paid(people, "2024-07")
    assert (set(july), min(july.values()) > 0) == ({grown.pk, student.pk}, True)
    at(clock, "2024-08-20")
    assert paid(people, "2024-08") == {student.pk: july[student.pk]}


def test_a_left_behind_child_leaves_the_register_at_16_and_not_a_day_before(
    clock: Any, clerk: Staff
) -> None:
    home = family(born="2008-07-15")
    file = opened(home, clerk)
    visited(file, clerk)
    township = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    at(clock, "2024-07-14")
    assert "儿童已达年龄上限" not in seen(township, "child-files")
    at(clock, "2024-07-15")
    assert "儿童已达年龄上限" in seen(township, "child-files")


def test_sixty_is_no_working_capacity_from_the_day_on(clock: Any, clerk: Staff) -> None:
    home, who = alone("罗五保", "1964-07-15")
    builders.fact("no_source_of_living", who, "2024-05-31", flag=True)
    builders.fact("no_able_obligor", who, "2024-05-31", flag=True)
    asked = builders.application("destitute_basic", home, who, on="2024-07-10")
    found = []
    for on in ("2024-07-14", "2024-07-15"):
        at(clock, on)
        page = client_of(clerk).get(f"/applications/{asked.pk}/")
        found += [test.passed for test in page.context["tests"] if "working_capacity" in test.code]
    assert found == [False, True]


# ---- 死亡后三个月 (R-DB-13) ----
@pytest.fixture
def pair() -> tuple[Household, Person, Entitlement]:
    """Two on minimum living since June 2024."""
    one, two = builders.person("王五", "1990-01-01"), builders.person("王父", "1950-01-01")
    home = builders.household((one, "applicant"), (two, "parent"), zone="rural", division=HERE)
    account(home)
    builders.fact("co_residence", two, "2024-01-01", household_id=home.pk, flag=True)
    builders.fact("property", home, "2024-05-01", flag=True)
    award = builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    return home, two, award


def test_three_months_run_from_the_death_to_the_same_day_or_the_last_of_the_month(
    pair: tuple[Household, Person, Entitlement], clock: Any, clerk: Staff
) -> None:
    _, father, _ = pair
    builders.fact("death", father, "2024-11-30", known="2024-12-02")
    at(clock, "2024-12-03")
    assert "2025-02-28" in seen(clerk, "deaths")
    at(clock, "2025-02-28")
    assert "逾期" not in seen(clerk, "deaths").split('data-testid="task"')[1]
    at(clock, "2025-03-01")
    assert "逾期 1 天" in seen(clerk, "deaths")


def test_a_reported_death_acts_at_once_and_its_clock_runs_until_the_award_is_decided_anew(
    pair: tuple[Household, Person, Entitlement], clock: Any, clerk: Staff
) -> None:
    home, father, _ = pair
    head = home.members.get(relationship="applicant").person_id
    at(clock, "2024-07-10")
    done(Desk(home, clerk).submit("death", person=father.pk, on="2024-07-01"))
    tasks = seen(clerk, "deaths").partition('data-testid="task"')[2]
    assert "<b>10-01</b>" in tasks
    people = four()
    both = paid(people, "2024-07")[-home.pk]
    wage = {"person": head, "code": "wage", "amount": "100", "per": "month", "on": "2024-07-08"}
    done(Desk(home, clerk).submit("income", **wage))
    assert 'data-testid="task"' not in seen(clerk, "deaths")
    at(clock, "2024-08-20")
    assert both == 90000
    assert paid(people, "2024-08")[-home.pk] == 35000
