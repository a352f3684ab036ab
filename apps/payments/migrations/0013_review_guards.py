"""Rules and questions are never rewritten, an answer is given once, and nobody approves around them.

Approving looks for one unanswered row by its partial index: nothing is asked again there. Whether
it must look is kept with the calculation and can only be switched on.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER review_rule_append_only BEFORE UPDATE OR DELETE ON payments_reviewrule
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER doubt_no_delete BEFORE DELETE ON payments_doubt
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER doubt_answered_once BEFORE UPDATE ON payments_doubt
    FOR EACH ROW WHEN (
        OLD.passed_at IS NOT NULL OR NEW.passed_at IS NULL
        OR (OLD.calculation_id, OLD.rule_id, OLD.code, OLD.programme, OLD.subject,
            OLD.entitlement_id, OLD.months, OLD.last_fen, OLD.now_fen, OLD.all_fen,
            OLD.last_count, OLD.now_count, OLD.asked_on)
        IS DISTINCT FROM
           (NEW.calculation_id, NEW.rule_id, NEW.code, NEW.programme, NEW.subject,
            NEW.entitlement_id, NEW.months, NEW.last_fen, NEW.now_fen, NEW.all_fen,
            NEW.last_count, NEW.now_count, NEW.asked_on))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER staff_account_no_delete BEFORE DELETE ON payments_staffaccount
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER staff_account_ended_once BEFORE UPDATE ON payments_staffaccount
    FOR EACH ROW WHEN (
        OLD.ended_on IS NOT NULL OR NEW.ended_on IS NULL
        OR (OLD.staff_id, OLD.number, OLD.whose, OLD.recorded_on, OLD.recorded_by_id)
        IS DISTINCT FROM
           (NEW.staff_id, NEW.number, NEW.whose, NEW.recorded_on, NEW.recorded_by_id))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER calculation_stays_gated BEFORE UPDATE ON payments_calculation
    FOR EACH ROW WHEN (OLD.gated AND NOT NEW.gated) EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_unanswered_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM payments_calculation c
               JOIN payments_doubt d ON d.calculation_id = c.id AND d.passed_at IS NULL
               WHERE c.id = NEW.calculation_id AND c.gated)
    THEN
        RAISE EXCEPTION '批次 % 还有需核实的没有核实，不得审批', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payments_doubt d
               WHERE d.calculation_id = NEW.calculation_id AND d.passed_by_id = NEW.approver_id)
    THEN
        RAISE EXCEPTION '批次 % 的审批人核实过本批的事项，须由另一人审批', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER run_approved_when_answered BEFORE UPDATE ON payments_paymentrun
    FOR EACH ROW WHEN (NEW.state = 'approved' AND OLD.state <> 'approved')
    EXECUTE FUNCTION refuse_unanswered_run();
"""
BACKWARD = """
DROP TRIGGER run_approved_when_answered ON payments_paymentrun;
DROP FUNCTION refuse_unanswered_run();
DROP TRIGGER calculation_stays_gated ON payments_calculation;
DROP TRIGGER staff_account_ended_once ON payments_staffaccount;
DROP TRIGGER staff_account_no_delete ON payments_staffaccount;
DROP TRIGGER doubt_answered_once ON payments_doubt;
DROP TRIGGER doubt_no_delete ON payments_doubt;
DROP TRIGGER review_rule_append_only ON payments_reviewrule;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_review")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
