"""Only the bank's word moves an item that was sent, and the bank's words are never rewritten.

An item begins as pending and is sent with its batch; sending touches fifty thousand rows at once,
so that step is told apart in the trigger's WHEN and calls no function. Every other step needs an
Outcome that says so, or a Dispute that somebody else decided so.
"""

from django.db import migrations

FORWARD = """
-- what was returned before there were outcomes: a person recorded it
INSERT INTO payments_outcome (item_id, said, code, words, "on", at)
SELECT id, 'returned', '', returned_why, returned_on, now()
FROM payments_bankitem WHERE returned_on IS NOT NULL ON CONFLICT DO NOTHING;
SET CONSTRAINTS ALL IMMEDIATE;  -- no trigger is made on a table whose keys wait to be looked at

CREATE FUNCTION refuse_item_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('sent', 'unknown') AND EXISTS (
        SELECT FROM payments_outcome WHERE item_id = NEW.id AND said = NEW.state)
    THEN
        RETURN NEW;
    END IF;
    IF OLD.state IN ('sent', 'unknown', 'paid', 'returned') AND EXISTS (
        SELECT FROM payments_dispute
        WHERE item_id = NEW.id AND state = 'accepted' AND stood = OLD.state AND said = NEW.state)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '代发笔 % 不能从 % 变为 %：没有银行的结果', NEW.id, OLD.state, NEW.state
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER bank_item_state BEFORE UPDATE ON payments_bankitem
    FOR EACH ROW WHEN (
        OLD.state IS DISTINCT FROM NEW.state AND NOT (OLD.state = 'pending' AND NEW.state = 'sent'))
    EXECUTE FUNCTION refuse_item_move();
CREATE TRIGGER bank_item_begins BEFORE INSERT ON payments_bankitem
    FOR EACH ROW WHEN (NEW.state <> 'pending') EXECUTE FUNCTION refuse_change();

CREATE TRIGGER result_file_no_delete BEFORE DELETE ON payments_resultfile
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER result_file_frozen BEFORE UPDATE ON payments_resultfile
    FOR EACH ROW WHEN (
        OLD.state <> 'staged' OR
        (OLD.batch_id, OLD.name, OLD.form, OLD.sha256, OLD.size, OLD.count, OLD.fen, OLD.told_count,
         OLD.told_fen, OLD.typed_count, OLD.typed_fen, OLD.by_id, OLD.at)
        IS DISTINCT FROM
        (NEW.batch_id, NEW.name, NEW.form, NEW.sha256, NEW.size, NEW.count, NEW.fen, NEW.told_count,
         NEW.told_fen, NEW.typed_count, NEW.typed_fen, NEW.by_id, NEW.at))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER result_line_append_only BEFORE UPDATE OR DELETE ON payments_resultline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER result_line_no_truncate BEFORE TRUNCATE ON payments_resultline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outcome_append_only BEFORE UPDATE OR DELETE ON payments_outcome
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outcome_no_truncate BEFORE TRUNCATE ON payments_outcome
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dispute_no_delete BEFORE DELETE ON payments_dispute
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER dispute_frozen BEFORE UPDATE ON payments_dispute
    FOR EACH ROW WHEN (
        OLD.state <> 'open' OR
        (OLD.item_id, OLD.line_id, OLD.why, OLD.stood, OLD.said, OLD.code, OLD.words, OLD."on",
         OLD.loaded_by_id)
        IS DISTINCT FROM
        (NEW.item_id, NEW.line_id, NEW.why, NEW.stood, NEW.said, NEW.code, NEW.words, NEW."on",
         NEW.loaded_by_id))
    EXECUTE FUNCTION refuse_change();

-- A result is of an item that was sent, and says what a matched line of that very item says.
CREATE FUNCTION refuse_baseless_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT min(f.item_id) INTO bad FROM fresh f
    JOIN payments_bankitem i ON i.id = f.item_id
    JOIN payments_bankbatch b ON b.id = i.batch_id
    LEFT JOIN payments_resultline l ON l.id = f.line_id
    WHERE b.state <> 'sent'
       OR f.line_id IS NOT NULL AND (l.item_id, l.said, l.fault) IS DISTINCT FROM (f.item_id, f.said, '')
       OR f.line_id IS NULL AND f.said <> 'returned';
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION '代发笔 % 没有送出，或回盘中没有这一结果', bad
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER outcome_stands_on_a_line AFTER INSERT ON payments_outcome
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refuse_baseless_outcome();
"""
BACKWARD = """
DROP TRIGGER outcome_stands_on_a_line ON payments_outcome;
DROP FUNCTION refuse_baseless_outcome();
DROP TRIGGER dispute_frozen ON payments_dispute;
DROP TRIGGER dispute_no_delete ON payments_dispute;
DROP TRIGGER outcome_no_truncate ON payments_outcome;
DROP TRIGGER outcome_append_only ON payments_outcome;
DROP TRIGGER result_line_no_truncate ON payments_resultline;
DROP TRIGGER result_line_append_only ON payments_resultline;
DROP TRIGGER result_file_frozen ON payments_resultfile;
DROP TRIGGER result_file_no_delete ON payments_resultfile;
DROP TRIGGER bank_item_begins ON payments_bankitem;
DROP TRIGGER bank_item_state ON payments_bankitem;
DROP FUNCTION refuse_item_move();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_results")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
