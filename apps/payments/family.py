"""家庭页: what a household receives, month by month, and why. Only reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from apps.casework.models import Decision, Entitlement
from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES
from apps.casework.words import STOP_REASONS
from apps.households.models import Household
from apps.payments.derive import derive
from apps.payments.models import Due, Kind
from apps.standards.book import Book, unpack
from apps.units.language import lazy as _
from apps.units.money import yuan_grouped
from apps.units.months import Month, month_code, months_between, next_month

MONTHS = 12
WHOLE = _("全户")
STATES = {
    Verdict.PAYABLE: ("ok", "ok", _("在享")),
    Verdict.NOTHING: ("end", "circle", _("本月为零")),
    Verdict.WAITING: ("hold", "clock", _("待符合条件")),
    Verdict.LAPSED: ("end", "x", _("已终止")),
    Verdict.HELD: ("warn", "warn", _("待补")),
    Verdict.UNQUALIFIED: ("end", "x", _("本月不符合")),
}


class Award(NamedTuple):
    """One award: whose, how much in the newest computed month, how it came about, since when."""

    pk: int
    code: str
    programme: str
    subject: int
    who: str
    fen: int | None
    phrase: str
    since: Month | None
    until: Month | None
    month: Month | None
    state: tuple[str, str, str]  # colour, icon, words
    in_kind: bool


class Cell(NamedTuple):
    """One month of one award: what was issued for it, whenever that was."""

    month: Month
    fen: int
    css: str
    note: str
    link: str  # query of the 为什么 address; empty where nothing was computed


class Strip(NamedTuple):
    """One row of the twelve months."""

    programme: str
    who: str
    cells: list[Cell]


class Family(NamedTuple):
    """All awards of a household and its people, with their months."""

    awards: list[Award]
    months: list[Month]
    strips: list[Strip]
    sums: list[int]
    newest: Month | None

    @property
    def month_fen(self) -> int:
        """What the newest computed month comes to, in cash, for the whole family."""
        return sum(a.fen or 0 for a in self.awards if a.month == self.newest and not a.in_kind)

    def begun_by(self, last: Month) -> Family:
        """Without the awards that began after a month: the family as it was then."""
        return self._replace(
            awards=[a for a in self.awards if a.since is not None and a.since <= last]
        )

    @property
    def standing(self) -> int:
        """How many awards give something now."""
        return sum(a.state == STATES[Verdict.PAYABLE] for a in self.awards)


def latest_dues(
    subjects: list[int], first: Month, last: Month, then: dt.date | None = None
) -> QuerySet[Due]:
    """The newest due that counts of each award and month (an open run's before an issued one).

    ``then``: of the runs that had been computed by that day.
    """
    dues = Due.objects.filter(subject__in=subjects, month__range=(first, last))
    if then is not None:
        dues = dues.filter(calculation__run__cutoff__lte=then)
    return (
        dues.filter(calculation_id=F("calculation__run__calculation_id"))
        .exclude(calculation__run__state="cancelled")
        .select_related("calculation__run")
        .defer("calculation__book")
        .order_by("subject", "programme", "month", "entitlement_id", "-calculation_id")
        .distinct("subject", "programme", "month", "entitlement_id")
    )


def family(
    home: Household,
    names: dict[int, str],
    here: list[int],
    last: Month,
    then: dt.date | None = None,
) -> Family:
    """Awards and months of a household; ``names`` of all its people, ``here`` those in it now.

    ``then``: with the amounts that had been computed by an earlier day.
    """
    mine = list(
        Entitlement.objects.filter(Q(household=home) | Q(person_id__in=here))
        .select_related("person")
        .order_by("pk")
    )
    names = names | {e.person.pk: e.person.name for e in mine if e.person is not None}
    subjects = sorted({e.subject for e in mine} | set(here))
    first = next_month(last, 1 - MONTHS)
    dues = list(latest_dues(subjects, first, last, then))
    lines = _lines(subjects, first, last, then)
    books = _Books()
    newest = max((due.month for due in dues), default=None)
    awards = [a for e in mine if (a := _award(e, dues, names, books, first)) is not None]
    strips = _strips(awards, dues, lines, months_between(first, last))
    sums = [sum(s.cells[n].fen for s in strips) for n in range(MONTHS)]
    return Family(awards, months_between(first, last), strips, sums, newest)


class _Books:
    """The standards of each calculation, read once."""

    def __init__(self) -> None:
        self._books: dict[int, Book] = {}

    def of(self, due: Due) -> Book:
        if due.calculation_id not in self._books:
            self._books[due.calculation_id] = unpack(due.calculation.book)
        return self._books[due.calculation_id]


def _award(
    entitlement: Entitlement, dues: list[Due], names: dict[int, str], books: _Books, first: Month
) -> Award | None:
    """The row of an award; None for one that ended before the months shown."""
    card = PROGRAMMES.get(entitlement.programme)
    awarded = [due for due in dues if due.entitlement_id == entitlement.pk]
    mine = [due for due in awarded if due.programme == entitlement.programme]
    period = entitlement.period
    since = None if period.isempty else period.lower
    until = None if period.isempty else period.upper
    if card is None or (not mine and until is not None and until <= first):
        return None
    newest = max(mine, key=lambda due: due.month, default=None)
    phrase, state = _said(newest, books)
    on_top = [due for due in awarded if newest and due.month == newest.month and due not in mine]
    if any(due.fen for due in on_top):
        phrase = _with(newest, on_top)
    if period.isempty or (until is not None and newest is not None and newest.month >= until):
        state = ("end", "x", gettext("已终止"))
    return Award(
        pk=entitlement.pk,
        code=card.code,
        programme=card.name,
        subject=entitlement.subject,
        who=_who(entitlement.subject, names),
        fen=newest.fen + sum(due.fen for due in on_top) if newest else None,
        phrase=phrase,
        since=since,
        until=until,
        month=newest.month if newest else None,
        state=state,
        in_kind=card.nature.value == "in_kind",
    )


def _with(due: Due | None, on_top: list[Due]) -> str:
    """An amount and what is paid on top of it with the same award (分类施保)."""
    parts = [due, *on_top] if due else on_top
    return " + ".join(f"{PROGRAMMES[one.programme].short} {yuan_grouped(one.fen)}" for one in parts)


def _said(due: Due | None, books: _Books) -> tuple[str, tuple[str, str, str]]:
    """The last words of a due's working, and its state as a chip."""
    if due is None:
        return gettext("尚未计算"), ("hold", "clock", gettext("未计算"))
    lines = derive(due, books.of(due)).working.lines
    return _phrase(lines), STATES[Verdict(due.verdict)]


def _phrase(lines: list[tuple[str, int]]) -> str:
    """The line that says how the amount came about: the last one, or the last with figures."""
    if not lines:
        return ""
    words, fen = lines[-1]
    if fen and not any(map(str.isdecimal, words)):
        return next((w for w, _ in reversed(lines) if any(map(str.isdecimal, w))), words)
    return words


def _who(subject: int, names: dict[int, str]) -> str:
    return WHOLE if subject < 0 else names.get(subject, "—")


LINES = """
SELECT l.programme, l.subject, l.month, l.kind, l.fen, r.state, i.id IS NOT NULL, r.month
FROM payments_paymentline l
JOIN payments_paymentrun r ON r.calculation_id = l.calculation_id
    AND r.state IN ('computed', 'checked', 'approved', 'sent', 'closed')
LEFT JOIN (payments_bankitem i JOIN payments_bankbatch b ON b.id = i.batch_id)
    ON i.returned_on IS NOT NULL AND b.calculation_id = l.calculation_id
    AND i.subject = l.subject AND i.programme = l.programme AND i.kind = l.kind
WHERE l.subject = ANY(%(subjects)s) AND l.month BETWEEN %(first)s AND %(last)s
  AND r.cutoff <= coalesce(%(then)s::date, 'infinity')
ORDER BY l.month, r.id
"""
Key = tuple[str, int, Month]


def _lines(
    subjects: list[int], first: Month, last: Month, then: dt.date | None = None
) -> dict[Key, list[tuple[Any, ...]]]:
    """Lines by programme, subject and benefit month: (kind, fen, state, returned, run's month)."""
    found: dict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    with connection.cursor() as cursor:
        months = {"first": first, "last": last, "then": then}
        cursor.execute(LINES, {"subjects": subjects, **months})
        for programme, subject, month, *rest in cursor.fetchall():
            found[programme, subject, month].append(tuple(rest))
    return found


def _strips(
    awards: list[Award],
    dues: list[Due],
    lines: dict[Key, list[tuple[Any, ...]]],
    months: list[Month],
) -> list[Strip]:
    """One row for each programme and subject that had anything in these months."""
    computed: dict[Key, list[Due]] = defaultdict(list)
    for due in dues:
        computed[due.programme, due.subject, due.month].append(due)
    wanted = {(key[0], key[1]) for key in (*computed, *lines)}
    names = {award.subject: award.who for award in awards}
    order = sorted(wanted, key=lambda pair: (_number(pair[0]), pair[1]))
    return [
        Strip(
            PROGRAMMES[code].name,
            names.get(subject, ""),
            [
                _cell(
                    month,
                    (code, subject),
                    computed[code, subject, month],
                    lines.get((code, subject, month), []),
                )
                for month in months
            ],
        )
        for code, subject in order
        if code in PROGRAMMES
    ]


def _number(code: str) -> int:
    return PROGRAMMES[code].number if code in PROGRAMMES else 0


def _cell(
    month: Month, whose: tuple[str, int], dues: list[Due], lines: list[tuple[Any, ...]]
) -> Cell:
    """What was issued for a month, net of returns, and what is to be said about it."""
    code, subject = whose
    planned = [line for line in lines if line[2] in ("computed", "checked")]
    returned = [line for line in lines if line[3]]
    reissued = any(line[0] == Kind.REISSUE for line in lines)
    fen = sum(line[1] for line in lines if not line[3])
    css, note = "", ""
    if not lines and not dues:
        css = "is-none"
    elif returned and not reissued:
        css, note, fen = "is-returned", gettext("退票"), sum(line[1] for line in returned)
    elif any(Verdict(due.verdict) is Verdict.HELD for due in dues) and not fen:
        css, note = "is-held", gettext("待补")
    elif planned:
        css, note = "is-planned", gettext("待发")
    elif any(line[0] == Kind.ARREARS for line in lines):
        css, note = "is-arrears", gettext("含补发")
    link = f"programme={code}&subject={subject}&month={month_code(month)}" if dues else ""
    return Cell(month, fen, css, note, link)


def issued_for(programme: str, subject: int, month: Month) -> list[tuple[Month, str, int, str]]:
    """How a month was issued: (run's month, kind, fen, state words), in order."""
    states = {
        "computed": gettext("待审批"),
        "checked": gettext("待审批"),
        "approved": gettext("待送银行"),
        "sent": gettext("已送银行"),
    }
    return [
        (
            run_month,
            Kind(kind).label,
            fen,
            gettext("退票") if returned else states.get(state, gettext("已发")),
        )
        for kind, fen, state, returned, run_month in _lines([subject], month, month).get(
            (programme, subject, month), []
        )
    ]


class DecisionRow(NamedTuple):
    """A decision with its findings said aloud."""

    decision: Decision
    programme: str
    who: str
    reason: str
    findings: list[tuple[bool | None, str]]


def decisions(
    home: Household, names: dict[int, str], then: dt.date | None = None
) -> list[DecisionRow]:
    """All decisions on a household and its people (up to a day), the newest first."""
    found = Decision.objects.filter(household=home).select_related("prepared_by", "decided_by")
    if then is not None:
        found = found.filter(decided_on__lte=then)
    return [
        DecisionRow(
            decision=one,
            programme=PROGRAMMES[one.programme].name if one.programme in PROGRAMMES else "",
            who=WHOLE if one.person_id is None else names.get(one.person_id, "—"),
            reason=_reason(one),
            findings=[(passed, words) for _code, passed, words in one.findings],
        )
        for one in found.order_by("-pk")[:50]
    ]


def _reason(decision: Decision) -> str:
    """Why, in words: a code of the list, or what was written; a test's code is told by itself."""
    if not decision.note and decision.reason in STOP_REASONS:
        return STOP_REASONS[decision.reason]
    said = decision.note or decision.reason
    return "" if said.isascii() else said


def subjects_of(home: Household) -> list[int]:
    """Everyone who ever had an award filed in the household."""
    return list(Entitlement.objects.filter(household=home).values_list("subject", flat=True))
