"""A story told a second way that must come to the same: reordered, split, known in time."""

from __future__ import annotations

import copy
import datetime as dt
from itertools import groupby
from random import Random
from typing import Any

from tests.properties.stories import LAST, UNTIL, Case, Event, day, owner

DECISIONS = (
    "apply",
    "confirm",
    "decide",
    "stop",
    "redetermine",
    "grace_period",
    "sanction",
    "adopt_standard",
    "member_left",
    "bank_return",
    "bank_account",
    "offset_recovery",
    "repayment",
)
# Facts that act without a decision, and so act the same however late they become known. What
# they were at a decision is not asked again, so a late one is only drawn after the decisions.
ACT_DIRECTLY = ("death", "disability", "self_care", "residence", "care_mode", "other_benefit")


def known(event: Event) -> str:
    """The day an event becomes known."""
    return str(event.get("known", event["on"]))


def richer(case: Case, who: str, monthly: str) -> Case:
    """The same family with one more counted income, known before every determination."""
    more = {"on": "2022-01-01", "kind": "income", "person": who, "source": "donation"}
    return {**case, "events": [{**more, "monthly": monthly}, *case["events"]]}


def reordered(case: Case, dice: Random) -> Case:
    """Persons, members, and the facts that became known on one day, in another order."""
    twin = copy.deepcopy(case)
    twin["persons"] = _mixed(twin["persons"], dice)
    for home in twin["households"].values():
        home["members"] = _mixed(home["members"], dice)
    events: list[Event] = []
    for (_, decision), group in groupby(
        twin["events"], key=lambda e: (known(e), e["kind"] in DECISIONS)
    ):
        found = list(group)
        if not decision:
            dice.shuffle(found)
        events += found
    return {**twin, "events": events}


def _mixed(mapping: dict[str, Any], dice: Random) -> dict[str, Any]:
    keys = list(mapping)
    dice.shuffle(keys)
    return {key: mapping[key] for key in keys}


def splittable(case: Case) -> list[int]:
    """Events that hold for a time and that no other of their kind touches."""
    found = []
    for number, event in enumerate(case["events"]):
        end = event.get(UNTIL.get(event["kind"], ""))
        alone = sum(_same(event, other) for other in case["events"]) == 1
        if end and end > event["on"] and alone:
            found.append(number)
    return found


def _same(event: Event, other: Event) -> bool:
    """Whether two events are about the same matter of the same owner, on whatever day."""
    return owner({**event, "on": ""}) == owner({**other, "on": ""})


def split(case: Case, number: int, dice: Random) -> Case:
    """One event as two that follow each other without a day between.

    A benefit outside the system counts from the month after it began (FORMAT §4), so its two
    halves must meet within a month.
    """
    event = case["events"][number]
    last = UNTIL[event["kind"]]
    start, end = dt.date.fromisoformat(event["on"]), dt.date.fromisoformat(event[last])
    spans = [start + dt.timedelta(days=n) for n in range((end - start).days)]
    if event["kind"] == "other_benefit":
        spans = [d for d in spans if (d + dt.timedelta(days=1)).month == d.month]
    if not spans:
        return case
    middle = dice.choice(spans)
    after = (middle + dt.timedelta(days=1)).isoformat()
    halves = [
        {**event, last: middle.isoformat()},
        {**event, "on": after, "known": max(known(event), after)},
    ]
    halves[1]["known"] = known(event)
    events = [*case["events"][:number], *halves, *case["events"][number + 1 :]]
    return {**case, "events": events}


def in_time(case: Case) -> Case:
    """Every fact that acts directly becomes known on the day it is true; nothing else changes."""
    events = [
        {k: v for k, v in event.items() if k != "known" or event["kind"] not in ACT_DIRECTLY}
        for event in case["events"]
    ]
    return {**case, "events": sorted(events, key=lambda e: (known(e), e["on"]))}


def last_moment() -> str:
    """The last day of a story."""
    return day(LAST, 0).isoformat()
