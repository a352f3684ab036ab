"""记账的语句: what each step of the money puts into the books, as sets. Only the SQL.

Accounts by number (models.Account): 1 owed, 2 open, 3 payable, 4 bank, 5 paid, 6 receivable,
7 repaid, 8 offset, 9 waived. Every statement fills ``moving`` (a temporary table of transfers);
``POST`` then writes them, whatever they are.
"""

from __future__ import annotations

MOVING = """
CREATE TEMP TABLE moving (
    subject bigint, programme text, month date, source smallint, target smallint, fen bigint
) ON COMMIT DROP
"""
TOTAL = "SELECT count(*), coalesce(sum(fen), 0)::bigint FROM moving"
# In the order of the key: the index is then written page by page.
POST = """
INSERT INTO payments_transfer (subject, programme, month, voucher_id, source, target, fen)
SELECT subject, programme, month, %(voucher)s, source, target, fen FROM moving
ORDER BY subject, programme, month
"""
TAKE = "INSERT INTO moving (subject, programme, month, source, target, fen)"

# What stands as owed and not issued, of the few person-months that ever did.
STANDING = """
SELECT subject, programme, month,
       sum(CASE WHEN target = 2 THEN fen ELSE -fen END)::bigint AS fen
FROM payments_transfer WHERE source = 2 OR target = 2
GROUP BY subject, programme, month
"""
# Approving: the lines leave ``owed`` for ``payable`` (what is withheld for ``offset``), through
# ``open`` as far as they were open; and ``open`` becomes what this calculation still owes. The
# temporary tables ``fresh`` and ``covered`` are those of the comparison (payments.difference).
ISSUED = """
CREATE TEMP TABLE issued ON COMMIT DROP AS
SELECT l.subject, l.programme, l.month, sum(l.fen - l.offset_fen)::bigint AS sent,
       sum(l.offset_fen)::bigint AS kept
FROM payments_paymentline l WHERE l.calculation_id = %(calculation)s
GROUP BY l.subject, l.programme, l.month
"""
LINES = f"""
WITH standing AS ({STANDING}), pairs AS (
    SELECT i.*, least(greatest(coalesce(s.fen, 0), 0), i.sent) AS opened
    FROM issued i LEFT JOIN standing s USING (subject, programme, month)
)
{TAKE}
SELECT subject, programme, month, 2, 3, opened FROM pairs WHERE opened > 0
UNION ALL
SELECT subject, programme, month, 1, 3, sent - opened FROM pairs WHERE sent > opened
UNION ALL
SELECT subject, programme, month, 1, 8, kept FROM pairs WHERE kept > 0
"""
# Of an amount that could not be found (held) nothing is known: what stands, stands.
OPEN = f"""
WITH standing AS ({STANDING}), moved AS (
    SELECT subject, programme, month, sum(fen)::bigint AS fen FROM moving WHERE source = 2
    GROUP BY subject, programme, month
), still AS (
    SELECT f.subject, f.programme, f.month, f.held,
           greatest(f.owed - f.net - coalesce(i.sent + i.kept, 0), 0) AS fen
    FROM fresh f LEFT JOIN issued i USING (subject, programme, month)
    WHERE f.programme = ANY(%(paid)s)
      AND (f.held OR f.owed - f.net > coalesce(i.sent + i.kept, 0))
), steps AS (
    SELECT subject, programme, month,
           coalesce(t.fen, 0) - coalesce(s.fen, 0) + coalesce(m.fen, 0) AS fen
    FROM still t FULL JOIN standing s USING (subject, programme, month)
    LEFT JOIN moved m USING (subject, programme, month)
    WHERE t.held IS NOT TRUE
      AND (t.subject IS NOT NULL OR month = ANY(%(everyone)s::date[])
           OR (month, subject) IN (SELECT month, subject FROM covered))
)
{TAKE}
SELECT subject, programme, month, CASE WHEN fen > 0 THEN 1 ELSE 2 END,
       CASE WHEN fen > 0 THEN 2 ELSE 1 END, abs(fen)
FROM steps WHERE fen <> 0
"""
# A run that is taken back before it was sent: its voucher the other way round.
MIRROR = f"""
{TAKE}
SELECT subject, programme, month, target, source, fen FROM payments_transfer
WHERE voucher_id = %(voucher)s
"""
SENT = f"""
{TAKE}
SELECT l.subject, l.programme, l.month, 3, 4, sum(l.fen - l.offset_fen)::bigint
FROM payments_paymentline l WHERE l.calculation_id = %(calculation)s
GROUP BY l.subject, l.programme, l.month HAVING sum(l.fen - l.offset_fen) > 0
"""
# The bank's word of the items of one batch (``said``: whose, from and to which account), by their
# lines. Whose they are is asked first and apart: ten thousand outcomes that have just come in are a
# handful to the planner, which would go through all lines for each of them.
SAID = """
CREATE TEMP TABLE said (
    subject bigint, programme text, kind text, source smallint, target smallint) ON COMMIT DROP
"""
SAID_BY_FILE = """
INSERT INTO said
SELECT i.subject, i.programme, i.kind, 4, CASE o.said WHEN 'paid' THEN 5 ELSE 2 END
FROM payments_resultline l
JOIN payments_outcome o ON o.line_id = l.id AND o.said IN ('paid', 'returned')
JOIN payments_bankitem i ON i.id = o.item_id
WHERE l.file_id = %(file)s
"""
SAID_OF_ITEMS = """
INSERT INTO said SELECT subject, programme, kind, %(source)s, %(target)s FROM payments_bankitem
WHERE id = ANY(%(items)s)
"""
PLANNED = "ANALYZE said"
ANSWERED = f"""
{TAKE}
SELECT l.subject, l.programme, l.month, s.source, s.target, sum(l.fen - l.offset_fen)::bigint
FROM said s
JOIN payments_paymentline l ON l.subject = s.subject AND l.programme = s.programme
    AND l.kind = s.kind AND l.calculation_id = %(calculation)s
GROUP BY l.subject, l.programme, l.month, s.source, s.target
HAVING sum(l.fen - l.offset_fen) > 0
"""
# Steps of what is recorded as overpaid since the last voucher about it (recovery entries only
# grow in number; a step may be negative).
OVERPAID = f"""
WITH steps AS (
    SELECT r.subject, r.programme, e.month, sum(e.fen)::bigint AS fen
    FROM payments_recoveryentry e JOIN payments_recovery r ON r.id = e.recovery_id
    WHERE e.id = ANY(%(entries)s)
    GROUP BY r.subject, r.programme, e.month
)
{TAKE}
SELECT subject, programme, month, CASE WHEN fen > 0 THEN 6 ELSE 1 END,
       CASE WHEN fen > 0 THEN 1 ELSE 6 END, abs(fen)
FROM steps WHERE fen <> 0
"""
# What settles a receivable (``settling``: programme, subject, from which account, fen) goes to
# its months, the oldest first; what is beyond them all to the last, or to the month it came in.
SETTLING = """
CREATE TEMP TABLE settling (programme text, subject bigint, source smallint, fen bigint, month date)
ON COMMIT DROP
"""
SETTLED = f"""
WITH owing AS (
    SELECT subject, programme, month,
           greatest(sum(CASE WHEN source = 6 THEN fen ELSE -fen END), 0)::bigint AS fen
    FROM (
        SELECT subject, programme, month, source, fen FROM payments_transfer
        WHERE (source = 6 OR target = 6)
          AND (subject, programme) IN (SELECT subject, programme FROM settling)
    ) q GROUP BY subject, programme, month
), ranked AS (
    SELECT s.source, o.*, s.fen AS had,
           sum(o.fen) OVER (PARTITION BY s.subject, s.programme, s.source ORDER BY o.month)
               - o.fen AS before
    FROM settling s JOIN owing o USING (subject, programme)
), parts AS (
    SELECT subject, programme, month, source, greatest(least(fen, had - before), 0) AS fen
    FROM ranked
), rest AS (
    SELECT s.subject, s.programme, s.source,
           coalesce((SELECT max(o.month) FROM owing o
                     WHERE (o.subject, o.programme) = (s.subject, s.programme)), s.month) AS month,
           s.fen - coalesce((SELECT sum(p.fen) FROM parts p
               WHERE (p.subject, p.programme, p.source)
                   = (s.subject, s.programme, s.source)), 0) AS fen
    FROM settling s
)
{TAKE}
SELECT subject, programme, month, source, 6, sum(fen)::bigint
FROM (SELECT * FROM parts UNION ALL SELECT subject, programme, month, source, fen FROM rest) q
GROUP BY subject, programme, month, source HAVING sum(fen) > 0
"""
# Of one repayment or one waiver, by its table and its day.
SETTLING_BY = """
INSERT INTO settling
SELECT r.programme, r.subject, %(source)s, s.fen, date_trunc('month', s.{day})::date
FROM {table} s JOIN payments_recovery r ON r.id = s.recovery_id WHERE s.id = %(pk)s
"""
WITHHELD = """
INSERT INTO settling
SELECT programme, subject, 8, sum(offset_fen)::bigint, max(month) FROM payments_paymentline
WHERE calculation_id = %(calculation)s AND offset_fen > 0 GROUP BY programme, subject
"""
