"""我的待办: derived, sorted, narrowed; a post sees its own; as many queries for one as for ten."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.casework import actions as casework
from apps.casework.models import Application, Entitlement
from apps.casework.worklist import QUEUES, Asked, Found, Narrowed, Task, inside, queue, tasks_of
from apps.households.models import Household, Person
from apps.offices.calendar import current_calendar
from apps.offices.models import Role, Staff
from apps.reviews import actions
from apps.standards.models import current_book
from tests import builders
from tests.pages.conftest import FAR, HERE, client_of, deaf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock: Wednesday 5 June 2024."""


def asked(by: Staff, on: str = "2024-06-05") -> Asked:
    return Asked(by, builders.date(on), current_calendar(), current_book())


def found(by: Staff, on: str = "2024-06-05", queue: str = "") -> list[Task]:
    return [f.task for f in tasks_of(asked(by, on)) if queue in ("", f.queue.code)]


def page(by: Staff, path: str = "/") -> str:
    answer = client_of(by).get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def waiting(name: str, on: str, division: str = HERE) -> Application:
    """An accepted application for minimum living of a household of one."""
    home = builders.household((builders.person(name, "1990-01-01"), "applicant"), division=division)
    one = builders.application("minimum_living", home, on=on)
    casework.accept(one.pk, on=builders.date(on), by=builders.staff())
    return one


def test_what_is_due_first_stands_in_front(clerk: Staff) -> None:
    late, soon = waiting("甲", "2024-05-20"), waiting("乙", "2024-06-04")
    tasks = found(clerk, queue="applications")
    assert [task.key for task in tasks] == [f"application-{late.pk}", f"application-{soon.pk}"]
    # accepted 20 May: 21 (1), 22 (2), 23 (3); accepted 4 June: 5 (1), 6 (2), 7 (3)
    assert [str(task.due) for task in tasks] == ["2024-05-23", "2024-06-07"]


def test_an_extension_moves_the_total_and_not_the_step(clerk: Staff, supervisor: Staff) -> None:
    one = waiting("甲", "2024-05-20")
    asks = {"reason": "apart", "note": "户籍在外乡", "on": builders.date("2024-06-03")}
    extension = actions.propose_extension(one.pk, by=clerk, **asks)
    path = f"/applications/{one.pk}/clocks/"
    assert "30个工作日" in page(clerk, path)
    assert [t.what for t in found(supervisor, queue="approvals")] == ["批准延长办理期限"]
    actions.grant_extension(extension.pk, on=builders.date("2024-06-04"), by=supervisor)
    assert "45个工作日" in page(clerk, path)
    assert found(supervisor, queue="approvals") == []
    with pytest.raises(actions.Refused, match="不能再次延长"):
        actions.propose_extension(one.pk, by=clerk, **asks)
    with pytest.raises(actions.Refused, match="四种情形"):
        actions.propose_extension(one.pk, by=clerk, **{**asks, "reason": "busy"})


def test_a_task_goes_when_its_cause_goes(clerk: Staff, supervisor: Staff) -> None:
    one = waiting("甲", "2024-05-20")
    assert found(clerk, queue="applications")
    casework.reject(one.pk, on=builders.date("2024-06-04"), by=supervisor, reason="income")
    assert found(clerk, queue="applications") == []
    notice = found(clerk, queue="notices")[0]
    # decided Tue 4 June: 5 (1), 6 (2), 7 (3)
    assert (notice.what, str(notice.due)) == ("送达不予确认告知书", "2024-06-07")
    number = int(notice.key.removeprefix("serve-"))
    actions.serve(number, on=builders.date("2024-06-05"), how="in_person", by=clerk)
    assert found(clerk, queue="notices") == []


def test_two_queues_of_one_name_are_refused() -> None:
    def notices(_asked: Asked) -> list[Task]:
        return []

    with pytest.raises(ValueError, match="two queues are called notices"):
        queue("notices", "别的待办")(notices)
    assert {"notices", "postings", "complaints"} <= set(QUEUES)


def test_a_complaint_waits_for_the_county_until_its_application_is_over(
    clerk: Staff, supervisor: Staff
) -> None:
    one = waiting("甲", "2024-05-20")
    on = builders.date("2024-06-03")
    casework.register_complaint(one.pk, on=on, by=clerk, words="家里有车")
    [task] = found(supervisor, queue="complaints")
    assert (task.what, task.url) == ("待县级入户核查", f"/applications/{one.pk}/complaints/")
    assert "家里有车" in task.why
    assert found(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]), queue="complaints") == []
    casework.reject(one.pk, on=builders.date("2024-06-04"), by=supervisor, reason="income")
    assert found(supervisor, queue="complaints") == []


