"""时间线: households, events and runs of a case in the order in which the office meets them."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from apps.units.months import Month, parse_month
from civil_affairs.casebook.checks import known_on, run_id

PAY_DAY = 10  # FORMAT §2: the default day of a run


class Run(NamedTuple):
    """A payment run as a case asks for it."""

    id: str
    month: Month
    on: dt.date


class Moment(NamedTuple):
    """Something that happens on a day: ``kind`` is household, event or run."""

    day: dt.date
    kind: str
    place: str  # where it stands in the case: events[3]
    what: Any


# Within a day: households first, then events, then runs (FORMAT §2, §3).
ORDER = {"household": 0, "event": 1, "run": 2}


def run_of(run: str | dict[str, Any]) -> Run:
    """A run with its defaults filled in: the 10th of its month, named after it."""
    asked = {"month": run} if isinstance(run, str) else run
    month = parse_month(asked["month"])
    on = dt.date.fromisoformat(asked["on"]) if "on" in asked else month.replace(day=PAY_DAY)
    return Run(run_id(run), month, on)


def timeline(case: dict[str, Any]) -> list[Moment]:
    """Every moment of a case in order; the order of the file within a day."""
    moments = [
        Moment(dt.date.fromisoformat(x["since"]), "household", f"households.{name}", name)
        for name, x in case["households"].items()
    ]
    for number, event in enumerate(case["events"]):
        day = dt.date.fromisoformat(known_on(event))
        moments.append(Moment(day, "event", f"events[{number}] {event['kind']}", event))
    for number, asked in enumerate(case["runs"]):
        run = run_of(asked)
        moments.append(Moment(run.on, "run", f"runs[{number}] {run.id}", run))
    return sorted(moments, key=lambda m: (m.day, ORDER[m.kind]))
