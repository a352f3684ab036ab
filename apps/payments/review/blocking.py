"""阻断: amounts that are owed but must not go out, found with the calculation as sets.

Each rule writes whom it bars into the temporary table ``barred``; one statement then gives the
pairs of ``fresh`` their reason, so that they are held, listed, and paid once mended. What the
programmes' own rules bring to zero already has no second mechanism here (docs/review.md).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection

from apps.casework.programme import PROGRAMMES
from apps.payments.models import Calculation, PaymentRun
from apps.payments.review.rules import Rules, in_force

# programme NULL: all; after NULL: every month, else the months that begin later.
BARRED = """
DROP TABLE IF EXISTS barred;
CREATE TEMP TABLE barred (
    subject bigint, programme varchar(32), after date, place smallint, why varchar(32)
) ON COMMIT DROP
"""
# Belt and braces: recorded after the cut-off, it would else fail the whole run at the trigger.
DEAD = """
INSERT INTO barred SELECT f.person_id, NULL, f."on", 1, 'dead' FROM households_fact f
WHERE f.kind = 'death' AND f.voided_on IS NULL AND {person}
"""
# Two files of one human being: merged into another, or of the same number before and after 1999,
# when it grew from 15 digits to 18 (the century, and a check digit).
MERGED = """
INSERT INTO barred SELECT f.merged_id, NULL, f."on", 2, 'duplicate_person'
FROM (SELECT merged_id, merged_id AS person_id, "on" FROM households_personmerge
      WHERE undone_on IS NULL) f
WHERE {person}
"""
SAME_NUMBER = """
INSERT INTO barred
SELECT f.person_id, NULL, NULL, 2, 'duplicate_person'
FROM (SELECT o.id AS old, n.id AS new FROM households_person o
      JOIN households_person n
        ON n.id_number BETWEEN left(o.id_number, 6) || '18' AND left(o.id_number, 6) || '2'
       AND length(n.id_number) = 18
       AND left(n.id_number, 6) || substr(n.id_number, 9, 9) = o.id_number
      WHERE length(o.id_number) = 15
        AND NOT EXISTS (
            SELECT FROM households_distinctpair p
            WHERE (p.one_id, p.other_id) = (least(o.id, n.id), greatest(o.id, n.id)))
        AND NOT EXISTS (
            SELECT FROM households_personmerge g WHERE g.undone_on IS NULL
              AND g.merged_id IN (o.id, n.id) AND g.kept_id IN (o.id, n.id))) two
CROSS JOIN LATERAL (VALUES (two.old), (two.new)) f (person_id)
WHERE {person}
"""
# Counted in two households' awards that are both owed: the one where the person does not live.
# Whoever is in two is looked up singly, by keys: they are few, and as joins the planner would now
# and then go through all dues of the month for each of them.
COUNTED_TWICE = """
INSERT INTO barred
WITH counted AS MATERIALIZED ({counted}), twice AS MATERIALIZED (
    SELECT person_id FROM counted GROUP BY person_id
    HAVING min(entitlement_id) <> max(entitlement_id)
), both_of AS MATERIALIZED (
    SELECT c.person_id, e.id, e.subject, e.programme, e.household_id,
           (SELECT coalesce(sum(d.fen), 0) FROM payments_due d
            WHERE d.subject = e.subject AND d.programme = e.programme AND d.month = %(month)s
              AND d.calculation_id = %(calculation)s AND d.entitlement_id = e.id) AS owed
    FROM counted c JOIN twice USING (person_id)
    JOIN casework_entitlement e ON e.id = c.entitlement_id AND e.period @> %(month)s::date
    WHERE e.subject < 0
)
SELECT DISTINCT b.subject, b.programme, NULL::date, 2, 'duplicate_person'
FROM both_of b
WHERE EXISTS (
      SELECT FROM both_of o WHERE o.person_id = b.person_id AND o.id <> b.id AND o.owed > 0)
  AND (SELECT count(*) FROM households_member m
       WHERE m.person_id = b.person_id AND m.household_id = b.household_id
         AND m.voided_on IS NULL AND upper_inf(m.period)) = 0
  AND (SELECT count(*) FROM households_fact f
       WHERE f.person_id = b.person_id AND f.kind = 'death' AND f.voided_on IS NULL) = 0
  AND (SELECT count(*) FROM payments_due d
       WHERE d.subject = b.person_id AND d.programme = ANY(%(taking)s) AND d.month = %(month)s
         AND d.calculation_id = %(calculation)s AND d.fen > 0) = 0
