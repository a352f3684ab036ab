"""权限总表: every address × method × post × where they stand to it, against matrix.yaml.

The table is read by people: whoever changes what somebody may see or do changes a line of it. To
write it anew: ``MATRIX=write ./run test tests/access``; then read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml

from tests.access.asking import Answers, Askers, answers, routes
from tests.access.world import ON, World

FILE = Path(__file__).with_name("matrix.yaml")
WRITE = os.environ.get("MATRIX") == "write"
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def askers(county: object) -> Iterator[Askers]:
    with time_machine.travel(f"{ON}T10:00:00+08:00", tick=False):
        yield Askers(World())


def compact(found: Answers) -> dict[str, dict[str, dict[int, str]]]:
    """Status → who, in the order of posts: a line a status, as people read it."""
    return {
        method: {situation: _by_status(statuses) for situation, statuses in by_situation.items()}
        for method, by_situation in found.items()
    }


def _by_status(statuses: dict[str, int]) -> dict[int, str]:
    lines: dict[int, list[str]] = {}
    for who, status in statuses.items():
        lines.setdefault(status, []).append(who)
    return {status: " ".join(who) for status, who in sorted(lines.items())}


def golden() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8")) or {}
    return found


def test_every_address_is_in_the_table_and_no_other() -> None:
    assert set(golden()) == {route.name for route in routes()}


def test_a_name_is_one_address() -> None:
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))


def test_all_cells(askers: Askers, request: pytest.FixtureRequest) -> None:
    found = {route.name: compact(answers(route, askers.world, askers)) for route in routes()}
    if WRITE:
        words = yaml.safe_dump(found, allow_unicode=True, sort_keys=True, width=200)
        FILE.write_text(words, encoding="utf-8")
    cells = sum(
        len(who.split())
        for methods in found.values()
        for situations in methods.values()
        for statuses in situations.values()
        for who in statuses.values()
    )
    print(f"{len(found)} 个地址，{cells} 格")
    wanted = golden()
    wrong = {name: found[name] for name in found if found[name] != wanted.get(name)}
    assert wrong == {}
    assert not any(500 in s for m in found.values() for x in m.values() for s in x.values())
