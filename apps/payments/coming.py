"""拟发: what a household is to get in the next months, as known now and not computed by any run.

The calculation of a run, for one household, in memory; nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import Q

from apps.casework.assess import carried, programmes_of, scope_of
from apps.casework.engine import Previous, Result, calculate
from apps.casework.models import Entitlement
from apps.casework.programme import PROGRAMMES
from apps.households.models import Household
from apps.payments.compute import stored_standing
from apps.payments.family import WHOLE, latest_dues
from apps.standards.book import Book
from apps.units.months import Month, month_code, next_month

AHEAD = 2  # months shown after the last computed one


class Row(NamedTuple):
    """One award's next months: fen (None: no amount), and the query of the 为什么 address."""

    programme: str
    who: str
    cells: list[tuple[int | None, str]]


class Coming(NamedTuple):
    """The next months of a household."""

    months: list[Month]
    rows: list[Row]
    sums: list[int]


def results_of(
    home: Household, months: list[Month], book: Book, last: Month
) -> dict[Month, list[Result]]:
    """A household and those tied to it in the months that follow ``last``, one after the other."""
    scope = scope_of([home.pk])
    only = programmes_of(scope)
    previous: Previous = dict(stored_standing(last))
    known: dict[tuple[str, int, Month], int] = {}

    def earlier(
        programme: str, asked: Collection[tuple[int, Month]]
    ) -> Mapping[tuple[int, Month], int]:
        return _bases(programme, asked, known)

    found = {}
    for month in months:
        found[month] = list(
            calculate(month, book=book, scope=scope, previous=previous, earlier=earlier, only=only)
        )
        known |= {(r.card.code, r.case.subject, month): r.outcome.base for r in found[month]}
        previous = carried(found[month])
    return found


def _bases(
    programme: str,
    asked: Collection[tuple[int, Month]],
    known: Mapping[tuple[str, int, Month], int],
) -> Mapping[tuple[int, Month], int]:
    """Amounts before sanction of months just worked out, else as computed by the runs."""
    found = {}
    for subject, month in asked:
        if (programme, subject, month) in known:
            found[subject, month] = known[programme, subject, month]
            continue
        dues = latest_dues([subject], month, month).filter(programme=programme)
        found |= {(due.subject, due.month): due.base_fen for due in dues}
    return found


def coming(
    home: Household, names: dict[int, str], here: list[int], last: Month, book: Book
) -> Coming:
    """The months after ``last``, the newest computed one; ``here``: who lives in the household."""
    months = [next_month(last, n) for n in range(1, AHEAD + 1)]
    mine = set(
        Entitlement.objects.filter(Q(household=home) | Q(person_id__in=here)).values_list(
            "pk", flat=True
        )
    )
    results = results_of(home, months, book, last)
    fen = {
        (r.card.number, r.card.code, r.case.subject, month): r.outcome.fen
        for month in months
        for r in results[month]
        if r.case.entitlement_id in mine and r.card.nature.value != "in_kind"
    }
    order = sorted({key[:3] for key, one in fen.items() if one})
    rows = [
        Row(
            PROGRAMMES[code].name,
            names.get(subject, WHOLE if subject < 0 else "—"),
            [(fen.get((number, code, subject, m)), _query(code, subject, m)) for m in months],
        )
        for number, code, subject in order
    ]
    return Coming(months, rows, [sum(row.cells[n][0] or 0 for row in rows) for n in range(AHEAD)])


def _query(code: str, subject: int, month: Month) -> str:
    return f"programme={code}&subject={subject}&month={month_code(month)}"
