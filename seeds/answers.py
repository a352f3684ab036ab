"""回盘: what the bank has said of each month that was paid, by the fake bank's own file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from apps.offices.models import Staff
from apps.payments.banking.writing import file_bytes
from apps.payments.models import BankBatch, BankItem
from apps.payments.results import actions
from apps.payments.results.control import Control
from apps.payments.results.models import ResultFile
from seeds import clock, fakebank

ANSWER_DAY = 28
# Nothing more comes back than the stories tell; of the last month a few are in process, and a few
# not answered yet.
ALL = fakebank.Shares(returned=0, processing=0, missing=0)
NEWEST = fakebank.Shares(returned=0, processing=0.0005, missing=0.0003)


def newest() -> BankBatch:
    """The batch that was sent last."""
    return BankBatch.objects.filter(state="sent").latest("run__month", "run__number")


def fill(
    batch: BankBatch,
    *,
    by: Staff,
    on: dt.date,
    shares: fakebank.Shares = ALL,
    number: int = 0,
    leave: Collection[int] = (),
) -> ResultFile | None:
    """The bank's answer to a batch, taken in and committed; None when there is nothing to say.

    ``leave``: numbers of items of which it says nothing, beside those that have come back.
    """
    rows = BankItem.objects.filter(batch=batch, returned_on__isnull=False)
    told = {*leave, *rows.values_list("number", flat=True)}
    sent = fakebank.read(file_bytes(batch, "csv"), "ours.csv")
    waiting = [one for one in sent if one.number not in told]
    answers = fakebank.answer(waiting, shares, seed=number, on=on)
    if not answers:
        return None
    upload = actions.Upload(f"回盘{on:%Y%m%d}.csv", fakebank.write(answers, "csv"))
    total = Control(len(answers), sum(one.sent.fen for one in answers))
    at = clock.morning(on)
    file = actions.take(batch.pk, upload, typed=total, by=by, at=at)
    return actions.commit(file.pk, by=by, at=at)
