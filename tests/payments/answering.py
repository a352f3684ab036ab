"""Small words for stories of the bank's answer: what we sent, and what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from apps.offices.models import Staff
from apps.payments.banking.writing import file_bytes
from apps.payments.models import BankBatch, BankItem, PaymentRun
from apps.payments.results import actions
from apps.payments.results.control import Control
from apps.payments.results.models import ResultFile
from seeds import fakebank
from seeds.fakebank import Answer, Sent
from tests import builders

ON = builders.date("2024-07-12")


def batch_of(run: PaymentRun) -> BankBatch:
    """The batch of a run that went to the bank."""
    return BankBatch.objects.exclude(state="void").get(run=run)


def sent(run: PaymentRun) -> list[Sent]:
    """The lines of our file, as the bank reads them."""
    return fakebank.read(file_bytes(batch_of(run), "csv"), "ours.csv")


def said(lines: Iterable[Sent], *states: str, on: dt.date = ON) -> list[Answer]:
    """One answer a line: the states in turn, the last for all that follow."""
    rest = states[-1]
    found = []
    for n, one in enumerate(lines):
        state = states[n] if n < len(states) else rest
        found.append(Answer(one, state, "AC04" if state == "returned" else "", on))
    return found


def taken(
    run: PaymentRun,
    answers: list[Answer],
    by: Staff,
    form: str = "csv",
    typed: Control | None = None,
) -> ResultFile:
    """The bank's file, uploaded and laid beside the batch."""
    name = "back." + {"csv-utf8": "csv"}.get(form, form)
    upload = actions.Upload(name, fakebank.write(answers, form))
    return actions.take(
        batch_of(run).pk, upload, typed=typed or Control(), by=by, at=timezone.now()
    )


def committed(run: PaymentRun, answers: list[Answer], by: Staff, form: str = "csv") -> ResultFile:
    """The bank's file, taken in."""
    return actions.commit(taken(run, answers, by, form).pk, by=by, at=timezone.now())


def states(run: PaymentRun) -> list[str]:
    """How the items of a run stand, in their order."""
    rows = BankItem.objects.filter(batch=batch_of(run)).order_by("number")
    return list(rows.values_list("state", flat=True))
