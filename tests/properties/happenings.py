"""What the office decides in a story: awards with what they rest on, later decisions, standards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from tests.properties.stories import (
    AMOUNTS,
    LAST,
    Case,
    Draw,
    Event,
    day,
    days,
    facts,
    families,
    once,
    parents,
    runs_of,
)

OLD = "2022-06-15"  # a day long before: what stood when the year began
FROM_18 = ("minimum_living", "destitute_basic", "disability_living", "disability_nursing")
CHILDREN = ("orphan_allowance", "unattended_child_allowance", "orphan_study_grant")
ELDERLY = ("old_age_allowance", "elder_service_subsidy", "destitute_basic")
STOPPED = ("voluntary", "condition_ended", "income")

# Standards that a story may set for all its months (the key's whole list).
SETTINGS: tuple[tuple[str, Any], ...] = (
    ("minimum_living.supplement", {"minor": "0.10", "elder_70": "0.20"}),
    ("minimum_living.supplement", {"severe_disability": "0.333", "serious_illness": "0.25"}),
    ("minimum_living.min_payment", "30.00"),
    ("minimum_living.employment_cost_rate", "0.15"),
    ("minimum_living.central_base_pension_exempt_until", "2024-03"),
    ("disability_living.include_marginal_household", True),
    ("disability_nursing.include_grade3_mental_intellectual", True),
    ("elder_service_subsidy.monthly", "120.00"),
    ("elder_service_subsidy.exclusive_with_disability_nursing", False),
    ("elder_service_subsidy.exclusive_with_destitute", False),
    ("destitute_funeral.months", 6),
    ("old_age_allowance.late_application", "current_year"),
    ("temporary_relief.cap_multiple", 1),
    ("temporary_relief.cap_multiple", None),
    ("arrears.include_exited", False),
    ("payment.rural_minimum_living", "quarterly"),
)
# Standards adopted in the middle of a story, from a month that may lie before it.
RAISES: tuple[tuple[str, Any], ...] = (
    ("minimum_living.urban_monthly", "733.33"),
    ("minimum_living.urban_monthly", "600.00"),
    ("minimum_living.rural_annual", "5713.00"),
    ("disability_nursing.monthly", "95.50"),
    ("disability_living.monthly", "0.00"),
    ("destitute_basic.rural_scattered", "600.01"),
    ("destitute_care.full", "620.00"),
    ("orphan_allowance.scattered", "1180.00"),
    ("unattended_child_allowance.scattered", "1180.00"),
    ("old_age_allowance.bands", {"70": "30.00", "80": "60.00"}),
    ("elder_service_subsidy.monthly", "100.00"),
    ("minimum_living.supplement", {"minor": "0.05", "serious_illness": "0.10"}),
    ("disability_nursing.include_grade3_mental_intellectual", False),
)


# ---- awards ----
@st.composite
def awards(
    draw: Draw, case: Case, *, decided: tuple[str, ...] = ("confirm",), latest: int = LAST - 4
) -> list[Event]:
    """An application, the facts it rests on (mostly), and the decision some days later."""
    who = draw(st.sampled_from(("H", "H", *case["persons"])))
    programme = draw(st.sampled_from(_likely(case, who)))
    on = draw(days(-2, latest))
    after = on + dt.timedelta(days=draw(st.sampled_from((0, 0, 14, 40))))
    rests_on = draw(_kit(programme, who)) if draw(st.integers(0, 5)) else []
    asked = {"programme": programme, "subject": who}
    return [
        *rests_on,
        {"on": on.isoformat(), "kind": "apply", **asked},
        {
            "on": after.isoformat(),
            "kind": draw(st.sampled_from(decided)),
            **asked,
            **draw(_terms(programme)),
        },
    ]


def _likely(case: Case, who: str) -> tuple[str, ...]:
    """Programmes somebody of that age would ask for; the household mostly for 低保."""
    if who == "H":
        return ("minimum_living",) * 5 + ("temporary_relief", "marginal_household")
    age = 2024 - int(case["persons"][who]["born"][:4])
    found = ("disability_living", "disability_nursing", "temporary_relief")
    if age <= 18:
        return (*CHILDREN, "destitute_basic", *found)
    return (*ELDERLY, "destitute_funeral", *found) if age >= 60 else (*FROM_18, *found)


def _kit(programme: str, who: str) -> st.SearchStrategy[list[Event]]:
    """The facts that usually make an award payable, known long before."""

    def with_day(*said: Event) -> list[Event]:
        return [{"on": OLD, **event} for event in said]

    person = {"person": who}
    if programme.startswith("disability"):
        kinds = st.sampled_from((("limb", 1), ("vision", 2), ("mental", 3), ("hearing", 2)))
        return st.builds(
            lambda k: with_day({"kind": "disability", **person, "type": k[0], "grade": k[1]}), kinds
        )
    if programme in ("destitute_basic", "elder_service_subsidy"):
        failed = st.sampled_from((0, 2, 5))
        return st.builds(
            lambda n: with_day({"kind": "self_care", **person, "failed_indicators": n}), failed
        )
    if programme in ("orphan_allowance", "unattended_child_allowance"):
        mother = parents() if programme.startswith("un") else st.just({"status": "dead"})
        return st.builds(
            lambda said: with_day(
                {"kind": "parent_status", "child": who, "parent": "father", "status": "dead"},
                {"kind": "parent_status", "child": who, "parent": "mother", **said},
            ),
            mother,
        )
    return st.just([])


def _terms(programme: str) -> st.SearchStrategy[Event]:
    if programme == "temporary_relief":
        return st.fixed_dictionaries(
            {
                "assessed": st.sampled_from(("500.00", "9000.00")),
                "over_cap_approved": st.booleans(),
            }
        )
    if programme == "orphan_study_grant":
        return st.sampled_from(({"school_year": "2023-2024"}, {"school_year": "2024-2025"}))
    return st.just({})


# ---- later decisions ----
@st.composite
def decisions(draw: Draw, case: Case) -> list[Event]:
    """A later decision on an award of the story, if it has one."""
    asked = [e for e in case["events"] if e["kind"] in ("confirm", "decide")]
    if not asked:
        return []
    award = draw(st.sampled_from(asked))
    about = {"programme": award["programme"], "subject": award["subject"]}
    on = draw(days(1, LAST))
    back = {"effective": draw(days(0, LAST)).isoformat()[:7]} if draw(st.booleans()) else {}
    if about["programme"] != "minimum_living" or draw(st.integers(0, 3)) == 0:
        stop = {"kind": "stop", **about, "reason": draw(st.sampled_from(STOPPED)), **back}
        return [{"on": on.isoformat(), **stop}]
    kind = draw(st.sampled_from(("redetermine", "redetermine", "grace_period", "sanction")))
    if kind == "sanction":
        return _sanction(draw, case, on)
    more = {"cause": "employment", "months": draw(st.integers(1, 3))}
    more = more if kind == "grace_period" else back
    return [{"on": on.isoformat(), "kind": kind, **about, **more}]


def _sanction(draw: Draw, case: Case, on: dt.date) -> list[Event]:
    """Three refusals and what they lead to (R-DB-15)."""
    whom = {"household": "H", "person": draw(st.sampled_from(list(case["persons"])))}
    refused = [{"on": f"2024-01-0{n}", "kind": "work_refusal", **whom} for n in (2, 3, 4)]
    until = {"until": draw(days(LAST - 3, LAST)).isoformat()[:7]} if draw(st.booleans()) else {}
    return [*refused, {"on": on.isoformat(), "kind": "sanction", **whom, **until}]


@st.composite
def raises(draw: Draw) -> Event:
    """A standard adopted on a day, from a month that may already have been paid."""
    key, value = draw(st.sampled_from(RAISES))
    since = draw(days(0, LAST)).isoformat()[:7]
    on = draw(days(0, LAST)).isoformat()
    return {"on": on, "kind": "adopt_standard", "key": key, "from": since, "value": value}


@st.composite
def moves(draw: Draw, case: Case) -> list[Event]:
    """Somebody leaves the household, to live alone in another."""
    movable = list(case["persons"])[1:]
    if not movable:
        return []
    who = draw(st.sampled_from(movable))
    on = draw(days(0, LAST - 2))
    zone = draw(st.sampled_from(("urban", "rural")))
    case["households"]["K"] = {
        "class": zone,
        "since": on.isoformat(),
        "members": {who: "applicant"},
    }
    left = {"on": on.isoformat(), "kind": "member_left", "household": "H", "person": who}
    asked = {"programme": "minimum_living", "subject": "K"}
    then = on.isoformat()
    return [left, {"on": then, "kind": "apply", **asked}, {"on": then, "kind": "confirm", **asked}]


@st.composite
def money(draw: Draw, case: Case) -> list[Event]:
    """What happens to money already sent: returned, a new account, set-off, paid back."""
    asked = [e for e in case["events"] if e["kind"] in ("confirm", "decide")]
    if not asked:
        return []
    award = draw(st.sampled_from(asked))
    about = {"programme": award["programme"], "subject": award["subject"]}
    run = draw(st.sampled_from(case["runs"]))
    on = max(draw(days(2, LAST)).isoformat(), f"{run}-11")
    one = draw(st.sampled_from(("return", "return", "account", "offset", "repay")))
    said: Event = {
        "return": {"kind": "bank_return", "run": run, **about, "reason": "frozen"},
        "account": {"kind": "bank_account", "subject": award["subject"], "valid": True},
        "offset": {"kind": "offset_recovery", **about, "monthly": draw(st.sampled_from(AMOUNTS))},
        "repay": {"kind": "repayment", **about, "amount": "50.00"},
    }[one]
    return [{"on": on, **said}]


# ---- whole stories ----
@st.composite
def settings(draw: Draw) -> dict[str, Any]:
    """The standards a story changes for all its months."""
    chosen = draw(st.lists(st.sampled_from(SETTINGS), max_size=3))
    return {key: [{"from": "2020-01", "value": value}] for key, value in chosen}


@st.composite
def stories(draw: Draw, *, paid: bool = True, once_asked: bool = False) -> Case:
    """A family, its awards, and everything that may happen to them; with runs when ``paid``.

    ``once_asked``: nobody applies for the same programme a second time.
    """
    case = draw(families())
    case["standards"] = draw(settings())
    asked = set()
    for _ in range(draw(st.integers(1, 4))):
        found = draw(awards(case, decided=("confirm", "confirm", "confirm", "decide")))
        about = (found[-1]["programme"], found[-1]["subject"])
        if about not in asked or not once_asked:
            case["events"] += found
        asked.add(about)
    case["events"] += draw(st.lists(facts("".join(case["persons"])), max_size=7))
    for _ in range(draw(st.integers(0, 2))):
        case["events"] += draw(decisions(case))
    case["events"] += draw(st.lists(raises(), max_size=1))
    if paid:
        case["runs"] = runs_of(sorted(draw(st.sets(st.integers(1, LAST), min_size=2, max_size=3))))
        for _ in range(draw(st.integers(0, 2))):
            case["events"] += draw(money(case))
        last = {"month": day(LAST, 1).isoformat()[:7], "on": day(LAST, 0).isoformat(), "id": "last"}
        case["runs"].append(last)
    if draw(st.integers(0, 3)) == 0:
        case["events"] += draw(moves(case))
    return in_order(case)


@st.composite
def quiet_stories(draw: Draw) -> Case:
    """Awards that rest on what was so before the year began; nothing happens afterwards."""
    case = draw(families())
    case["standards"] = draw(settings())
    for _ in range(draw(st.integers(1, 5))):
        case["events"] += draw(awards(case))
    case["events"] += draw(st.lists(facts("".join(case["persons"]), first=-9, last=-4), max_size=5))
    for event in case["events"]:
        event.pop("known", None)
    return in_order(case)


def in_order(case: Case) -> Case:
    """The events in the order in which they become known, contradictions left out."""
    events = once(case["events"])
    return {**case, "events": sorted(events, key=lambda e: (e.get("known", e["on"]), e["on"]))}
