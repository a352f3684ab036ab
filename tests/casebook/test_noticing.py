"""Whatever a case may expect, another value is noticed: no expectation passes by being ignored."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from apps.units.money import parse_yuan, yuan
from apps.units.months import month_code, next_month, parse_month
from civil_affairs.casebook import acts
from civil_affairs.casebook.cast import Posts
from civil_affairs.casebook.compare import compare
from civil_affairs.casebook.player import Player, never_kept
from civil_affairs.casebook.playing import play_one
from civil_affairs.casebook.reading import CaseFile, read_library
from civil_affairs.casebook.report import lines
from tests.casebook.conftest import CASES
from tests.casebook.test_cases import name_of

pytestmark = pytest.mark.django_db

# Every kind of expectation is among these; the audit's cases expect nothing of another kind.
LIBRARY = [c for c in read_library([CASES]).cases if not c.path.name.startswith("audit_")]
OTHER = {
    "urban": "rural",
    "rural": "urban",
    "confirm": "reject",
    "reject": "confirm",
    "stop": "redetermine",
    "redetermine": "stop",
    "self": "full",
    "partial": "self",
    "full": "partial",
}


def one_fen_more(text: str) -> str:
    return yuan(parse_yuan(text) + 1)


def a_day_later(text: str) -> str:
    return (dt.date.fromisoformat(text) + dt.timedelta(days=1)).isoformat()


def a_month_more(months: list[str]) -> list[str]:
    return [*months, month_code(next_month(parse_month(max(months))))]


CHANGES: dict[str, Callable[[Any], Any]] = {
    "amount": one_fen_more,
    "total": one_fen_more,
    "balance": one_fen_more,
    "offset": one_fen_more,
    "for": a_month_more,
    "class": lambda word: OTHER[word],
    "outcome": lambda word: OTHER[word],
    "count": lambda number: number + 1,
    "age": lambda number: number + 1,
}


def changed(expect: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The expectation with one thing changed, once for each thing it says."""
    for part in ("owed", "paid", "recoveries", "decisions", "attained", "totals"):
        for number, asked in enumerate(expect.get(part, [])):
            for key in CHANGES.keys() & asked.keys():
                other = deepcopy(expect)
                other[part][number][key] = CHANGES[key](asked[key])
                if asked.get("kind") == "none":
                    other[part][number]["kind"] = "regular"
                yield f"{part}[{number}].{key}", other
    for key in ("count", "total") if "batch" in expect else ():
        other = deepcopy(expect)
        other["batch"][key] = CHANGES[key](expect["batch"][key])
        yield f"batch.{key}", other
    for part, change in (
        ("counted_members", lambda n: n + 1),
        ("self_care_grades", lambda word: OTHER[word]),
        ("deadlines", a_day_later),
    ):
        for key, value in expect.get(part, {}).items():
            other = deepcopy(expect)
            other[part][key] = change(value)
            yield f"{part}.{key}", other


def left_out(expect: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """An exhaustive expectation without one of the amounts it lists."""
    if not expect.get("exhaustive"):
        return
    for part in ("owed", "paid", "recoveries"):
        for number, asked in enumerate(expect.get(part, [])):
            if asked["amount"] == "0.00":
                continue
            other = deepcopy(expect)
            del other[part][number]
            yield f"without {part}[{number}]", other


def said(expect: dict[str, Any]) -> set[str]:
    """The kinds of things an expectation says: owed.amount, without paid …"""
    found = [*changed(expect), *left_out(expect)]
    return {re.sub(r"\[\d+\]", "", what) for what, _other in found}


def few() -> list[CaseFile]:
    """A few cases that between them say every kind of thing a case can say."""
    left = {kind for case in LIBRARY for kind in said(case.data["expect"])}
    chosen = []
    while left:
        best = max(LIBRARY, key=lambda case: len(left & said(case.data["expect"])))
        left -= said(best.data["expect"])
        chosen.append(best)
    return chosen


@pytest.mark.parametrize("case", few(), ids=name_of)
def test_every_expectation_counts(case: CaseFile, posts: Posts) -> None:
    with never_kept():
        player = Player(case, posts)
        player.play()
        expect = case.data["expect"]
        for what, other in [*changed(expect), *left_out(expect)]:
            player.case = {**case.data, "expect": other}
            assert compare(player).differences, f"{what} is not looked at"


def test_a_wrong_expectation_is_told_with_our_working(posts: Posts) -> None:
    case = next(c for c in LIBRARY if c.id == "C001")
    data = deepcopy(case.data)
    data["expect"]["owed"][0]["amount"] = "549.99"
    told = play_one(replace(case, data=data), posts)
    assert not told.passed
    text = "\n".join(lines(told))
    assert "不符  C001  农村低保三口之家补差" in text
    assert "应发 2024-06 minimum_living H：预期 549.99，实得 550.00" in text
    assert "农村低保标准每人每年5400.00元" in text


def test_explain_says_the_working_of_what_passes(posts: Posts) -> None:
    case = next(c for c in LIBRARY if c.id == "C001")
    text = "\n".join(lines(play_one(case, posts, explain=True)))
    assert "通过  C001" in text
    assert "应发 2024-06 minimum_living H = 550.00" in text


def test_an_event_the_office_refuses_is_told_with_its_place(posts: Posts) -> None:
    case = next(c for c in LIBRARY if c.id == "C001")
    data = deepcopy(case.data)
    data["events"].append(
        {"on": "2023-12-20", "kind": "grace_period", "programme": "minimum_living", "subject": "H"}
        | {"cause": "employment", "months": 6}
    )
    told = play_one(replace(case, data=data), posts)
    assert told.passed  # nothing it expects depends on that
    assert told.comparison.remarks[0].startswith("events[5] grace_period 未获办理：")


def test_what_cannot_be_played_stops_the_case_with_its_place(posts: Posts) -> None:
    case = next(c for c in LIBRARY if c.id == "C001")
    data = deepcopy(case.data)
    twice = {"on": "2024-02-20", "kind": "death", "person": "C"}
    data["events"] += [twice, twice]
    told = play_one(replace(case, data=data), posts)
    assert told.stuck is not None
    assert told.stuck[0] == "events[6] death"
    assert "已登记" in told.stuck[1]


def test_a_defect_of_ours_fails_one_case_only(
    posts: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(c for c in LIBRARY if c.id == "C001")
    with monkeypatch.context() as broken:
        broken.setitem(acts.ACTS, "income", lambda _play, _event: 1 / 0)
        told = play_one(case, posts)
    assert told.stuck is not None
    assert told.stuck[0] == "程序缺陷"
    assert "ZeroDivisionError" in told.stuck[1]
    assert play_one(case, posts).passed


def test_another_reason_code_is_a_remark_and_no_failure(posts: Posts) -> None:
    case = next(c for c in LIBRARY if c.id == "C005")
    data = deepcopy(case.data)
    data["expect"]["decisions"][0]["reason"] = "another_name"
    told = play_one(replace(case, data=data), posts)
    assert told.passed
    assert "another_name" in told.comparison.remarks[0]
