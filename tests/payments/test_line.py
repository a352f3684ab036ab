"""取数专线: a run computed alone reads on a line of its own and owes the same."""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.payments import actions as payments
from apps.payments.models import Calculation, Due, PaymentRun
from apps.payments.progress import Cancelled
from tests import builders
from tests.payments.paying import four, opened


class Stopping:
    """Somebody asks to stop at the first word."""

    def step(self, programme: str, done: int) -> None:
        raise Cancelled


def a_county() -> PaymentRun:
    """A disabled person on the nursing subsidy, and a draft of a month."""
    who = builders.person()
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    builders.award("disability_nursing", home, who, "2024-06-03")
    return opened(four(), "2024-06")


def dues(run: PaymentRun) -> list[tuple[object, ...]]:
    run.refresh_from_db()
    rows = Due.objects.filter(calculation_id=run.calculation_id)
    return sorted(rows.values_list("subject", "programme", "month", "fen", "facts"))


@pytest.mark.django_db(transaction=True)
def test_a_run_reads_the_same_alone_and_inside_a_transaction() -> None:
    run = a_county()
    with transaction.atomic():
        payments.compute_run(run.pk)
    inside = dues(run)
    payments.compute_run(run.pk)
    assert inside
    assert dues(run) == inside


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_stopped_while_it_reads_ahead_leaves_nothing() -> None:
    run = a_county()
    with pytest.raises(Cancelled):
        payments.compute_run(run.pk, watch=Stopping())
    assert not Calculation.objects.exists()
    payments.compute_run(run.pk)
    assert dues(run)
