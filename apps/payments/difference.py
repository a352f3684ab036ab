"""差额: due − issued, per subject, programme and benefit month. First payment, 补发, reissue
and a rerun are this one comparison; what comes out below zero is 追缴 for a person to decide.

All of it is set-based: the number of statements does not depend on the number of households.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection

from apps.casework.programme import PROGRAMMES, Nature
from apps.payments.models import Calculation, PaymentRun
from apps.payments.review.blocking import block
from apps.standards.book import Standards

# Every pair (subject, programme, month) the calculation covered: what is owed by it, and what
# issued runs have posted for it. ``gross`` counts every line ever issued, ``back`` those the
# bank returned, ``again`` those issued as a reissue.
FRESH = """
CREATE TEMP TABLE fresh ON COMMIT DROP AS
WITH owed AS (
    SELECT subject, programme, month, fen, verdict = 5 AS held, entitlement_id, budget
    FROM payments_due
    WHERE calculation_id = %(calculation)s AND programme <> ALL(%(one_off)s)
    UNION ALL
    SELECT subject, programme, month, sum(fen)::bigint, bool_or(verdict = 5),
           max(entitlement_id), max(budget)
    FROM payments_due
    WHERE calculation_id = %(calculation)s AND programme = ANY(%(one_off)s)
    GROUP BY subject, programme, month
), posted AS ({posted}), different AS (
    SELECT subject, programme, month,
           coalesce(o.fen, 0) AS owed, coalesce(o.held, FALSE) AS held,
           coalesce(o.entitlement_id, p.entitlement_id) AS entitlement_id,
           coalesce(o.budget, p.budget, '') AS budget,
           coalesce(p.gross, 0) AS gross, coalesce(p.gross - p.back, 0) AS net,
           coalesce(p.back - p.again, 0) AS returned
    FROM owed o FULL JOIN posted p USING (subject, programme, month)
    WHERE coalesce(o.fen, 0) <> coalesce(p.gross - p.back, 0) OR coalesce(o.held, FALSE)
)
SELECT *, ({why})::varchar(32) AS why FROM different
"""
# Lines of issued runs, optionally narrowed; ``returned`` are few and kept by a partial index.
POSTED = """
    SELECT l.subject, l.programme, l.month, sum(l.fen)::bigint AS gross,
           coalesce(sum(l.fen) FILTER (WHERE i.id IS NOT NULL), 0)::bigint AS back,
           coalesce(sum(l.fen) FILTER (WHERE l.kind = 'reissue'), 0)::bigint AS again,
           max(l.entitlement_id) AS entitlement_id, max(l.budget) AS budget
    FROM payments_paymentline l
    JOIN payments_paymentrun r ON r.calculation_id = l.calculation_id
        AND r.state IN ('approved', 'sent', 'closed')
    LEFT JOIN (payments_bankitem i JOIN payments_bankbatch b ON b.id = i.batch_id)
        ON i.returned_on IS NOT NULL AND b.calculation_id = l.calculation_id
        AND i.subject = l.subject AND i.programme = l.programme AND i.kind = l.kind
    WHERE {narrowed}
    GROUP BY l.subject, l.programme, l.month
"""
COVERED = """
CREATE TEMP TABLE covered (month date, subject bigint) ON COMMIT DROP
"""
# In the order of their key: the index is then written page by page.
LINES = """
INSERT INTO payments_paymentline
    (subject, programme, month, calculation_id, kind, entitlement_id, fen, offset_fen, budget)
SELECT p.subject, p.programme, p.month, %(calculation)s, p.kind, p.entitlement_id, p.part,
       CASE WHEN p.kind = 'regular' AND p.month = %(month)s
            THEN least(coalesce(o.most, 0), p.part) ELSE 0 END, p.budget
