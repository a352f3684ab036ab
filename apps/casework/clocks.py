"""申请的时限: the clocks of applications from the steps that were taken. Only reads.

Which applications have their time extended (延长) is answered by whoever keeps the extensions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from apps.casework.deadlines import Clock, Course, clocks, next_due
from apps.casework.models import Application, StepTaken
from apps.casework.programme import PROGRAMMES
from apps.casework.steps import delegated_among
from apps.offices.together import Part, Question, gathered, of_rows, parted, together
from apps.standards.book import Book
from apps.units.calendar import WorkCalendar


class Of(NamedTuple):
    """The application a row is of."""

    of: int


class Act(NamedTuple):
    """An act that another app has recorded about an application (收到核对提请), on its day."""

    of: int
    act: str
    day: dt.date


class _Step(NamedTuple):
    of: int
    code: str
    target: str
    on: dt.date


# Applications by number, or a query set of their numbers.
Ids = Collection[int] | QuerySet[Any, Any]
# (application ids) -> those whose time has been extended: rows of Of
Extended = Callable[[Ids], QuerySet[Any, Any]]
EXTENDED: dict[str, Extended] = {}
# (application ids) -> what other apps record, in the order in which it holds: rows of Act
Acts = Callable[[Ids], QuerySet[Any, Any]]
RECORDED: dict[str, Acts] = {}
# (application ids) -> those whose clock's act has been done though the state stands: rows of Of
Met = Callable[[Ids], QuerySet[Any, Any]]
MET: dict[str, Met] = {}
# Steps that start a clock by their code or by where they lead, whatever the card says.
BY_CODE = {"request_correction": "correction_requested"}
BY_TARGET = {"federation": "federation_received"}
PAPERS = "supplement_papers"  # the step that meets papers_by while the state stands


def courses_of(applications: Sequence[Application], book: Book) -> dict[int, Course]:
    """How far each application has come; two queries at most for all of them."""
    parts = together([recorded([one.pk for one in applications])])[0]
    return courses_from(applications, book, parts)


def recorded(of: Ids) -> Question[Part]:
    """What is recorded about applications, by number or as a query set: for ``courses_from``."""
    taken = StepTaken.objects.filter(application_id__in=of).order_by("pk")
    return gathered(
        [
            of_rows(_Step, taken.values("code", "target", "on", of=F("application_id"))),
            *(of_rows(Of, answer(of)) for answer in EXTENDED.values()),
            *(of_rows(Act, answer(of)) for answer in RECORDED.values()),
            *(of_rows(Of, answer(of)) for answer in MET.values()),
        ]
    )


def courses_from(
    applications: Sequence[Application], book: Book, parts: Sequence[Part]
) -> dict[int, Course]:
    """How far each has come by what ``recorded`` was answered; one query at most."""
    delegated = delegated_among(applications, book)
    steps, extended, recorded, met = _read(parts)
    acts, papers = _acts(applications, steps)
    for one in recorded:
        acts[one.of][one.act] = one.day
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


def _read(parts: Sequence[Part]) -> tuple[list[_Step], set[int], list[Act], dict[str, set[int]]]:
    """Steps taken, extended applications, acts of other apps, clocks met."""
    kinds = [_Step, *[Of] * len(EXTENDED), *[Act] * len(RECORDED), *[Of] * len(MET)]
    steps, *others = parted(kinds, parts)
    extended, acts = others[: len(EXTENDED)], others[len(EXTENDED) :]
    acts, met = acts[: len(RECORDED)], acts[len(RECORDED) :]
    return (
        steps,
        {one.of for rows in extended for one in rows},
        [one for rows in acts for one in rows],
        {key: {one.of for one in rows} for key, rows in zip(MET, met, strict=True)},
    )


def _acts(
    applications: Sequence[Application], steps: Sequence[_Step]
) -> tuple[dict[int, dict[str, dt.date]], set[int]]:
    """Act → its newest day by application, and those whose papers are complete."""
    by_id = {one.pk: one for one in applications}
    found: dict[int, dict[str, dt.date]] = {
        one.pk: {"accepted": one.accepted_on} if one.accepted_on else {} for one in applications
    }
    for step in steps:
        for act in _started(by_id[step.of], step.code, step.target):
            found[step.of][act] = step.on
    return found, {step.of for step in steps if step.code == PAPERS}


def _started(application: Application, code: str, target: str) -> Collection[str]:
    """The acts that a step stands for."""
    card = PROGRAMMES.get(application.programme)
    steps = card.steps(application.track) if card else ()
    named = {step.starts for step in steps if (step.code, step.target) == (code, target)}
    return {*named, BY_CODE.get(code, ""), BY_TARGET.get(target, "")} - {""}


def clocks_of(application: Application, calendar: WorkCalendar, book: Book) -> list[Clock]:
    """Every clock of one application, the next to run out first."""
    return clocks(courses_of([application], book)[application.pk], calendar, book)


def due_of(
    applications: Sequence[Application], calendar: WorkCalendar, book: Book
) -> dict[int, Clock]:
    """The clock that runs out first of each application that has one running."""
    courses = courses_of(applications, book)
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


def met(key: str) -> Callable[[Met], Met]:
    """Answer for whether a clock's act is done (调查已启动); called by an app's needs.py."""

    def register(answer: Met) -> Met:
        known = MET.get(key)
        if known is not None and known.__qualname__ != answer.__qualname__:
            raise ValueError(f"two answers for the clock {key}")
        MET[key] = answer
        return answer

    return register
