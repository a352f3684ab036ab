"""A story played through the actions the pages use, and what the ledgers say of it afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Sum
from hypothesis import note

from apps.casework.actions import Refused
from apps.casework.programme import PROGRAMMES, Nature
from apps.households.shapes import BadFact
from apps.offices.moves import NotFound, StaleState
from apps.payments.models import BankItem, Due, Held, PaymentLine
from apps.payments.recoveries.models import RecoveryEntry
from apps.units.months import Month, month_code
from civil_affairs.casebook.cast import CannotPlay, Posts
from civil_affairs.casebook.ledger import Ledger
from civil_affairs.casebook.player import Player
from civil_affairs.casebook.reading import CaseFile
from civil_affairs.casebook.timeline import Moment
from tests.properties.stories import THROUGH, Case, written

# What an office may be told in words; anything else that goes wrong is a defect.
TOLD_IN_WORDS = (Refused, BadFact, NotFound, StaleState, CannotPlay, ObjectDoesNotExist)

# (month, programme, key) -> fen
Amounts = dict[tuple[str, str, str], int]


class Teller(Player):
    """Plays a story; an act that is refused in words leaves no trace, and the story goes on."""

    def __init__(self, case: Case, posts: Posts) -> None:
        super().__init__(CaseFile(Path("story.yaml"), "S001", "故事", "cn-2024", case), posts)
        self.refused: list[str] = []

    def _play(self, moment: Moment) -> None:
        if moment.kind != "event":
            super()._play(moment)
            return
        try:
            with transaction.atomic():
                super()._play(moment)
        except TOLD_IN_WORDS as refusal:
            self.refused.append(f"{moment.place}: {refusal}")

    @property
    def ledger(self) -> Ledger:
        """Everything as known now, through the last month of any story."""
        return Ledger(self.cast, self.runs, THROUGH)


@contextmanager
def told(case: Case, posts: Posts) -> Iterator[Teller]:
    """The story as played, inside a transaction of which nothing remains."""
    note(written(case))
    with transaction.atomic():
        teller = Teller(case, posts)
        teller.play()
        if teller.refused:
            note("refused: " + "; ".join(teller.refused))
        yield teller
        transaction.set_rollback(True)


def owed(teller: Teller) -> Amounts:
    """What every subject is owed, month by month, as known now; amounts of zero left out."""
    found: Amounts = defaultdict(int)
    ledger = teller.ledger
    for month in ledger.assessment.results:
        for r in ledger.everything(month):
            key = teller.cast.key_of(r.case.subject)
            found[month_code(month), r.card.code, key] += r.outcome.fen
    return dict(found)


def paid_out(programme: str) -> bool:
    """Whether runs issue money for it."""
    return PROGRAMMES[programme].nature in (Nature.MONTHLY, Nature.ONE_OFF)


Pair = tuple[Month, str, int]  # month, programme, subject


def posted() -> dict[Pair, int]:
    """Σ lines of issued runs less what the bank returned: read line by line, not by the SQL."""
    back = set(
        BankItem.objects.filter(state="returned").values_list(
            "batch__calculation_id", "subject", "programme", "kind"
        )
    )
    found: dict[Pair, int] = defaultdict(int)
    for line in PaymentLine.objects.filter(calculation__in=_issued()):
        if (line.calculation_id, line.subject, line.programme, line.kind) not in back:
            found[line.month, line.programme, line.subject] += line.fen
    return found


def _issued() -> Any:
    """The calculations that count: those of runs approved or beyond."""
    from apps.payments.models import PaymentRun

    return PaymentRun.objects.issued().values("calculation_id")


def overpaid() -> dict[Pair, int]:
    """Σ what is recorded as overpaid."""
    rows = RecoveryEntry.objects.values_list(
        "month", "recovery__programme", "recovery__subject"
    ).annotate(fen=Sum("fen"))
    return {(month, programme, subject): fen for month, programme, subject, fen in rows}


def held() -> dict[Pair, list[Held]]:
    """What the newest issued calculation of each pair could not find or did not issue."""
    newest: dict[Pair, int] = {}
    dues = Due.objects.filter(calculation__in=_issued()).order_by("calculation_id")
    for due in dues.values_list("month", "programme", "subject", "calculation_id"):
        newest[due[:3]] = due[3]
    found: dict[Pair, list[Held]] = defaultdict(list)
    for row in Held.objects.filter(calculation__in=_issued()):
        pair = (row.month, row.programme, row.subject)
        if newest.get(pair) == row.calculation_id:
            found[pair].append(row)
    return found