FROM (
    SELECT f.*, 'reissue' AS kind, least(owed - net, returned) AS part FROM fresh f
    WHERE owed > net AND returned > 0 AND programme = ANY(%(paid)s)
    UNION ALL
    SELECT f.*, CASE WHEN programme = ANY(%(one_off)s) THEN 'one_off'
                     WHEN month >= %(month)s AND gross = 0 THEN 'regular'
                     ELSE 'arrears' END,
           owed - net - greatest(least(owed - net, returned), 0)
    FROM fresh f WHERE owed > net AND programme = ANY(%(paid)s)
) p
LEFT JOIN offsets o ON o.subject = p.subject AND o.programme = p.programme
WHERE p.part > 0 AND NOT p.held AND p.why IS NULL
ORDER BY p.subject, p.programme
"""


class Counts(NamedTuple):
    """What a calculation came to."""

    lines: int
    held: int


def analyze(cursor: Any, what: str) -> None:
    """Tell the planner what has just been loaded, from a sample that is large enough to join by.

    The usual sample of 30,000 rows would be half a county's month.
    """
    cursor.execute("SET LOCAL default_statistics_target = 20")
    cursor.execute(f"ANALYZE {what}")
    cursor.execute("RESET default_statistics_target")


CASH = (Nature.MONTHLY, Nature.ONE_OFF)  # what is paid in money


def codes(*natures: Nature) -> list[str]:
    """The programmes that are given in one of these ways."""
    return [c.code for c in PROGRAMMES.values() if c.nature in natures]


def compare(
    calculation: Calculation, why: str = "NULL", params: Mapping[str, Any] | None = None
) -> None:
    """Leave in the temporary table ``fresh`` every covered pair that is not already right.

    ``why`` (SQL over a pair, with its ``params``) says what keeps an amount from being issued.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fresh, covered")
        everyone = calculation.scope["all"]
        some = calculation.scope["some"]
        cursor.execute(COVERED)
        for month, (households, persons) in some.items():
            cursor.execute(
                "INSERT INTO covered SELECT %s::date, -unnest(%s::bigint[])"
                " UNION ALL SELECT %s::date, unnest(%s::bigint[])",
                (month, households, month, persons),
            )
        narrowed = "l.month = ANY(%(everyone)s::date[])"
        if some:
            narrowed = (
                f"({narrowed} OR (l.month, l.subject) IN (SELECT month, subject FROM covered))"
            )
        cursor.execute(
            FRESH.format(posted=POSTED.format(narrowed=narrowed), why=why),
            {
                **(params or {}),
                "calculation": calculation.pk,
                "everyone": everyone,
                "one_off": codes(Nature.ONE_OFF),
            },
        )


def issue(calculation: Calculation, run: PaymentRun, standards: Standards) -> Counts:
    """Compare, hold what must be held, and write a line for every other amount due."""
    params: dict[str, Any] = {
        "calculation": calculation.pk,
        "month": run.month,
        "cutoff": run.cutoff,
        "paid": codes(*CASH),
        "one_off": codes(Nature.ONE_OFF),
        "certified": [c.code for c in PROGRAMMES.values() if c.needs_life_certificate],
    }
    compare(calculation, _why(standards), params)
    block(calculation, run, params)
    with connection.cursor() as cursor:
        cursor.execute(HELD, params)
        held = cursor.rowcount
        prepare_offsets(calculation.scope["all"])
        # Unknown to the planner, the few set-offs would be looked through for every single line.
        analyze(cursor, "fresh (subject, programme), offsets")
        cursor.execute(LINES, params)
        lines = cursor.rowcount
        # The bank batch is often sealed before autoanalyze comes by: unknown to the planner, the
        # new lines would be taken for one, and joined to every account by nested loops.
        analyze(cursor, "payments_paymentline (subject, programme, month, calculation_id)")
    return Counts(lines, held)


HELD = """
INSERT INTO payments_held
    (calculation_id, programme, entitlement_id, subject, month, fen, why, words)
SELECT %(calculation)s, programme, entitlement_id, subject, month,
       CASE WHEN held THEN NULL ELSE owed - net END, CASE WHEN held THEN 'facts' ELSE why END,
       CASE WHEN why = 'by_hand' THEN coalesce((
           SELECT reason FROM payments_hold x
           WHERE (x.subject, x.programme) = (fresh.subject, fresh.programme)
             AND x.released_at IS NULL), '') ELSE '' END
FROM fresh WHERE held OR why IS NOT NULL
"""

