"""批次的清单: lines and held amounts a page at a time, walked by key. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES
from apps.payments.derive import derive
from apps.payments.models import Calculation, Due, Kind
from apps.payments.review.deadlines import Deadline, Deadlines
from apps.payments.review.loading import reasons
from apps.standards.book import unpack
from apps.units.months import Month

PAGE = 50
WHY = reasons("block")  # what the rules call the reasons for which an amount is held
# A household's award goes by its applicant, else by whoever is or was its member.
HEAD = """
LEFT JOIN LATERAL (
    SELECT q.name FROM households_member m JOIN households_person q ON q.id = m.person_id
    WHERE m.household_id = h.id AND m.voided_on IS NULL
    ORDER BY m.relationship <> 'applicant', upper(m.period) DESC NULLS FIRST, m.id LIMIT 1
) head ON p.id IS NULL
"""


class Filters(NamedTuple):
    """What a list of lines is narrowed to; empty means all."""

    programme: str = ""
    township: str = ""
    kind: str = ""


class Line(NamedTuple):
    """One issued line as a page shows it."""

    programme: str
    kind: str
    month: Month
    fen: int
    offset_fen: int
    number: str
    name: str
    village: str
    key: str


class Page(NamedTuple):
    """Some rows, and the key after which the next page begins (empty: there is none)."""

    rows: list[Any]
    after: str


LINES = """
SELECT l.subject, l.programme, l.month, l.kind, l.fen, l.offset_fen, h.number,
       coalesce(p.name, head.name, ''), coalesce(t.name, '') || coalesce(v.name, '')
FROM payments_paymentline l
JOIN casework_entitlement e ON e.id = l.entitlement_id
JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = l.subject
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
{head}
WHERE l.calculation_id = %(calculation)s AND h.division LIKE %(territory)s
  AND (%(programme)s = '' OR l.programme = %(programme)s)
  AND (%(kind)s = '' OR l.kind = %(kind)s)
  AND (l.subject, l.programme, l.month, l.kind)
      > (%(subject)s, %(after_programme)s, %(after_month)s, %(after_kind)s)
ORDER BY l.subject, l.programme, l.month, l.kind
LIMIT %(limit)s
"""
START = "-9223372036854775808~~0001-01-01~"


def lines(
    calculation: Calculation, filters: Filters, *, territory: str, after: str, limit: int = PAGE
) -> Page:
    """The lines of a calculation inside a territory, after a key, in the order of the key."""
    subject, programme, month, kind = _key(after)
    params = {
        "calculation": calculation.pk,
        "territory": f"{max(territory, filters.township, key=len)}%",
        "programme": filters.programme,
        "kind": filters.kind,
        "subject": subject,
        "after_programme": programme,
        "after_month": month,
        "after_kind": kind,
        "limit": limit + 1,
    }
    if not filters.township.startswith(territory[: len(filters.township)]):
        return Page([], "")
    found = [_line(row) for row in _rows(LINES.format(head=HEAD), params)]
    more = len(found) > limit
    return Page(found[:limit], found[limit - 1].key if more else "")


def _key(after: str) -> tuple[int, str, dt.date, str]:
    """The key in an address; from the beginning when it cannot be read."""
    try:
        subject, programme, month, kind = (after or START).split("~")
        return int(subject), programme, dt.date.fromisoformat(month), kind
    except ValueError:
        return _key(START)


def _line(row: tuple[Any, ...]) -> Line:
    subject, programme, month, kind, fen, offset_fen, number, name, village = row
    key = f"{subject}~{programme}~{month.isoformat()}~{kind}"
    label = PROGRAMMES[programme].name if programme in PROGRAMMES else programme
    kinds = dict(Kind.choices)
    return Line(label, kinds[kind], month, fen, offset_fen, number, name, village, key)


class HeldRow(NamedTuple):
    """What is held of one award for one reason: its months together, and what they come to."""

    key: int
    programme: str
    first: Month
    last: Month
    months: int
    fen: int | None  # None: at least one month's amount is unknown
    short: str
    words: str
    number: str
    name: str
    village: str
    hold: int | None  # the 人工暂缓 that keeps it back
    deadline: Deadline | None


HELD = """
SELECT g.id, g.programme, g.subject, g.first, g.last, g.n, g.fen, g.why, g.words, h.number,
       coalesce(p.name, head.name, ''), coalesce(t.name, '') || coalesce(v.name, ''), x.id,
       (SELECT min(c.started_at) FROM payments_held o
        JOIN payments_calculation c ON c.id = o.calculation_id AND c.run_id = %(run)s
        WHERE (o.programme, o.subject, o.why) = (g.programme, g.subject, g.why))
FROM (
    SELECT min(id) AS id, programme, subject, why, min(month) AS first, max(month) AS last,
           count(*) AS n, CASE WHEN bool_or(fen IS NULL) THEN NULL ELSE sum(fen)::bigint END AS fen,
           max(words) AS words, max(entitlement_id) AS entitlement_id
    FROM payments_held
    WHERE calculation_id = %(calculation)s AND (%(whys)s::text[] IS NULL OR why = ANY(%(whys)s))
    GROUP BY programme, subject, why
) g
JOIN casework_entitlement e ON e.id = g.entitlement_id
JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = g.subject
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
LEFT JOIN payments_hold x ON g.why = 'by_hand' AND x.programme = g.programme
    AND x.subject = g.subject AND x.released_at IS NULL
{head}
WHERE g.id > %(after)s AND h.division LIKE %(territory)s
ORDER BY g.id
LIMIT %(limit)s
"""


def held(
    calculation: Calculation,
    *,
    territory: str,
    deadlines: Deadlines,
    whys: list[str] | None = None,
    after: int = 0,
    limit: int = PAGE,
) -> Page:
    """What a calculation held, one row an award; missing facts are named (2 queries at most).

    A deadline counts from the version of the run that was the first to hold the award so.
    """
    params = {
        "calculation": calculation.pk,
        "run": calculation.run_id,
        "territory": f"{territory}%",
        "whys": whys,
        "after": after,
        "limit": limit + 1,
    }
    rows = _rows(HELD.format(head=HEAD), params)
    more = len(rows) > limit
    rows = rows[:limit]
    missing = _missing(calculation, [row for row in rows if row[7] == "facts"])
    found = [_held(row, missing.get((row[2], row[1], row[4]), ""), deadlines) for row in rows]
    return Page(found, str(found[-1].key) if more else "")


def _held(row: tuple[Any, ...], missing: str, deadlines: Deadlines) -> HeldRow:
    key, programme, _subject, first, last, months, fen, why, words, *whose, since = row
    end = deadlines.of(why, timezone.localdate(since))
    short, usual = WHY.get(why, (why, why))
    label = PROGRAMMES[programme].name if programme in PROGRAMMES else programme
    said = words or missing or usual
    return HeldRow(key, label, first, last, months, fen, short, said, *(*whose, end))


def _missing(
    calculation: Calculation, rows: list[tuple[Any, ...]]
) -> dict[tuple[int, str, Month], str]:
    """What the working of each held due says is missing, by subject, programme and last month."""
    if not rows:
        return {}
    book = unpack(calculation.book)
    dues = Due.objects.filter(
        calculation=calculation,
        subject__in={row[2] for row in rows},
        month__in={row[4] for row in rows},
        verdict=Verdict.HELD,
    )
    found: dict[tuple[int, str, Month], str] = {}
    for due in dues:
        said = derive(due, book).working.lines
        words = next((words for words, _ in reversed(said) if "待补" in words), "")
        found[due.subject, due.programme, due.month] = words.removeprefix("待补：")
    return found


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
