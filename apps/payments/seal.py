"""封存: the lines of an approved run become the items of one sealed bank batch."""

from __future__ import annotations

from django.db import connection

from apps.payments.difference import analyze
from apps.payments.models import BankBatch, Calculation, PaymentRun

# One item per subject, programme and kind. Payee and account are frozen as they are now: the
# newest version of the person's account, else the household's; of the dead, the estate (R-PAY-07).
ITEMS = """
INSERT INTO payments_bankitem
    (batch_id, number, programme, subject, household_id, kind, fen, heads, months, first_month,
     last_month, holder_name, holder_id_number, account_id, payee_is, payee_name,
     payee_id_number, bank, bank_number, state, returned_why)
SELECT %(batch)s, row_number() OVER (ORDER BY h.division, h.id, l.programme, l.subject, l.kind),
       l.programme, l.subject, h.id, l.kind, l.fen, coalesce(d.heads, 1), l.months, l.first_month,
       l.last_month, coalesce(p.name, head.name, ''), coalesce(p.id_number, head.id_number, ''),
       coalesce(pa.id, ha.id),
       CASE WHEN gone.estate THEN 'estate' ELSE coalesce(pa.payee_is, ha.payee_is) END,
       coalesce(pa.payee_name, ha.payee_name), coalesce(pa.payee_id_number, ha.payee_id_number),
       coalesce(pa.bank, ha.bank), coalesce(pa.number, ha.number), 'pending', ''
FROM (
    SELECT subject, programme, kind, max(entitlement_id) AS entitlement_id,
           sum(fen - offset_fen)::bigint AS fen, count(*) AS months,
           min(month) AS first_month, max(month) AS last_month
    FROM payments_paymentline WHERE calculation_id = %(calculation)s
    GROUP BY subject, programme, kind HAVING sum(fen - offset_fen) > 0
) l
JOIN casework_entitlement e ON e.id = l.entitlement_id
JOIN households_household h ON h.id = e.household_id
LEFT JOIN households_person p ON p.id = l.subject
LEFT JOIN (
    SELECT subject, programme, max(heads) AS heads FROM payments_due
    WHERE calculation_id = %(calculation)s AND fen > 0 GROUP BY subject, programme
) d ON d.subject = l.subject AND d.programme = l.programme
LEFT JOIN (
    SELECT DISTINCT ON (person_id) * FROM households_bankaccount
    WHERE person_id IS NOT NULL ORDER BY person_id, version DESC
) pa ON pa.person_id = l.subject
LEFT JOIN (
    SELECT DISTINCT ON (household_id) * FROM households_bankaccount
    WHERE household_id IS NOT NULL ORDER BY household_id, version DESC
) ha ON ha.household_id = h.id
LEFT JOIN (
    SELECT DISTINCT ON (m.household_id) m.household_id, q.name, q.id_number
    FROM households_member m JOIN households_person q ON q.id = m.person_id
    WHERE m.voided_on IS NULL
    ORDER BY m.household_id, m.relationship <> 'applicant', upper(m.period) DESC NULLS FIRST, m.id
) head ON head.household_id = h.id
LEFT JOIN LATERAL (
    SELECT CASE WHEN l.subject > 0 THEN EXISTS (
               SELECT 1 FROM households_fact f
               WHERE f.kind = 'death' AND f.person_id = l.subject AND f.voided_on IS NULL)
           ELSE NOT EXISTS (
               SELECT 1 FROM households_member m
               WHERE m.household_id = h.id AND m.voided_on IS NULL AND upper_inf(m.period)
                 AND NOT EXISTS (
                     SELECT 1 FROM households_fact f
                     WHERE f.kind = 'death' AND f.person_id = m.person_id
                       AND f.voided_on IS NULL))
           END AS estate
) gone ON TRUE
"""
TOTALS = """
UPDATE payments_bankbatch b SET count = q.n, total_fen = q.total, digest = q.digest
FROM (
    SELECT count(*) AS n, coalesce(sum(fen), 0) AS total,
           encode(sha256(convert_to(coalesce(string_agg(
               concat_ws('|', number, programme, subject, kind, bank_number, payee_name, fen),
               E'\\n' ORDER BY number), ''), 'UTF8')), 'hex') AS digest
    FROM payments_bankitem WHERE batch_id = %(batch)s
) q
WHERE b.id = %(batch)s
"""


def seal(run: PaymentRun) -> BankBatch:
    """Seal the run's lines: items with frozen payee and account, count, total and SHA-256."""
    assert run.calculation is not None
    batch = BankBatch.objects.create(
        run=run, calculation=run.calculation, count=0, total_fen=0, digest=""
    )
    with connection.cursor() as cursor:
        cursor.execute(ITEMS, {"batch": batch.pk, "calculation": run.calculation_id})
        cursor.execute(TOTALS, {"batch": batch.pk})
        # Its results may come before autoanalyze does: unknown to the planner, the items of a
        # county's first batch would be gone through for every line of the bank's file.
        analyze(cursor, "payments_bankitem (batch_id, number, state)")
    batch.refresh_from_db()
    return batch


LINES = """
SELECT encode(sha256(convert_to(coalesce(string_agg(
           concat_ws('|', subject, programme, month, kind, fen, offset_fen, budget),
           E'\\n' ORDER BY subject, programme, month, kind), ''), 'UTF8')), 'hex')
FROM payments_paymentline WHERE calculation_id = %s
"""


def digest_of(calculation: Calculation) -> str:
    """SHA-256 of the lines of a calculation: two that issue the same have the same."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, [calculation.pk])
        row = cursor.fetchone()
    return str(row[0])


def digest_now(batch_id: int) -> str:
    """The digest of a batch's items as they stand; equals the stored one unless tampered with."""
    with connection.cursor() as cursor:
        query = TOTALS[TOTALS.index("(") + 1 : TOTALS.rindex(") q")]
        cursor.execute(query, {"batch": batch_id})
        row = cursor.fetchone()
    return str(row[2])
