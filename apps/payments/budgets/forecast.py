"""十二个月预测: what each 科目 is to pay in the next twelve months, as far as is known. Only reads.

From sums that are kept with each calculation and the awards whose end is on record: the number of
queries does not depend on the number of households.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from apps.payments.budgets.models import TOTAL, BudgetSubject
from apps.payments.budgets.reading import State, rows_of, states
from apps.payments.models import PaymentRun
from apps.units.money import divide_half_up
from apps.units.months import Month, next_month

MONTHS = 12


class Cell(NamedTuple):
    """One month of a 科目 in fen; ``left`` of its year's budget afterwards, None without one."""

    month: Month
    fen: int
    left: int | None


class Row(NamedTuple):
    """A 科目 over the next months; ``out`` the first month its budget does not reach."""

    code: str
    name: str
    regular_fen: int
    one_off_fen: int
    cells: list[Cell]
    out: Month | None

    @property
    def fen(self) -> int:
        """All months together."""
        return sum(one.fen for one in self.cells)

    @property
    def planned(self) -> Month | None:
        """The last of the months whose year has a budget."""
        return max((one.month for one in self.cells if one.left is not None), default=None)


class Forecast(NamedTuple):
    """The next twelve months after the last issued one."""

    base: Month
    counted: int  # months of issued runs that the mean of one-off payments is taken of
    ending: int  # awards that end within the twelve months by a recorded end
    months: list[Month]
    rows: list[Row]

    @property
    def sums(self) -> list[int]:
        """What all 科目 come to, month by month."""
        return [sum(row.cells[n].fen for row in self.rows) for n in range(len(self.months))]

    @property
    def fen(self) -> int:
        """All of it."""
        return sum(self.sums)


# Of all runs of the last issued month the regular lines; of one-off payments the last 12 months'.
PACE = """
WITH issued AS (
    SELECT month, calculation_id FROM payments_paymentrun
    WHERE state IN ('approved', 'sent', 'closed') AND month BETWEEN %(first)s AND %(base)s
)
SELECT c.code, coalesce(sum(c.regular_fen) FILTER (WHERE i.month = %(base)s), 0)::bigint,
       sum(c.one_off_fen)::bigint, (SELECT count(DISTINCT month) FROM issued)
FROM issued i JOIN payments_charge c ON c.calculation_id = i.calculation_id
GROUP BY c.code ORDER BY c.code
"""
# Paid in the last issued month and ended on record afterwards: the first month without, how many.
ENDING = """
SELECT l.budget, upper(e.period), count(*), sum(l.fen - l.offset_fen)::bigint
FROM casework_entitlement e
JOIN payments_paymentline l ON l.subject = e.subject AND l.programme = e.programme
    AND l.month = %(base)s AND l.kind = 'regular' AND l.entitlement_id = e.id
JOIN payments_paymentrun r ON r.calculation_id = l.calculation_id AND r.month = %(base)s
    AND r.state IN ('approved', 'sent', 'closed')
WHERE upper(e.period) > %(base)s AND upper(e.period) <= %(last)s
GROUP BY 1, 2
"""


def forecast() -> Forecast | None:
    """The next twelve months by 科目; None before the first run is issued (at most 6 queries)."""
    base = PaymentRun.objects.issued().order_by("-month").values_list("month", flat=True).first()
    if base is None:
        return None
    months = [next_month(base, n) for n in range(1, MONTHS + 1)]
    about = {"base": base, "first": next_month(base, 1 - MONTHS), "last": months[-1]}
    ends: dict[str, dict[Month, int]] = defaultdict(dict)
    ending = 0
    for code, month, count, fen in rows_of(ENDING, about):
        ends[code][month] = fen
        ending += count
    budgets = {year: _totals(year) for year in sorted({one.year for one in (base, *months)})}
    names = dict(BudgetSubject.objects.values_list("code", "name"))
    pace = rows_of(PACE, about)
    rows = [
        _row(code, names.get(code, code), (regular, divide_half_up(once, counted)), months,
             ends[code], {year: found.get(code) for year, found in budgets.items()})
        for code, regular, once, counted in pace
        if regular or once
    ]  # fmt: skip
    return Forecast(base, pace[0][3] if pace else 0, ending, months, rows)


def _totals(year: int) -> dict[str, State]:
    return {one.code: one for one in states(year) if one.source == TOTAL}


def _row(
    code: str,
    name: str,
    pace: tuple[int, int],
    months: list[Month],
    ends: Mapping[Month, int],
    budgets: Mapping[int, State | None],
) -> Row:
    """Month by month: the regular sum, less what has ended by then, and the usual one-off sum."""
    regular, once = pace
    left = {year: one.left if one else None for year, one in budgets.items()}
    cells = []
    for month in months:
        regular -= ends.get(month, 0)
        had = left[month.year]
        left[month.year] = None if had is None else had - regular - once
        cells.append(Cell(month, regular + once, left[month.year]))
    out = next((one.month for one in cells if one.left is not None and one.left < 0), None)
    return Row(code, name, pace[0], once, cells, out)
