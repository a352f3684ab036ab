"""设想的批次: what the next run would issue to some households as things stand in this transaction.

The very calculation, comparison and holding back of a run, for a handful of awards, inside a
savepoint that is always rolled back. Whoever records something first (in a transaction of which
nothing is kept) learns what the next run would make of it: see apps/changes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Min, Sum

from apps.casework.assess import programmes_of
from apps.casework.programme import PROGRAMMES, Scope
from apps.households.models import Household
from apps.offices.models import Staff
from apps.payments.compute import (
    Bases,
    LeftOut,
    Plan,
    Standings,
    Unwatched,
    plan_of,
    write_dues,
)
from apps.payments.difference import compare, issue, record_overpaid
from apps.payments.models import (
    Calculation,
    Due,
    Held,
    PaymentLine,
    PaymentRun,
)
from apps.payments.recoveries.models import RecoveryEntry
from apps.standards.book import Book
from apps.standards.models import current_book
from apps.units.months import Month, month_of, months_between, next_month

Key = tuple[str, int, Month]  # programme, subject, benefit month
OPEN = ("draft", "computed", "checked")
# Numbers of runs that never come to be: far from those of real ones, and rarely the same twice,
# so that two officers who look ahead do not wait for each other.
FROM, SO_MANY = 20_000, 12_000


class Owed(NamedTuple):
    """What a month of an award comes to; ``verdict`` as in casework.outcome."""

    fen: int
    verdict: int


class Ahead(NamedTuple):
    """What the run of ``month`` would do, and what is owed through ``through``; fen by key."""

    month: Month
    through: Month
    owed: Mapping[Key, Owed]
    issues: Mapping[Key, int]  # lines of the run
    held: Mapping[Key, tuple[int | None, str]]  # amount (None: unknown) and why
    overpaid: Mapping[Key, int]  # steps in what is recorded as overpaid: 追缴, or less of it
    plan: Plan  # of the run
    persons: frozenset[int]  # of the scope
    standings: dict[Month, Standings]  # what each month leaves to the next, where awards lapse
    bases: Mapping[Month, Bases]  # amounts before sanction, of every month worked out


def next_run_month(today: dt.date) -> Month:
    """The month of the run to be approved next: the open one's, or the one after the last."""
    runs = PaymentRun.objects.order_by("-month")
    waiting = runs.filter(state__in=OPEN).values_list("month", flat=True).first()
    if waiting is not None:
        return waiting
    last = runs.issued().values_list("month", flat=True).first()
    return next_month(last) if last else month_of(today)


def look_ahead(
    scope: Scope, *, month: Month, through: Month, since: Month, on: dt.date, by: Staff
) -> Ahead:
    """What the run of ``month`` would issue to a scope, and what it is owed up to ``through``.

    Months after the run's and before ``since`` are worked out only where something depends on
    them. The scope is closed (casework.assess.scope_of). Only inside a transaction; nothing stays.
    """
    book, people = current_book(), frozenset(scope.persons)
    with _undone():
        run = _imagined(scope, month, on, by)
        plan = _narrowed(plan_of(run, book), scope, month)
        calculation = _calculated(run, plan, book)
        owed, bases = _owed(calculation)
        compare(calculation)
        issue(calculation, run, book.month(month))
        issues, held = _issues(calculation), _held(calculation)
        overpaid = _overpaid(on)
    if through > month:  # what is paid ahead is worked out with the later months
        owed = {key: one for key, one in owed.items() if key[2] <= month}
    found = Ahead(month, through, owed, issues, held, overpaid, plan, people, {}, bases)
    return _and_later(found, scope, since=since, on=on, by=by)


def look_again(before: Ahead, scope: Scope, *, since: Month, on: dt.date, by: Staff) -> Ahead:
    """The same look after something has been recorded that can touch no month before ``since``.

    As look_ahead() would answer. A run that lies before ``since`` does what it did before.
    """
    month, through = before.month, before.through
    if since <= month:
        return look_ahead(scope, month=month, through=through, since=since, on=on, by=by)
    return _and_later(before, scope, since=since, on=on, by=by)


def _and_later(ahead: Ahead, scope: Scope, *, since: Month, on: dt.date, by: Staff) -> Ahead:
    """With what is owed from ``since`` on, beside what has been worked out before it."""
    month, through = ahead.month, ahead.through
    if through <= month:
        return ahead
    book, first = current_book(), max(next_month(month), min(since, through))
    owed = {key: one for key, one in ahead.owed.items() if key[2] < first}
    full = _longer(ahead.plan, scope, month, through)
    standings: dict[Month, Standings] = {}
    try:
        if any(PROGRAMMES[code].lapses for code in programmes_of(scope)):
            standings = _followed(ahead, scope, next_month(first, -1))
        lean = _leaner(full, first, ahead.bases)
        later, bases = _worked_out(lean, scope, book, on, by, standings)
    except LeftOut:
        standings = {}
        later, bases = _worked_out(full, scope, book, on, by, standings)
    known = {month: one for month, one in ahead.bases.items() if month < first}
    return ahead._replace(owed=owed | later, standings=standings, bases={**known, **bases})


