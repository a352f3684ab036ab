"""A due that was tampered with is found both ways (the cases are computed both ways in
tests/casebook/test_cases.py)."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.payments.audit.compare import audit
from apps.payments.models import Due
from apps.payments.reprove import reprove
from tests import builders
from tests.payments.paying import approved, four

pytestmark = pytest.mark.django_db


def test_a_due_that_was_tampered_with_is_found_both_ways() -> None:
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
