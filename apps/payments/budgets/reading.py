"""预算的读数: budget, issued and left, as the database itself reckons them. Only reads."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext

from apps.payments.budgets.models import TOTAL
from apps.payments.models import Calculation, PaymentRun
from apps.units.language import listed
from apps.units.money import yuan_grouped

NAMED = 3  # how many excesses a refusal names


class State(NamedTuple):
    """One 科目 from one source or over all ("all"), in fen; ``planned`` None: no budget."""

    code: str
    source: str
    planned: int | None
    issued: int
    now: int
    name: str
    source_name: str
    sure: bool
    example: bool

    @property
    def spent(self) -> int:
        """Issued before, and this run."""
        return self.issued + self.now

    @property
    def left(self) -> int | None:
        """What is left after this run; below zero when it goes beyond; None without a budget."""
        return None if self.planned is None else self.planned - self.spent

    @property
    def over(self) -> int:
        """By how much this run goes beyond the budget; 0 for a run that takes nothing of it."""
        return max(-(self.left or 0), 0) if self.now else 0

    @property
    def used(self) -> int:
        """How many of a hundred parts are spent, at most 100; 0 without a budget."""
        return min(self.spent * 100 // self.planned, 100) if self.planned else 0


STATE = """
SELECT s.code, s.source, s.planned, s.issued, s.now, coalesce(b.name, ''), coalesce(f.name, ''),
       coalesce(b.sure, 'K') = 'V',
       EXISTS (SELECT FROM payments_budgetrow r
               WHERE r.year = %(year)s AND r.subject_id = s.code AND r.state = 'confirmed'
                 AND (r.source_id = s.source OR s.source = 'all') AND r.example)
FROM budget_state(%(year)s, %(run)s, %(calculation)s) s
LEFT JOIN payments_budgetsubject b ON b.code = s.code
LEFT JOIN payments_fundingsource f ON f.code = s.source
ORDER BY s.code, s.source <> 'all', f.place NULLS LAST
"""


def states(
    year: int, run: PaymentRun | None = None, calculation: Calculation | None = None
) -> list[State]:
    """By 科目 its total and then its sources, of a year, before and with a run (one query).

    Where the run is issued, ``issued`` is what the runs before it took, else all others.
    """
    about = {
        "year": year,
        "run": run.pk if run else None,
        "calculation": calculation.pk if calculation else None,
    }
    found = [State(*row) for row in rows_of(STATE, about)]
    return [
        one._replace(
            name=one.name or gettext("其他"),
            source_name=one.source_name
            or (gettext("合计") if one.source == TOTAL else _unshared()),
        )
        for one in found
    ]


def _unshared() -> str:
    return gettext("未分来源")


class Subject(NamedTuple):
    """A 科目 of a table: its total, its sources, and its forecast (forecast.Row), if any."""

    total: State
    sources: list[State]
    ahead: Any = None


def by_subject(found: list[State]) -> list[Subject]:
    """The rows of states() gathered by 科目."""
    sums = {one.code: one for one in found if one.source == TOTAL}
    return [
        Subject(one, [part for part in found if part.code == code and part.source != TOTAL])
        for code, one in sums.items()
    ]


UNCOVERED = """
SELECT u.code, u.source, u.over, coalesce(b.name, ''), coalesce(f.name, '')
FROM budget_uncovered(%(year)s, %(run)s, %(calculation)s, %(approver)s) u
LEFT JOIN payments_budgetsubject b ON b.code = u.code
LEFT JOIN payments_fundingsource f ON f.code = u.source
ORDER BY u.over DESC, u.code, u.source <> 'all', f.place
"""


class Excess(NamedTuple):
    """Where a run goes beyond a budget, by so many fen."""

    code: str
    source: str
    over: int
    name: str
    source_name: str

    @property
    def words(self) -> str:
        """科目、来源 and the sum."""
        whose = f"{self.name or self.code} {self.source_name}".strip()
        return gettext("{whose} {fen} 元").format(whose=whose, fen=yuan_grouped(self.over))


def uncovered(run: PaymentRun, approver: int | None = None) -> list[Excess]:
    """Where a run goes beyond a budget without a decision that holds for this approver."""
    if run.calculation_id is None:
        return []
    about = {
        "year": run.month.year,
        "run": run.pk,
        "calculation": run.calculation_id,
        "approver": approver,
    }
    return [Excess(*row) for row in rows_of(UNCOVERED, about)]


def said(found: list[Excess]) -> str:
    """The greatest excesses in words."""
    words = listed(one.words for one in found[:NAMED])
    more = len(found) - NAMED
    return words if more <= 0 else gettext("{words}等 {n} 项").format(words=words, n=len(found))


# A share set that was entered after the computing, and holds for the run's month.
OUTDATED = """
SELECT b.name FROM payments_charge c JOIN payments_budgetsubject b ON b.code = c.code
LEFT JOIN (SELECT DISTINCT code, shareset FROM budget_shares(%(month)s)) s ON s.code = c.code
WHERE c.calculation_id = %(calculation)s AND c.shareset_id IS DISTINCT FROM s.shareset
ORDER BY c.code LIMIT 1
"""


def outdated(run: PaymentRun) -> str:
    """The name of a 科目 whose shares have changed since the run was computed; empty if none."""
    about = {"month": run.month, "calculation": run.calculation_id}
    return next((str(name) for (name,) in rows_of(OUTDATED, about)), "")


def without_budget(found: list[State]) -> list[State]:
    """The 科目 that a run takes money of and that have no budget in its year (未下达预算)."""
    return [one for one in found if one.source == TOTAL and one.now and one.planned is None]


def rows_of(sql: str, params: dict[str, Any]) -> list[Any]:
    """The rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
