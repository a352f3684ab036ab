"""与上月相比: why a run pays more or less than the last, reason by reason, to the fen.

Each pair (programme, subject) is looked at once. Where the amount of the month itself changed,
last month's facts are said again under this month's standards: what that changes is 标准调整,
the rest is 调增 or 调减. Nothing can be left over, and the page shows that nothing is.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from django.db import connection

from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES
from apps.payments.derive import say_again
from apps.payments.listing import HEAD
from apps.payments.models import Calculation, PaymentRun
from apps.payments.summary import Baseline
from apps.standards.book import Standards, unpack
from apps.units.language import lazy as _
from apps.units.working import silent

# reason -> (group, words, icon), in the order of the table
REASONS: dict[str, tuple[str, str, str]] = {
    "new": (_("新增"), _("新确认的待遇"), "plus"),
    "resumed": (_("新增"), _("恢复发放"), "plus"),
    "death": (_("停发"), _("死亡"), "x"),
    "stopped": (_("停发"), _("停发决定"), "x"),
    "ended": (_("停发"), _("条件不再符合"), "x"),
    "held": (_("停发"), _("本月待补或暂缓"), "pause"),
    "standard": (_("标准调整"), _("标准调整"), "scale"),
    "up": (_("调增"), _("家庭情况变化，金额增加"), "rise"),
    "down": (_("调减"), _("家庭情况变化，金额减少"), "fall"),
    "arrears": (_("补发"), _("补发以前月份"), "history"),
    "reissue": (_("重发"), _("退票后重发"), "return"),
    "one_off": (_("一次性"), _("一次性救助"), "star"),
    "ahead": (_("预发"), _("按季预发"), "cal"),
    "same": (_("不变"), _("与上月相同"), "circle"),
}

TONES = dict.fromkeys(("death", "stopped", "ended", "held", "down", "same"), "end") | {
    "arrears": "hold",
    "reissue": "hold",
}

# Every pair (programme, subject, part) of both months with the reason why it changed.
REASONED = """
WITH pairs AS MATERIALIZED (
    SELECT programme, subject,
           CASE WHEN kind = 'regular' AND month > CASE WHEN calculation_id = %(calculation)s
                     THEN %(month)s ELSE %(last)s END THEN 'ahead' ELSE kind END AS part,
           (sum(fen) FILTER (WHERE calculation_id = %(calculation)s))::bigint AS now_fen,
           (sum(fen) FILTER (WHERE calculation_id <> %(calculation)s))::bigint AS last_fen,
           max(entitlement_id) AS entitlement_id
    FROM payments_paymentline WHERE calculation_id = ANY(%(all)s) GROUP BY 1, 2, 3
), moved AS MATERIALIZED (
    SELECT p.*, CASE WHEN p.last_fen IS NULL THEN 'new' WHEN p.now_fen IS NULL THEN 'gone'
                     ELSE 'changed' END AS how
    FROM pairs p WHERE part = 'regular' AND now_fen IS DISTINCT FROM last_fen
), reasoned AS (
    SELECT m.programme, m.subject, m.entitlement_id, m.now_fen, m.last_fen, CASE
        WHEN how = 'changed' THEN 'changed'
        WHEN how = 'new' AND before.found THEN 'resumed'
        WHEN how = 'new' THEN 'new'
        WHEN death.found THEN 'death'
        WHEN held.found THEN 'held'
        WHEN due.found THEN 'ahead'
        WHEN upper(e.period) <= %(month)s THEN 'stopped'
        ELSE 'ended' END AS reason
    FROM moved m JOIN casework_entitlement e ON e.id = m.entitlement_id
    LEFT JOIN LATERAL (
        SELECT TRUE AS found FROM payments_paymentline x
        JOIN payments_paymentrun r ON r.calculation_id = x.calculation_id
            AND r.state IN ('approved', 'sent', 'closed')
        WHERE how = 'new' AND x.subject = m.subject AND x.programme = m.programme
          AND x.calculation_id < %(calculation)s LIMIT 1) before ON TRUE
    LEFT JOIN LATERAL (
        SELECT TRUE AS found FROM households_fact f
        WHERE how = 'gone' AND f.kind = 'death' AND f.person_id = m.subject
          AND f.voided_on IS NULL AND f."on" < %(month)s LIMIT 1) death ON TRUE
    LEFT JOIN LATERAL (
        SELECT TRUE AS found FROM payments_held h
        WHERE how = 'gone' AND h.calculation_id = %(calculation)s AND h.subject = m.subject
          AND h.programme = m.programme AND h.month = %(month)s LIMIT 1) held ON TRUE
    LEFT JOIN LATERAL (
        SELECT TRUE AS found FROM payments_due d
        WHERE how = 'gone' AND d.calculation_id = %(calculation)s AND d.subject = m.subject
          AND d.programme = m.programme AND d.month = %(month)s AND d.fen > 0 LIMIT 1
    ) due ON TRUE
    UNION ALL
    SELECT programme, subject, entitlement_id, now_fen, last_fen,
           CASE WHEN part = 'regular' THEN 'same' ELSE part END
    FROM pairs WHERE part <> 'regular' OR now_fen = last_fen
)
"""
# One row per programme, reason and, where both months have an amount, last month's facts.
PAIRS = f"""{REASONED}
SELECT r.programme, r.reason, d.rule, d.facts, r.now_fen, r.last_fen, count(*)
FROM reasoned r
LEFT JOIN payments_due d ON r.reason = 'changed' AND d.subject = r.subject
    AND d.programme = r.programme AND d.month = %(last)s AND d.calculation_id = ANY(%(before)s)
    AND d.entitlement_id = r.entitlement_id AND d.fen = r.last_fen
