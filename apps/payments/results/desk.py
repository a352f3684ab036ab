"""回盘的台面: files, what waits, disputes and the preview of a file. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Count, QuerySet, Value, When

from apps.casework.programme import PROGRAMMES
from apps.offices.models import Staff
from apps.payments.bank_file import code_of
from apps.payments.difference import UNMENDED
from apps.payments.listing import HEAD
from apps.payments.models import BankBatch
from apps.payments.perms import runs_of
from apps.payments.results.matching import FATES, counts
from apps.payments.results.models import Dispute, Fault, ResultFile, ResultLine, Said
from apps.payments.results.totals import blocked
from apps.units.language import lazy as _
from apps.units.language import month_words
from apps.units.money import yuan_grouped

PAGE, SHOWN = 50, 50
CHIPS = {"staged": ("warn", "clock"), "committed": ("ok", "ok"), "dropped": ("end", "x")}
# What a line of a file would do or did, in the order in which it is read.
FATE_WORDS = {
    "paid": _("成功"),
    "returned": _("退回"),
    "unknown": _("处理中"),
    "contradicts": _("与前次结果相反（转争议）"),
    "late": _("归档后才到（转争议）"),
    "disputed": _("已有争议待处理"),
    "repeat": _("以前已登记"),
    "stale": _("已有结果，不再登记"),
    "refused": _("有问题，不登记"),
}
# What came back and has not been paid again: its account is still to be mended, or the next run
# pays it. Few, by the partial index of what came back.
OPEN = f"""
SELECT i.id AS pk, i.programme, i.subject, i.fen, i.returned_why AS why, i.returned_on AS "on",
       h.number, coalesce(p.name, head.name, '') AS name,
       coalesce(t.name, '') || coalesce(v.name, '') AS village, r.month,
       ({UNMENDED}) AS unmended
FROM payments_bankitem i
JOIN payments_bankbatch b ON b.id = i.batch_id
JOIN payments_paymentrun r ON r.id = b.run_id
JOIN households_household h ON h.id = i.household_id
LEFT JOIN households_person p ON p.id = i.subject
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
{HEAD}
WHERE i.returned_on IS NOT NULL AND h.division LIKE %(territory)s AND i.id > %(after)s
  AND NOT EXISTS (
      SELECT FROM payments_bankitem j
      WHERE j.subject = i.subject AND j.programme = i.programme AND j.kind = 'reissue'
        AND j.id > i.id AND j.household_id = i.household_id AND j.last_month >= i.first_month)
ORDER BY i.id LIMIT %(limit)s
"""
STANDS = """
SELECT state, count(*), coalesce(sum(fen), 0)::bigint FROM payments_bankitem
WHERE batch_id = %s GROUP BY state
"""
SILENT = """
SELECT count(*), coalesce(sum(i.fen), 0)::bigint FROM payments_bankitem i
WHERE i.batch_id = %(batch)s AND i.state IN ('sent', 'unknown') AND NOT EXISTS (
    SELECT FROM payments_resultline l
    WHERE l.file_id = %(file)s AND l.item_id = i.id AND l.fault = '')
"""


class Open(NamedTuple):
    """One item that came back and waits."""

    pk: int
    programme: str
    subject: int
    fen: int
    why: str
    on: dt.date
    number: str
    name: str
    village: str
    month: dt.date
    unmended: bool

    @property
    def card(self) -> str:
        """The programme's name."""
        return PROGRAMMES[self.programme].name if self.programme in PROGRAMMES else self.programme


class Problems(NamedTuple):
    """The lines of a file with one kind of problem: how many, and the first of them."""

    code: str
    words: str
    n: int
    lines: list[ResultLine]


def choices(staff: Staff) -> list[tuple[str, str]]:
    """The batches that were sent, the newest first, as a form offers them."""
    rows = BankBatch.objects.filter(run__in=runs_of(staff), state="sent").select_related("run")
    return [
        (
            str(batch.pk),
            f"{month_words(batch.run.month)} {code_of(batch)}"
            f" · {batch.count} · ¥{yuan_grouped(batch.total_fen)}",
        )
        for batch in rows.order_by("-run__month", "-run__number")[:36]
    ]


