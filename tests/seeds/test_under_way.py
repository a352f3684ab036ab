"""正在办理: on 5 December 2024 there is work for everybody, and nothing that is paid changes."""

import datetime as dt
from collections import Counter

import pytest

from apps.casework import actions as casework
from apps.casework.examine import first_failed
from apps.casework.models import Application, Complaint, Decision, Entitlement
from apps.casework.procedures import OPEN_STATES
from apps.casework.steps import options
from apps.casework.worklist import Asked, Found, band_of, tasks_of
from apps.changes.models import FamilyChange
from apps.evidence import actions as evidence
from apps.evidence.actions.checks import unfinished
from apps.evidence.models import CheckRequest, Document
from apps.households.models import Fact
from apps.offices.calendar import current_calendar
from apps.offices.demo_staff import COUNTY, LOGINS, TOWNSHIP
from apps.offices.models import Division, Role, Staff
from apps.publicity.models import NoticePhoto, Objection, PublicNotice
from apps.reviews.models import Proposal, Review, Suspension
from apps.standards.models import current_book
from seeds.under_way import ELSEWHERE, HERE, TODAY, legs_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]
# The queues of the morning, by log-in (docs/demo.md).
QUEUES = {
    "village": {"notices"},
    "township": {"applications", "postings", "reviews", "changes-back", "notices"},
    "township-lead": {"applications", "approvals", "changes", "postings", "reviews"},
    "clerk": {"applications", "complaints", "postings", "reviews", "life", "notices"},
    "supervisor": {"applications", "complaints", "approvals", "changes", "postings", "reviews"},
    "federation": {"applications"},
}


def post(username: str) -> Staff:
    """Who has the post of a demo log-in."""
    login = next(one for one in LOGINS if one.username == username)
    return Staff.objects.get(name=login.name, role=login.role, division=login.division)


def tasks(username: str) -> list[Found]:
    return tasks_of(Asked(post(username), TODAY, current_calendar(), current_book()))


def under_way(**of: object) -> list[Application]:
    return list(Application.objects.open().filter(**of).order_by("pk"))


@pytest.mark.parametrize("username", QUEUES)
def test_every_log_in_with_a_worklist_finds_work_in_its_queues(username: str) -> None:
    found = {one.queue.code for one in tasks(username)}
    assert found >= QUEUES[username]


def test_every_open_state_is_there_and_most_are_in_the_township_of_the_log_ins() -> None:
    states = Counter(one.state for one in under_way())
    assert set(states) == set(OPEN_STATES)
    here = under_way(household__division__startswith=TOWNSHIP)
    assert sum(states.values()) / 2 < len(here) < sum(states.values())


def test_every_application_is_as_far_as_it_is_told_to_be() -> None:
    """The steps of the list lead to the state it names, also those of the full county."""
    for case in (*HERE, *ELSEWHERE):
        reached = [leg.reaches for leg in legs_of(case)]
        assert (reached or ["submitted"])[-1] == case.stage, case
    told = [case for case in (*HERE, *ELSEWHERE) if case.small]
    wanted = Counter("accepted" if case.stage == "differs" else case.stage for case in told)
    assert Counter(one.state for one in under_way()) == wanted


def test_the_full_county_has_ten_clean_cases_also_of_other_townships() -> None:
    villages = Division.objects.filter(kind="village").values_list("code", flat=True)
    assert len(ELSEWHERE) < len({code[:9] for code in villages})
    assert {case.stage for case in (*HERE, *ELSEWHERE)} == {*OPEN_STATES, "differs"}
    clean = [
        case
        for case in (*HERE, *ELSEWHERE)
        if (case.stage == "reviewing" and not case.with_supervisor)
        or (case.stage == "opinion" and case.programme == "old_age_allowance")
    ]
    assert len(clean) == 10


def test_some_are_late_some_due_today_and_most_in_time() -> None:
    mine = [one.task for one in tasks("clerk") if one.queue.code == "applications"]
    bands = Counter(band_of(task.due, TODAY) for task in mine)
    assert bands["today"] >= 2
    assert 0 < bands["late"] < len(mine) / 2
    assert len({task.since for task in mine}) > len(mine) / 2


def test_the_supervisor_may_confirm_the_clean_ones_and_not_what_was_looked_into() -> None:
    supervisor = post("supervisor")
    waiting = under_way(state="reviewing")
    waiting += under_way(state="opinion", programme="old_age_allowance")
    barred = []
    for one in waiting:
        (confirm,) = [o for o in options(one, supervisor, TODAY) if o.step.code == "confirm"]
        if not confirm.ready:
            barred.append(confirm)
            continue
        tests = casework.examine(one.pk, on=TODAY)
        assert first_failed(tests) is None, (one.programme, tests)
        casework.take(one.pk, "confirm", on=TODAY, by=supervisor)
    assert len(waiting) > len(barred) == 1
    assert "调查人" in barred[0].why_not


def test_a_difference_waits_for_its_explanation_and_an_objection_for_an_answer() -> None:
    check = CheckRequest.objects.get(state="sent")
    lacks = unfinished(check, TODAY)
    assert len(lacks) == 1
    assert "尚未说明原因" in lacks[0]
    (open_one,) = Objection.objects.filter(answer=None)
    assert open_one.row.application.state == "disputed"
    assert Complaint.objects.count() == 1


def test_what_waits_about_awards_is_only_proposed() -> None:
    states = Counter(FamilyChange.objects.values_list("state", flat=True))
    assert states == {"submitted": 2, "draft": 1}
    assert FamilyChange.objects.get(state="draft").answer
    assert [one.state for one in Suspension.objects.all()] == ["proposed"]
    assert [(one.kind, one.state) for one in Proposal.objects.all()] == [("stop", "proposed")]
    assert Counter(Review.objects.values_list("state", flat=True)) == {"open": 2, "done": 2}
    due = Fact.objects.filter(kind="life_certificate", code="due", day__gte=TODAY)
    assert [fact.day for fact in due] == [dt.date(2024, 12, 20)]


def test_nobody_under_way_has_an_award_and_nothing_was_decided_for_it() -> None:
    homes = [one.household_id for one in under_way()]
    assert not Entitlement.objects.filter(household__in=homes).exists()
    assert not Decision.objects.filter(household__in=homes).exists()
    assert not Decision.objects.filter(decided_on__gte=TODAY).exists()


def test_notices_have_their_photographs_and_papers_are_whole() -> None:
    posted = PublicNotice.objects.filter(state="posted")
    assert posted.filter(last_day__lt=TODAY).exists()
    for notice in PublicNotice.objects.all():
        assert NoticePhoto.objects.filter(notice=notice, moment="start").exists()
    paper = Document.objects.earliest("pk")
    assert evidence.open_document(paper.pk, by=post("clerk"))[1].startswith(b"%PDF")


def test_other_townships_have_people_of_their_own_without_a_log_in() -> None:
    staff = Staff.objects.filter(role=Role.TOWNSHIP_CLERK).exclude(division=TOWNSHIP)
    assert staff.exists()
    assert not staff.exclude(user=None).exists()
    assert all(one.division.startswith(COUNTY) for one in staff)
