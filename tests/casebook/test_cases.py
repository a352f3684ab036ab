"""Every case passes, each under its own Chinese name; no reason code differs either."""

from __future__ import annotations

import pytest

from civil_affairs.casebook.cast import Posts
from civil_affairs.casebook.playing import play_one
from civil_affairs.casebook.reading import CaseFile, read_library
from civil_affairs.casebook.report import lines
from tests.casebook.conftest import CASES

pytestmark = pytest.mark.django_db

LIBRARY = read_library([CASES])
# What the system is believed to get wrong, and where: each fails here once it is put right.


def name_of(case: CaseFile) -> str:
    return f"{case.id}-{case.title}"


def test_every_case_is_well_written() -> None:
    assert not LIBRARY.faults
    assert len(LIBRARY.cases) >= 72 + 120


@pytest.mark.parametrize("case", LIBRARY.cases, ids=name_of)
def test_case(case: CaseFile, posts: Posts, request: pytest.FixtureRequest) -> None:
    told = play_one(case, posts)
    assert told.passed, "\n".join(lines(told))
    assert not told.comparison.remarks
