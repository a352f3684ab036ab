"""记账: every step of the money becomes a voucher of balanced transfers, in its own transaction.

Each function is called by the action that takes the step, inside its transaction: either both are
there or neither. A step that moves nothing leaves no voucher.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from apps.offices.models import Staff
from apps.payments.books import posting
from apps.payments.books.models import Account, Voucher
from apps.payments.difference import CASH, codes
from apps.payments.models import BankBatch, PaymentRun
from apps.payments.recoveries.models import Repayment, Treatment
from apps.payments.results.models import Dispute, ResultFile, Said

Kind = Voucher.Kind
Step = tuple[str, Mapping[str, Any]]


class About(NamedTuple):
    """What a voucher is about: ``source`` is unique among vouchers of its kind."""

    kind: Voucher.Kind
    source: int
    run: PaymentRun | None = None
    by: Staff | None = None


def _post(about: About, steps: Iterable[Step]) -> Voucher | None:
    """Gather the transfers by the steps (SQL with parameters) and write them as one voucher."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS moving, issued, said, settling")
        cursor.execute(posting.MOVING)
        for sql, params in steps:
            cursor.execute(sql, params)
        cursor.execute(posting.TOTAL)
        count, fen = cursor.fetchone()
        if not count:
            return None
        made = Voucher.objects.create(
            kind=about.kind, source=about.source, run=about.run, by=about.by, count=count, fen=fen
        )
        cursor.execute(posting.POST, {"voucher": made.pk})
    return made


def _settling(source: Account, model: type[Repayment | Treatment], pk: int) -> Step:
    table, day = (
        ("payments_repayment", "paid_on")
        if model is Repayment
        else ("payments_treatment", "decided_on")
    )
    return posting.SETTLING_BY.format(table=table, day=day), {"source": source.value, "pk": pk}


def _settle(fill: Step) -> list[Step]:
    """What settles receivables, spread over the months they are of, the oldest first."""
    return [(posting.SETTLING, {}), fill, (posting.SETTLED, {})]


def post_issue(run: PaymentRun, *, by: Staff) -> Voucher | None:
    """审批发放: after ``compare`` of the run's calculation, while its temporary tables stand."""
    assert run.calculation is not None
    params = {
        "calculation": run.calculation_id,
        "everyone": run.calculation.scope["all"],
        "paid": codes(*CASH),
    }
    steps = [
        (posting.ISSUED, params),
        (posting.LINES, params),
        (posting.OPEN, params),
        *_settle((posting.WITHHELD, params)),
    ]
    return _post(About(Kind.ISSUE, run.calculation_id or 0, run, by), steps)


def post_reversal(run: PaymentRun, *, by: Staff) -> Voucher | None:
    """退回冲销: an approved run goes back to draft; its voucher is posted the other way round."""
    made = run.vouchers.filter(kind=Kind.ISSUE, source=run.calculation_id or 0).first()
    if made is None:
        return None
    return _post(About(Kind.REVERSAL, made.pk, run, by), [(posting.MIRROR, {"voucher": made.pk})])


def post_send(batch: BankBatch, *, by: Staff) -> Voucher | None:
    """送银行: what was to be sent is with the bank."""
    params = {"calculation": batch.calculation_id}
    return _post(About(Kind.SEND, batch.pk, batch.run, by), [(posting.SENT, params)])


def post_results(file: ResultFile, *, by: Staff) -> Voucher | None:
    """回盘: what the accepted lines of a committed file say was paid, and what came back."""
    said = (posting.SAID_BY_FILE, {"file": file.pk})
    about = About(Kind.RESULT, file.pk, file.batch.run, by)
    return _post(about, _said(said, file.batch.calculation_id))


def post_return(items: Sequence[int], run: PaymentRun, *, by: Staff) -> Voucher | None:
    """退票 that a person recorded: the lines of these items are open again."""
    steps = _said(_of_items(items, Account.BANK, Account.OPEN), run.calculation_id)
    return _post(About(Kind.RESULT, -min(items), run, by), steps)


def post_correction(dispute: Dispute, *, by: Staff) -> Voucher | None:
    """回盘更正: a dispute was decided for the new word; paid becomes returned, or the opposite."""
    stood, said = (_ACCOUNT[word] for word in (dispute.stood, dispute.said))
    batch = dispute.item.batch
    about = About(Kind.CORRECTION, dispute.pk, batch.run, by)
    return _post(about, _said(_of_items([dispute.item_id], stood, said), batch.calculation_id))


_ACCOUNT: Mapping[str, Account] = {
    "sent": Account.BANK,
    Said.UNKNOWN.value: Account.BANK,
    Said.PAID.value: Account.PAID,
    Said.RETURNED.value: Account.OPEN,
}


def _of_items(items: Sequence[int], source: Account, target: Account) -> Step:
    params = {"items": list(items), "source": source.value, "target": target.value}
    return posting.SAID_OF_ITEMS, params


def _said(fill: Step, calculation_id: int | None) -> list[Step]:
    return [
        (posting.SAID, {}),
        fill,
        (posting.PLANNED, {}),
        (posting.ANSWERED, {"calculation": calculation_id}),
    ]


def post_overpaid(entries: Sequence[int], *, by: Staff) -> Voucher | None:
    """登记多发: steps of recorded overpayments (recovery entries) become receivable, or less so."""
    if not entries:
        return None
    about = About(Kind.OVERPAID, max(entries), None, by)
    return _post(about, [(posting.OVERPAID, {"entries": list(entries)})])


def post_repayment(repayment: Repayment, *, by: Staff) -> Voucher | None:
    """退回款: what a family paid back settles its receivable."""
    about = About(Kind.REPAYMENT, repayment.pk, None, by)
    return _post(about, _settle(_settling(Account.REPAID, Repayment, repayment.pk)))


def post_waiver(treatment: Treatment, *, by: Staff) -> Voucher | None:
    """减免: an approved waiver settles the receivable without money."""
    about = About(Kind.WAIVER, treatment.pk, None, by)
    return _post(about, _settle(_settling(Account.WAIVED, Treatment, treatment.pk)))