# Each is a set found once and then looked into, never a query for every pair.
# First the few awards whose household has no account, then whether the person has one.
NO_ACCOUNT = """entitlement_id IN (
    SELECT e.id FROM casework_entitlement e WHERE NOT EXISTS (
        SELECT FROM households_bankaccount a WHERE a.household_id = e.household_id))
AND (SELECT count(*) FROM households_bankaccount a WHERE a.person_id = subject) = 0"""
# A returned item stops its subject and programme until a newer version of the account that is
# paid to is recorded: the person's own, the household's only where the person has none.
UNMENDED = """i.returned_on IS NOT NULL
      AND NOT EXISTS (
          SELECT 1 FROM households_bankaccount a
          WHERE a.id > i.returned_after_account
            AND (a.person_id = i.subject OR a.household_id = i.household_id AND NOT EXISTS (
                SELECT 1 FROM households_bankaccount o WHERE o.person_id = i.subject)))"""
RETURNED = f"""(subject, programme) IN (
    SELECT i.subject, i.programme FROM payments_bankitem i WHERE {UNMENDED})"""
# A cycle is open until a later certificate; it stops runs of the months after its due month:
# those whose newest word, of certificates and of cycles due by now, is a cycle's.
UNCERTIFIED = """programme = ANY(%(certified)s) AND subject IN (
    SELECT person_id FROM (
        SELECT DISTINCT ON (person_id) person_id, code FROM households_fact
        WHERE kind = 'life_certificate' AND voided_on IS NULL AND person_id IS NOT NULL
          AND (code = 'passed' OR code = 'due' AND day < %(month)s)
        ORDER BY person_id, "on" DESC, id DESC) newest
    WHERE code = 'due')"""
# A suspension in force in the run's month stops its award's payment, whatever the benefit month.
SUSPENDED = """entitlement_id IN (
    SELECT s.entitlement_id FROM reviews_suspension s
    WHERE s.from_month <= %(month)s AND (s.state IN ('suspended', 'lifting')
          OR s.state = 'resumed' AND s.resume_from > %(month)s))"""
# 人工暂缓, until released; its reason is said beside the amount.
BY_HAND = """(subject, programme) IN (
    SELECT subject, programme FROM payments_hold WHERE released_at IS NULL)"""
# With arrears.include_exited off, a raise is not paid to those who have left the programme.
EXITED = """gross > 0 AND returned = 0 AND month < %(month)s AND (subject, programme) NOT IN (
    SELECT d.subject, d.programme FROM payments_due d
    WHERE d.calculation_id = %(calculation)s AND d.month = %(month)s AND d.fen > 0)"""


def _why(standards: Standards) -> str:
    """SQL: why an amount that is owed is not issued now, in the order of asking; else NULL."""
    found = {
        "no_account": NO_ACCOUNT,
        "account_returned": RETURNED,
        "life_certificate": UNCERTIFIED,
        "suspended": SUSPENDED,
        "by_hand": BY_HAND,
    }
    if standards.optional("arrears.include_exited") == 0:
        found["exited"] = EXITED
    cases = " ".join(f"WHEN {condition} THEN '{why}'" for why, condition in found.items())
    return f"CASE WHEN owed > net AND programme = ANY(%(paid)s) THEN CASE {cases} END END"


# Of what a person-month was issued too much, the part whose money is still on its way (to be sent,
# or sent and not answered): nobody can owe back what the bank has not said was paid.
AWAITED = """
SELECT coalesce(sum(CASE WHEN target IN (3, 4) THEN fen ELSE 0 END
                  - CASE WHEN source IN (3, 4) THEN fen ELSE 0 END), 0)::bigint
FROM payments_transfer
WHERE (subject, programme, month) = ({of}.subject, {of}.programme, {of}.month)
"""
AWAITING = f"""
SELECT coalesce(sum(least(m.fen, ({AWAITED.format(of="m")}))), 0)::bigint
FROM (SELECT r.subject, r.programme, month, sum(fen)::bigint AS fen
      FROM payments_recoveryentry WHERE recovery_id = r.id
      GROUP BY month HAVING sum(fen) > 0) m
"""
BALANCE = f"""
SELECT r.id, r.programme, r.subject, r.offset_fen,
       coalesce((SELECT sum(fen) FROM payments_recoveryentry WHERE recovery_id = r.id), 0)
     - coalesce((SELECT sum(fen) FROM payments_repayment WHERE recovery_id = r.id), 0)
     - coalesce((SELECT sum(fen) FROM payments_treatment
                 WHERE recovery_id = r.id AND way = 'waiver' AND state = 'approved'), 0)
     - coalesce((SELECT sum(l.offset_fen) FROM payments_paymentline l
                 JOIN payments_paymentrun u ON u.calculation_id = l.calculation_id
                     AND u.state IN ('approved', 'sent', 'closed')
                 WHERE l.subject = r.subject AND l.programme = r.programme), 0) AS balance,
       ({AWAITING}) AS awaiting
FROM payments_recovery r
"""


