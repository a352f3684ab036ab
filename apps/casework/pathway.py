"""办理进度: how far an application has come on the path of its procedure. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.clocks import due_of
from apps.casework.deadlines import Clock
from apps.casework.graph import state_words
from apps.casework.models import Application, StepTaken
from apps.casework.procedure import Procedure, Step
from apps.casework.steps import delegated, steps_of
from apps.casework.worklist import due_words
from apps.standards.book import Book
from apps.units.calendar import WorkCalendar

# States off the straight path, and the state of the path beside which they lie.
BESIDE = {"to_correct": "submitted", "disputed": "noticed", "assessed": "noticed"}
AWAY = ("rejected", "withdrawn", "ended")


class Stop(NamedTuple):
    """One place of the path: what was or will be done there, when, by whom."""

    label: str
    state: str
    css: str  # done, now, or empty
    on: dt.date | None = None
    who: str = ""


class Taken(NamedTuple):
    """One step that was taken, in words."""

    step: StepTaken
    verb: str
    source: str
    target: str


class Due(NamedTuple):
    """The clock that runs out first, and how that looks."""

    clock: Clock
    css: str
    words: str
    estimated: bool


def straight(steps: Procedure, route: bool) -> list[Step]:
    """The steps from 申请 to 确认 where nothing goes wrong, by the route of the day."""
    found: list[Step] = []
    state, seen = "submitted", {"submitted"}
    while True:
        onward = next((one for one in steps if _onward(one, state, seen, route)), None)
        if onward is None:
            return found
        found.append(onward)
        state = onward.target
        seen.add(state)


def _onward(step: Step, state: str, seen: set[str], route: bool) -> bool:
    if state not in step.sources or step.target in (*seen, *AWAY):
        return False
    aside = step.note or step.once or step.back_entry
    return not aside and step.delegated in (None, route)


def stops(application: Application, taken: Sequence[StepTaken], on: dt.date) -> list[Stop]:
    """The path with what is done, where the application stands, and what is still to come."""
    procedure = steps_of(application)
    route = any(one.delegated is not None for one in procedure) and delegated(application, on)
    newest = {one.target: one for one in taken}
    path = [
        Stop(
            gettext("申请"),
            "submitted",
            "done",
            application.applied_on,
            application.prepared_by.name,
        ),
        *(_stop(step.verb, step.target, newest) for step in straight(procedure, route)),
    ]
    if application.back_entry:  # from paper: only what has been done here
        path = [one for one in path if one.on is not None]
    path = _with_present(application, path, newest)
    place = next(n for n, one in enumerate(path) if one.state == application.state)
    return [_marked(one, n - place, application.state) for n, one in enumerate(path)]


def _stop(label: str, state: str, newest: dict[str, StepTaken]) -> Stop:
    step = newest.get(state)
    return Stop(label, state, "", step.on, step.by.name) if step else Stop(label, state, "")


def _with_present(
    application: Application, path: list[Stop], newest: dict[str, StepTaken]
) -> list[Stop]:
    """The path with the present state in it, where that lies beside or away from it."""
    here = application.state
    if any(one.state == here for one in path):
        return path
    mine = _stop(state_words(here), here, newest)
    if here in BESIDE:
        at = next(n for n, one in enumerate(path) if one.state == BESIDE[here]) + 1
        return [*path[:at], mine, *path[at:]]
    been = {step.source for step in newest.values()}
    return [*(one for one in path if one.state in been or one.state == "submitted"), mine]


def _marked(stop: Stop, ahead: int, state: str) -> Stop:
    """Done before the present state, and in it when it is the end; nothing said ahead of it."""
    if ahead > 0:
        return stop._replace(css="", on=None, who="")
    over = ahead < 0 or state == "confirmed"
    return stop._replace(css="done" if over else "now")


def history(application: Application) -> list[StepTaken]:
    """Every step that was taken, in order (one query)."""
    rows = StepTaken.objects.filter(application=application).select_related("by")
    return list(rows.order_by("pk"))


def told(application: Application, taken: Sequence[StepTaken]) -> list[Taken]:
    """The steps in words, the newest in front."""
    verbs = {step.code: step.verb for step in steps_of(application)}
    return [
        Taken(one, verbs.get(one.code, one.code), state_words(one.source), state_words(one.target))
        for one in reversed(taken)
    ]


def dues(
    applications: Sequence[Application], today: dt.date, calendar: WorkCalendar, book: Book
) -> dict[int, Due]:
    """The next clock of each application that has one running, with its words."""
    return {
        pk: Due(clock, *due_words(clock.last_day, today), calendar.is_estimated(clock.last_day))
        for pk, clock in due_of(applications, calendar, book).items()
    }
