"""A county's month, 52,000 lines: out, to the fake bank, and back; seconds a stage (`-s` shows)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.payments import seal
from apps.payments.banking.writing import file_bytes
from apps.payments.models import BankItem, PaymentRun
from apps.payments.results import actions, desk
from apps.payments.results.control import Control
from seeds import fakebank
from tests import builders
from tests.pages.conftest import deaf
from tests.payments.answering import batch_of
from tests.payments.paying import Four, approved, four

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LINES, MOST_SECONDS = 52_000, 30
ON = builders.date("2024-07-12")
# The one item of the run, so many times over, each to a person and an account of its own.
MORE = """
INSERT INTO payments_bankitem
    (batch_id, number, programme, subject, household_id, kind, fen, heads, months, first_month,
     last_month, holder_name, holder_id_number, account_id, payee_is, payee_name,
     payee_id_number, bank, bank_number, state, returned_why)
SELECT batch_id, n, programme, 1000000 + n, household_id, kind, 1000 + n, heads, months,
       first_month, last_month, '欧阳小明', holder_id_number, account_id, payee_is, '欧阳小明',
       payee_id_number, '湖南常宁农村商业银行股份有限公司', (6217990000000000000 + n)::text,
       'pending', ''
FROM payments_bankitem, generate_series(2, %s) n WHERE batch_id = %s
"""


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def june(people: Four) -> PaymentRun:
    """June of a county, sealed and not yet sent."""
    deaf("甲一")
    run = approved(people, "2024-06", day=20)
    batch = batch_of(run)
    with connection.cursor() as cursor:
        cursor.execute(MORE, [LINES, batch.pk])
        cursor.execute(seal.TOTALS, {"batch": batch.pk})
        cursor.execute("ANALYZE payments_bankitem")
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
    from apps.payments import actions as payments

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
