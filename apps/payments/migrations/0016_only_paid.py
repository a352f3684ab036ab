"""追回: nobody gives back more than the bank has said was paid to them (F23)."""

from django.db import migrations

FORWARD = """
-- Fen of a recovery: what the books say was paid to its subject, less what was taken back already.
CREATE FUNCTION payments_paid_and_kept(asked bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (SELECT coalesce(sum(CASE WHEN t.target = 5 THEN t.fen WHEN t.source = 5 THEN -t.fen
                                     WHEN t.target = 6 AND t.source <> 1 THEN -t.fen
                                     WHEN t.source = 6 AND t.target <> 1 THEN t.fen
                                     ELSE 0 END), 0)
            FROM payments_transfer t
            WHERE t.subject = r.subject AND t.programme = r.programme)::bigint
    FROM payments_recovery r WHERE r.id = asked
$$;

CREATE FUNCTION refuse_unpaid_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept bigint;
BEGIN
    PERFORM FROM payments_recovery WHERE id = NEW.recovery_id FOR UPDATE;
    kept := payments_paid_and_kept(NEW.recovery_id);
    IF NEW.fen > kept THEN
        RAISE EXCEPTION '追缴 %：银行反馈到账且未追回的只有 % 分，不能追回 % 分',
            NEW.recovery_id, kept, NEW.fen USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER repayment_of_paid_money BEFORE INSERT ON payments_repayment
    FOR EACH ROW EXECUTE FUNCTION refuse_unpaid_recovery();
CREATE TRIGGER waiver_of_paid_money BEFORE UPDATE ON payments_treatment
    FOR EACH ROW WHEN (NEW.state = 'approved' AND OLD.state <> 'approved' AND NEW.way = 'waiver')
    EXECUTE FUNCTION refuse_unpaid_recovery();
"""
BACKWARD = """
DROP TRIGGER waiver_of_paid_money ON payments_treatment;
DROP TRIGGER repayment_of_paid_money ON payments_repayment;
DROP FUNCTION refuse_unpaid_recovery();
DROP FUNCTION payments_paid_and_kept(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0015_budget_guards")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