# What must be recorded as overpaid beyond (or short of) what is recorded already. A pair that
# has come right again is not in ``fresh``: its recorded overpayment goes back to zero.
OVERPAID = """
WITH recorded AS (
    SELECT r.programme, r.subject, e.month, sum(e.fen)::bigint AS fen
    FROM payments_recoveryentry e JOIN payments_recovery r ON r.id = e.recovery_id
    GROUP BY r.programme, r.subject, e.month
), target AS (
    SELECT programme, subject, month, greatest(net - owed, 0) AS fen, entitlement_id
    FROM fresh WHERE NOT held
    UNION ALL
    SELECT r.programme, r.subject, r.month, 0, NULL FROM recorded r
    WHERE (r.month = ANY(%(everyone)s::date[])
           OR (r.month, r.subject) IN (SELECT month, subject FROM covered))
      AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.programme = r.programme
                      AND f.subject = r.subject AND f.month = r.month)
)
SELECT t.programme, t.subject, t.month, t.fen - coalesce(r.fen, 0) AS step, t.entitlement_id
FROM target t LEFT JOIN recorded r USING (programme, subject, month)
WHERE t.fen <> coalesce(r.fen, 0)
"""


OFFSETS = f"""
CREATE TEMP TABLE offsets ON COMMIT DROP AS
WITH decided AS (SELECT * FROM ({BALANCE}) b WHERE offset_fen IS NOT NULL),
found AS (SELECT o.* FROM ({OVERPAID}) o JOIN decided USING (programme, subject)),
over AS (
    SELECT programme, subject, month, sum(fen)::bigint AS fen
    FROM (SELECT d.programme, d.subject, e.month, e.fen
          FROM payments_recoveryentry e JOIN decided d ON d.id = e.recovery_id
          UNION ALL SELECT programme, subject, month, step FROM found) both_sides
    GROUP BY programme, subject, month HAVING sum(fen) > 0
), waiting AS (
    SELECT programme, subject, sum(least(fen, ({AWAITED.format(of="over")})))::bigint AS fen
    FROM over GROUP BY programme, subject
), most AS (
    SELECT programme, subject, least(d.offset_fen, d.balance - coalesce(w.fen, 0)
        + coalesce((SELECT sum(step) FROM found f
                    WHERE (f.programme, f.subject) = (d.programme, d.subject)), 0))::bigint AS most
    FROM decided d LEFT JOIN waiting w USING (programme, subject)
)
SELECT * FROM most WHERE most > 0
"""


def prepare_offsets(everyone: list[str]) -> None:
    """Leave in ``offsets`` what each decided set-off may withhold now (R-PAY-08).

    The balance is that of this very calculation: what is recorded and what it has just found,
    less what the bank has not yet said was paid.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS offsets")
        cursor.execute(OFFSETS, {"everyone": everyone})


OPEN_RECOVERIES = f"""
INSERT INTO payments_recovery (programme, subject, household_id, opened_on)
SELECT DISTINCT ON (o.programme, o.subject) o.programme, o.subject, e.household_id, %(on)s::date
FROM ({OVERPAID}) o JOIN casework_entitlement e ON e.id = o.entitlement_id
ON CONFLICT DO NOTHING
"""
RECORD_ENTRIES = f"""
INSERT INTO payments_recoveryentry (recovery_id, month, fen, recorded_on)
SELECT r.id, o.month, o.step, %(on)s
FROM ({OVERPAID}) o JOIN payments_recovery r USING (programme, subject) RETURNING id
"""


def record_overpaid(everyone: list[str], on: dt.date) -> list[int]:
    """Bring what is recorded as overpaid to max(0, posted − owed) for every pair compared.

    Returns the numbers of the recovery entries written, each a step up or down."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_RECOVERIES, {"everyone": everyone, "on": on})
        cursor.execute(RECORD_ENTRIES, {"everyone": everyone, "on": on})
        return [row[0] for row in cursor.fetchall()]
