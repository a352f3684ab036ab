"""低收入人口: six categories by awards and lists; four kinds of alert, each worked to its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.households.models import Household, Person
from apps.offices.models import Event, Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.registers import actions, alerts, low_income
from apps.registers.models import AlertWork, Monitored
from apps.standards.models import current_book
from tests import builders
from tests.pages.conftest import client_of
from tests.registers.conftest import FAR, HERE, family
from tests.registers.test_child_pages import text

TODAY = dt.date(2024, 7, 10)
LIST, CSV, ALERTS = "/registers/low-income/", "/registers/low-income/csv/", "/registers/alerts/"
pytestmark = pytest.mark.django_db


def raised(by: Staff) -> dict[str, str]:
    """The alerts of a territory: rule and words."""
    found = alerts.alerts(by, today=TODAY, book=current_book())
    return {one.rule: one.said for one in found}


def home_of(name: str, born: str = "1980-05-05", **more: Any) -> tuple[Household, Person]:
    """A household of one in the first village."""
    who = builders.person(name, born)
    more.setdefault("division", HERE)
    return builders.household((who, "applicant"), zone="rural", **more), who


def poor(name: str = "王五", born: str = "1980-05-05") -> tuple[Household, Person]:
    """A household of one on minimum living since June."""
    home, who = home_of(name, born)
    builders.fact("property", home, "2024-05-01", flag=True)
    builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    return home, who


def edge(name: str = "赵六") -> tuple[Household, Person]:
    """A household of one that is 低保边缘."""
    home, who = home_of(name)
    builders.fact("property", home, "2024-05-01", flag=True)
    builders.fact("income", who, "2024-05-01", code="wage", amount_fen=6_000_00, per="year")
    builders.award("marginal_household", home, None, "2024-05-06", "2024-05-20")
    return home, who


def named(home: Household, by: Staff, category: str = "relapse") -> Monitored:
    """A household named by the department of agriculture."""
    return actions.monitor(
        number=home.number, category=category, source="农业农村局 2024 年第二批名单",
        since=builders.date("2024-06-01"), by=by,
    )  # fmt: skip


def test_where_no_standard_is_configured_no_income_reaches_it() -> None:
    book, before = current_book(), dt.date(1990, 1, 10)
    assert alerts.alerts(builders.staff(), today=before, book=book) == []


def test_each_person_is_counted_once_in_the_first_category_that_holds(township: Staff) -> None:
    poor()
    edge()
    named(home_of("防返贫")[0], township)
    both, _ = poor("低保又防返贫")
    named(both, township)
    named(home_of("困难户")[0], township, "other")
    home_of("不困难")
    page = low_income.people(township, low_income.Filters(), today=TODAY)
    assert sorted((row.name, row.category) for row in page.rows) == [
        ("低保又防返贫", "minimum_living"),
        ("困难户", "other"),
        ("王五", "minimum_living"),
        ("赵六", "marginal_household"),
        ("防返贫", "relapse"),
    ]
    (town,) = low_income.counted(township, TODAY)
    assert (town.numbers, town.total) == ([0, 2, 1, 1, 0, 1], 5)


def test_what_they_are_entitled_to_and_do_not_get(township: Staff) -> None:
    _, who = poor(born="1940-01-01")
    assert raised(township) == {"old_age": "84岁，没有享受也没有申请高龄津贴（R-GL-01）"}
    builders.fact("disability", who, "2024-07-01", code="limb", number=2)
    assert set(raised(township)) == {"nursing", "living", "old_age"}
    home = Household.objects.get(members__person=who)
    builders.application("old_age_allowance", home, who, "2024-07-08")
    assert set(raised(township)) == {"nursing", "living"}


def test_who_may_be_entitled(township: Staff) -> None:
    _, who = edge()
    builders.fact("illness", who, "2024-07-01", flag=True)
    named_home, other = home_of("防返贫")
    named(named_home, township)
    builders.fact("disability", other, "2024-07-01", code="mental", number=3)
    one = family()
    builders.fact("child_register", one.child, "2024-07-01", code="in_difficulty")
    found = raised(township)
    assert set(found) == {"single", "hardship", "child"}
    assert found["single"] == "重病，可按单人户申请低保（R-DB-03）"
    assert found["hardship"].startswith("重度残疾，家庭未纳入低保或边缘")


def test_who_may_no_longer_be_entitled(township: Staff) -> None:
    home, who = poor()
    builders.fact("income", who, "2024-07-01", code="wage", amount_fen=400_00, per="month")
    assert raised(township) == {}  # 4,800 a year is below the standard of 5,400
    builders.fact("income", who, "2024-07-02", code="wage", amount_fen=450_00, per="month")
    said = "上次核定后登记的收入人均每年5400.00元，已达低保标准每年5400.00元"
    assert raised(township) == {"income": f"{said}（R-DB-09、R-DB-12）"}
    old_home, old = home_of("孙老", "1930-01-01")
    builders.award("old_age_allowance", old_home, old, "2024-03-04", "2024-03-10")
    builders.fact("death", old, "2024-06-20", known="2024-07-03")
    assert raised(township)["gone"] == "2024-06-20死亡，高龄仍未停发（R-CJ-10）"
    assert home.pk != old_home.pk


def test_several_hardships_in_one_household_are_a_complex_case(township: Staff) -> None:
    home, who = poor()
    builders.fact("illness", who, "2024-07-01", flag=True)
    builders.fact("self_care", who, "2024-07-01", number=5)
    assert "several" not in raised(township)
    builders.fact("disability", who, "2024-07-02", code="limb", number=1)
    assert raised(township)["several"].startswith("户内同时有完全失能、重病、重度残疾")
    assert home.pk


def test_an_alert_that_was_worked_shows_again_only_when_something_new_is_known(
    township: Staff,
) -> None:
    _, who = edge()
    builders.fact("illness", who, "2024-06-01", flag=True)
    (one,) = alerts.alerts(township, today=TODAY, book=current_book())
    done = {"outcome": "ended", "note": "已痊愈，不再治疗", "on": TODAY, "by": township}
    with pytest.raises(NotAllowed):
        actions.work_alert(one.key, **{**done, "by": builders.staff(Role.AUDITOR)})
    far = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    with pytest.raises(NotFound):
        actions.work_alert(one.key, **{**done, "by": far})
    actions.work_alert(one.key, **done)
    assert raised(township) == {}
    with pytest.raises(StaleState, match="已经处置"):
        actions.work_alert(one.key, **done)
    kept = AlertWork.objects.get()
    assert (kept.said, kept.outcome) == (one.said, "ended")
    event = Event.objects.get(kind="registers.alertwork")
    assert (event.verb, event.reason) == ("处置预警：可能符合未纳入", "核查终止")
    builders.fact("illness", who, "2024-07-11", flag=True)
    later = alerts.alerts(township, today=dt.date(2024, 7, 12), book=current_book())
    assert [again.rule for again in later] == ["single"]


def test_what_was_pushed_to_somebody_comes_back_after_the_quiet_days(township: Staff) -> None:
    _, who = edge()
    builders.fact("illness", who, "2024-06-01", flag=True)
    (one,) = alerts.alerts(township, today=TODAY, book=current_book())
    actions.work_alert(one.key, outcome="pushed", note="转医保局", on=TODAY, by=township)

    def on(day: dt.date) -> int:
        return len(alerts.alerts(township, today=day, book=current_book()))

    assert on(TODAY + dt.timedelta(days=89)) == 0
    assert on(TODAY + dt.timedelta(days=90)) == 1


def test_a_household_is_named_once_and_let_go(township: Staff) -> None:
    home, _ = home_of("防返贫")
    mine = named(home, township)
    with pytest.raises(actions.Refused, match="已在这一类"):
        named(home, township)
    actions.end_monitoring(mine.pk, reason="recovered", on=TODAY, by=township)
    with pytest.raises(StaleState):
        actions.end_monitoring(mine.pk, reason="recovered", on=TODAY, by=township)
    assert low_income.people(township, low_income.Filters(), today=TODAY).rows == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE registers_alertwork SET outcome = 'settled'", "只可追加"),
        ("DELETE FROM registers_alertwork", "只可追加"),
        ("UPDATE registers_monitored SET source = 'x'", "只可追加"),
        ("DELETE FROM registers_monitored", "不可删除"),
        (
            "INSERT INTO registers_monitored (household_id, category, source, since, by_id,"
            " state, end_reason) SELECT household_id, category, source, since, by_id, 'open', ''"
            " FROM registers_monitored",
            "monitored_once",
        ),
    ],
)
def test_the_database_refuses(township: Staff, statement: str, words: str) -> None:
    home, who = home_of("防返贫")
    named(home, township)
    builders.fact("illness", who, "2024-06-01", flag=True)
    (one,) = alerts.alerts(township, today=TODAY, book=current_book())
    actions.work_alert(one.key, outcome="settled", note="已申请低保", on=TODAY, by=township)
    with (
        pytest.raises(Error, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_alert_is_worked_through_its_form(township: Staff) -> None:
    _, who = edge()
    builders.fact("illness", who, "2024-06-01", flag=True)
    browser = client_of(township)
    assert "可按单人户申请低保" in text(browser.get(ALERTS))
    (one,) = alerts.alerts(township, today=TODAY, book=current_book())
    act = {"alert": one.key, "outcome": "settled", "note": ""}
    refused = browser.post(ALERTS, act)
    assert (refused.status_code, "请填写" in text(refused)) == (400, True)
    assert browser.post(ALERTS, {**act, "note": "已申请"}).status_code == 302
    assert "可按单人户申请低保" not in text(browser.get(ALERTS))
    assert "已申请" in text(browser.get(ALERTS + "?worked=1"))
    assert browser.post(ALERTS, {**act, "note": "再来"}).status_code == 409


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.VILLAGE_HELPER])
def test_alerts_speak_of_illness_and_are_for_caseworkers(township: Staff, role: Role) -> None:
    _, who = edge("=赵六")
    builders.fact("illness", who, "2024-06-01", flag=True)
    other = client_of(builders.staff(role))
    assert other.get(ALERTS).status_code == 403
    for url in (LIST, CSV):
        shown = text(other.get(url))
        assert "重病" not in shown
        assert ("赵六" in shown) is (role == Role.VILLAGE_HELPER)
    assert "'=赵六" in text(client_of(township).get(CSV))


@pytest.mark.parametrize("url", [LIST, CSV, ALERTS, "/registers/"])
def test_as_many_queries_for_one_as_for_many(township: Staff, url: str) -> None:
    browser = client_of(township)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url).status_code == 200
        return len(seen)

    def another(name: str) -> None:
        builders.fact("illness", edge(name)[1], "2024-06-01", flag=True)

    another("甲")
    one = queries()
    for name in ("乙", "丙", "丁"):
        another(name)
    assert queries() == one
