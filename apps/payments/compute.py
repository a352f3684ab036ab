"""计算批次: facts → due, for everybody in the run's month and for whom the past has changed.

One transaction: a calculation is there whole or not at all, however the process ends.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from django.db import connection

from apps.casework.assess import carried, programmes_of, scope_of
from apps.casework.engine import Earlier, Result, calculate
from apps.casework.outcome import Verdict
from apps.casework.programme import Programme, Scope
from apps.casework.reading import own_line
from apps.households.models import Household
from apps.offices.models import Change
from apps.payments import seen
from apps.payments.ledger import Ledger, ledger_for
from apps.payments.models import Calculation, Held, PaymentRun
from apps.standards.book import Book, MissingStandard
from apps.units.months import Month, months_between, next_month, quarter_end

CHUNK = 20_000  # results between two words to whoever watches
ROWS = 2_000  # results between two writes
# (programme, entitlement, subject) → WAITING or LAPSED, of awards that are not as usual
Standings = dict[tuple[str, int, int], Verdict]
AS_USUAL = (Verdict.PAYABLE, Verdict.NOTHING)


class Watch(Protocol):
    """Whoever wants to know how far a calculation is; may raise Cancelled to stop it."""

    def step(self, programme: str, done: int) -> None: ...


class Unwatched:
    """Nobody is looking."""

    def step(self, programme: str, done: int) -> None:
        """Nothing to tell."""


class LeftOut(LookupError):
    """A month that the plan leaves out is asked for after all."""


Bases = Mapping[tuple[str, int], int]


class Plan(NamedTuple):
    """Which months are computed, and for whom.

    ``left_out``: months passed over because nothing is said to need them, each with the amounts
    before sanction that are known of it by programme and subject; LeftOut when another is asked.
    ``seen``: the changes it takes into account (payments/seen.py).
    """

    months: list[tuple[Month, Scope]]
    horizon: int
    seen: str
    left_out: Mapping[Month, Bases] = MappingProxyType({})

    def stored(self) -> dict[str, Any]:
        """The plan in the form a Calculation keeps."""
        return {
            "all": [m.isoformat() for m, s in self.months if s.everybody],
            "some": {
                m.isoformat(): [list(s.households or ()), list(s.persons)]
                for m, s in self.months
                if not s.everybody
            },
            "seen": self.seen,
        }


def plan_of(run: PaymentRun, book: Book) -> Plan:
    """The run's month for everybody, and every earlier month whose amounts may have changed.

    Found from what was recorded since the last approved run (变动) and from what that run could
    not issue; a standard entered late concerns everybody from its first month (R-PAY-06).
    """
    horizon, changes = seen.now()
    part = _part(run)
    start_for_all = _first_month_for_all(run)
    since = _changed_since(run)
    months: list[tuple[Month, Scope]] = []
    if since and (opening := _opening_month()):
        for month in months_between(max(min(since), opening), next_month(run.month, -1)):
            if month >= start_for_all:
                break
            due = [pair for m, pairs in since.items() if m <= month for pair in pairs]
            scope = _narrowed(due, part)
            if scope.everybody or scope.households or scope.persons:
                months.append((month, scope))
    months += [(m, part) for m in months_between(start_for_all, _last_month(run, book))]
    return Plan(months, horizon, changes)


def _part(run: PaymentRun) -> Scope:
    """Everybody, or the part of the county the run is for, with whoever is tied to it by a move."""
    if not Household.objects.exclude(division__startswith=run.division).exists():
        return Scope()
    inside = Household.objects.filter(division__startswith=run.division)
    return scope_of(inside.values_list("pk", flat=True))


def _first_month_for_all(run: PaymentRun) -> Month:
    """The month after the last one issued for all, a late standard's first month, or the run's."""
    issued = PaymentRun.objects.issued().filter(month__lt=run.month)
    last = issued.order_by("-month").values_list("month", flat=True).first()
    start = next_month(last) if last else run.month
    late = Change.objects.open().filter(household_id=None, person_id=None)
    first = late.order_by("from_month").values_list("from_month", flat=True).first()
    if first is not None and first < start and (opening := _opening_month()) is not None:
        start = max(first, min(opening, start))
    return min(start, run.month)


def _opening_month() -> Month | None:
    """The first month this system ever accounted for, or paid for an award found void since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least((SELECT min(coalesce(accounts_from, lower(period)))"
            " FROM casework_entitlement WHERE NOT isempty(period)),"
            " (SELECT min(first_month) FROM payments_calculation))"
        )
        found: Month | None = cursor.fetchone()[0]
    return found


def _last_month(run: PaymentRun, book: Book) -> Month:
    """The run's month, or the end of its quarter where rural minimum living is paid ahead."""
    try:
        quarterly = book.month(run.month).choice("payment.rural_minimum_living") == "quarterly"
    except MissingStandard:
        quarterly = False
    return quarter_end(run.month) if quarterly else run.month


def _changed_since(run: PaymentRun) -> dict[Month, list[tuple[int | None, int | None]]]:
    """Month → (household, person) pairs whose months from there on may differ."""
    found: dict[Month, list[tuple[int | None, int | None]]] = defaultdict(list)
    changes = Change.objects.open().filter(from_month__lt=run.month)
    for month, household, person in changes.values_list("from_month", "household_id", "person_id"):
        if household or person:
            found[month].append((household, person))
    for month, household in unsettled(run.month):
        found[month].append((household, None))
    return found


def unsettled(before: Month) -> Iterable[tuple[Month, int]]:
    """(month, household) of amounts that issued runs held or withheld and none has settled."""
    return (
        Held.objects.filter(
            calculation__run__state__in=("approved", "sent", "closed"),
            month__lt=before,
        )
        .extra(
            where=[
                "payments_held.calculation_id = (SELECT max(d.calculation_id) FROM payments_due d"
                " JOIN payments_paymentrun r ON r.calculation_id = d.calculation_id"
                " AND r.state IN ('approved', 'sent', 'closed')"
                " WHERE d.subject = payments_held.subject"
                " AND d.programme = payments_held.programme AND d.month = payments_held.month)"
            ]
        )
        .values_list("month", "entitlement__household_id")
        .distinct()
    )


def _narrowed(pairs: list[tuple[int | None, int | None]], part: Scope) -> Scope:
    """The awards these households and persons can touch, within the run's part of the county."""
    homes = {h for h, _ in pairs if h is not None}
    people = {p for _, p in pairs if p is not None}
    if not part.everybody:
        homes &= set(part.households or ())
        people &= set(part.persons)
    return scope_of(homes, people)


def write_dues(
    calculation: Calculation,
    run: PaymentRun,
    plan: Plan,
    book: Book,
    watch: Watch,
    standings: dict[Month, Standings] | None = None,
) -> int:
    """Compute the plan and COPY every due; returns how many. Nothing else is written.

    ``standings``: what each month leaves to the next; added to, and begun from where it is known.
    """
    written, known = 0, standings if standings is not None else {}
    opening = next_month(plan.months[0][0], -1)
    standing = known[opening] if opening in known else dict(stored_standing(opening))
    following = [month for month, _ in plan.months[1:]]
    for (month, scope), later in zip_longest(plan.months, following):
        with own_line() as line, ledger_for(line) as ledger, no_collecting():
            results = calculate(
                month,
                book=book,
                scope=scope,
                previous={k: v for k, v in standing.items() if v is not Verdict.PAYABLE},
                earlier=_earlier(calculation, ledger, plan.left_out),
                only=programmes_of(scope),
                line=line,
            )
            issued = dict(stored_standing(next_month(later, -1))) if later else {}
            sink = _Sink(calculation, run, month, watch, issued)
            written = sink.drain(results, ledger, written)
        standing = {**issued, **sink.standing}
        if standings is not None:
            standings[month] = standing
    return written


@contextmanager
def no_collecting() -> Iterator[None]:
    """Without the cycle collector: a county's month is made of tuples that hold no cycles, and
    looking through all of them again and again takes a quarter of the time.
    """
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


class _Sink:
    """Results into rows of the ledger, and what the next month must know."""

    def __init__(
        self,
        calculation: Calculation,
        run: PaymentRun,
        month: Month,
        watch: Watch,
        issued: Container[tuple[str, int, int]],
    ) -> None:
        self.run, self.month, self.watch, self.issued = run, month, watch, issued
        self.standing: dict[tuple[str, int, int], Verdict] = {}
        self.calculation = calculation.pk

    def drain(self, results: Iterator[Result], ledger: Ledger, written: int) -> int:
        """Write everything; returns the running count."""
        for code, rows in self._rows(results):
            ledger.write("".join(rows).encode())
            before, written = written, written + len(rows)
            if not code or written // CHUNK > before // CHUNK:
                self.watch.step(code, written)
        return written

    def _rows(self, results: Iterator[Result]) -> Iterator[tuple[str, list[str]]]:
        """COPY rows, some at a time, with the programme at work; at the very end without one."""
        ahead = self.month > self.run.month
        rows: list[str] = []
        head: _Head | None = None
        for result in results:
            if ahead and not _paid_ahead(result):
                continue
            if head is None or head.card is not result.card:
                head = _Head(result.card, self.month, self.calculation)
            case = result.case
            heads = len(case.persons)
            tail = result.kept.get(heads) or head.tail(result)
            rows.append(f"{case.subject}{head.middle}{case.entitlement_id}{tail}")
            if head.lapses:
                self._remember(result)
            if len(rows) == ROWS:
                yield result.card.code, rows
                rows = []
        yield "", rows

    def _remember(self, result: Result) -> None:
        """An award that is as usual is only told where an issued run knew it otherwise."""
        usual = result.outcome.verdict in AS_USUAL
        if usual and not self.issued:
            return
        key = (result.card.code, result.case.entitlement_id, result.case.subject)
        found = Verdict.PAYABLE if usual else carried((result,)).get(key, Verdict.PAYABLE)
        if found is not Verdict.PAYABLE or key in self.issued:
            self.standing[key] = found


class _Head:
    """What all rows of a card in a month have in common; what the facts determine is kept."""

    __slots__ = ("card", "lapses", "middle", "rule")

    def __init__(self, card: Programme, month: Month, calculation: int) -> None:
        self.card, self.lapses = card, card.lapses
        self.rule = card.rule_of(month).number
        self.middle = f"\t{card.code}\t{month.isoformat()}\t{calculation}\t"

    def tail(self, result: Result) -> str:
        """The part of a row that the facts determine, formatted once for all who share them."""
        card, case, situation, outcome, kept = result
        heads = len(case.persons)
        facts = ",".join(map(str, (*situation, *case.facts)))
        tail = kept[heads] = (
            f"\t{outcome.fen}\t{outcome.base}\t{outcome.verdict:d}\t{self.rule}"
            f"\t{card.budget_of(case.facts)}\t{heads}\t{{{facts}}}\n"
        )
        return tail


def _paid_ahead(result: Result) -> bool:
    """Rural minimum living in a county that pays by quarter (R-PAY-01): 2 is rural."""
    return result.card.advance is not None and getattr(result.case.facts, "zone", 0) == 2


def stored_standing(month: Month) -> Iterator[tuple[tuple[str, int, int], Verdict]]:
    """Awards that waited or had lapsed at the end of a month, by the latest issued calculation.

    A month that was held (5) keeps the standing it was computed with (facts[1]: 0 waiting).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.programme, d.entitlement_id, d.subject,
                   CASE WHEN d.verdict = 4 THEN 4 ELSE 3 END
            FROM payments_due d
            JOIN payments_paymentrun r ON r.calculation_id = d.calculation_id
                AND r.state IN ('approved', 'sent', 'closed')
            WHERE d.month = %(month)s
              AND d.verdict IN (3, 4, 5) AND (d.verdict < 5 OR d.facts[1] = 0)
              AND NOT EXISTS (
                  SELECT 1 FROM payments_due later
                  JOIN payments_paymentrun r2 ON r2.calculation_id = later.calculation_id
                      AND r2.state IN ('approved', 'sent', 'closed')
                  WHERE later.subject = d.subject AND later.programme = d.programme
                    AND later.month = d.month AND later.entitlement_id = d.entitlement_id
                    AND later.calculation_id > d.calculation_id)
            """,
            {"month": month},
        )
        for programme, entitlement, subject, verdict in cursor.fetchall():
            yield (programme, entitlement, subject), Verdict(verdict)