def test_a_township_sees_its_own_and_the_county_all(clerk: Staff) -> None:
    waiting("甲", "2024-05-20")
    waiting("丁", "2024-05-20", division=FAR)
    township = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    assert len(found(township, queue="applications")) == 1
    assert len(found(clerk, queue="applications")) == 2


def test_a_queue_that_forgets_to_ask_shows_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    leak = QUEUES["applications"]._replace(
        code="leak",
        find=lambda _: [Task("x", "x", "", "办", "/", FAR), Task("y", "y", "", "办", "/", HERE)],
    )
    monkeypatch.setitem(QUEUES, "leak", leak)
    township = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    assert [task.key for task in found(township, queue="leak")] == ["y"]


def test_narrowing_by_village_and_programme() -> None:
    queue = QUEUES["applications"]
    all_of_them = [
        Found(queue, Task("a", "", "", "", "", HERE, programme="minimum_living")),
        Found(queue, Task("b", "", "", "", "", FAR, programme="minimum_living")),
        Found(queue, Task("c", "", "", "", "", HERE, programme="old_age_allowance")),
    ]
    wanted = Narrowed(division=HERE, programme="minimum_living")
    assert [one.task.key for one in inside(all_of_them, wanted)] == ["a"]


def rows(text: str) -> int:
    return text.count('data-testid="task"')


def test_counts_in_the_strip_are_those_of_the_lists(clerk: Staff) -> None:
    for name, on in (("甲", "2024-05-20"), ("乙", "2024-05-31"), ("丙", "2024-06-04")):
        waiting(name, on)  # due 23 May, 5 June, 7 June
    home = page(clerk)
    for band, count in (("late", 1), ("today", 1), ("soon", 2), ("month", 2)):
        said = re.search(rf'data-testid="strip-{band}".*?<span class="v">(\d+)', home, re.DOTALL)
        assert said is not None
        assert int(said[1]) == count == rows(page(clerk, f"/?due={band}"))
    assert "逾期 13 天" in home


def test_each_row_has_one_verb(clerk: Staff) -> None:
    waiting("甲", "2024-05-20")
    home = page(clerk)
    assert rows(home) == home.count('data-key="e"') == 1


def test_nothing_due_today_says_so_and_when_the_next_is(clerk: Staff) -> None:
    assert "今天没有到期的事" in page(clerk)
    waiting("丙", "2024-06-04")
    home = page(clerk)
    assert "今天没有到期的事，最近一件 2024-06-07 到期" in home
    assert "最近一件 2024-06-07 到期" in page(clerk, "/?due=today")
    waiting("甲", "2024-05-20")
    assert "今天没有到期的事" not in page(clerk)


def test_the_home_of_those_without_casework_is_elsewhere() -> None:
    answer = client_of(builders.staff(Role.FINANCE)).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/payruns/")


def test_queries_do_not_grow_with_the_tasks(clerk: Staff) -> None:
    def one_of_everything(name: str) -> None:
        waiting(name, "2024-05-20")
        who = builders.person(f"{name}残", "1980-05-05")
        home = builders.household((who, "applicant"), division=HERE)
        builders.fact("disability", who, "2020-06-01", code="limb", number=1, until=UNTIL)
        builders.award("disability_nursing", home, who, "2024-05-03")
        old = builders.person(f"{name}老", "1934-07-01")
        home = builders.household((old, "applicant"), division=HERE)
        builders.award("old_age_allowance", home, old, "2024-05-03")
        builders.fact("life_certificate", old, "2024-05-10", code="due", day=UNTIL)

    client = client_of(clerk)
    one_of_everything("甲")
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(9):
        one_of_everything(f"乙{number}")
    with CaptureQueriesContext(connection) as many:
        text = client.get("/").content.decode()
    assert rows(text) >= 40
    assert len(many) == len(few) <= 15


UNTIL = builders.date("2024-09-30")


def certified(who: Person, until: str, on: str = "2020-06-01") -> int:
    fact = builders.fact(
        "disability", who, on, code="hearing", number=2, until=builders.date(until)
    )
    return fact.pk


@pytest.fixture
def holder() -> Person:
    """Someone with the nursing subsidy and a certificate until 31 October 2024."""
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"), division=HERE)
    certified(who, "2024-10-31")
    builders.award("disability_nursing", home, who, "2024-01-03")
    return who


