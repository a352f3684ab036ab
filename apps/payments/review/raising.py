"""需核实: what the rules ask of the lines of a calculation, one set a rule. Only SQL.

Stored with the calculation, so that a version says later what was asked of it and answered.
"""

from __future__ import annotations

from typing import Any

from apps.payments.models import Calculation, PaymentRun
from apps.payments.review.rules import Rules
from apps.payments.summary import Baseline
from apps.standards.book import Standards
from apps.units.months import next_month

# The lines of the calculation beside those of the month before, joined once for all rules; numbers
# before words in every key, as names of programmes take longer to compare than numbers.
MINE = """
WITH mine AS (
    SELECT subject, programme, max(entitlement_id) AS entitlement_id,
           coalesce(sum(fen) FILTER (
               WHERE kind = 'regular' AND month = %(month)s), 0)::bigint AS now_fen,
           sum(fen)::bigint AS all_fen,
           count(*) FILTER (WHERE kind = 'arrears') AS months
    FROM payments_paymentline WHERE calculation_id = %(calculation)s GROUP BY subject, programme
), last AS (
    SELECT subject, programme, sum(fen)::bigint AS last_fen FROM payments_paymentline
    WHERE calculation_id = ANY(%(before)s) AND kind = 'regular' AND month = %(last)s
    GROUP BY subject, programme
), whole AS MATERIALIZED (
    SELECT (SELECT sum(last_fen) FROM last)::bigint AS last_fen,
           (SELECT coalesce(sum(now_fen), 0) FROM mine)::bigint AS now_fen,
           (SELECT coalesce(sum(all_fen), 0) FROM mine)::bigint AS all_fen,
           (SELECT count(*) FROM last)::int AS last_count,
           (SELECT count(*) FROM mine WHERE now_fen > 0)::int AS now_count
), pairs AS MATERIALIZED (
    SELECT m.*, l.last_fen FROM mine m LEFT JOIN last l USING (subject, programme)
), asked (code, programme, subject, entitlement_id, months, last_fen, now_fen, all_fen,
          last_count, now_count) AS (
"""
JUMP = """
    SELECT 'jump', programme, subject, entitlement_id, months, last_fen, now_fen, all_fen,
           NULL::int, NULL::int
    FROM pairs
    WHERE now_fen > 0 AND abs(now_fen - last_fen) * 10000 > last_fen * %(jump)s::bigint
"""
ARREARS = """
    SELECT 'arrears', programme, subject, entitlement_id, months, last_fen, now_fen, all_fen,
           NULL::int, NULL::int
    FROM pairs WHERE months >= %(arrears)s::bigint
"""
# Accounts recorded since the last run knew of things: few, and looked for from their side. A
# person's own goes before the household's. An institution that begins to be paid is asked about
# as such.
ACCOUNT = """
    SELECT a.code, m.programme, m.subject, m.entitlement_id, m.months, m.last_fen, m.now_fen,
           m.all_fen, NULL::int, NULL::int
    FROM (
        SELECT DISTINCT ON (person_id, household_id) person_id, household_id, version,
               CASE WHEN payee_is = 'institution' AND 'institution' = ANY(%(codes)s)
                    THEN 'institution' ELSE 'account' END AS code
        FROM households_bankaccount
        WHERE recorded_on > %(since)s AND recorded_on <= %(until)s
        ORDER BY person_id, household_id, version DESC
    ) a CROSS JOIN LATERAL (
        SELECT id FROM casework_entitlement WHERE person_id = a.person_id
        UNION ALL
        SELECT e.id FROM casework_entitlement e
        WHERE e.household_id = a.household_id AND (e.person_id IS NULL OR NOT EXISTS (
            SELECT FROM households_bankaccount o WHERE o.person_id = e.person_id))
    ) e JOIN pairs m ON m.entitlement_id = e.id
    WHERE m.now_fen > 0 AND a.code = ANY(%(codes)s)
      AND (a.code = 'institution' OR a.version > 1 AND m.last_fen IS NOT NULL)
"""
# 全村同额: many awards of one village come to the same, and hardly any to something else.
VILLAGE = """
    SELECT 'village', programme, subject, entitlement_id, months, last_fen, now_fen, all_fen,
           NULL::int, NULL::int
    FROM (
        SELECT m.*, count(*) OVER (PARTITION BY h.division, m.programme, m.now_fen) AS same,
               count(*) OVER (PARTITION BY h.division, m.programme) AS every
        FROM pairs m JOIN casework_entitlement e ON e.id = m.entitlement_id
        JOIN households_household h ON h.id = e.household_id
        WHERE m.now_fen > 0 AND m.programme = ANY(%(village)s)
    ) v
    WHERE same >= %(village_awards)s::bigint
      AND same * 10000 >= every * %(village_share)s::bigint
"""
# 久未变动: the amount of so many months ago, no other between, and no income recorded since.
UNCHANGED = """
    SELECT 'unchanged', m.programme, m.subject, m.entitlement_id, m.months, m.last_fen,
           m.now_fen, m.all_fen, NULL::int, NULL::int
    FROM pairs m
    JOIN (
        SELECT l.programme, l.subject, sum(l.fen) AS fen FROM payments_paymentline l
        JOIN payments_paymentrun r ON r.calculation_id = l.calculation_id
         AND r.state IN ('approved', 'sent', 'closed')
        WHERE l.month = %(long_ago)s AND l.kind IN ('regular', 'arrears')
          AND l.programme = ANY(%(unchanged)s)
        GROUP BY l.programme, l.subject
    ) ago ON ago.programme = m.programme AND ago.subject = m.subject AND ago.fen = m.now_fen
    JOIN casework_entitlement e ON e.id = m.entitlement_id
    WHERE m.now_fen > 0 AND m.now_fen = m.last_fen
      AND NOT EXISTS (
          SELECT FROM payments_paymentline o
          JOIN payments_paymentrun r ON r.calculation_id = o.calculation_id
           AND r.state IN ('approved', 'sent', 'closed')
          WHERE o.subject = m.subject AND o.programme = m.programme
            AND o.month > %(long_ago)s AND o.month < %(month)s AND o.fen <> m.now_fen)
      AND NOT EXISTS (
          SELECT FROM households_member w JOIN households_fact f ON f.person_id = w.person_id
          WHERE w.household_id = e.household_id AND w.voided_on IS NULL
            AND f.kind = 'income' AND f.voided_on IS NULL AND f.recorded_on >= %(long_ago)s)
"""
# Of the run as a whole: subject 0, no programme.
WHOLE = """
    SELECT w.code, '', 0::bigint, NULL::bigint, 0::bigint, s.last_fen, s.now_fen, s.all_fen,
           s.last_count, s.now_count
    FROM whole s CROSS JOIN LATERAL (VALUES
        ('total', abs(s.now_fen - s.last_fen) * 10000 > s.last_fen * %(total)s::bigint),
        ('count', abs(s.now_count - s.last_count)::bigint * 10000
                  > s.last_count * %(count)s::bigint)
    ) w (code, beyond)
    WHERE s.last_count > 0 AND w.beyond AND w.code = ANY(%(codes)s)
"""
# What an earlier version of the run asked with the same figures has been answered: the answer,
# and the day it was asked, are taken over.
RAISE = """)
INSERT INTO payments_doubt (calculation_id, rule_id, code, programme, subject, entitlement_id,
    months, last_fen, now_fen, all_fen, last_count, now_count, asked_on, passed_by_id, passed_at,
    note)
SELECT %(calculation)s, r.id, a.code, a.programme, a.subject, a.entitlement_id, a.months,
       a.last_fen, a.now_fen, a.all_fen, a.last_count, a.now_count,
       coalesce(d.asked_on, %(on)s), d.passed_by_id, d.passed_at, coalesce(d.note, '')
FROM asked a JOIN unnest(%(codes)s::text[], %(ids)s::bigint[]) WITH ORDINALITY
     AS r (code, id, place) USING (code)
LEFT JOIN payments_doubt d ON d.calculation_id = %(previous)s AND d.code = a.code
    AND d.programme = a.programme AND d.subject = a.subject
    AND (d.months, d.last_fen, d.now_fen, d.all_fen, d.last_count, d.now_count)
        IS NOT DISTINCT FROM
        (a.months, a.last_fen, a.now_fen, a.all_fen, a.last_count, a.now_count)
ORDER BY a.subject <> 0, r.place, a.subject, a.programme
"""
ASKED = {
    "jump": JUMP,
    "arrears": ARREARS,
    "account": ACCOUNT,
    "institution": ACCOUNT,
    "village": VILLAGE,
    "unchanged": UNCHANGED,
    "total": WHOLE,
    "count": WHOLE,
}


