-- The second way: one benefit month of every programme computed again by sets, in SQL, from the
-- same recorded facts but by none of the same code. Written from the rule book, not from rule.py.
-- Parameters: first (first day of the month), last (its last day), calculation.
-- Before it, `std(key, band, value, choice)` holds the standards of the month.
-- It leaves said(programme, subject, fen).

-- name: awards
CREATE TEMP TABLE award ON COMMIT DROP AS
SELECT id, programme, household_id, person_id, subject, assessed_fen, over_cap_approved, basis,
       lower(period) AS first
FROM casework_entitlement
WHERE period @> %(first)s::date AND coalesce(accounts_from, lower(period)) <= %(first)s;

-- name: said
CREATE TEMP TABLE said (programme text, subject bigint, person bigint, fen bigint, base bigint,
                        heads int, note text) ON COMMIT DROP;
CREATE INDEX ON said (person);

-- name: newest facts that act from the month after, and those that act in their own month
CREATE TEMP TABLE was ON COMMIT DROP AS
SELECT DISTINCT ON (kind, person_id, part) kind, person_id, part, code, detail, number, flag,
       "on", until
FROM households_fact
WHERE voided_on IS NULL AND person_id IS NOT NULL AND "on" < %(first)s
  AND kind IN ('death', 'residence', 'custody', 'self_care', 'care_mode', 'parent')
ORDER BY kind, person_id, part, "on" DESC, id DESC;
CREATE INDEX ON was (kind, person_id);
CREATE TEMP TABLE now_so ON COMMIT DROP AS
SELECT DISTINCT ON (kind, person_id) kind, person_id, code, number, flag, "on", until
FROM households_fact
WHERE voided_on IS NULL AND person_id IS NOT NULL AND "on" <= %(last)s
  AND kind = 'illness'
ORDER BY kind, person_id, "on" DESC, id DESC;
CREATE INDEX ON now_so (kind, person_id);
-- Schools attended on any day of the month: until the next record begins, or the last school day.
CREATE TEMP TABLE attended ON COMMIT DROP AS
SELECT person_id, code FROM (
    SELECT person_id, code, "on", until,
           lead("on") OVER (PARTITION BY person_id ORDER BY "on", id) AS followed
    FROM households_fact
    WHERE kind = 'schooling' AND voided_on IS NULL AND "on" <= %(last)s) f
WHERE (followed IS NULL OR followed > greatest("on", %(first)s))
  AND (until IS NULL OR until >= %(first)s);
CREATE INDEX ON attended (person_id);
CREATE TEMP TABLE zone_of ON COMMIT DROP AS
SELECT DISTINCT ON (household_id) household_id, code AS zone
FROM households_fact
WHERE kind = 'zone' AND voided_on IS NULL
ORDER BY household_id, ("on" < %(first)s) DESC,
         CASE WHEN "on" < %(first)s THEN "on" END DESC,
         CASE WHEN "on" < %(first)s THEN id END DESC, "on", id;

-- name: certificates that count in the month (R-CJ-11, R-CJ-12)
CREATE TEMP TABLE cert ON COMMIT DROP AS
WITH ranked AS (
    SELECT person_id, code, number, until, "on",
           row_number() OVER (PARTITION BY person_id ORDER BY "on" DESC, id DESC) AS nth,
           max("on") OVER (PARTITION BY person_id) AS newest
    FROM households_fact
    WHERE kind = 'disability' AND voided_on IS NULL AND "on" <= %(last)s
)
SELECT person_id, code, number FROM ranked
WHERE (nth = 1 OR nth = 2 AND newest >= %(first)s) AND (until IS NULL OR until >= %(first)s);
CREATE INDEX ON cert (person_id);

-- name: benefits outside the system, from the month after they were granted (R-CJ-04, R-CJ-07)
CREATE TEMP TABLE outside ON COMMIT DROP AS
SELECT DISTINCT ON (person_id, code) person_id, code, until,
       CASE WHEN per = 'year' THEN amount_fen / 12 ELSE amount_fen END AS fen
FROM households_fact
WHERE kind = 'other_benefit' AND voided_on IS NULL AND "on" < %(first)s
ORDER BY person_id, code, "on" DESC, id DESC;
DELETE FROM outside WHERE fen = 0 OR until < %(first)s;

-- name: awards on application that had ended or not begun by the month before
CREATE TEMP TABLE ended ON COMMIT DROP AS
SELECT DISTINCT ON (d.programme, d.entitlement_id) d.programme, d.entitlement_id, d.verdict
FROM payments_due d
JOIN payments_paymentrun r ON r.calculation_id = d.calculation_id
WHERE d.month = (%(first)s::date - interval '1 month')::date
  AND d.calculation_id <= %(calculation)s