def test_a_certificate_is_told_six_months_ahead_and_again_near_its_end(
    holder: Person, clerk: Staff
) -> None:
    assert found(clerk, "2024-04-29", "certificates") == []
    task = found(clerk, "2024-04-30", "certificates")[0]
    assert "2024年11月起停发" in task.why
    fact = int(task.key.removeprefix("certificate-"))
    actions.remind(fact, on=builders.date("2024-05-02"), by=clerk, note="电话")
    assert found(clerk, "2024-05-03", "certificates") == []
    assert len(found(clerk, "2024-10-01", "certificates")) == 1
    actions.remind(fact, on=builders.date("2024-10-02"), by=clerk)
    assert found(clerk, "2024-10-03", "certificates") == []


def test_a_new_certificate_ends_the_alert(holder: Person, clerk: Staff) -> None:
    certified(holder, "2034-05-31", on="2024-05-20")
    assert found(clerk, "2024-06-05", "certificates") == []


@pytest.fixture
def family() -> tuple[Household, Person, Entitlement]:
    """Two on minimum living since June 2024."""
    one, two = builders.person("王五", "1990-01-01"), builders.person("王父", "1950-01-01")
    home = builders.household((one, "applicant"), (two, "parent"), zone="rural", division=HERE)
    builders.fact("property", home, "2024-05-01", flag=True)
    award = builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    return home, two, award


def test_three_months_run_from_a_death_until_the_award_is_decided_anew(
    family: tuple[Household, Person, Entitlement], clerk: Staff, supervisor: Staff
) -> None:
    _, father, award = family
    builders.fact("death", father, "2024-06-30", known="2024-07-02")
    task = found(clerk, "2024-07-03", "deaths")[0]
    assert (str(task.due), task.url) == ("2024-09-30", f"/awards/{award.pk}/")
    on = builders.date("2024-07-15")
    casework.stop(award.pk, on=on, by=supervisor, prepared_by=clerk, reason="income")
    assert found(clerk, "2024-07-16", "deaths") == []


def test_a_report_of_self_care_runs_ten_days_until_it_is_assessed(clerk: Staff) -> None:
    who = builders.person("赵六", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural", division=HERE)
    builders.fact("self_care", who, "2024-04-01", number=0)
    builders.award("destitute_basic", home, who, "2024-05-06")
    builders.fact("report", who, "2024-06-05", code="self_care")
    assert [str(t.due) for t in found(clerk, "2024-06-06", "self-care")] == ["2024-06-20"]
    builders.fact("self_care", who, "2024-06-12", number=4)
    assert found(clerk, "2024-06-13", "self-care") == []


def test_birthdays_that_matter_are_listed_ahead(clerk: Staff) -> None:
    who = builders.person("孙奶奶", "1934-07-20")  # ninety on 20 July 2024
    home = builders.household((who, "applicant"), division=HERE)
    builders.award("old_age_allowance", home, who, "2024-05-03")
    tasks = found(clerk, "2024-06-05", "coming")
    assert [(t.what, str(t.due)) for t in tasks] == [("年满90周岁，标准自动换档", "2024-07-20")]
    assert found(clerk, "2024-05-05", "coming") == []


def test_ticked_rows_are_certified_together_or_not_at_all(clerk: Staff) -> None:
    pair = []
    for name in ("钱爷爷", "吴奶奶"):
        who = builders.person(name, "1934-07-01")
        home = builders.household((who, "applicant"), division=HERE)
        builders.award("old_age_allowance", home, who, "2024-05-03")
        builders.fact("life_certificate", who, "2024-05-10", code="due", day=UNTIL)
        pair.append(who)
    client = client_of(clerk)
    assert 'data-testid="bulk"' in page(clerk, "/?queue=life")
    told = client.post("/life/certify/", follow=True).content.decode()
    assert "请先勾选要办理的事项" in told
    mixed = {"task": [f"life-{pair[0].pk}", "review-1"]}
    assert "不是同一类" in client.post("/life/certify/", mixed, follow=True).content.decode()
    assert len(found(clerk, queue="life")) == 2
    both = {"task": [f"life-{who.pk}" for who in pair]}
    assert "已登记2人" in client.post("/life/certify/", both, follow=True).content.decode()
    assert found(clerk, queue="life") == []


def test_the_builders_of_pages_still_hold(clerk: Staff) -> None:
    deaf("周七")
    assert found(clerk, queue="applications") == []
