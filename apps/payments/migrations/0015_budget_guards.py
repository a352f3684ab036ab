"""What the database counts and refuses of budgets.

``budget_state`` is the one reckoning of budget, issued and this run: the pages read it, and the
trigger that refuses a run beyond its budget asks it, so that both say the same.
"""

from django.db import migrations

# The parts of amounts by largest remainder: ``fen`` of each ``n`` lines, split by ``points``.
PART = """fen * points / 10000 + (
        row_number() OVER (PARTITION BY {same} ORDER BY fen * points % 10000 DESC, place)
        <= fen - sum(fen * points / 10000) OVER (PARTITION BY {same}))::int"""
FORWARD = f"""
-- the shares in force for a month
CREATE FUNCTION budget_shares(in_month date)
RETURNS TABLE (code varchar, source varchar, place smallint, points integer, shareset bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.subject_id, h.source_id, f.place, h.points, s.id
    FROM (SELECT DISTINCT ON (subject_id) id, subject_id FROM payments_shareset
          WHERE from_month <= in_month ORDER BY subject_id, from_month DESC, id DESC) s
    JOIN payments_share h ON h.shareset_id = s.id
    JOIN payments_fundingsource f ON f.code = h.source_id
$$;

-- what a calculation takes of each 科目 and source; amounts that are equal are split once
CREATE FUNCTION budget_charges(of_calculation bigint, in_month date)
RETURNS TABLE (code varchar, source varchar, points integer, shareset bigint, fen bigint,
               regular_fen bigint, one_off_fen bigint)
LANGUAGE sql STABLE AS $$
    WITH amounts AS (
        SELECT budget AS code, fen - offset_fen AS fen, kind, count(*) AS n
        FROM payments_paymentline WHERE calculation_id = of_calculation AND fen > offset_fen
        GROUP BY 1, 2, 3
    ), shared AS (
        SELECT a.*, coalesce(s.source, '') AS source, coalesce(s.place, 0) AS place,
               coalesce(s.points, 10000) AS points, s.shareset
        FROM amounts a LEFT JOIN budget_shares(in_month) s ON s.code = a.code
    ), parted AS (
        SELECT *, n * ({PART.format(same="code, kind, fen")}) AS part FROM shared
    )
    SELECT code, source, max(points), max(shareset), sum(part)::bigint,
           coalesce(sum(part) FILTER (WHERE kind = 'regular'), 0)::bigint,
           coalesce(sum(part) FILTER (WHERE kind = 'one_off'), 0)::bigint
    FROM parted GROUP BY code, source
$$;

-- what the issued runs of a year took, less what the bank returned; without the run ``but``, and
-- where that one is issued itself, only the runs before it
CREATE FUNCTION budget_issued(in_year integer, but bigint)
RETURNS TABLE (code varchar, source varchar, fen bigint) LANGUAGE sql STABLE AS $$
    WITH runs AS MATERIALIZED (
        SELECT r.calculation_id FROM payments_paymentrun r
        LEFT JOIN payments_paymentrun b ON b.id = but
        WHERE r.state IN ('approved', 'sent', 'closed')
          AND r.month BETWEEN make_date(in_year, 1, 1) AND make_date(in_year, 12, 1)
          AND r.id IS DISTINCT FROM but
          AND (b.id IS NULL OR b.state NOT IN ('approved', 'sent', 'closed')
               OR (r.month, r.number) < (b.month, b.number))
    ), returned AS (
        SELECT l.calculation_id, l.budget AS code, l.fen - l.offset_fen AS fen, count(*) AS n
        FROM payments_bankitem i
        JOIN payments_bankbatch b ON b.id = i.batch_id
        JOIN runs r ON r.calculation_id = b.calculation_id
        JOIN payments_paymentline l ON l.subject = i.subject AND l.programme = i.programme
            AND l.calculation_id = b.calculation_id AND l.kind = i.kind
        WHERE i.returned_on IS NOT NULL AND l.fen > l.offset_fen
        GROUP BY 1, 2, 3
    ), shared AS (
        SELECT t.*, c.source, c.points, coalesce(f.place, 0) AS place
        FROM returned t
        JOIN payments_charge c ON c.calculation_id = t.calculation_id AND c.code = t.code
        LEFT JOIN payments_fundingsource f ON f.code = c.source
    ), parted AS (
        SELECT code, source, n * ({PART.format(same="calculation_id, code, fen")}) AS part
        FROM shared
    )
    SELECT code, source, sum(fen)::bigint FROM (
        SELECT c.code, c.source, c.fen FROM runs r
        JOIN payments_charge c ON c.calculation_id = r.calculation_id
        UNION ALL SELECT code, source, -part FROM parted) every
    GROUP BY code, source
$$;

-- budget (NULL: none given), issued, and what one calculation of one run takes: by 科目 and
-- source, and by 科目 over all sources ('all')
CREATE FUNCTION budget_state(in_year integer, of_run bigint, of_calculation bigint)
RETURNS TABLE (code varchar, source varchar, planned bigint, issued bigint, now bigint)
LANGUAGE sql STABLE AS $$
    WITH every AS (
        SELECT subject_id AS code, source_id AS source, fen AS planned, NULL::bigint AS issued,
               NULL::bigint AS now
        FROM payments_budgetrow WHERE year = in_year AND state = 'confirmed'
        UNION ALL
        SELECT code, source, NULL, fen, NULL FROM budget_issued(in_year, of_run)
        UNION ALL
        SELECT code, source, NULL, NULL, fen FROM payments_charge
        WHERE calculation_id = of_calculation
    )
    SELECT code, CASE WHEN grouping(source) = 1 THEN 'all' ELSE source END, sum(planned)::bigint,
           coalesce(sum(issued), 0)::bigint, coalesce(sum(now), 0)::bigint
    FROM every GROUP BY GROUPING SETS ((code, source), (code))
$$;

-- where a calculation goes beyond a budget, and no decision by somebody else covers it
CREATE FUNCTION budget_uncovered(in_year integer, of_run bigint, of_calculation bigint,
                                 approver bigint)
RETURNS TABLE (code varchar, source varchar, over bigint) LANGUAGE sql STABLE AS $$
    SELECT s.code, s.source, s.issued + s.now - s.planned
    FROM budget_state(in_year, of_run, of_calculation) s
    WHERE s.now > 0 AND s.issued + s.now > s.planned AND NOT EXISTS (
        SELECT FROM payments_overbudget d
        WHERE d.calculation_id = of_calculation AND d.code = s.code AND d.source = s.source
          AND d.fen >= s.issued + s.now - s.planned AND d.decided_by_id IS DISTINCT FROM approver)
$$;

CREATE FUNCTION refuse_over_budget() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT * INTO bad FROM budget_uncovered(
        extract(year FROM NEW.month)::int, NEW.id, NEW.calculation_id, NEW.approver_id)
    ORDER BY over DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '科目 %（%）超出预算 % 分，没有超预算决定', bad.code, bad.source, bad.over
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER run_within_budget BEFORE UPDATE OF state ON payments_paymentrun
    FOR EACH ROW WHEN (NEW.state = 'approved' AND OLD.state <> 'approved')
    EXECUTE FUNCTION refuse_over_budget();

-- what is charged to the 科目 is what the bank is asked to pay
CREATE FUNCTION refuse_untied_batch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    charged bigint;
BEGIN
    SELECT coalesce(sum(fen), 0) INTO charged FROM payments_charge
    WHERE calculation_id = NEW.calculation_id;
    IF charged <> NEW.total_fen THEN
        RAISE EXCEPTION '代发合计 % 分与科目列支合计 % 分不一致', NEW.total_fen, charged
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bank_batch_ties BEFORE UPDATE OF total_fen ON payments_bankbatch
    FOR EACH ROW WHEN (NEW.total_fen <> OLD.total_fen) EXECUTE FUNCTION refuse_untied_batch();

CREATE FUNCTION refuse_uneven_shares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
BEGIN
    SELECT coalesce(sum(points), 0) INTO whole FROM payments_share
    WHERE shareset_id = CASE TG_TABLE_NAME WHEN 'payments_share'
        THEN (to_jsonb(NEW) ->> 'shareset_id')::bigint ELSE NEW.id END;
    IF whole <> 10000 THEN
        RAISE EXCEPTION '分担比例合计为万分之 %，须为 10000', whole USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER share_set_adds_up AFTER INSERT ON payments_shareset
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_uneven_shares();
CREATE CONSTRAINT TRIGGER shares_add_up AFTER INSERT ON payments_share
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_uneven_shares();

-- a budget begins unconfirmed, is decided once, and never falls below zero
CREATE TRIGGER budget_row_begins BEFORE INSERT ON payments_budgetrow
    FOR EACH ROW WHEN (NEW.state <> 'entered') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER budget_row_frozen BEFORE UPDATE ON payments_budgetrow
    FOR EACH ROW WHEN (
        OLD.state <> 'entered' OR
        (OLD.year, OLD.subject_id, OLD.source_id, OLD.kind, OLD.fen, OLD.document,
         OLD.document_on, OLD.reason, OLD.example, OLD.entered_by_id, OLD.entered_at)
        IS DISTINCT FROM
        (NEW.year, NEW.subject_id, NEW.source_id, NEW.kind, NEW.fen, NEW.document,
         NEW.document_on, NEW.reason, NEW.example, NEW.entered_by_id, NEW.entered_at))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER budget_row_no_delete BEFORE DELETE ON payments_budgetrow
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE FUNCTION refuse_budget_below_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.fen + coalesce((
        SELECT sum(fen) FROM payments_budgetrow WHERE state = 'confirmed' AND year = NEW.year
          AND subject_id = NEW.subject_id AND source_id = NEW.source_id), 0) < 0
    THEN
        RAISE EXCEPTION '% 年科目 % 的预算不能调到零以下', NEW.year, NEW.subject_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_not_below_zero BEFORE UPDATE ON payments_budgetrow
    FOR EACH ROW WHEN (NEW.state = 'confirmed' AND NEW.fen < 0)
    EXECUTE FUNCTION refuse_budget_below_zero();

-- a decision is about the calculation that stands, before it is approved, by a post that may
CREATE FUNCTION refuse_baseless_over_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments_paymentrun
                   WHERE calculation_id = NEW.calculation_id AND state IN ('computed', 'checked'))
    THEN
        RAISE EXCEPTION '超预算决定须针对未审批批次的现行计算' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM offices_staff
                   WHERE id = NEW.decided_by_id AND role IN ('county_supervisor', 'leader'))
    THEN
        RAISE EXCEPTION '超预算决定须由县级审核或局领导作出' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER over_budget_stands BEFORE INSERT ON payments_overbudget
    FOR EACH ROW EXECUTE FUNCTION refuse_baseless_over_budget();

-- calculations made before there were shares: by 科目 alone
INSERT INTO payments_charge
    (calculation_id, code, source, points, shareset_id, fen, regular_fen, one_off_fen)
SELECT calculation_id, budget, '', 10000, NULL, sum(fen - offset_fen),
       coalesce(sum(fen - offset_fen) FILTER (WHERE kind = 'regular'), 0),
       coalesce(sum(fen - offset_fen) FILTER (WHERE kind = 'one_off'), 0)
FROM payments_paymentline WHERE fen > offset_fen GROUP BY calculation_id, budget;
SET CONSTRAINTS ALL IMMEDIATE;  -- no trigger is made on a table whose keys wait to be looked at
"""
APPEND_ONLY = ("shareset", "share", "charge", "overbudget")
FORWARD += "".join(
    f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON payments_{name}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
    f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON payments_{name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    for name in APPEND_ONLY
)
BACKWARD = (
    "".join(
        f"DROP TRIGGER {name}_no_truncate ON payments_{name};\n"
        f"DROP TRIGGER {name}_append_only ON payments_{name};\n"
        for name in APPEND_ONLY
    )
    + """
DROP TRIGGER over_budget_stands ON payments_overbudget;
DROP FUNCTION refuse_baseless_over_budget();
DROP TRIGGER budget_not_below_zero ON payments_budgetrow;
DROP FUNCTION refuse_budget_below_zero();
DROP TRIGGER budget_row_no_delete ON payments_budgetrow;
DROP TRIGGER budget_row_frozen ON payments_budgetrow;
DROP TRIGGER budget_row_begins ON payments_budgetrow;
DROP TRIGGER shares_add_up ON payments_share;
DROP TRIGGER share_set_adds_up ON payments_shareset;
DROP FUNCTION refuse_uneven_shares();
DROP TRIGGER bank_batch_ties ON payments_bankbatch;
DROP FUNCTION refuse_untied_batch();
DROP TRIGGER run_within_budget ON payments_paymentrun;
DROP FUNCTION refuse_over_budget();
DROP FUNCTION budget_uncovered(integer, bigint, bigint, bigint);
DROP FUNCTION budget_state(integer, bigint, bigint);
DROP FUNCTION budget_issued(integer, bigint);
DROP FUNCTION budget_charges(bigint, date);
DROP FUNCTION budget_shares(date);
"""
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0014_budget"), ("offices", "0006_kept_indexes")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