"""
# 户籍迁出: of a person; of a household once everybody who lives there has moved out.
MOVED_OUT = """
INSERT INTO barred
WITH gone AS (
    SELECT person_id, "on" FROM (
        SELECT DISTINCT ON (f.person_id) f.person_id, f."on", f.flag FROM households_fact f
        WHERE f.kind = 'residence' AND f.voided_on IS NULL AND f.person_id IS NOT NULL
        ORDER BY f.person_id, f."on" DESC, f.id DESC) newest
    WHERE flag
)
SELECT person_id, NULL, "on", 3, 'moved_out' FROM gone
UNION ALL
SELECT -m.household_id, NULL, max(gone."on"), 3, 'moved_out'
FROM households_member m LEFT JOIN gone USING (person_id)
WHERE m.voided_on IS NULL AND upper_inf(m.period)
  AND m.household_id IN (
      SELECT o.household_id FROM households_member o JOIN gone USING (person_id)
      WHERE o.voided_on IS NULL AND upper_inf(o.period))
GROUP BY m.household_id HAVING count(*) = count(gone.person_id)
"""
# The newest version of every account, the few replaced ones left out (joined by owner to all
# versions, one row would be expected, and everything after it be looked up singly). Whoever has
# none of their own is paid to the household's.
ACCOUNTS = """
INSERT INTO barred
WITH replaced AS MATERIALIZED (
    SELECT o.id FROM households_bankaccount n JOIN households_bankaccount o
      ON o.person_id = n.person_id AND o.version < n.version WHERE n.version > 1
    UNION ALL
    SELECT o.id FROM households_bankaccount n JOIN households_bankaccount o
      ON o.household_id = n.household_id AND o.version < n.version WHERE n.version > 1
), newest AS MATERIALIZED (
    SELECT coalesce(a.person_id, -a.household_id) AS key, a.person_id, a.household_id, a.id,
           a.number, a.payee_name, a.payee_is IN ('self', 'head') AS own, a.payee_is
    FROM households_bankaccount a
    WHERE {mine} AND a.id NOT IN (SELECT id FROM replaced)
), bad AS ({bad})
SELECT key, NULL::varchar, NULL::date, place, why FROM bad
UNION ALL
SELECT DISTINCT e.person_id, NULL::varchar, NULL::date, bad.place, bad.why
FROM bad JOIN casework_entitlement e ON e.household_id = -bad.key AND e.person_id IS NOT NULL
WHERE bad.key < 0 AND NOT EXISTS (
    SELECT FROM households_bankaccount o WHERE o.person_id = e.person_id)
"""
STAFF = """
SELECT key, 4 AS place, 'staff_account' AS why FROM newest
WHERE number IN (SELECT number FROM payments_staffaccount WHERE ended_on IS NULL)"""
# The number was another payee's before, of another household: it is his. A declared guardian,
# carer or institution may be paid for several.
OTHER = """
SELECT a.key, 5 AS place, 'other_account' AS why FROM newest a
WHERE a.own AND a.number IN ({shared}) AND EXISTS (
    SELECT FROM households_bankaccount o
    WHERE o.number = a.number AND o.id < a.id AND o.payee_name <> a.payee_name
      AND o.id NOT IN (SELECT id FROM replaced)
      AND coalesce(o.household_id, (
          SELECT m.household_id FROM households_member m WHERE m.person_id = o.person_id
            AND m.voided_on IS NULL AND upper_inf(m.period)), 0)
       <> coalesce(a.household_id, (
          SELECT m.household_id FROM households_member m WHERE m.person_id = a.person_id
            AND m.voided_on IS NULL AND upper_inf(m.period)), -1))"""
SHARED = "SELECT number FROM newest GROUP BY number HAVING min(key) <> max(key)"
SHARED_WITH_MINE = """
SELECT o.number FROM households_bankaccount o
WHERE o.number IN (SELECT number FROM newest)
GROUP BY o.number
HAVING min(coalesce(o.person_id, -o.household_id)) <> max(coalesce(o.person_id, -o.household_id))"""
# In whose name the account is: the person's own; as head, or of a household, a member's.
NAME = """
SELECT a.key, 6 AS place, 'payee_name' AS why
FROM newest a JOIN households_person p ON p.id = a.person_id AND p.name <> a.payee_name
WHERE a.payee_is = 'self' OR a.payee_is = 'head' AND NOT EXISTS (
    SELECT FROM households_member m
    JOIN households_member w ON w.household_id = m.household_id AND w.voided_on IS NULL
    JOIN households_person q ON q.id = w.person_id
    WHERE m.person_id = a.person_id AND m.voided_on IS NULL AND q.name = a.payee_name)