def statement(rules: Rules) -> str:
    """The one statement that writes what these rules ask; empty when they ask nothing."""
    sets = dict.fromkeys(sql for code, sql in ASKED.items() if code in rules)
    return MINE + "UNION ALL".join(sets) + RAISE if sets else ""


def params_of(
    calculation: Calculation,
    run: PaymentRun,
    before: Baseline,
    rules: Rules,
    standards: Standards,
) -> dict[str, Any]:
    """The thresholds as the calculation knew them, and what it is compared with."""
    number = standards.optional
    months = number("payment.doubt_unchanged_months") or 0
    doubts = {code: rule for code, rule in rules.items() if code in ASKED}
    return {
        "calculation": calculation.pk,
        "month": run.month,
        "before": before.calculations,
        "last": before.month or run.month,
        "since": before.cutoff or run.cutoff,
        "until": run.cutoff,
        "codes": list(doubts),
        "ids": [rule.pk for rule in doubts.values()],
        "jump": number("payment.doubt_jump_rate"),
        "arrears": number("payment.doubt_arrears_months"),
        "village": rules["village"].programmes if "village" in rules else [],
        "village_awards": number("payment.doubt_village_awards"),
        "village_share": number("payment.doubt_village_share"),
        "unchanged": rules["unchanged"].programmes if "unchanged" in rules else [],
        "long_ago": next_month(run.month, -months),
        "total": number("payment.doubt_total_rate"),
        "count": number("payment.doubt_count_rate"),
    }
