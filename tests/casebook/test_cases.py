"""Every case passes, each under its own Chinese name; no reason code differs either.

And every case comes out the same both ways: its last months are computed once more by the rules,
by sets in SQL (审计), and from what was stored (复算).
"""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.payments import actions as payments
from apps.payments.audit.compare import audit
from apps.payments.reprove import reprove
from apps.units.months import last_day
from civil_affairs.casebook.cast import Posts
from civil_affairs.casebook.compare import months_in
from civil_affairs.casebook.player import Player
from civil_affairs.casebook.playing import play_one
from civil_affairs.casebook.reading import CaseFile, read_library
from civil_affairs.casebook.report import lines
from tests import builders
from tests.casebook.conftest import CASES

pytestmark = pytest.mark.django_db
MONTHS = 2  # of each case are computed both ways: its last

LIBRARY = read_library([CASES])


def disagreements(player: Player) -> list[object]:
    """What the rules, the SQL and the stored facts say differently of the case's last months."""
    maker = builders.staff()
    found: list[object] = []
    for month in sorted(set(months_in(player.case["expect"])))[-MONTHS:]:
        with transaction.atomic():
            run = payments.open_run(
                month=month, cutoff=last_day(month), division=builders.COUNTY, by=maker
            )
            payments.compute_run(run.pk)
            run.refresh_from_db()
            assert run.calculation is not None
            found += [*audit(run.calculation, month).differences, *reprove(month).different]
            transaction.set_rollback(True)
    return found


def name_of(case: CaseFile) -> str:
    return f"{case.id}-{case.title}"


def test_every_case_is_well_written() -> None:
    assert not LIBRARY.faults
    assert len(LIBRARY.cases) >= 72 + 120


@pytest.mark.parametrize("case", LIBRARY.cases, ids=name_of)
def test_case(case: CaseFile, posts: Posts, request: pytest.FixtureRequest) -> None:
    found: list[object] = []
    told = play_one(case, posts, also=lambda player: found.extend(disagreements(player)))
    assert told.passed, "\n".join(lines(told))
    assert not told.comparison.remarks
    assert found == []
