"""pain.002: the bank's status report on a credit transfer we sent, as rows of text.

Like cells.py, and in the same process. What the report says of the
whole message (identification, number, sum) is told apart, to be compared and never adopted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.payments.results.cells import CELL, Bounds, Row, Stop, local, walk

HEADS = ["batch", "number", "account", "yuan", "state", "reason", "on"]
# Where a text stands below TxInfAndSts (its last two names), and the column it fills.
COLUMNS = {
    ("TxInfAndSts", "OrgnlEndToEndId"): "reference",
    ("TxInfAndSts", "TxSts"): "state",
    ("Rsn", "Cd"): "code",
    ("Rsn", "Prtry"): "code",
    ("StsRsnInf", "AddtlInf"): "words",
    ("TxInfAndSts", "AccptncDtTm"): "on",
    ("Amt", "InstdAmt"): "yuan",
    ("Othr", "Id"): "account",
    ("Id", "IBAN"): "account",
}
MESSAGE = {
    ("GrpHdr", "CreDtTm"): "made",
    ("OrgnlGrpInfAndSts", "OrgnlMsgId"): "message",
    ("OrgnlGrpInfAndSts", "OrgnlNbOfTxs"): "sent_count",
    ("OrgnlGrpInfAndSts", "OrgnlCtrlSum"): "sent_yuan",
}
PER_STATUS = {("NbOfTxsPerSts", "DtldNbOfTxs"): "count", ("NbOfTxsPerSts", "DtldCtrlSum"): "yuan"}


class Report:
    """A status report: one row a transaction, and what is told of the message."""

    def __init__(self, bounds: Bounds, told: dict[str, Any]) -> None:
        self.parser: Any = None
        self.rows: list[tuple[int, dict[str, str]]] = []
        self._bounds, self._told = bounds, told
        self._path: list[str] = []
        self._parts: list[str] = []
        self._one: dict[str, str] | None = None

    def start(self, name: str, _about: dict[str, str]) -> None:
        """A transaction begins, or something inside it or above it."""
        name = local(name)
        self._path.append(name)
        self._parts = []
        if len(self._path) > 20:
            raise Stop("xml", str(self._line))
        if name == "TxInfAndSts":
            self._one = {}
            self.rows.append((self._line, self._one))
            self._bounds.row(len(self.rows))

    def end(self, name: str) -> None:
        """Put the text to what it belongs to."""
        name = local(name)
        where = (self._path[-2] if len(self._path) > 1 else "", name)
        text = "".join(self._parts).strip()
        self._parts = []
        self._path.pop()
        if name == "TxInfAndSts":
            self._one = None
        elif not text:
            return
        elif len(text) > CELL:
            raise Stop("cells", str(self._line))
        elif self._one is not None:
            self._put(self._one, where, text)
        elif where in MESSAGE:
            self._told[MESSAGE[where]] = text
        elif where in PER_STATUS:
            self._add(PER_STATUS[where], text)

    @property
    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _put(self, one: dict[str, str], where: tuple[str, str], text: str) -> None:
        # The identification of an agent or an organisation is no account.
        if where in COLUMNS and (where != ("Othr", "Id") or "CdtrAcct" in self._path):
            one.setdefault(COLUMNS[where], text)

    def _add(self, what: str, text: str) -> None:
        try:
            self._told[what] = str(Decimal(self._told.get(what, "0")) + Decimal(text))
        except InvalidOperation:
            raise Stop("xml", str(self._line)) from None

    def text(self, data: str) -> None:
        """A piece of text."""
        self._parts.append(data)


def status_rows(content: bytes, bounds: Bounds, told: dict[str, Any]) -> Iterator[Row]:
    """A row of heads, then one a transaction; ``told`` is filled with what the message says."""
    report = Report(bounds, told)
    walk(io.BytesIO(content), report)
    yield 1, HEADS
    for line, one in report.rows:
        batch, _, number = one.get("reference", "").rpartition("-")
        reason = f"{one.get('code', '')} {one.get('words', '')}".strip()
        day = (one.get("on") or told.get("made", ""))[:10]
        cells = [batch, number, one.get("account", ""), one.get("yuan", ""), one.get("state", "")]
        yield line, [*cells, reason, day]
