"""申请的时限: the clocks of applications from the steps that were taken. Only reads.

Which applications have their time extended (延长) is answered by whoever keeps the extensions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence

from apps.casework.deadlines import MET, Clock, Course, clocks, next_due
from apps.casework.models import Application, StepTaken
from apps.casework.programme import PROGRAMMES
from apps.casework.steps import delegated_among
from apps.standards.book import Book
from apps.units.calendar import WorkCalendar

# (application ids) -> those whose time has been extended
Extended = Callable[[Collection[int]], Collection[int]]
EXTENDED: dict[str, Extended] = {}
# (application ids) -> acts that other apps record, with their newest day (收到核对提请)
Acts = Callable[[Collection[int]], Mapping[int, Mapping[str, dt.date]]]
RECORDED: dict[str, Acts] = {}
# Steps that start a clock by their code or by where they lead, whatever the card says.
BY_CODE = {"request_correction": "correction_requested"}
BY_TARGET = {"federation": "federation_received"}
PAPERS = "supplement_papers"  # the step that meets papers_by while the state stands


def courses_of(applications: Sequence[Application]) -> dict[int, Course]:
    """How far each application has come; a fixed number of queries for all of them."""
    ids = [one.pk for one in applications]
    extended = {pk for answer in EXTENDED.values() for pk in answer(ids)}
    delegated = delegated_among(applications)
    acts, papers = _acts(applications)
    for answer in RECORDED.values():
        for pk, more in answer(ids).items():
            acts[pk].update(more)
    met = {key: set(answer(ids)) for key, answer in MET.items()} if ids else {}
    met.setdefault("papers_by", set()).update(papers)
    return {
        one.pk: Course(
            programme=one.programme,
            state=one.state,
            acts=acts[one.pk],
            extended=one.pk in extended,
            delegated=one.delegated or one.pk in delegated,
            met=frozenset(key for key, done in met.items() if one.pk in done),
        )
        for one in applications
    }


def _acts(
    applications: Sequence[Application],
) -> tuple[dict[int, dict[str, dt.date]], set[int]]:
    """Act → its newest day by application, and those whose papers are complete (one query)."""
    by_id = {one.pk: one for one in applications}
    found: dict[int, dict[str, dt.date]] = {
        one.pk: {"accepted": one.accepted_on} if one.accepted_on else {} for one in applications
    }
    papers: set[int] = set()
    rows = StepTaken.objects.filter(application_id__in=list(by_id)).order_by("pk")
    for pk, code, target, on in rows.values_list("application_id", "code", "target", "on"):
        for act in _started(by_id[pk], code, target):
            found[pk][act] = on
        if code == PAPERS:
            papers.add(pk)
    return found, papers


def _started(application: Application, code: str, target: str) -> Collection[str]:
    """The acts that a step stands for."""
    card = PROGRAMMES.get(application.programme)
    steps = card.steps(application.track) if card else ()
    named = {step.starts for step in steps if (step.code, step.target) == (code, target)}
    return {*named, BY_CODE.get(code, ""), BY_TARGET.get(target, "")} - {""}


def clocks_of(application: Application, calendar: WorkCalendar, book: Book) -> list[Clock]:
    """Every clock of one application, the next to run out first."""
    return clocks(courses_of([application])[application.pk], calendar, book)


def due_of(
    applications: Sequence[Application], calendar: WorkCalendar, book: Book
) -> dict[int, Clock]:
    """The clock that runs out first of each application that has one running."""
    courses = courses_of(applications)
    found = {pk: next_due(clocks(course, calendar, book)) for pk, course in courses.items()}
    return {pk: clock for pk, clock in found.items() if clock is not None}


def extended_by(app: str) -> Callable[[Extended], Extended]:
    """Say which applications are extended; called at import of an app's needs.py."""

    def register(answer: Extended) -> Extended:
        EXTENDED[app] = answer
        return answer

    return register


def acts_by(app: str) -> Callable[[Acts], Acts]:
    """Say which acts of applications another app records; called at import of its needs.py."""

    def register(answer: Acts) -> Acts:
        RECORDED[app] = answer
        return answer

    return register
