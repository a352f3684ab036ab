"""回盘: what the bank has said of the last month that was paid, by the fake bank's own file."""

from __future__ import annotations

import datetime as dt

from apps.payments.banking.writing import file_bytes
from apps.payments.models import BankBatch, BankItem
from apps.payments.results import actions
from apps.payments.results.control import Control
from apps.payments.results.models import ResultFile
from seeds import clock, fakebank
from seeds.ledger import Office

ANSWERED = dt.date(2024, 11, 25)
# Nothing more comes back than the stories tell; a few are in process, a few not answered yet.
SHARES = fakebank.Shares(returned=0, processing=0.0005, missing=0.0003)


def fill(office: Office, number: int) -> ResultFile:
    """The bank's answer to the newest batch, taken in and committed by finance."""
    batch = BankBatch.objects.filter(state="sent").latest("run__month", "run__number")
    rows = BankItem.objects.filter(batch=batch, returned_on__isnull=False)
    told = set(rows.values_list("number", flat=True))
    with clock.at(ANSWERED):
        sent = fakebank.read(file_bytes(batch, "csv"), "ours.csv")
        waiting = [one for one in sent if one.number not in told]
        answers = fakebank.answer(waiting, SHARES, seed=number, on=ANSWERED)
        upload = actions.Upload(f"回盘{ANSWERED:%Y%m%d}.csv", fakebank.write(answers, "csv"))
        total = Control(len(answers), sum(one.sent.fen for one in answers))
        by, at = office.finance, clock.morning(ANSWERED)
        file = actions.take(batch.pk, upload, typed=total, by=by, at=at)
        return actions.commit(file.pk, by=by, at=at)