WHERE r.reason = 'changed'
GROUP BY r.programme, r.reason, d.rule, d.facts, r.now_fen, r.last_fen
UNION ALL
SELECT programme, reason, NULL, NULL, sum(coalesce(now_fen, 0))::bigint,
       sum(coalesce(last_fen, 0))::bigint, count(*)
FROM reasoned WHERE reason <> 'changed' GROUP BY programme, reason
"""


# The people behind a reason, those with the greatest change first.
PEOPLE = f"""{REASONED}
SELECT r.programme, h.number, coalesce(p.name, head.name, ''),
       coalesce(t.name, '') || coalesce(v.name, ''), coalesce(r.last_fen, 0)::bigint,
       coalesce(r.now_fen, 0)::bigint
FROM reasoned r
JOIN casework_entitlement e ON e.id = r.entitlement_id
JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = r.subject
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
{HEAD}
WHERE r.reason = %(reason)s OR %(reason)s = '' AND r.reason <> 'same'
ORDER BY abs(coalesce(r.now_fen, 0) - coalesce(r.last_fen, 0)) DESC, h.division, h.number,
         r.programme, r.subject
LIMIT %(limit)s OFFSET %(offset)s
"""
CHANGED = ("standard", "up", "down")  # told apart only by saying the facts again
PAGE = 50


class Person(NamedTuple):
    """One award whose amount changed for a reason; fen of both months."""

    programme: str
    number: str
    name: str
    village: str
    last_fen: int
    now_fen: int

    @property
    def change_fen(self) -> int:
        """This month less last month."""
        return self.now_fen - self.last_fen


class Row(NamedTuple):
    """One reason: how many subjects, and what it adds up to in both months (fen)."""

    reason: str
    group: str
    words: str
    icon: str
    cases: int
    now_fen: int
    last_fen: int

    @property
    def tone(self) -> str:
        """The colour of its chip; the words say the same."""
        return TONES.get(self.reason, "doing")

    @property
    def change_fen(self) -> int:
        """What the reason adds to (or takes from) last month's total."""
        return self.now_fen - self.last_fen


