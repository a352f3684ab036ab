"""Money is append-only, and stands on awards that exist and on living people.

Checked by statement triggers over the new rows as a set: a county's month is one check, where
row triggers and in-place foreign keys cost several times the load itself.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER due_append_only BEFORE UPDATE OR DELETE ON payments_due
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_append_only BEFORE UPDATE OR DELETE ON payments_paymentline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_no_truncate BEFORE TRUNCATE ON payments_paymentline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_entry_append_only BEFORE UPDATE OR DELETE ON payments_recoveryentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER repayment_append_only BEFORE UPDATE OR DELETE ON payments_repayment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER calculation_no_delete BEFORE DELETE ON payments_calculation
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER bank_item_frozen BEFORE UPDATE ON payments_bankitem
    FOR EACH ROW WHEN (
        (OLD.batch_id, OLD.number, OLD.programme, OLD.subject, OLD.kind, OLD.fen, OLD.payee_name,
         OLD.payee_id_number, OLD.bank, OLD.bank_number, OLD.months)
        IS DISTINCT FROM
        (NEW.batch_id, NEW.number, NEW.programme, NEW.subject, NEW.kind, NEW.fen, NEW.payee_name,
         NEW.payee_id_number, NEW.bank, NEW.bank_number, NEW.months))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_item_no_delete BEFORE DELETE ON payments_bankitem
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();

CREATE FUNCTION refuse_baseless_money() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    award bigint;
    calculation bigint;
BEGIN
    -- min() and not LIMIT 1: hoping for an early end, the planner would look up every row singly.
    SELECT min(f.entitlement_id) FILTER (WHERE e.id IS NULL),
           min(f.calculation_id) FILTER (WHERE c.id IS NULL)
    INTO award, calculation
    FROM fresh f
    LEFT JOIN casework_entitlement e ON e.id = f.entitlement_id
    LEFT JOIN payments_calculation c ON c.id = f.calculation_id
    WHERE e.id IS NULL OR c.id IS NULL;
    IF award IS NOT NULL THEN
        RAISE EXCEPTION '% 没有对应的待遇 %', TG_TABLE_NAME, award
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF calculation IS NOT NULL THEN
        RAISE EXCEPTION '% 没有对应的计算 %', TG_TABLE_NAME, calculation
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER due_stands_on_an_award AFTER INSERT ON payments_due
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refuse_baseless_money();
CREATE TRIGGER line_stands_on_an_award AFTER INSERT ON payments_paymentline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refuse_baseless_money();

-- No month after the month of death (R-DB-13, R-GL-03); funeral and other one-off sums excepted.
CREATE FUNCTION refuse_money_after_death() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT min(f.subject) AS subject, min(f.month) AS month INTO bad FROM fresh f
    JOIN households_fact d ON d.person_id = f.subject AND d.kind = 'death'
        AND d.voided_on IS NULL AND d."on" < f.month
    WHERE f.subject > 0 AND f.kind <> 'one_off';
    IF bad.subject IS NOT NULL THEN
        RAISE EXCEPTION '人员 % 在 % 之前已死亡，不得发放', bad.subject, bad.month
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_not_after_death AFTER INSERT ON payments_paymentline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refuse_money_after_death();
"""
BACKWARD = """
DROP TRIGGER line_not_after_death ON payments_paymentline;
DROP TRIGGER line_stands_on_an_award ON payments_paymentline;
DROP TRIGGER due_stands_on_an_award ON payments_due;
DROP FUNCTION refuse_money_after_death();
DROP FUNCTION refuse_baseless_money();
DROP TRIGGER bank_item_no_delete ON payments_bankitem;
DROP TRIGGER bank_item_frozen ON payments_bankitem;
DROP TRIGGER calculation_no_delete ON payments_calculation;
DROP TRIGGER repayment_append_only ON payments_repayment;
DROP TRIGGER recovery_entry_append_only ON payments_recoveryentry;
DROP TRIGGER line_no_truncate ON payments_paymentline;
DROP TRIGGER line_append_only ON payments_paymentline;
DROP TRIGGER due_append_only ON payments_due;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
        ("casework", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
