"""Stories in pairs: something becomes known late, or it had been known, and decided, in time."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from apps.units.months import month_code, month_of, next_month
from tests.properties.happenings import awards, settings
from tests.properties.stories import (
    AMOUNTS,
    LAST,
    Case,
    Draw,
    Event,
    dated,
    day,
    days,
    facts,
    families,
    once,
    runs_of,
)
from tests.properties.twins import ACT_DIRECTLY, known


@st.composite
def late_facts(draw: Draw) -> Case:
    """Awards confirmed early in the year, then facts that act by themselves, known late."""
    case = draw(families())
    case["standards"] = draw(settings())
    for _ in range(draw(st.integers(1, 3))):
        case["events"] += draw(awards(case, latest=-1))
    keys = "".join(case["persons"])
    for _ in range(draw(st.integers(1, 5))):
        event = draw(facts(keys, first=1, last=LAST - 2))
        if event["kind"] in ACT_DIRECTLY:
            on = dt.date.fromisoformat(event["on"])
            event.pop("known", None)
            case["events"].append(dated(event, on, draw(st.sampled_from((0, 31, 75, 140)))))
    case["runs"] = _runs(draw)
    return _in_order(case)


@st.composite
def corrections(draw: Draw) -> tuple[Case, Case]:
    """A change known and determined months later from its month on, or decided at once.

    A determination in time freezes the facts of its day, a correction looks at each month anew:
    so nothing else may end, and nobody come of age, in these months.
    """
    case = draw(families(ages=(4, 12, 30, 45, 60, 70)))
    case["standards"] = draw(settings())
    case["events"] += draw(st.lists(facts("".join(case["persons"]), first=-8, last=-3), max_size=3))
    for event in case["events"]:
        for end in ("known", "until", "expires"):
            event.pop(end, None)
    about = {"programme": "minimum_living", "subject": "H"}
    asked = {"on": "2023-12-05", "kind": "apply", **about}
    case["events"] += [asked, {"on": "2023-12-15", "kind": "confirm", **about}]
    for _ in range(draw(st.integers(0, 2))):
        beside = draw(awards(case, latest=-1))
        case["events"] += beside if beside[-1]["programme"] != "minimum_living" else []
    on = draw(days(0, LAST - 3))
    change = {**draw(_changes("".join(case["persons"]))), "on": on.isoformat()}
    months = draw(st.integers(1, 3))
    told = day(months + on.month - 1, 9).isoformat()
    effective = month_code(next_month(month_of(on)))
    case["runs"] = _runs(draw)
    again = {"kind": "redetermine", **about}
    in_time = [change, {"on": change["on"], **again}]
    late = [{**change, "known": told}, {"on": told, **again, "effective": effective}]
    return _in_order(case, in_time), _in_order(case, late)


def _changes(keys: str) -> st.SearchStrategy[Event]:
    """What a determination looks at: incomes, deductions, custody, schooling, class, members."""
    person = st.sampled_from(keys)
    return st.one_of(
        st.builds(
            lambda who, fen: {
                "kind": "income",
                "person": who,
                "source": "wage",
                "monthly": fen,
            },
            person,
            st.sampled_from(AMOUNTS),
        ),
        st.builds(
            lambda who, fen: {
                "kind": "deduction",
                "person": who,
                "category": "rigid_expenditure",
                "monthly": fen,
            },
            person,
            st.sampled_from(AMOUNTS),
        ),
        st.builds(
            lambda who, status: {"kind": "custody_status", "person": who, "status": status},
            person,
            st.sampled_from(("imprisoned", "none")),
        ),
        st.builds(
            lambda who, level: {"kind": "schooling", "person": who, "level": level},
            person,
            st.sampled_from(("undergraduate", "none")),
        ),
        st.builds(
            lambda zone: {"kind": "household_class", "household": "H", "class": zone},
            st.sampled_from(("urban", "rural")),
        ),
    )


def _runs(draw: Draw) -> list[object]:
    months = sorted(draw(st.sets(st.integers(1, LAST - 1), min_size=1, max_size=3)))
    last = {"month": day(LAST, 1).isoformat()[:7], "on": day(LAST, 0).isoformat(), "id": "last"}
    return [*runs_of(months), last]


def _in_order(case: Case, more: list[Event] | None = None) -> Case:
    events = once([*case["events"], *(more or [])])
    return {**case, "events": sorted(events, key=lambda e: (known(e), e["on"]))}
