"""Two ways, one answer: every case of the casebook computed by the rules and by sets in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from apps.payments import actions as payments
from apps.payments.audit.compare import audit
from apps.payments.models import Due
from apps.payments.reprove import reprove
from apps.units.months import last_day
from civil_affairs.casebook.cast import Posts
from civil_affairs.casebook.compare import months_in
from civil_affairs.casebook.player import Player, load_profile
from civil_affairs.casebook.reading import read_library
from tests import builders
from tests.payments.paying import approved, four

CASES = Path(__file__).resolve().parent.parent / "casebook" / "cases"


def cases() -> Iterator[Any]:
    for case in read_library([CASES]).cases:
        yield pytest.param(case, id=f"{case.id} {case.title}")


@pytest.fixture
def posts(db: None) -> Posts:
    posts = Posts()
    load_profile("cn-2024", posts)
    return posts


@pytest.mark.parametrize("case", list(cases()))
def test_a_case_comes_out_the_same_both_ways(case: Any, posts: Posts) -> None:
    player = Player(case, posts)
    player.play()
    maker = builders.staff()
    for month in sorted(set(months_in(case.data["expect"])))[-2:]:
        with transaction.atomic():
            run = payments.open_run(
                month=month, cutoff=last_day(month), division=builders.COUNTY, by=maker
            )
            payments.compute_run(run.pk)
            run.refresh_from_db()
            assert run.calculation is not None
            assert audit(run.calculation, month).differences == []
            assert reprove(month).different == []
            transaction.set_rollback(True)


def test_a_due_that_was_tampered_with_is_found_both_ways(posts: Posts) -> None:
    who = builders.person()
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    builders.award("disability_nursing", home, who, "2024-06-03")
    run = approved(four(), "2024-06")
    assert run.calculation is not None
    assert audit(run.calculation, run.month).differences == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_due DISABLE TRIGGER due_append_only")
        cursor.execute("UPDATE payments_due SET fen = fen + 1, base_fen = base_fen + 1")
        cursor.execute("ALTER TABLE payments_due ENABLE TRIGGER due_append_only")
    assert Due.objects.get().fen == 9001
    [difference] = audit(run.calculation, run.month).differences
    assert (difference.by_rule, difference.by_sql) == (9001, 9000)
    [disagreement] = reprove(run.month).different
    assert (disagreement.stored_fen, disagreement.said_fen) == (9001, 9000)
