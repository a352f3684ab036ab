"""申请环节的文书: application, authorisation, 一次性告知, acceptance, survey. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.casework.deadlines import Course, clocks
from apps.casework.models import Application, StepTaken
from apps.casework.programme import PROGRAMMES
from apps.casework.words import RELIEF_TYPES
from apps.households.models import Fact, Member
from apps.households.words import fact_words
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.offices.moves import NotFound, StaleState
from apps.papers.content import Content, county, day, household, township
from apps.papers.visits import found_at, newest_visit
from apps.papers.words import law_of
from apps.standards.models import current_book

DECLARED = ("income", "deduction", "expenditure")


def find(application_id: int, staff: Staff) -> Application:
    """An application inside the territory."""
    mine = Application.objects.visible_to(staff).filter(pk=application_id)
    found = mine.select_related("household", "person", "prepared_by").first()
    if found is None:
        raise NotFound("没有找到这份申请，或不在您的管辖范围内。")
    return found


def base(one: Application, on: dt.date) -> dict[str, Any]:
    """What every paper about an application says."""
    card = PROGRAMMES[one.programme]
    name = f"{card.name}（{RELIEF_TYPES[one.track]}）" if one.track in RELIEF_TYPES else card.name
    return {
        "county": county(one.household.division),
        "township": township(one.household.division),
        "programme": name,
        "law": law_of(one.programme),
        "application": str(one.pk),
        "applied_on": day(one.applied_on),
        "on": day(on),
        "home": household(one.household, one.person, on),
    }


def _content(one: Application, title: str, data: dict[str, Any]) -> Content:
    return Content(title, one.household.division, one.household_id, data)


def application_form(application_id: int, on: dt.date, staff: Staff) -> Content:
    """申请书: who asks for what, the family as declared, the promise and the signatures."""
    one = find(application_id, staff)
    data = base(one, one.applied_on)
    data["declared"] = _declared(one)
    return _content(one, f"{data['programme']}申请书", data)


def _declared(one: Application) -> list[dict[str, str]]:
    """Income, deductions and expenditure known at the application, as declared."""
    members = Member.objects.known_now().filter(household=one.household)
    facts = Fact.objects.known_now().filter(kind__in=DECLARED, on__lte=one.applied_on)
    mine = facts.filter(household=one.household) | facts.filter(
        person__in=members.values("person_id"), household__isnull=True
    )
    newest: dict[tuple[Any, ...], Fact] = {}
    for fact in mine.select_related("person").order_by("on", "pk"):
        newest[fact.kind, fact.person_id, fact.code] = fact
    return [
        {
            "name": fact.person.name if fact.person else "全户",
            "kind": {"income": "收入", "deduction": "扣减", "expenditure": "支出"}[fact.kind],
            "what": fact_words(fact),
        }
        for fact in newest.values()
        if fact.until is None or fact.until >= one.applied_on
    ]


def check_authorisation(application_id: int, on: dt.date, staff: Staff) -> Content:
    """核对授权书: each adult member signs for themselves (57号 Art.17)."""
    one = find(application_id, staff)
    data = base(one, on)
    return _content(one, "家庭经济状况核对授权书", data)


def correction_notice(application_id: int, on: dt.date, staff: Staff) -> Content:
    """一次性告知书: everything that is missing, told once, and until when."""
    one = find(application_id, staff)
    steps = StepTaken.objects.filter(application=one, code="request_correction")
    step = steps.order_by("-pk").first()
    if step is None:
        raise StaleState("这份申请还没有办理一次性告知，请先在申请页办理后再打印。")
    data = base(one, step.on)
    data["missing"] = [
        part.strip(" 。；;") for part in step.note.replace("；", "\n").splitlines() if part.strip()
    ]
    data["by"] = _last_day(one, "correction_requested", step.on, "to_correct", "correct_by")
    return _content(one, "一次性告知书", data)


def _last_day(one: Application, act: str, on: dt.date, state: str, key: str) -> str:
    course = Course(one.programme, state, {act: on})
    found = clocks(course, current_calendar(), current_book())
    return next((day(clock.last_day) for clock in found if clock.key == key), "")


def acceptance_notice(application_id: int, on: dt.date, staff: Staff) -> Content:
    """受理通知书: accepted on a day, and when to expect an answer."""
    one = find(application_id, staff)
    if one.accepted_on is None:
        raise StaleState("这份申请还没有受理，请先在申请页办理受理后再打印。")
    data = base(one, one.accepted_on)
    course = Course(one.programme, "accepted", {"accepted": one.accepted_on})
    found = clocks(course, current_calendar(), current_book())
    data["clocks"] = [
        {"what": clock.label, "length": clock.length, "by": day(clock.last_day)}
        for clock in found
        if clock.key != "survey_start_by"
    ]
    return _content(one, "受理通知书", data)


def survey_form(application_id: int, on: dt.date, staff: Staff) -> Content:
    """入户调查表: as the two investigators signed it; before that, to be written on the spot."""
    one = find(application_id, staff)
    data = base(one, on)
    data["declared"] = _declared(one)
    data["found"] = found_at(newest_visit(one))
    return _content(one, "入户调查表", data)
