"""A county of any size, made by SQL in the mix of one that pays 52,000 people a month.

Ids are dealt in a shuffled order, so that no table lies in the order in which a run wants it;
incomes differ to the fen, so that no two households can share a remembered answer.
"""

from __future__ import annotations

import io
from typing import NamedTuple

from django.core.management import call_command
from django.db import connection

from apps.offices.actions import appoint
from apps.offices.models import Role, Staff

COUNTY = "430482"
MONTH = "2024-12-01"


class Mix(NamedTuple):
    """Households or persons of each kind in the county of the 2024 report."""

    minimum_living: int = 12_314  # households; 23,832 persons
    destitute: int = 5_520
    old_age: int = 2_098
    nursing: int = 11_062  # of the 19,862 with a disability subsidy; the rest are on the former
    orphan: int = 116
    unattended: int = 575  # and 200 more on minimum living
    marginal: int = 500  # households with a status and no money
    relief: int = 250  # one-off sums of the month


# Persons paid who come of the mix above: measured, so that --people is what it says.
PAID_OF_MIX = 41_700

DICE = """
CREATE FUNCTION dice(n bigint, salt int) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(n, salt) & 1073741823) / 1073741824.0
"""
# One row a household: its kind, its size, and urban for every eighth of them.
HOMES = """
CREATE UNLOGGED TABLE bench_home AS
SELECT row_number() OVER (ORDER BY dice(n, salt), salt) AS id, kind, size,
       CASE WHEN dice(n, salt + 50) < 0.123 THEN 'urban' ELSE 'rural' END AS zone
FROM (
    SELECT 'minimum_living' AS kind, n, 1 AS salt,
           CASE WHEN n %% 100 < 45 THEN 1 WHEN n %% 100 < 75 THEN 2 WHEN n %% 100 < 90 THEN 3
                WHEN n %% 100 < 96 THEN 4 ELSE 5 END AS size
    FROM generate_series(1, %(minimum_living)s) n
    UNION ALL SELECT 'destitute', n, 2, 1 FROM generate_series(1, %(destitute)s) n
    UNION ALL SELECT 'old_age', n, 3, 2 FROM generate_series(1, %(old_age)s) n
    UNION ALL SELECT 'nursing', n, 4, 2 FROM generate_series(1, %(nursing)s) n
    UNION ALL SELECT 'orphan', n, 5, 2 FROM generate_series(1, %(orphan)s) n
    UNION ALL SELECT 'unattended', n, 6, 2 FROM generate_series(1, %(unattended)s) n
    UNION ALL SELECT 'marginal', n, 7, 3 FROM generate_series(1, %(marginal)s) n
    UNION ALL SELECT 'relief', n, 8, 2 FROM generate_series(1, %(relief)s) n
) k
"""
PERSONS = """
CREATE UNLOGGED TABLE bench_person AS
SELECT row_number() OVER (ORDER BY h.id, j) AS id, h.id AS home, h.kind, h.zone, j,
       date '1930-01-01' + CASE
           WHEN h.kind = 'old_age' AND j = 1 THEN (dice(h.id, 11) * 5200)::int
           WHEN h.kind = 'destitute' AND dice(h.id, 12) < 0.98 THEN (dice(h.id, 11) * 12000)::int
           WHEN h.kind IN ('orphan', 'unattended', 'destitute') AND j = 1
               THEN 28100 + (dice(h.id, 11) * 5500)::int
           ELSE (dice(h.id * 8 + j, 11) * 33000)::int END AS born
FROM bench_home h CROSS JOIN LATERAL generate_series(1, h.size) j
"""
# Who of those on minimum living has what besides.
BESIDE = """
CREATE UNLOGGED TABLE bench_beside AS
SELECT id, home, born, dice(id, 21) < 0.368 AS living,
       dice(id, 21) < 0.0795 OR dice(id, 21) > 0.9999 AS nursing,
       born < date '1959-12-01' AND dice(id, 22) < 0.184 AS elder,
       born > date '2008-01-01' AND dice(id, 22) < 0.044 AS unattended
FROM bench_person WHERE kind = 'minimum_living'
"""
AWARDS = f"""
CREATE UNLOGGED TABLE bench_award AS
SELECT row_number() OVER (ORDER BY dice(home * 8 + coalesce(person, 0), salt), salt) AS id,
       programme, home, person, salt = 20 AS one_off,
       CASE WHEN salt = 20 THEN date '{MONTH}'
            ELSE (date '2022-01-01' + make_interval(
                months => (dice(home * 8 + coalesce(person, 0), salt + 60) * 35)::int))::date
       END AS first
FROM (
    SELECT 'minimum_living' AS programme, id AS home, NULL::bigint AS person, 11 AS salt
    FROM bench_home WHERE kind = 'minimum_living'
    UNION ALL SELECT 'disability_living', home, id, 12 FROM bench_beside WHERE living
    UNION ALL SELECT 'disability_nursing', home, id, 13 FROM bench_beside WHERE nursing
    UNION ALL SELECT 'elder_service_subsidy', home, id, 14 FROM bench_beside WHERE elder
    UNION ALL SELECT 'unattended_child_allowance', home, id, 15 FROM bench_beside WHERE unattended
    UNION ALL SELECT 'destitute_basic', home, id, 16 FROM bench_person WHERE kind = 'destitute'
    UNION ALL SELECT CASE kind WHEN 'old_age' THEN 'old_age_allowance'
                               WHEN 'nursing' THEN 'disability_nursing'
                               WHEN 'orphan' THEN 'orphan_allowance'
                               ELSE 'unattended_child_allowance' END, home, id, 17
    FROM bench_person WHERE j = 1 AND kind IN ('old_age', 'nursing', 'orphan', 'unattended')
    UNION ALL SELECT 'marginal_household', id, NULL, 18 FROM bench_home WHERE kind = 'marginal'
    UNION ALL SELECT 'temporary_relief', id, NULL, 20 FROM bench_home WHERE kind = 'relief'
) a
"""
HOUSEHOLD_ROWS = """
INSERT INTO households_household (id, number, division, address, since)
SELECT h.id, 'B' || lpad(h.id::text, 11, '0'), v.code, '某某村' || h.id %% 30 || '组',
       date '2020-01-01'
FROM bench_home h JOIN (
    SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS places
    FROM offices_division WHERE length(code) = 12
) v ON v.place = h.id %% v.places
"""
PERSON_ROWS = """
INSERT INTO households_person (id, id_number, name, name_key, pinyin, initials, sex, born, phone)
SELECT id, 'B' || lpad(id::text, 17, '0'), name, name,
       'zhang san', '{zs}', 'm', born, ''
FROM (SELECT *, '张' || chr(19968 + (dice(id, 31) * 3000)::int) || chr(19968 + (id %% 3000)::int)
          AS name FROM bench_person) p
"""
MEMBER_ROWS = """
INSERT INTO households_member (person_id, household_id, relationship, period, recorded_on)
SELECT id, home, CASE j WHEN 1 THEN 'applicant' WHEN 2 THEN 'spouse' ELSE 'child' END,
       daterange('2020-01-01', NULL), date '2020-01-01'
FROM bench_person
"""
ENTITLEMENT_ROWS = f"""
INSERT INTO casework_entitlement (id, programme, household_id, person_id, period, one_off,
    over_cap_approved, relief_type, school_year, basis, accounts_from, assessed_fen)
SELECT id, programme, home, person,
       daterange(first, CASE WHEN one_off THEN date '2025-01-01' END), one_off, FALSE,
       CASE WHEN one_off THEN 'hardship' ELSE '' END, '', '',
       date '{MONTH}', CASE WHEN one_off THEN 20000 + (dice(id, 32) * 300000)::int END
FROM bench_award
"""
DECISION_ROWS = """
INSERT INTO casework_decision (id, kind, programme, household_id, person_id, entitlement_id,
    decided_on, effective, reason, note, findings, prepared_by_id, decided_by_id, at)
SELECT id, 'confirm', programme, home, person, id, first - 10, first, '', '', '[]',
       %(clerk)s, %(supervisor)s, now()
FROM bench_award
"""
DETERMINATION_ROWS = """
INSERT INTO minimum_living_determination
    (id, entitlement_id, decision_id, as_of, period, zone, grade, household_deduction_fen)
SELECT a.id, a.id, a.id, a.first - 10, daterange(a.first, NULL), h.zone, '',
       CASE WHEN dice(a.id, 33) < 0.1 THEN (dice(a.id, 34) * 200000)::int ELSE 0 END
FROM bench_award a JOIN bench_home h ON h.id = a.home WHERE a.programme = 'minimum_living'
"""
# Fen a year, to the fen; one in twenty is not counted, one in forty households is above the line.
DETERMINED_ROWS = """
INSERT INTO minimum_living_determinationmember (determination_id, person_id, counted, why_not,
    wage_fen, base_pension_fen, other_fen, deduction_fen)
SELECT a.id, p.id, p.j = 1 OR dice(p.id, 41) > 0.05,
       CASE WHEN p.j = 1 OR dice(p.id, 41) > 0.05 THEN '' ELSE 'adult_child' END,
       CASE WHEN dice(p.id, 42) < 0.2 THEN (dice(p.id, 43) * 300000)::int ELSE 0 END,
       CASE WHEN p.born < date '1964-12-01' THEN 148800 ELSE 0 END,
       (dice(p.id, 44) * 300000)::int
           + CASE WHEN dice(a.id, 45) < 0.025 THEN 900000 ELSE 0 END,
       CASE WHEN dice(p.id, 46) < 0.1 THEN (dice(p.id, 47) * 50000)::int ELSE 0 END
FROM bench_award a JOIN bench_person p ON p.home = a.home
WHERE a.programme = 'minimum_living'
"""
GRACE_ROWS = """
INSERT INTO minimum_living_grace (entitlement_id, decision_id, reference, period)
SELECT id, id, date '2024-10-01', daterange('2024-11-01', '2025-03-01')
FROM bench_award WHERE programme = 'minimum_living' AND dice(id, 48) < 0.003
"""
SANCTION_ROWS = """
INSERT INTO minimum_living_sanction (entitlement_id, decision_id, person_id, period)
SELECT m.determination_id, m.determination_id, m.person_id, daterange('2024-11-01', '2025-03-01')
FROM minimum_living_determinationmember m WHERE m.counted AND dice(m.person_id, 49) < 0.002
"""
ACCOUNT_ROWS = """
INSERT INTO households_bankaccount (person_id, household_id, version, payee_name, payee_id_number,
    payee_is, bank, number, reason, recorded_on)
SELECT person, home, version, coalesce(p.name, a.name), '', 'self', '农村商业银行',
       CASE WHEN person IS NULL THEN '6218' ELSE '6217' END
           || lpad((coalesce(person, home) * 10 + version)::text, 15, '0'), '',
       date '2022-01-01' + version
FROM (
    SELECT NULL::bigint AS person, id AS home FROM bench_home WHERE dice(id, 51) > 0.002
    UNION ALL
    SELECT DISTINCT person, NULL::bigint FROM bench_award
    WHERE person IS NOT NULL AND dice(person, 52) < 0.6
) o
LEFT JOIN households_person p ON p.id = o.person
LEFT JOIN (
    SELECT m.household_id, q.name
    FROM households_member m JOIN households_person q ON q.id = m.person_id
    WHERE m.relationship = 'applicant'
) a ON a.household_id = o.home
CROSS JOIN generate_series(1, 2) version
WHERE version = 1 OR dice(coalesce(person, home), 53) < 0.05
"""
# kind, owner, on, until, code, part, detail, number, amount_fen, per, flag, day
FACTS = """
SELECT 'zone' AS kind, NULL::bigint AS person_id, id AS household_id, date '2020-01-01' AS "on",
       NULL::date AS until, zone AS code, '' AS part, '' AS detail, NULL::int AS number,
       NULL::bigint AS amount_fen, '' AS per, NULL::boolean AS flag, NULL::date AS day
FROM bench_home
UNION ALL SELECT 'income', id, NULL, date '2023-06-01' + j, NULL, code, '', '', NULL,
       (dice(id, 61) * 300000)::int, 'year', NULL, NULL
FROM bench_person CROSS JOIN (VALUES ('wage'), ('other_income')) c(code)
WHERE kind = 'minimum_living'
UNION ALL SELECT 'disability', d.person, NULL, date '2015-01-01' + (dice(d.person, n) * 3000)::int
           + 200 * (n - 62),
       CASE WHEN dice(d.person, n) < 0.01 THEN date '2024-06-30' + 30 * n END,
       (ARRAY['limb', 'vision', 'mental', 'intellectual'])[1 + d.person %% 4], '', '',
       CASE WHEN d.severe THEN 1 + (dice(d.person, 63) * 1.02)::int
            ELSE 2 + (dice(d.person, 63) * 2)::int END, NULL, '', NULL, NULL
FROM (SELECT person, bool_or(programme = 'disability_nursing') AS severe FROM bench_award
      WHERE programme LIKE 'disability%%' GROUP BY person) d
CROSS JOIN generate_series(62, 63) n WHERE n = 62 OR dice(d.person, 64) < 0.1
UNION ALL SELECT 'self_care', person, NULL, date '2023-03-01' + 300 * n, NULL, '', '', '',
       CASE WHEN programme = 'elder_service_subsidy' THEN 1 + (dice(person, n) * 5)::int
            ELSE (dice(person, n) * 6)::int END, NULL, '', NULL, NULL
FROM bench_award CROSS JOIN generate_series(1, 2) n
WHERE programme IN ('destitute_basic', 'elder_service_subsidy') AND (n = 1 OR dice(person, 65) < .3)
UNION ALL SELECT 'care_mode', person, NULL, first, NULL,
       CASE WHEN dice(person, 66) < 0.2 THEN 'institutional' ELSE 'scattered' END,
       '', '', NULL, NULL, '', NULL, NULL
FROM bench_award
WHERE programme IN ('destitute_basic', 'orphan_allowance', 'unattended_child_allowance')
UNION ALL SELECT 'parent', person, NULL, first - 100, NULL,
       CASE WHEN part = 'father' THEN 'dead' WHEN programme = 'orphan_allowance' THEN 'dead'
            WHEN dice(person, 67) < 0.5 THEN 'lost_contact' ELSE 'seriously_ill' END,
       part, '', NULL, NULL, '', NULL, NULL
FROM bench_award CROSS JOIN (VALUES ('father'), ('mother')) v(part)
WHERE programme IN ('orphan_allowance', 'unattended_child_allowance')
UNION ALL SELECT 'schooling', id, NULL, date '2023-09-01', date '2026-07-01', 'senior_high', '', '',
       NULL, NULL, '', NULL, NULL
FROM bench_person WHERE born BETWEEN '2005-01-01' AND '2009-12-31'
UNION ALL SELECT 'death', id, NULL, date '2024-09-15' + (dice(id, 68) * 95)::int, NULL, '', '', '',
       NULL, NULL, '', NULL, NULL
FROM bench_person WHERE dice(id, 69) < 0.004
UNION ALL SELECT 'residence', id, NULL, date '2024-08-15' + (dice(id, 70) * 120)::int, NULL, '', '',
       '', NULL, NULL, '', TRUE, NULL
FROM bench_person WHERE dice(id, 71) < 0.002
UNION ALL SELECT 'custody', id, NULL, date '2024-03-01', NULL,
       CASE WHEN dice(id, 72) < 0.2 THEN 'declared_missing' ELSE 'imprisoned' END, '', '', NULL,
       NULL, '', NULL, NULL
FROM bench_person WHERE dice(id, 73) < 0.002
UNION ALL SELECT 'other_benefit', person, NULL, date '2024-02-01', NULL,
       (ARRAY['work_injury_nursing', 'other_nursing_allowance', 'retired_cadre_allowance'])
       [1 + person %% 3], '', '', NULL, 5000 + (dice(person, 74) * 8000)::int, 'month', NULL, NULL
FROM bench_award WHERE programme LIKE 'disability%%' AND dice(person, 75) < 0.02
UNION ALL SELECT 'illness', id, NULL, date '2024-01-15', NULL, '', '', '', NULL, NULL, '', TRUE,
       NULL FROM bench_person WHERE dice(id, 76) < 0.02
UNION ALL SELECT 'life_certificate', person, NULL, date '2024-09-01' + 30 * n, NULL,
       CASE n WHEN 0 THEN 'due' ELSE 'passed' END, '', '', NULL, NULL, '', NULL,
       CASE n WHEN 0 THEN date '2024-10-31' END
FROM bench_award CROSS JOIN generate_series(0, 1) n
WHERE programme = 'old_age_allowance' AND (n = 0 OR dice(person, 77) < 0.98)
"""
FACT_ROWS = f"""
INSERT INTO households_fact (kind, person_id, household_id, "on", until, code, part, detail,
    number, amount_fen, per, flag, day, evidence, recorded_on, recorded_at)
SELECT *, '', greatest("on", date '2022-01-01'), now() FROM ({FACTS}) f
ORDER BY dice(coalesce(person_id, household_id), 81)
"""
STEPS = (
    *(DICE, HOMES, PERSONS, BESIDE, AWARDS),
    *(HOUSEHOLD_ROWS, PERSON_ROWS, MEMBER_ROWS, ENTITLEMENT_ROWS, DECISION_ROWS),
    *(DETERMINATION_ROWS, DETERMINED_ROWS, GRACE_ROWS, SANCTION_ROWS, ACCOUNT_ROWS, FACT_ROWS),
    "DROP TABLE bench_home, bench_person, bench_beside, bench_award",
)
# Everything the migrations built that is quicker to build again than to keep up row by row.
FILLED = (
    *("households_household", "households_person", "households_member", "households_fact"),
    *("households_bankaccount", "casework_entitlement", "casework_decision"),
    *("minimum_living_determination", "minimum_living_determinationmember"),
)
CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype IN ('x', 'f') AND conrelid = ANY(%s::regclass[]) ORDER BY oid
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype <> 'f'
WHERE c.oid IS NULL AND i.indrelid = ANY(%s::regclass[])
"""


def make_county(people: int) -> None:
    """Fill the connected, migrated, empty database with a county in which so many are paid."""
    call_command("load_base", verbosity=0, stdout=io.StringIO())
    scale = people / PAID_OF_MIX
    params: dict[str, int] = {k: round(v * scale) for k, v in Mix()._asdict().items()}
    params["clerk"] = appoint(name="经办", role=Role.COUNTY_CLERK, division=COUNTY).pk
    params["supervisor"] = appoint(name="审核", role=Role.COUNTY_SUPERVISOR, division=COUNTY).pk
    again = _bare()
    with connection.cursor() as cursor:
        for sql in STEPS:
            cursor.execute(sql, params)
        for sql in again:
            cursor.execute(sql)
        cursor.execute("VACUUM ANALYZE")


def _bare() -> list[str]:
    """Drop indexes and foreign keys of the tables to fill; returns what builds them again."""
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [list(FILLED)])
        constraints = cursor.fetchall()
        cursor.execute(INDEXES, [list(FILLED)])
        indexes = cursor.fetchall()
        for table, name, _ in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    return [
        *(definition for _, definition in indexes),
        *(f"ALTER TABLE {table} ADD CONSTRAINT {name} {what}" for table, name, what in constraints),
    ]


def maker() -> Staff:
    """Who makes the runs."""
    return Staff.objects.get(role=Role.COUNTY_CLERK, division=COUNTY)
