"""预算页: gathers what the pages of the budget show, as plain values. Only reads."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from django.utils.translation import gettext

from apps.offices.models import Staff
from apps.offices.sight import Record
from apps.payments.budgets.forecast import Forecast
from apps.payments.budgets.models import (
    CONFIRMERS,
    TOTAL,
    BudgetRow,
    OverBudget,
    Share,
    ShareSet,
)
from apps.payments.budgets.reading import State, by_subject, states, uncovered, without_budget
from apps.payments.models import Calculation, PaymentRun
from apps.payments.simulation.drawing import Chart, chart
from apps.units.language import listed, month_words
from apps.units.money import capital, yuan_grouped
from apps.units.months import Month

ROWS_SHOWN = 200
KIND = "payments.budgetrow"


class Sums(NamedTuple):
    """All 科目 of a table together; ``left`` of those that have a budget."""

    planned: int
    issued: int
    now: int
    left: int
    ties: bool  # the sources of every 科目 add up to it

    @property
    def spent(self) -> int:
        """Issued before, and this run."""
        return self.issued + self.now


def sums(found: list[State]) -> Sums:
    """The foot of the table."""
    whole = [one for one in found if one.source == TOTAL]
    parts = [one for one in found if one.source != TOTAL]
    return Sums(
        planned=sum(one.planned or 0 for one in whole),
        issued=sum(one.issued for one in whole),
        now=sum(one.now for one in whole),
        left=sum(one.left or 0 for one in whole),
        ties=sum(one.spent for one in whole) == sum(one.spent for one in parts),
    )


def execution(year: int, ahead: Forecast | None) -> dict[str, Any]:
    """预算执行 of a year; how long its budget lasts, where the forecast begins in it."""
    found = states(year)
    coming = {row.code: row for row in ahead.rows} if ahead and ahead.base.year == year else {}
    total = sums(found)
    none = [one for one in found if one.source == TOTAL and one.planned is None]
    return {
        "subjects": [one._replace(ahead=coming.get(one.total.code)) for one in by_subject(found)],
        "sums": total,
        "capital": capital(total.planned),
        "none": none,
        "none_names": "、".join(one.name for one in none),
        "example": any(one.example for one in found),
    }


def of_run(run: PaymentRun, calculation: Calculation) -> dict[str, Any]:
    """What the run page shows of the budget: 科目 of a calculation, and what is wrong with them."""
    found = states(run.month.year, run, calculation)
    used = [one for one in found if one.now]
    none, over = without_budget(used), [one for one in used if one.over]
    open_now = run.state in ("computed", "checked") and calculation.pk == run.calculation_id
    return {
        "budget": [one for one in by_subject(used) if one.total.now],
        "budget_over": over,
        "budget_undecided": bool(over) and open_now and bool(uncovered(run)),
        "budget_decided": bool(over)
        and OverBudget.objects.filter(calculation=calculation).exists(),
        "budget_none": none,
        "none_names": "、".join(one.name for one in none),
        "budget_sums": sums(used),
        "budget_example": any(one.example for one in used),
    }


def decisions(run: PaymentRun) -> list[OverBudget]:
    """超预算决定 about the calculation that stands, one for each document."""
    rows = OverBudget.objects.filter(calculation=run.calculation_id or 0)
    found: dict[tuple[str, Any], OverBudget] = {}
    for row in rows.select_related("decided_by").order_by("pk"):
        found.setdefault((row.document, row.decided_at), row)
    return list(found.values())


class Entered(NamedTuple):
    """Rows of one document that differ in their source only."""

    row: BudgetRow
    fen: int
    sources: str


def rows_of(staff: Staff, year: int) -> list[Entered]:
    """The budget rows of a year, the newest first; a document's sources of a 科目 together."""
    about = ("subject", "source", "entered_by", "decided_by")
    rows = BudgetRow.objects.visible_to(staff).filter(year=year).select_related(*about)
    found: dict[Any, list[BudgetRow]] = defaultdict(list)
    for row in rows.order_by("-pk")[:ROWS_SHOWN]:
        who = (row.entered_by_id, row.decided_by_id, row.state, row.example)
        found[row.subject_id, row.kind, row.document, row.document_on, row.reason, who].append(row)
    return [
        Entered(
            many[0],
            sum(row.fen for row in many),
            " · ".join(f"{row.source.name} {yuan_grouped(row.fen)}" for row in many[::-1]),
        )
        for many in found.values()
    ]


def waiting_of(staff: Staff) -> list[tuple[BudgetRow, str]]:
    """Rows of any year that wait, the oldest first, and why this person may not confirm them."""
    about = ("subject", "source", "entered_by")
    rows = BudgetRow.objects.visible_to(staff).filter(state="entered").select_related(*about)
    return [(row, _why_not(row, staff)) for row in rows.order_by("pk")[:ROWS_SHOWN]]


def _why_not(row: BudgetRow, staff: Staff) -> str:
    if staff.role not in CONFIRMERS:
        return gettext("由{roles}确认").format(roles=listed(role.label for role in CONFIRMERS))
    return gettext("您是登记人，须由另一人确认") if row.entered_by_id == staff.pk else ""


def shown(row: BudgetRow) -> Record:
    """A budget row as the form to confirm it showed it."""
    words = f"{row.get_state_display()} {yuan_grouped(row.fen)}"
    return Record({gettext("预算"): words}, KIND, row.pk)


class Shared(NamedTuple):
    """How a 科目 is shared now."""

    held: ShareSet
    parts: list[Share]


def shares_now(month: Month) -> list[Shared]:
    """The shares in force in a month, by 科目 (2 queries)."""
    sets = ShareSet.objects.filter(from_month__lte=month).select_related("subject")
    newest = list(sets.order_by("subject_id", "-from_month", "-pk").distinct("subject_id"))
    parts: dict[int, list[Share]] = defaultdict(list)
    for part in (
        Share.objects.filter(shareset__in=newest).select_related("source").order_by("source__place")
    ):
        parts[part.shareset_id].append(part)
    return [Shared(one, parts[one.pk]) for one in newest]


def drawn(ahead: Forecast) -> Chart:
    """The forecast as bars, a month each."""
    return chart(
        (month_words(month), fen, yuan_grouped(fen), False)
        for month, fen in zip(ahead.months, ahead.sums, strict=True)
    )