UNION ALL
SELECT a.key, 6, 'payee_name' FROM newest a
WHERE a.own AND a.household_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM households_member m JOIN households_person q ON q.id = m.person_id
    WHERE m.household_id = a.household_id AND m.voided_on IS NULL AND q.name = a.payee_name)"""
# Asked last of all: what is held for another reason keeps it. ``fresh`` is not analyzed yet and
# would be taken for one row; IN inside IS TRUE stays one hash to be looked into, never a loop.
GIVEN = """
UPDATE fresh SET why = found.why
FROM (
    WITH few AS MATERIALIZED (
        SELECT f.ctid AS row, f.subject, f.programme, f.month FROM fresh f
        WHERE f.owed > f.net AND NOT f.held AND f.why IS NULL AND f.programme = ANY(%(paid)s)
          AND (f.subject IN (SELECT subject FROM barred)) IS TRUE
    )
    SELECT DISTINCT ON (f.row) f.row, b.why
    FROM few f JOIN barred b ON b.subject = f.subject
     AND (b.programme IS NULL OR b.programme = f.programme)
     AND (b.after IS NULL OR b.after < f.month)
     AND (b.why <> 'dead' OR f.programme <> ALL(%(one_off)s))
    ORDER BY f.row, b.place
) found
WHERE fresh.ctid = found.row
"""
OWED = """
SELECT DISTINCT f.subject, e.household_id FROM fresh f
JOIN casework_entitlement e ON e.id = f.entitlement_id
WHERE f.owed > f.net AND NOT f.held AND f.why IS NULL
"""


class _Who(NamedTuple):
    """Everybody, or the few a calculation is about (SQL conditions, with their params)."""

    person: str
    mine: str
    shared: str
    params: dict[str, Any]


def block(calculation: Calculation, run: PaymentRun, params: dict[str, Any]) -> None:
    """Give the pairs of ``fresh`` that a rule in force bars their reason (8 statements at most)."""
    rules = in_force(run.month)
    everybody = bool(calculation.scope["all"])
    with connection.cursor() as cursor:
        who = _EVERYBODY if everybody else _some(cursor)
        if who is None:
            return
        params = params | who.params
        cursor.execute(BARRED)
        found = 0
        for sql in _statements(rules, who, counted=everybody):
            cursor.execute(sql, params | {"taking": _taking()})
            found += cursor.rowcount
        if found:
            cursor.execute(GIVEN, params)


_EVERYBODY = _Who("f.person_id IS NOT NULL", "TRUE", SHARED, {})


def _some(cursor: Any) -> _Who | None:
    """The subjects and households that are owed something; None: there are none."""
    cursor.execute(OWED)
    rows = cursor.fetchall()
    if not rows:
        return None
    persons = [subject for subject, _ in rows if subject > 0]
    mine = "(a.person_id = ANY(%(persons)s) OR a.household_id = ANY(%(homes)s))"
    homes = list({home for _, home in rows})
    params = {"persons": persons, "homes": homes}
    return _Who("f.person_id = ANY(%(persons)s)", mine, SHARED_WITH_MINE, params)


def _statements(rules: Rules, who: _Who, *, counted: bool) -> list[str]:
    """One a rule in force; the three about accounts are one."""
    found = []
    if "dead" in rules:
        found.append(DEAD.format(person=who.person))
    if "duplicate_person" in rules:
        found += [sql.format(person=who.person) for sql in (MERGED, SAME_NUMBER)]
        # Whom a programme counts is one question for the county: a family's preview leaves it out.
        if counted:
            found += [COUNTED_TWICE.format(counted=sql) for sql in _counting()]
    if "moved_out" in rules:
        found.append(MOVED_OUT)
    about = {"staff_account": STAFF, "other_account": OTHER, "payee_name": NAME}
    bad = [sql.format(shared=who.shared) for code, sql in about.items() if code in rules]
    if bad:
        found.append(ACCOUNTS.format(mine=who.mine, bad="\nUNION ALL\n".join(bad)))
    return found


def _counting() -> list[str]:
    return [card.counted for card in PROGRAMMES.values() if card.counted]


def _taking() -> list[str]:
    """Programmes that take a member out of the household's headcount."""
    return [code for card in PROGRAMMES.values() for code in card.members_out_by]
