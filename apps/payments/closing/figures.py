"""月结的数: batch = bank file = paid + returned + not answered, and the books say the same.

Every figure is asked of its own place: lines, sealed batch, the file as it would be written now,
items as they stand, vouchers. What does not tie is named; nothing is adjusted. Only reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext

from apps.casework.programme import PROGRAMMES
from apps.payments.bank_file import totals
from apps.payments.models import BankBatch, PaymentRun
from apps.payments.results.models import Dispute
from apps.payments.seal import digest_now
from apps.units.money import yuan_grouped

BY_PROGRAMME = """
WITH issued AS (
    SELECT programme, count(*) AS lines, sum(fen)::bigint AS fen, sum(offset_fen)::bigint AS kept
    FROM payments_paymentline WHERE calculation_id = %(calculation)s GROUP BY programme
), items AS (
    SELECT programme, count(*) AS n, sum(fen)::bigint AS fen,
           count(*) FILTER (WHERE state = 'paid') AS paid_n,
           coalesce(sum(fen) FILTER (WHERE state = 'paid'), 0)::bigint AS paid,
           count(*) FILTER (WHERE state = 'returned') AS back_n,
           coalesce(sum(fen) FILTER (WHERE state = 'returned'), 0)::bigint AS back,
           count(*) FILTER (WHERE state IN ('sent', 'unknown')) AS open_n,
           coalesce(sum(fen) FILTER (WHERE state IN ('sent', 'unknown')), 0)::bigint AS open
    FROM payments_bankitem WHERE batch_id = %(batch)s GROUP BY programme
), held AS (
    SELECT programme, count(*) AS n, coalesce(sum(fen), 0)::bigint AS fen
    FROM payments_held WHERE calculation_id = %(calculation)s GROUP BY programme
)
SELECT programme, coalesce(l.lines, 0), coalesce(l.fen, 0), coalesce(l.kept, 0),
       coalesce(i.n, 0), coalesce(i.fen, 0), coalesce(i.paid_n, 0), coalesce(i.paid, 0),
       coalesce(i.back_n, 0), coalesce(i.back, 0), coalesce(i.open_n, 0), coalesce(i.open, 0),
       coalesce(h.n, 0), coalesce(h.fen, 0)
FROM issued l FULL JOIN items i USING (programme) FULL JOIN held h USING (programme)
ORDER BY programme
"""
BOOKS = """
SELECT coalesce(sum(t.fen) FILTER (WHERE t.source = 3 AND t.target = 4), 0)::bigint,
       coalesce(sum(CASE WHEN t.target = 5 THEN t.fen
                         WHEN t.source = 5 THEN -t.fen END), 0)::bigint,
       coalesce(sum(CASE WHEN t.target = 2 AND t.source IN (4, 5) THEN t.fen
                         WHEN t.source = 2 AND t.target = 5 THEN -t.fen END), 0)::bigint
FROM payments_voucher v JOIN payments_transfer t ON t.voucher_id = v.id
WHERE v.run_id = %(run)s AND v.kind IN ('send', 'result', 'correction')
"""


class Row(NamedTuple):
    """One programme, or all of them: numbers of lines or items, and fen."""

    programme: str
    lines: int
    fen: int  # issued
    kept: int  # of it withheld by a set-off
    items: int
    sealed: int
    paid_items: int
    paid: int
    back_items: int
    back: int
    open_items: int  # not answered by the bank
    open: int
    held_items: int  # owed and not issued, to be paid by a later run
    held: int

    @property
    def name(self) -> str:
        """The programme's name."""
        card = PROGRAMMES.get(self.programme)
        return str(card.name) if card else self.programme


class Tie(NamedTuple):
    """Two figures that must be the same."""

    words: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.left == self.right


class Figures(NamedTuple):
    """All that the closing of a run says."""

    rows: list[Row]
    total: Row
    batch: BankBatch
    ties: list[Tie]
    digest_holds: bool
    disputes: int

    @property
    def faults(self) -> list[str]:
        """What does not tie, in words; empty when the run may be closed."""
        return list(_faults(self))


def figures(run: PaymentRun) -> Figures:
    """The figures of a run that was sent to the bank (7 queries)."""
    batch = run.batches.exclude(state="void").select_related("run").get()
    params = {"calculation": run.calculation_id, "batch": batch.pk, "run": run.pk}
    with connection.cursor() as cursor:
        cursor.execute(BY_PROGRAMME, params)
        by = [Row(*row) for row in cursor.fetchall()]
        cursor.execute(BOOKS, params)
        sent, paid, back = cursor.fetchone()
    total = Row("", *(sum(column) for column in zip(*(row[1:] for row in by), strict=True)))
    lines, fen = totals(batch)
    ties = [
        Tie(gettext("明细实发 = 封存合计"), total.fen - total.kept, batch.total_fen),
        Tie(gettext("封存笔数 = 代发笔数"), batch.count, total.items),
        Tie(gettext("封存笔数 = 代发文件笔数"), batch.count, lines),
        Tie(gettext("封存合计 = 代发文件合计"), batch.total_fen, fen),
        Tie(
            gettext("封存合计 = 到账 + 退回 + 未回"),
            batch.total_fen,
            total.paid + total.back + total.open,
        ),
        Tie(gettext("账簿送出 = 封存合计"), sent, batch.total_fen),
        Tie(gettext("账簿到账 = 到账"), paid, total.paid),
        Tie(gettext("账簿退回 = 退回"), back, total.back),
    ]
    disputes = Dispute.objects.filter(item__batch=batch, state="open").count()
    return Figures(by, total, batch, ties, digest_now(batch.pk) == batch.digest, disputes)


def _faults(found: Figures) -> Iterator[str]:
    for tie in found.ties:
        if not tie.holds:
            yield gettext("{words} 不成立：{left} 对 {right}，请联系系统管理员查明。").format(
                words=tie.words, left=yuan_grouped(tie.left), right=yuan_grouped(tie.right)
            )
    if not found.digest_holds:
        yield gettext("代发笔的摘要与封存时不同，请联系系统管理员查明。")
    if found.disputes:
        yield gettext("还有 {n} 条回盘争议没有处理，请先处理。").format(n=found.disputes)


def kept(found: Figures) -> dict[str, Any]:
    """The same as it is stored with the closing."""
    return {
        "batch": {
            "id": found.batch.pk,
            "count": found.batch.count,
            "fen": found.batch.total_fen,
            "digest": found.batch.digest,
        },
        "rows": [row._asdict() for row in found.rows],
        "total": found.total._asdict(),
    }
