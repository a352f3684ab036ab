"""记账: the rows of a calculation on their way into the table of dues, always by COPY."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, Self

import psycopg
from django.db import connection

from apps.casework.reading import Line

IN_MEMORY = 32 * 2**20  # bytes that wait in memory, the rest on disk
BLOCK = 2**18
COPY = (
    "COPY payments_due (subject, programme, month, calculation_id, entitlement_id, fen, base_fen,"
    " verdict, rule, budget, heads, facts) FROM STDIN"
)


Fault = type[BaseException] | None


class Ledger(Protocol):
    """Where COPY rows go; what was written is in the table once it is posted, or left."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: Fault, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def write(self, rows: bytes) -> None: ...

    def post(self) -> None:
        """Put what was written into the table; more may be written afterwards."""


class Waiting:
    """Rows wait in a file (a small county's in memory) while the facts are still being read.

    On one connection nothing can be read while a COPY is under way. One COPY for a month: the
    check that its rows stand on awards then joins all of them to the awards at once.
    """

    def __enter__(self) -> Self:
        self._waiting = tempfile.SpooledTemporaryFile(IN_MEMORY)
        return self

    def __exit__(
        self, kind: Fault, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._waiting:
            if error is None:
                self.post()

    def write(self, rows: bytes) -> None:
        self._waiting.write(rows)

    def post(self) -> None:
        self._waiting.seek(0)
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            while block := self._waiting.read(BLOCK):
                copy.write(block)
        self._waiting.seek(0)
        self._waiting.truncate()


class Direct:
    """Rows go to the database at once, which writes them while the next are computed.

    For those who read the facts on a connection of their own.
    """

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self._copy: psycopg.Copy | None = None
        return self

    def __exit__(
        self, kind: Fault, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def write(self, rows: bytes) -> None:
        if self._copy is None:
            cursor = self._open.enter_context(connection.cursor())
            self._copy = self._open.enter_context(cursor.copy(COPY))
        self._copy.write(rows)

    def post(self) -> None:
        self._copy = None
        self._open.close()


def ledger_for(line: Line | None) -> Ledger:
    """Direct where the facts are read elsewhere, Waiting where one connection must do."""
    return Waiting() if line is None else Direct()
