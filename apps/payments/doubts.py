"""需核实: lines that are paid, but that somebody should have looked at first. Only reads.

The thresholds are standards (payments/standards.yaml); one that is 未配置 asks nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection

from apps.casework.programme import PROGRAMMES
from apps.payments.listing import HEAD, Page
from apps.payments.models import Calculation, PaymentRun
from apps.payments.summary import Baseline
from apps.standards.book import Standards, unpack
from apps.units.rates import rate_words

# Each is a set: programme, subject, why. An award may be doubted for several reasons.
DOUBTED = """
WITH mine AS (
    SELECT programme, subject, max(entitlement_id) AS entitlement_id,
           coalesce(sum(fen) FILTER (
               WHERE kind = 'regular' AND month = %(month)s), 0)::bigint AS now_fen,
           sum(fen)::bigint AS all_fen,
           count(*) FILTER (WHERE kind = 'arrears') AS months
    FROM payments_paymentline WHERE calculation_id = %(calculation)s GROUP BY programme, subject
), last AS (
    SELECT programme, subject, sum(fen)::bigint AS fen FROM payments_paymentline
    WHERE calculation_id = ANY(%(before)s) AND kind = 'regular' AND month = %(last)s
    GROUP BY programme, subject
), doubted AS (
    SELECT m.*, l.fen AS last_fen, 'jump' AS why FROM mine m JOIN last l USING (programme, subject)
    WHERE m.now_fen > 0 AND abs(m.now_fen - l.fen) * 10000 > l.fen * %(jump)s::bigint
    UNION ALL
    SELECT m.*, l.fen, 'arrears' FROM mine m LEFT JOIN last l USING (programme, subject)
    WHERE m.months >= %(months)s::bigint
    UNION ALL
    SELECT m.*, l.fen, 'account' FROM mine m JOIN last l USING (programme, subject)
    JOIN casework_entitlement e ON e.id = m.entitlement_id
    JOIN households_bankaccount a ON a.version > 1 AND a.recorded_on > %(since)s
        AND a.recorded_on <= %(until)s AND %(account)s
        AND (a.person_id = m.subject OR a.household_id = e.household_id AND NOT EXISTS (
                SELECT 1 FROM households_bankaccount o WHERE o.person_id = m.subject))
    WHERE m.now_fen > 0
)
"""
COLUMNS = """d.subject, d.programme, d.why, d.months, d.last_fen, d.now_fen, d.all_fen, h.number,
       coalesce(p.name, head.name, ''), coalesce(t.name, '') || coalesce(v.name, '')"""
NAMED = f"""
JOIN casework_entitlement e ON e.id = d.entitlement_id
JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = d.subject
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
{HEAD}
"""
LIST = f"""{DOUBTED}
SELECT {COLUMNS} FROM doubted d {NAMED}
WHERE h.division LIKE %(territory)s AND (%(only)s = '' OR d.why = %(only)s)
  AND (d.why, d.subject, d.programme) > (%(after_why)s, %(after_subject)s, %(after_programme)s)