def _earlier(calculation: Calculation, ledger: Ledger, left_out: Mapping[Month, Bases]) -> Earlier:
    """The amount before sanction of earlier months: this calculation's, else the last issued."""

    def look(
        programme: str, asked: Collection[tuple[int, Month]]
    ) -> Mapping[tuple[int, Month], int]:
        known = _known(programme, asked, left_out)
        asked = [pair for pair in asked if pair not in known]
        if not asked:
            return known
        ledger.post()  # what is asked may be under way, on the very connection
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT DISTINCT ON (d.subject, d.month) d.subject, d.month, d.base_fen
                FROM unnest(%s::bigint[], %s::date[]) AS a (subject, month)
                JOIN payments_due d ON d.subject = a.subject AND d.programme = %s
                    AND d.month = a.month
                JOIN payments_calculation c ON c.id = d.calculation_id
                JOIN payments_paymentrun r ON r.id = c.run_id
                WHERE c.id = %s OR r.calculation_id = c.id
                    AND r.state IN ('approved', 'sent', 'closed')
                ORDER BY d.subject, d.month, c.id DESC
                """,
                (*map(list, zip(*asked, strict=True)), programme, calculation.pk),
            )
            return known | {(subject, month): fen for subject, month, fen in cursor.fetchall()}

    return look


def _known(
    programme: str, asked: Collection[tuple[int, Month]], left_out: Mapping[Month, Bases]
) -> dict[tuple[int, Month], int]:
    """What is known of the months left out; LeftOut where one of them is not."""
    found = {}
    for subject, month in asked:
        if month in left_out:
            if (programme, subject) not in left_out[month]:
                raise LeftOut
            found[subject, month] = left_out[month][programme, subject]
    return found