ORDER BY d.programme, d.entitlement_id, d.calculation_id DESC;

-- name: 特困 (R-TK-07, 08, 12, 13, 14): basic amount by way of care and class
INSERT INTO said
SELECT 'destitute_basic', a.person_id, a.person_id,
       (SELECT value FROM std WHERE band = '' AND key = CASE
            WHEN m.code = 'institutional' THEN 'destitute_basic.institutional'
            ELSE 'destitute_basic.' || z.zone || '_scattered' END)
FROM award a
JOIN households_person p ON p.id = a.person_id
LEFT JOIN zone_of z ON z.household_id = a.household_id
LEFT JOIN was m ON m.kind = 'care_mode' AND m.person_id = a.person_id
LEFT JOIN was dead ON dead.kind = 'death' AND dead.person_id = a.person_id
WHERE a.programme = 'destitute_basic' AND dead.kind IS NULL
  AND (NOT ((p.born + interval '18 years')::date > coalesce(
                (SELECT min(c.decided_on) FROM casework_decision c
                 WHERE c.entitlement_id = a.id AND c.kind = 'confirm'), a.first - 1)
            AND (p.born + interval '18 years')::date < %(first)s)
       OR EXISTS (SELECT 1 FROM attended s WHERE s.person_id = a.person_id
                  AND s.code IN ('compulsory', 'senior_high', 'secondary_vocational'))
       OR EXISTS (SELECT 1 FROM cert c WHERE c.person_id = a.person_id AND (
              c.code IN ('intellectual', 'mental') AND c.number <= 3
              OR c.code = 'limb' AND c.number <= 2 OR c.code = 'vision' AND c.number = 1)));
INSERT INTO said
SELECT 'destitute_care', b.person, b.person,
       (SELECT value FROM std WHERE key = 'destitute_care.' || CASE
            WHEN g.number = 0 THEN 'self' WHEN g.number <= 3 THEN 'partial' ELSE 'full' END)
FROM said b JOIN was g ON g.kind = 'self_care' AND g.person_id = b.person
WHERE b.programme = 'destitute_basic';
INSERT INTO said
SELECT 'destitute_funeral', a.person_id, a.person_id, NULL, NULL, NULL, 'skip'
FROM award a WHERE a.programme = 'destitute_funeral';

-- name: 孤儿 (R-GE-01…04)
INSERT INTO said
SELECT 'orphan_allowance', a.person_id, a.person_id,
       (SELECT value FROM std WHERE key = 'orphan_allowance.' || coalesce(m.code, 'scattered'))
FROM award a
JOIN households_person p ON p.id = a.person_id
LEFT JOIN was m ON m.kind = 'care_mode' AND m.person_id = a.person_id
LEFT JOIN was dead ON dead.kind = 'death' AND dead.person_id = a.person_id
WHERE a.programme = 'orphan_allowance' AND dead.kind IS NULL
  AND NOT EXISTS (SELECT 1 FROM said t WHERE t.programme = 'destitute_basic'
                  AND t.person = a.person_id)
  AND NOT EXISTS (SELECT 1 FROM was f WHERE f.kind = 'parent' AND f.person_id = a.person_id
                  AND f.code NOT IN ('dead', 'declared_missing'))
  AND ((p.born + interval '18 years')::date >= %(first)s
       OR EXISTS (SELECT 1 FROM attended s WHERE s.person_id = a.person_id
                  AND s.code IN ('compulsory', 'senior_high', 'secondary_vocational',
                                 'junior_college', 'undergraduate')));

-- name: 低保 (R-DB-10, 13, 14, 15): gap on the household's year, once rounded
CREATE TEMP TABLE present ON COMMIT DROP AS
SELECT a.id AS award, a.subject, d.zone, d.household_deduction_fen, m.person_id, m.wage_fen,
       m.base_pension_fen, m.other_fen, m.deduction_fen,
       EXISTS (SELECT 1 FROM minimum_living_sanction s WHERE s.entitlement_id = a.id
               AND s.person_id = m.person_id AND s.period @> %(first)s::date) AS sanctioned
FROM award a
JOIN minimum_living_determination d ON d.entitlement_id = a.id AND d.period @> %(first)s::date
JOIN minimum_living_determinationmember m ON m.determination_id = d.id AND m.counted
WHERE a.programme = 'minimum_living'
  AND NOT EXISTS (SELECT 1 FROM was x WHERE x.kind = 'death' AND x.person_id = m.person_id)
  AND NOT EXISTS (SELECT 1 FROM said t WHERE t.person = m.person_id
                  AND t.programme IN ('destitute_basic', 'orphan_allowance') AND t.fen > 0);
