"""对账: the lines of a file against the items of its batch, as sets.

Each step is one statement, whatever the number of lines. What a line is worth by itself (its
``fault``) is found once, when it is staged, for items are frozen; what it would do now (its fate)
depends on how its item stands, and is asked anew by the preview and by the commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from apps.payments.difference import analyze
from apps.payments.results.models import ResultFile
from apps.payments.results.reading import Told

STAGE = """
CREATE TEMP TABLE told (
    line integer, batch text, number integer, account text, fen bigint, said text, code text,
    words text, "on" date, problem text) ON COMMIT DROP
"""
COPY = "COPY told FROM STDIN"
# The first line of an item counts; a later one says the same again, or the opposite. Where two
# of one file are opposed neither counts. Words for a person: what differs, and how to mend it.
LINES = """
INSERT INTO payments_resultline
    (file_id, line, batch_code, number, account, fen, said, code, words, "on", fault, problem,
     item_id)
SELECT %(file)s, line, batch, number, account, fen, said, code, words, "on", fault,
       CASE fault
           WHEN 'unreadable' THEN problem
           WHEN 'batch' THEN '批次“' || batch || '”不是所选的“' || %(code)s
               || '”，请选对批次或向银行核对'
           WHEN 'unmatched' THEN '代发文件里没有序号 ' || number || '，请向银行核对序号'
           WHEN 'account' THEN '序号 ' || number || ' 的账号与送出的不一致，请银行查明后重出'
           WHEN 'amount' THEN '序号 ' || number || ' 送出 ' || (sent / 100.0)::numeric(20, 2)
               || ' 元，文件是 ' || (fen / 100.0)::numeric(20, 2) || ' 元，请银行查明后重出'
           WHEN 'duplicate' THEN '与第 ' || first_line || ' 行是同一笔，只认第一行'
           WHEN 'opposed' THEN '与第 ' || CASE WHEN line = first_line THEN last_line ELSE first_line
               END || ' 行对同一笔说法相反，两行都不认，请银行重出'
           ELSE '' END,
       item
FROM (
    SELECT t.*, i.id AS item, i.fen AS sent,
           CASE WHEN t.problem <> '' THEN 'unreadable'
                WHEN t.batch <> %(code)s THEN 'batch'
                WHEN i.id IS NULL THEN 'unmatched'
                WHEN i.bank_number <> t.account THEN 'account'
                WHEN i.fen <> t.fen THEN 'amount'
                WHEN t.meanings > 1 THEN 'opposed'
                WHEN t.line > t.first_line THEN 'duplicate'
                ELSE '' END AS fault
    FROM (
        SELECT *, min(line) OVER same AS first_line, max(line) OVER same AS last_line,
               CASE WHEN min(said) OVER same = max(said) OVER same THEN 1 ELSE 2 END AS meanings
        FROM told
        WINDOW same AS (PARTITION BY batch, number, account, fen, problem = '')
    ) t
    LEFT JOIN payments_bankitem i ON i.batch_id = %(batch)s AND i.number = t.number
        AND t.batch = %(code)s
) matched
ORDER BY line
"""
# What becomes of each line of a file if it is committed now.
FATES = """
SELECT l.id, l.line, l.item_id, l.fen, l.said, l.code, l.words, l."on", i.state AS stood,
       i.household_id, i.first_month,
       CASE WHEN l.fault <> '' THEN 'refused'
            WHEN l.said = i.state THEN 'repeat'
            WHEN i.state IN ('paid', 'returned') AND l.said = 'unknown' THEN 'stale'
            WHEN r.state = 'closed' AND l.said = 'unknown' THEN 'stale'
            WHEN d.item_id IS NOT NULL THEN 'disputed'
            WHEN i.state IN ('paid', 'returned') THEN 'contradicts'
            WHEN r.state = 'closed' THEN 'late'
            WHEN i.state IN ('sent', 'unknown') THEN l.said
            ELSE 'refused' END AS fate