class Changes(NamedTuple):
    """All reasons, the totals they must explain, and what is left unexplained (always 0)."""

    rows: list[Row]
    now_fen: int
    last_fen: int

    @property
    def change_fen(self) -> int:
        """This run's total less last month's."""
        return self.now_fen - self.last_fen

    @property
    def residual_fen(self) -> int:
        """What no reason explains."""
        return self.change_fen - sum(row.change_fen for row in self.rows)


def _params(calculation: Calculation, run: PaymentRun, before: Baseline) -> dict[str, Any]:
    return {
        "calculation": calculation.pk,
        "month": run.month,
        "last": before.month or run.month,
        "before": before.calculations,
        "all": [calculation.pk, *before.calculations],
    }


def people(
    calculation: Calculation, run: PaymentRun, before: Baseline, *, reason: str, page: int = 1
) -> tuple[list[Person], bool]:
    """The awards behind a reason, a page of them, and whether there are more (1 query)."""
    params = _params(calculation, run, before) | {
        "reason": "changed" if reason in CHANGED else reason,
        "limit": PAGE + 1,
        "offset": (page - 1) * PAGE,
    }
    found = [
        Person(PROGRAMMES[row[0]].name if row[0] in PROGRAMMES else row[0], *row[1:])
        for row in _rows(PEOPLE, params)
    ]
    return found[:PAGE], len(found) > PAGE


def changes(calculation: Calculation, run: PaymentRun, before: Baseline) -> Changes:
    """The difference from last month by reason (2 queries, whatever the county's size)."""
    params = _params(calculation, run, before)
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    split = _Split(unpack(calculation.book).month(run.month))
    for programme, reason, rule, facts, now_fen, last_fen, count in _rows(PAIRS, params):
        if reason != "changed":
            _add(found, reason, count, now_fen, last_fen)
            continue
        middle = split.under_new_standards(programme, rule, facts, last_fen)
        if middle != last_fen:
            _add(found, "standard", count, middle * count, last_fen * count)
        if middle != now_fen:
            _add(
                found, "up" if now_fen > middle else "down", count, now_fen * count, middle * count
            )
    rows = [Row(reason, *REASONS[reason], *found[reason]) for reason in REASONS if reason in found]
    return Changes(rows, *_plain_totals(params))


def _add(found: dict[str, list[int]], reason: str, count: int, now_fen: int, last_fen: int) -> None:
    figures = found[reason]
    figures[0] += count
    figures[1] += now_fen
    figures[2] += last_fen


class _Split:
    """What last month's facts come to under this month's standards; equal facts once."""

    def __init__(self, standards: Standards) -> None:
        self.standards = standards
        self._seen: dict[Any, int | None] = {}

    def under_new_standards(
        self, programme: str, rule: int | None, facts: list[int] | None, last_fen: int
    ) -> int:
        """Fen; last month's amount itself where the facts are unknown or no longer payable."""
        if rule is None or facts is None:
            return last_fen
        key = (programme, rule, tuple(facts))
        if key not in self._seen:
            outcome = say_again(programme, rule, facts, self.standards, silent)
            self._seen[key] = outcome.fen if outcome.verdict is Verdict.PAYABLE else None
        found = self._seen[key]
        return last_fen if found is None else found


def _plain_totals(params: dict[str, Any]) -> tuple[int, int]:
    """Both months' totals, added up without any of the above."""
    sql = """
        SELECT coalesce(sum(fen) FILTER (WHERE calculation_id = %(calculation)s), 0)::bigint,
               coalesce(sum(fen) FILTER (WHERE calculation_id = ANY(%(before)s)), 0)::bigint
        FROM payments_paymentline
        WHERE calculation_id = %(calculation)s OR calculation_id = ANY(%(before)s)"""
    (row,) = _rows(sql, params)
    return row[0], row[1]


def _rows(sql: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