CREATE TEMP TABLE family ON COMMIT DROP AS
SELECT award, subject, zone, count(*)::int AS heads,
       count(*) FILTER (WHERE sanctioned)::int AS without,
       CASE WHEN zone = 'urban'
            THEN (SELECT value FROM std WHERE key = 'minimum_living.urban_monthly') * 12
            ELSE (SELECT value FROM std WHERE key = 'minimum_living.rural_annual') END AS line,
       greatest(0,
           sum(wage_fen) * (10000 - coalesce((SELECT value FROM std
               WHERE key = 'minimum_living.employment_cost_rate'), 0)) / 10000.0
           + sum(other_fen)
           + CASE WHEN to_char(%(first)s::date, 'YYYYMM')::int > coalesce((SELECT value FROM std
                 WHERE key = 'minimum_living.central_base_pension_exempt_until'), 0)
                 THEN sum(base_pension_fen) ELSE 0 END
           - sum(deduction_fen) - max(household_deduction_fen)) AS income
FROM present GROUP BY award, subject, zone;
INSERT INTO said
SELECT 'minimum_living', f.subject, NULL,
       CASE WHEN g.kept IS NOT NULL THEN floor(g.amount * (f.heads - f.without) / f.heads + 0.5)
            ELSE floor(greatest(f.gap, CASE WHEN f.gap > 0 THEN coalesce((SELECT value FROM std
                     WHERE key = 'minimum_living.min_payment'), 0) ELSE 0 END)
                     * (f.heads - f.without) / f.heads + 0.5) END,
       CASE WHEN g.kept IS NOT NULL THEN floor(g.amount + 0.5)
            ELSE floor(greatest(f.gap, CASE WHEN f.gap > 0 THEN coalesce((SELECT value FROM std
                     WHERE key = 'minimum_living.min_payment'), 0) ELSE 0 END) + 0.5) END,
       f.heads, f.award::text
FROM (SELECT *, greatest(0, (line * heads - income) / 12.0) AS gap FROM family) f
LEFT JOIN LATERAL (
    SELECT due.base_fen AS kept, least(due.base_fen, f.line * f.heads / 12.0) AS amount
    FROM minimum_living_grace gr
    JOIN payments_due due ON due.subject = f.subject AND due.programme = 'minimum_living'
        AND due.month = gr.reference AND due.calculation_id <= %(calculation)s
    WHERE gr.entitlement_id = f.award AND gr.period @> %(first)s::date
    ORDER BY due.calculation_id DESC LIMIT 1) g ON TRUE;
-- Who has moved may still be counted in the former household too: the newer award is theirs.
CREATE TEMP TABLE counted ON COMMIT DROP AS
SELECT DISTINCT ON (p.person_id) p.person_id, s.base, s.heads, p.zone, p.award
FROM present p JOIN said s ON s.programme = 'minimum_living' AND s.subject = p.subject
    AND s.note = p.award::text AND s.base > 0
ORDER BY p.person_id, p.award DESC;
CREATE INDEX ON counted (person_id);

-- name: 分类施保 (R-DB-16): the highest rate of a category, on the monthly standard of the class
INSERT INTO said
SELECT 'minimum_living_supplement', c.person_id, c.person_id, floor(max(r.value)
       * (SELECT line FROM family f WHERE f.award = c.award) / 12.0 / 10000 + 0.5)
FROM counted c
JOIN households_person p ON p.id = c.person_id
JOIN std r ON r.key = 'minimum_living.supplement' AND r.value IS NOT NULL AND CASE r.band
    WHEN 'minor' THEN (p.born + interval '18 years')::date > %(last)s
    WHEN 'elder_70' THEN (p.born + interval '70 years')::date <= %(last)s
    WHEN 'severe_disability' THEN EXISTS (
        SELECT 1 FROM cert x WHERE x.person_id = p.id AND x.number <= 2)
    WHEN 'serious_illness' THEN EXISTS (SELECT 1 FROM now_so i WHERE i.kind = 'illness'
        AND i.person_id = p.id AND i.flag) END
GROUP BY c.person_id, c.award;

-- name: 两项补贴 (R-CJ-01…12)
CREATE TEMP TABLE barred ON COMMIT DROP AS
SELECT a.id FROM award a
WHERE a.programme IN ('disability_living', 'disability_nursing') AND (
    EXISTS (SELECT 1 FROM said t WHERE t.programme = 'destitute_basic' AND t.person = a.person_id)
    OR EXISTS (SELECT 1 FROM outside o WHERE o.person_id = a.person_id
               AND o.code = 'work_injury_nursing')
    OR a.programme = 'disability_living' AND (
        EXISTS (SELECT 1 FROM said t WHERE t.programme = 'orphan_allowance'
                AND t.person = a.person_id)
        OR EXISTS (SELECT 1 FROM outside o WHERE o.person_id = a.person_id
                   AND o.code = 'retired_cadre_allowance')));