FROM payments_resultline l
JOIN payments_resultfile f ON f.id = l.file_id
JOIN payments_bankbatch b ON b.id = f.batch_id
JOIN payments_paymentrun r ON r.id = b.run_id
LEFT JOIN payments_bankitem i ON i.id = l.item_id
LEFT JOIN payments_dispute d ON d.item_id = l.item_id AND d.state = 'open'
WHERE l.file_id = %(file)s
"""
ACCEPTED = ("paid", "returned", "unknown")
DISPUTED = ("contradicts", "late")
COUNTS = f"""
SELECT fate, count(*), coalesce(sum(fen), 0)::bigint FROM ({FATES}) q GROUP BY fate
"""
SETTLE = f"""
CREATE TEMP TABLE settled ON COMMIT DROP AS {FATES}
"""
OUTCOMES = """
INSERT INTO payments_outcome (item_id, line_id, said, code, words, "on", by_id, at)
SELECT item_id, id, said, code, words, "on", %(by)s, %(at)s FROM settled
WHERE fate IN ('paid', 'returned', 'unknown') ORDER BY item_id
"""
DISPUTES = """
INSERT INTO payments_dispute
    (item_id, line_id, why, stood, said, code, words, "on", state, loaded_by_id, opened_at, note)
SELECT item_id, id, fate, stood, said, code, words, "on", 'open', %(by)s, %(at)s, '' FROM settled
WHERE fate IN ('contradicts', 'late') ORDER BY item_id
"""
# The account that was known when the item came back: a later one mends it (payments.difference).
ITEMS = """
UPDATE payments_bankitem i SET state = s.said,
       returned_why = CASE WHEN s.said = 'returned' THEN left(
           coalesce(nullif(s.words, ''), nullif(s.code, ''), '银行未说明'), 20) ELSE '' END,
       returned_on = CASE WHEN s.said = 'returned' THEN s."on" END,
       returned_after_account = CASE WHEN s.said = 'returned' THEN (
           SELECT coalesce(max(id), 0) FROM households_bankaccount) END
FROM settled s WHERE s.item_id = i.id AND s.fate IN ('paid', 'returned', 'unknown')
"""
# The next run looks at the months of what came back, and the family's page says why.
CHANGES = """
INSERT INTO offices_change (household_id, from_month, what, at)
SELECT household_id, first_month, left('退票：' || words, 60), %(at)s FROM settled
WHERE fate = 'returned' ORDER BY item_id
"""
EVENTS = """
INSERT INTO offices_event
    (at, by_id, kind, object_id, household_id, verb, source, target, reason)
SELECT %(at)s, %(by)s, 'payments.bankitem', item_id, household_id,
       CASE WHEN fate = 'returned' THEN '退票' ELSE '回盘争议' END, stood,
       CASE WHEN fate = 'returned' THEN said ELSE '' END, left(concat_ws(' ', code, words), 500)
FROM settled WHERE fate IN ('returned', 'contradicts', 'late') ORDER BY item_id
"""
PLANNED = "ANALYZE settled"


def stage(file: ResultFile, lines: Iterable[Told], code: str) -> None:
    """Write the lines of a file, each with the item it is about or what is wrong with it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS told")
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            for one in lines:
                copy.write_row(one)
        cursor.execute("ANALYZE told")
        cursor.execute(LINES, {"file": file.pk, "batch": file.batch_id, "code": code})
        # The preview comes at once: to a planner that knows nothing of them, all the lines of a
        # new file are a handful, to be gone through once for every item.
        analyze(cursor, "payments_resultline (file_id, item_id, fault)")


def counts(file_id: int) -> dict[str, tuple[int, int]]:
    """Lines and fen of a file by what would become of them now."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"file": file_id})
        return {fate: (lines, fen) for fate, lines, fen in cursor.fetchall()}


def settle(file_id: int, params: dict[str, Any]) -> dict[str, list[int]]:
    """Write outcomes and disputes and move the items; lines and fen by fate."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS settled")
        cursor.execute(SETTLE, {"file": file_id})
        cursor.execute(PLANNED)
        cursor.execute(OUTCOMES, params)
        # Each item's trigger looks for its outcome: unknown to the planner, the first file of a
        # county would be gone through once for every item (a minute instead of a second).
        analyze(cursor, "payments_outcome (item_id, said)")
        for statement in (DISPUTES, ITEMS, CHANGES, EVENTS):
            cursor.execute(statement, params)
        cursor.execute(
            "SELECT fate, count(*), coalesce(sum(fen), 0)::bigint FROM settled GROUP BY fate"
        )
        return {fate: [lines, fen] for fate, lines, fen in cursor.fetchall()}
