"""进度: told on a connection of its own, visible while the run's transaction still works."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from django.db import connections

from apps.payments.models import PaymentRun


class Cancelled(Exception):
    """Somebody asked to stop; the transaction is rolled back and leaves nothing."""


class ProgressWatch:
    """Writes done/total, programme and heartbeat of a run, and notices a wish to stop."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self._connection = connections.create_connection("default")
        self._by_programme: dict[str, int] = {}
        self._last = 0

    def __enter__(self) -> Self:
        """Tell the county that the work has begun, with an estimate of its size."""
        self._execute(
            "UPDATE payments_progress SET done = 0, by_programme = '{}', programme = '',"
            " error = '', started_at = now(), beat_at = now(), total = coalesce("
            "   (SELECT c.dues FROM payments_calculation c JOIN payments_paymentrun r"
            "    ON r.calculation_id = c.id ORDER BY c.id DESC LIMIT 1),"
            "   (SELECT count(*) FROM casework_entitlement)) WHERE run_id = %s",
            [self.run_id],
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._execute(
                "UPDATE payments_progress SET error = %s WHERE run_id = %s",
                [f"{type(error).__name__}：{error}"[:300], self.run_id],
            )
        self._connection.close()

    def step(self, programme: str, done: int) -> None:
        """One chunk is written. Raises Cancelled when somebody asked to stop."""
        if programme:
            fresh = done - self._last
            self._by_programme[programme] = self._by_programme.get(programme, 0) + fresh
        self._last = done
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE payments_progress SET done = %s, programme = %s, beat_at = now(),"
                " by_programme = %s::jsonb WHERE run_id = %s",
                [done, programme, _json(self._by_programme), self.run_id],
            )
            cursor.execute(
                f"SELECT cancel_requested FROM {PaymentRun._meta.db_table} WHERE id = %s",
                [self.run_id],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise Cancelled

    def stopped(self) -> None:
        """The work was stopped on request and left nothing behind."""
        self._execute(
            "UPDATE payments_progress SET done = 0, programme = '', by_programme = '{}',"
            " error = '已按要求停止计算' WHERE run_id = %s",
            [self.run_id],
        )

    def _execute(self, sql: str, params: list[Any]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, params)


def _json(counts: dict[str, int]) -> str:
    inside = ",".join(f'"{code}":{count}' for code, count in counts.items())
    return f"{{{inside}}}"