-- For an award on a reissued certificate the months granted before its issue rest on it, too.
CREATE TEMP TABLE papers ON COMMIT DROP AS
SELECT a.id, c.code, c.number FROM award a JOIN cert c ON c.person_id = a.person_id
WHERE a.programme IN ('disability_living', 'disability_nursing')
UNION ALL
SELECT a.id, n.code, n.number FROM award a
JOIN casework_decision d ON d.entitlement_id = a.id AND d.kind = 'confirm'
JOIN LATERAL (
    SELECT code, number, "on" FROM households_fact f
    WHERE f.kind = 'disability' AND f.voided_on IS NULL AND f.person_id = a.person_id
      AND f."on" <= d.decided_on
    ORDER BY f."on" DESC, f.id DESC LIMIT 1) n ON n."on" > %(last)s
WHERE a.basis = 'certificate_reissued'
  AND a.programme IN ('disability_living', 'disability_nursing');
CREATE INDEX ON papers (id);
CREATE TEMP TABLE certified ON COMMIT DROP AS
SELECT a.id, a.programme, a.person_id, a.household_id,
       (SELECT min(number) FROM papers c WHERE c.id = a.id) AS grade,
       EXISTS (SELECT 1 FROM papers c WHERE c.id = a.id AND (c.number <= 2
           OR c.number = 3 AND c.code IN ('intellectual', 'mental') AND (SELECT value FROM std
               WHERE key = 'disability_nursing.include_grade3_mental_intellectual') = 1)) AS heavy
FROM award a
WHERE a.programme IN ('disability_living', 'disability_nursing')
  AND NOT EXISTS (SELECT 1 FROM was x WHERE x.person_id = a.person_id AND (
      x.kind = 'death' OR x.kind = 'residence' AND x.flag
      OR x.kind = 'custody' AND x.code = 'declared_missing'))
  AND NOT EXISTS (SELECT 1 FROM ended e WHERE e.entitlement_id = a.id AND e.verdict = 4
                  AND e.programme = a.programme)
  AND NOT EXISTS (SELECT 1 FROM barred b WHERE b.id = a.id);
INSERT INTO said
SELECT programme, person_id, person_id,
       (SELECT value FROM std WHERE key = 'disability_living.monthly')
FROM certified c
WHERE programme = 'disability_living' AND grade IS NOT NULL AND (
    EXISTS (SELECT 1 FROM counted k WHERE k.person_id = c.person_id)
    OR (SELECT value FROM std WHERE key = 'disability_living.include_marginal_household') = 1
       AND EXISTS (
           SELECT 1 FROM casework_entitlement m JOIN households_member h
               ON h.household_id = m.household_id AND h.voided_on IS NULL
               AND h.period && daterange(%(first)s, %(last)s, '[]')
           WHERE m.programme = 'marginal_household' AND m.period @> %(first)s::date
             AND h.person_id = c.person_id));
CREATE TEMP TABLE bid ON COMMIT DROP AS
SELECT programme, person_id, (SELECT value FROM std WHERE key = 'disability_nursing.monthly') AS fen
FROM certified WHERE programme = 'disability_nursing' AND heavy;

-- name: 养老服务补贴 (R-YL-01, 02), in kind
INSERT INTO bid
SELECT a.programme, a.person_id, (SELECT value FROM std WHERE key = 'elder_service_subsidy.monthly')
FROM award a
JOIN households_person p ON p.id = a.person_id
JOIN was g ON g.kind = 'self_care' AND g.person_id = a.person_id AND g.number > 0
JOIN counted k ON k.person_id = a.person_id
WHERE a.programme = 'elder_service_subsidy'
  AND (p.born + interval '65 years')::date <= %(last)s
  AND NOT EXISTS (SELECT 1 FROM was x WHERE x.person_id = a.person_id
                  AND (x.kind = 'death' OR x.kind = 'residence' AND x.flag))
  AND NOT (EXISTS (SELECT 1 FROM said t WHERE t.programme = 'destitute_basic'
                   AND t.person = a.person_id)
           AND (SELECT value FROM std
                WHERE key = 'elder_service_subsidy.exclusive_with_destitute') = 1);

CREATE INDEX ON bid (person_id);