def files(staff: Staff) -> QuerySet[ResultFile]:
    """The newest files, with their batch and people."""
    rows = ResultFile.objects.visible_to(staff)
    return rows.select_related("batch__run", "by", "committed_by").order_by("-pk")[:PAGE]


def returns(staff: Staff, after: int = 0) -> tuple[list[Open], str]:
    """What came back and waits, the oldest first, a page after a key; and the next key."""
    params: dict[str, Any] = {"territory": f"{staff.division}%", "after": after, "limit": PAGE + 1}
    with connection.cursor() as cursor:
        cursor.execute(OPEN, params)
        rows = [Open(*row) for row in cursor.fetchall()]
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def disputes(staff: Staff) -> QuerySet[Dispute]:
    """Disputes, those to be decided first, then the newest."""
    about = ("item__batch__run", "item__household", "line__file", "loaded_by", "decided_by")
    rows = Dispute.objects.visible_to(staff).select_related(*about)
    first = Case(When(state="open", then=Value(0)), default=Value(1))
    return rows.order_by(first, "-pk")[:PAGE]


def preview(file: ResultFile) -> dict[str, Any]:
    """What a file comes to: by fate, its problems and disputes, who is silent, how it all ties."""
    stands = file.state == "committed"
    fates = {k: tuple(v) for k, v in file.summary.items()} if stands else counts(file.pk)
    return {
        "fates": [
            (code, words, *fates[code]) for code, words in FATE_WORDS.items() if code in fates
        ],
        "blocked": [] if file.state != "staged" else blocked(file, fates),
        "problems": _problems(file),
        "returned": file.lines.filter(fault="", said=Said.RETURNED)
        .select_related("item__household")
        .order_by("line")[:SHOWN],
        "disputed": [] if stands else _disputed(file),
        "silent": _silent(file),
        "tie": tie(file.batch),
    }


def said_of(fates: Mapping[str, Sequence[int]]) -> str:
    """The fates of a file as one text: what a page showed, and what is remembered of it."""
    return "，".join(f"{FATE_WORDS[code]} {found[0]}" for code, found in sorted(fates.items()))


def _problems(file: ResultFile) -> list[Problems]:
    rows = file.lines.exclude(fault="").order_by().values_list("fault")
    numbers = dict(rows.annotate(n=Count("pk")))
    return [
        Problems(
            code,
            str(words),
            numbers[code],
            list(file.lines.filter(fault=code).order_by("line")[:SHOWN]),
        )
        for code, words in Fault.choices
        if code in numbers
    ]


def _disputed(file: ResultFile) -> list[dict[str, Any]]:
    """The lines that would open a dispute, with what stands."""
    sql = (
        f"SELECT q.line, q.stood, q.said, q.fate FROM ({FATES}) q"
        " WHERE q.fate IN ('contradicts', 'late') ORDER BY q.line LIMIT %(limit)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"file": file.pk, "limit": SHOWN})
        rows = cursor.fetchall()
    return [
        {
            "line": line,
            "stood": state_words(stood),
            "said": Said(said).label,
            "why": FATE_WORDS[fate],
        }
        for line, stood, said, fate in rows
    ]


def state_words(state: str) -> str:
    """How an item stands, in words."""
    return str({"sent": _("已送"), **dict(Said.choices)}.get(state, state))


def _silent(file: ResultFile) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(SILENT, {"batch": file.batch_id, "file": file.pk})
        count, fen = cursor.fetchone()
    return count, fen


def tie(batch: BankBatch) -> dict[str, Any]:
    """对平: what was sent against what became of it, by state; the difference must be nothing."""
    with connection.cursor() as cursor:
        cursor.execute(STANDS, [batch.pk])
        found = {state: (count, fen) for state, count, fen in cursor.fetchall()}
    states = ("paid", "returned", "unknown", "sent")
    rows = [(state, state_words(state), *found.get(state, (0, 0))) for state in states]
    return {
        "rows": rows,
        "count": batch.count,
        "fen": batch.total_fen,
        "off_count": batch.count - sum(row[2] for row in rows),
        "off_fen": batch.total_fen - sum(row[3] for row in rows),
    }