def _followed(ahead: Ahead, scope: Scope, until: Month) -> dict[Month, Standings]:
    """What the month before the first leaves to it; LeftOut when that has not been worked out.

    Awards that lapse are of persons: those of people who were not looked at are not known.
    """
    if until not in ahead.standings or not ahead.persons.issuperset(scope.persons):
        raise LeftOut
    return {until: ahead.standings[until]}


def _worked_out(
    plan: Plan,
    scope: Scope,
    book: Book,
    on: dt.date,
    by: Staff,
    standings: dict[Month, Standings],
) -> tuple[dict[Key, Owed], dict[Month, Bases]]:
    """What is owed by a plan alone, as _owed() tells it."""
    with _undone():
        run = _imagined(scope, plan.months[-1][0], on, by)
        return _owed(_calculated(run, plan, book, standings))


def _leaner(plan: Plan, first: Month, bases: Mapping[Month, Bases]) -> Plan:
    """Only the months from ``first`` on: how those before it were left is known, or no matter.

    A grace period may refer to one of those: what an earlier look has found of it still holds.
    """
    kept = [one for one in plan.months if one[0] >= first]
    left_out = {m: bases.get(m, {}) for m, _ in plan.months if m < first}
    return plan._replace(months=kept, left_out=left_out)


@contextmanager
def _undone() -> Iterator[None]:
    """A savepoint of which nothing remains."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _imagined(scope: Scope, month: Month, on: dt.date, by: Staff) -> PaymentRun:
    """A run of the smallest territory around the scope; cancelled, so that it meets no other."""
    homes = Household.objects.filter(pk__in=scope.households or ())
    divisions = homes.aggregate(first=Min("division"), last=Max("division"))
    pairs = zip(divisions["first"] or "", divisions["last"] or "", strict=True)
    division = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('payments_paymentrun', 'id'))")
        pk = int(cursor.fetchone()[0])
    return PaymentRun.objects.create(
        pk=pk,
        month=month,
        number=FROM + pk % SO_MANY,
        cutoff=on,
        division=division,
        maker=by,
        state="cancelled",
    )


def _narrowed(plan: Plan, scope: Scope, month: Month) -> Plan:
    """The plan of the run for the scope alone."""
    homes, people = set(scope.households or ()), set(scope.persons)
    months = []
    for one, part in plan.months:
        mine = scope
        if not part.everybody:
            here = homes & set(part.households or ())
            mine = Scope(tuple(sorted(here)), tuple(sorted(people & set(part.persons))))
        if mine.households or mine.persons or one == month:
            months.append((one, mine))
    return plan._replace(months=months)


def _longer(plan: Plan, scope: Scope, month: Month, through: Month) -> Plan:
    """The plan continued to a later month, in one go, as what lapses stays lapsed."""
    kept = [(one, part) for one, part in plan.months if one <= month]
    more = [(m, scope) for m in months_between(next_month(month), through)]
    return Plan([*kept, *more], 0, "{}")


def _calculated(
    run: PaymentRun, plan: Plan, book: Book, standings: dict[Month, Standings] | None = None
) -> Calculation:
    calculation = Calculation.objects.create(
        run=run,
        version=1,
        first_month=plan.months[0][0],
        scope=plan.stored(),
        horizon=plan.horizon,
        book=[],
    )
    write_dues(calculation, run, plan, book, Unwatched(), standings)
    return calculation


def _owed(calculation: Calculation) -> tuple[dict[Key, Owed], dict[Month, Bases]]:
    """By key, of several one-off awards in a month the sum; and the amounts before sanction."""
    found: dict[Key, Owed] = {}
    bases: dict[Month, dict[tuple[str, int], int]] = defaultdict(dict)
    rows = Due.objects.filter(calculation=calculation).order_by("entitlement_id")
    for programme, subject, month, fen, verdict, base in rows.values_list(
        "programme", "subject", "month", "fen", "verdict", "base_fen"
    ):
        bases[month][programme, subject] = base
        before = found.get((programme, subject, month))
        found[programme, subject, month] = Owed(fen + (before.fen if before else 0), verdict)
    return found, dict(bases)


def _issues(calculation: Calculation) -> dict[Key, int]:
    rows = PaymentLine.objects.filter(calculation=calculation)
    found: dict[Key, int] = defaultdict(int)
    for programme, subject, month, fen in rows.values_list("programme", "subject", "month", "fen"):
        found[programme, subject, month] += fen
    return dict(found)


def _held(calculation: Calculation) -> dict[Key, tuple[int | None, str]]:
    rows = Held.objects.filter(calculation=calculation)
    columns = ("programme", "subject", "month", "fen", "why")
    return {
        (programme, subject, month): (fen, why)
        for programme, subject, month, fen, why in rows.values_list(*columns)
    }


def _overpaid(on: dt.date) -> dict[Key, int]:
    """What approving the run would record as overpaid, beyond what is recorded already."""
    newest = RecoveryEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    record_overpaid([], on)
    rows = RecoveryEntry.objects.filter(pk__gt=newest)
    grouped = rows.values_list("recovery__programme", "recovery__subject", "month").order_by()
    return {
        (programme, subject, month): fen
        for programme, subject, month, fen in grouped.annotate(step=Sum("fen"))
    }