-- name: the nursing slot: only the highest stays (R-CJ-07)
INSERT INTO said
SELECT b.programme, b.person_id, b.person_id, b.fen
FROM bid b
WHERE b.programme = 'elder_service_subsidy' AND coalesce((SELECT value FROM std
          WHERE key = 'elder_service_subsidy.exclusive_with_disability_nursing'), 0) = 0
   OR b.fen > coalesce((SELECT max(fen) FROM outside o WHERE o.person_id = b.person_id
          AND o.code IN ('other_nursing_allowance', 'retired_cadre_allowance')), 0)
      AND NOT EXISTS (
          SELECT 1 FROM bid other WHERE other.person_id = b.person_id
            AND other.programme <> b.programme
            AND (SELECT value FROM std
                 WHERE key = 'elder_service_subsidy.exclusive_with_disability_nursing') = 1
            AND (other.fen, other.programme < b.programme) > (b.fen, b.programme < other.programme));

-- name: 高龄津贴 (R-GL-01…03)
INSERT INTO said
SELECT a.programme, a.person_id, a.person_id,
       (SELECT value FROM std s WHERE s.key = 'old_age_allowance.bands' AND s.value IS NOT NULL
            AND (p.born + make_interval(years => s.band::int))::date <= %(last)s
        ORDER BY s.band::int DESC LIMIT 1)
FROM award a JOIN households_person p ON p.id = a.person_id
WHERE a.programme = 'old_age_allowance'
  AND NOT EXISTS (SELECT 1 FROM ended e WHERE e.entitlement_id = a.id AND e.verdict = 4)
  AND NOT EXISTS (SELECT 1 FROM was x WHERE x.person_id = a.person_id
                  AND (x.kind = 'death' OR x.kind = 'residence' AND x.flag));

-- name: 事实无人抚养 (R-SW-01…08): top-up over the minimum living share and the living subsidy
INSERT INTO said
SELECT a.programme, a.person_id, a.person_id, floor(greatest(0,
       (SELECT value FROM std WHERE key =
            'unattended_child_allowance.' || coalesce(m.code, 'scattered'))
       - coalesce(k.base / k.heads::numeric, 0)
       - coalesce((SELECT fen FROM said t WHERE t.programme = 'disability_living'
                   AND t.person = a.person_id), 0)) + 0.5)
FROM award a
JOIN households_person p ON p.id = a.person_id
LEFT JOIN counted k ON k.person_id = a.person_id
LEFT JOIN was m ON m.kind = 'care_mode' AND m.person_id = a.person_id
WHERE a.programme = 'unattended_child_allowance'
  AND NOT EXISTS (SELECT 1 FROM was x WHERE x.kind = 'death' AND x.person_id = a.person_id)
  AND NOT EXISTS (SELECT 1 FROM ended e WHERE e.entitlement_id = a.id AND e.verdict = 4)
  AND NOT EXISTS (SELECT 1 FROM said t WHERE t.person = a.person_id
                  AND t.programme IN ('destitute_basic', 'orphan_allowance'))
  AND ((p.born + interval '18 years')::date >= %(first)s
       OR EXISTS (SELECT 1 FROM attended s WHERE s.person_id = a.person_id
                  AND s.code IN ('compulsory', 'senior_high', 'secondary_vocational',
                                 'junior_college', 'undergraduate')))
  AND (SELECT count(*) FROM was q WHERE q.kind = 'parent' AND q.person_id = a.person_id AND (
           q.code IN ('dead', 'declared_missing', 'seriously_ill', 'guardianship_revoked',
                      'deported')
           OR q.code = 'disabled' AND (q.number <= 2
                                       OR q.detail IN ('mental', 'intellectual'))
           OR q.code IN ('imprisoned', 'compulsory_rehabilitation', 'restricted')
              AND q.number >= 6
           OR q.code = 'lost_contact'
              AND (q."on" + interval '6 months')::date < %(first)s)) = 2;

-- name: 临时救助 and 助学: one-off sums (R-LZ-03, R-GE-05)
INSERT INTO said
SELECT programme, subject, person_id, CASE
       WHEN over_cap_approved OR c.value IS NULL THEN assessed_fen
       ELSE least(assessed_fen, c.value * (SELECT value FROM std
            WHERE key = 'minimum_living.urban_monthly')) END
FROM award LEFT JOIN std c ON c.key = 'temporary_relief.cap_multiple'
WHERE programme = 'temporary_relief';
INSERT INTO said
SELECT programme, subject, person_id,
       (SELECT value FROM std WHERE key = 'orphan_study_grant.per_school_year')
FROM award WHERE programme = 'orphan_study_grant';