ORDER BY d.why, d.subject, d.programme LIMIT %(limit)s
"""
# The first few of every reason, with how many there are; who they are is asked apart.
FIRST = f"""{DOUBTED}, ranked AS (
    SELECT *, count(*) OVER (PARTITION BY why) AS cases,
           row_number() OVER (PARTITION BY why ORDER BY subject, programme) AS place
    FROM doubted
)
SELECT why, cases, entitlement_id, subject, programme, months, last_fen, now_fen, all_fen
FROM ranked WHERE place <= %(limit)s ORDER BY why, place
"""
WHO = f"""
SELECT e.id, h.number, coalesce(p.name, head.name, ''), coalesce(t.name, '') || coalesce(v.name, '')
FROM casework_entitlement e
JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = e.person_id
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
{HEAD}
WHERE e.id = ANY(%(awards)s)
"""
LIMIT = 50


class Doubt(NamedTuple):
    """One award to be looked at: why, with last month's amount and this one's."""

    line: str  # as the form of 暂缓 names it
    programme: str
    short: str
    words: str
    last_fen: int | None
    now_fen: int
    number: str
    name: str
    village: str


def reasons(standards: Standards) -> dict[str, tuple[str, str]]:
    """By code: the short name and the words of every reason that is asked about."""
    jump = standards.optional("payment.doubt_jump_rate")
    months = standards.optional("payment.doubt_arrears_months")
    found = {}
    if standards.on("payment.doubt_new_account"):
        found["account"] = ("换账户", "更换账户后首次发放")
    if months:
        found["arrears"] = ("补发多", f"一次补发 {months} 个月及以上")
    if jump is not None:
        found["jump"] = ("变动大", f"当月金额比上月变动超过 {rate_words(jump)}")
    return found


def _params(calculation: Calculation, run: PaymentRun, before: Baseline) -> dict[str, Any]:
    """The thresholds as the calculation knew them; None: nothing is over it."""
    standards = unpack(calculation.book).month(run.month)
    return {
        "calculation": calculation.pk,
        "month": run.month,
        "before": before.calculations,
        "last": before.month or run.month,
        "jump": standards.optional("payment.doubt_jump_rate"),
        "months": standards.optional("payment.doubt_arrears_months") or None,
        "account": standards.on("payment.doubt_new_account"),
        "since": before.cutoff or run.cutoff,
        "until": run.cutoff,
    }


class First(NamedTuple):
    """The first awards to be looked at for one reason, without names, and how many there are."""

    why: str
    cases: int
    rows: list[tuple[Any, ...]]  # entitlement, subject, programme, months, fen: last, now, all


def first(calculation: Calculation, run: PaymentRun, before: Baseline, limit: int) -> list[First]:
    """How many awards are to be looked at by reason, and the first few of them (1 query)."""
    found: dict[str, First] = {}
    for why, cases, *row in _rows(FIRST, _params(calculation, run, before) | {"limit": limit}):
        found.setdefault(why, First(why, cases, [])).rows.append(tuple(row))
    return list(found.values())


def shown(
    found: list[First], calculation: Calculation, run: PaymentRun, limit: int
) -> tuple[list[tuple[str, int]], list[Doubt]]:
    """The same with the words of each reason and the names of those few (1 query)."""
    asked = reasons(unpack(calculation.book).month(run.month))
    rows = [(one.why, *row) for one in found for row in one.rows][:limit]
    who = {row[0]: row[1:] for row in _rows(WHO, {"awards": [row[1] for row in rows]})}
    doubted = [
        _doubt((subject, programme, why, *figures, *who[award]), asked)
        for why, award, subject, programme, *figures in rows
    ]
    return [(asked[one.why][0], one.cases) for one in found], doubted


def listed(
    calculation: Calculation,
    run: PaymentRun,
    before: Baseline,
    *,
    territory: str,
    only: str = "",
    after: str = "",
    limit: int = LIMIT,
) -> Page:
    """The awards to be looked at inside a territory, a page by key (1 query)."""
    asked = reasons(unpack(calculation.book).month(run.month))
    why, subject, programme = _key(after)
    params = _params(calculation, run, before) | {
        "territory": f"{territory}%",
        "only": only,
        "after_why": why,
        "after_subject": subject,
        "after_programme": programme,
        "limit": limit + 1,
    }
    rows = _rows(LIST, params)
    found = [_doubt(row, asked) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(found, f"{last[2]}~{last[0]}~{last[1]}" if last else "")


def _key(after: str) -> tuple[str, int, str]:
    try:
        why, subject, programme = after.split("~")
        return why, int(subject), programme
    except ValueError:
        return "", 0, ""


def _doubt(row: tuple[Any, ...], asked: dict[str, tuple[str, str]]) -> Doubt:
    subject, programme, why, months, last, now, everything, number, name, village = row
    short, words = asked[why]
    if why == "arrears":
        words = f"本批补发 {months} 个月"
    card = PROGRAMMES.get(programme)
    return Doubt(
        line=f"{subject}~{programme}",
        programme=card.name if card else programme,
        short=short,
        words=words,
        last_fen=last,
        now_fen=everything if why == "arrears" else now,
        number=number,
        name=name,
        village=village,
    )


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
