"""A county's month, 52,000 lines: out, to the fake bank, and back; seconds a stage (`-s` shows)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.payments import actions as payments
from apps.payments.banking.writing import file_bytes
from apps.payments.budgets.actions import charge
from apps.payments.models import BankItem, PaymentRun
from apps.payments.results import actions, desk
from apps.payments.results.control import Control
from seeds import fakebank
from tests import builders
from tests.pages.conftest import deaf
from tests.payments.answering import batch_of
from tests.payments.paying import Four, account, computed, four

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("tied")]
LINES, MOST_SECONDS = 52_000, 30
ON = builders.date("2024-07-12")
# The one line of the run, so many times over, each of a subject of its own.
MORE = """
INSERT INTO payments_paymentline
    (subject, programme, month, calculation_id, kind, entitlement_id, fen, offset_fen, budget)
SELECT 1000000 + n, programme, month, calculation_id, kind, entitlement_id, 1000 + n, 0, budget
FROM payments_paymentline, generate_series(2, %s) n WHERE calculation_id = %s
"""
UNCHARGED = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE payments_charge DISABLE TRIGGER USER;
DELETE FROM payments_charge;
ALTER TABLE payments_charge ENABLE TRIGGER USER;
SET CONSTRAINTS ALL DEFERRED
"""


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def june(people: Four) -> PaymentRun:
    """June of a county, sealed and not yet sent."""
    home, _ = deaf("欧阳小明")
    account(home)
    run = computed(people, "2024-06", day=20)
    assert run.calculation is not None
    with connection.cursor() as cursor:
        cursor.execute(MORE, [LINES, run.calculation.pk])
        cursor.execute(UNCHARGED)
        cursor.execute("ANALYZE payments_paymentline")
    charge(run.calculation, run.month)
    payments.check_run(run.pk, by=people.checker)
    payments.approve_run(run.pk, by=people.approver)
    run.refresh_from_db()
    return run


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.stages[name] = time.perf_counter() - began

    def __str__(self) -> str:
        return "，".join(f"{name} {seconds:.1f} s" for name, seconds in self.stages.items())


@pytest.mark.parametrize(
    ("ending", "form"), [("csv", "csv"), ("xlsx", "xlsx"), ("txt", "csv-utf8"), ("xml", "xml")]
)
def test_a_countys_month_goes_out_and_comes_back(
    ending: str, form: str, june: PaymentRun, people: Four
) -> None:
    clock, batch, by = Clock(), batch_of(june), people.finance
    batch.refresh_from_db()
    with clock.stage("send"):
        payments.send_run(june.pk, by=by)
    with clock.stage(f"our {ending}"):
        ours = file_bytes(batch, ending)
    with clock.stage("fake bank"):
        lines = fakebank.read(ours, f"ours.{ending}")
        shares = fakebank.Shares(0.01, 0.01, 0.001, 0.001)
        answers = fakebank.answer(lines, shares, seed=1, on=ON)
        theirs = fakebank.write(answers, form)
    total = Control(len(answers), sum(one.sent.fen for one in answers))
    name = "back." + {"csv-utf8": "csv"}.get(form, form)
    with CaptureQueriesContext(connection) as queries:
        with clock.stage("upload and match"):
            upload = actions.Upload(name, theirs)
            file = actions.take(batch.pk, upload, typed=total, by=by, at=timezone.now())
        with clock.stage("preview"):
            desk.preview(file)
        with clock.stage("commit"):
            file = actions.commit(file.pk, by=by, at=timezone.now())
    size = f"out {len(ours) / 2**20:.1f} MB, back {len(theirs) / 2**20:.1f} MB"
    print(f"\n{ending}→{form}: {size}, {len(queries)} queries, {clock}")
    states = [one.state for one in {one.sent.number: one for one in answers}.values()]
    stands = {state: n for state, _, n, _ in desk.tie(batch)["rows"]}
    assert stands["sent"] == LINES - len(states) > 0
    assert {state: stands[state] for state in fakebank.STATES} == {
        state: states.count(state) for state in fakebank.STATES
    }
    assert BankItem.objects.filter(returned_on=ON).count() == stands["returned"] > 0
    assert file.summary["refused"][0] == len(answers) - len(states) > 0
    assert len(queries) < 60
    back = ("upload and match", "preview", "commit")
    assert sum(clock.stages[stage] for stage in back) <= MOST_SECONDS
