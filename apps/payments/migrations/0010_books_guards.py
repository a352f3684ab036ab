"""The books are append-only, and every voucher is whole when its transaction commits.

A transfer takes and gives the same, so no voucher can be out of balance; what could happen is that
part of one is missing. Transfers are counted into their voucher as they come in, by a statement
trigger over the new rows, and a deferred constraint trigger compares at commit. A voucher of
another transaction takes no transfer any more.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE payments_voucher ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON payments_transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON payments_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER voucher_no_delete BEFORE DELETE ON payments_voucher
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER voucher_no_truncate BEFORE TRUNCATE ON payments_voucher
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER voucher_frozen BEFORE UPDATE ON payments_voucher
    FOR EACH ROW WHEN (
        OLD.xact <> pg_current_xact_id() OR
        (OLD.id, OLD.kind, OLD.source, OLD.run_id, OLD.count, OLD.fen, OLD.by_id, OLD.at, OLD.xact)
        IS DISTINCT FROM
        (NEW.id, NEW.kind, NEW.source, NEW.run_id, NEW.count, NEW.fen, NEW.by_id, NEW.at, NEW.xact))
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION count_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    vouchers integer;
    counted integer;
BEGIN
    SELECT count(DISTINCT voucher_id) INTO vouchers FROM fresh;
    UPDATE payments_voucher v
    SET posted_count = posted_count + q.n, posted_fen = posted_fen + q.fen
    FROM (SELECT voucher_id, count(*) AS n, sum(fen) AS fen FROM fresh GROUP BY voucher_id) q
    WHERE v.id = q.voucher_id;
    GET DIAGNOSTICS counted = ROW_COUNT;
    IF counted <> vouchers THEN
        RAISE EXCEPTION '分录没有对应的凭证' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER transfer_counts AFTER INSERT ON payments_transfer
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION count_transfers();

CREATE FUNCTION refuse_broken_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v payments_voucher;
    sealed bigint;
BEGIN
    SELECT * INTO v FROM payments_voucher WHERE id = NEW.id;
    IF (v.posted_count, v.posted_fen) IS DISTINCT FROM (v.count, v.fen) THEN
        RAISE EXCEPTION '凭证 % 不完整：应为 % 笔 % 分，实记 % 笔 % 分',
            v.id, v.count, v.fen, v.posted_count, v.posted_fen USING ERRCODE = 'check_violation';
    END IF;
    IF v.kind = 'send' THEN
        SELECT total_fen INTO sealed FROM payments_bankbatch WHERE id = v.source;
        IF sealed IS DISTINCT FROM v.fen THEN
            RAISE EXCEPTION '凭证 % 与封存批次的合计不符：% 分，封存 % 分', v.id, v.fen, sealed
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER voucher_is_whole AFTER INSERT ON payments_voucher
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_broken_voucher();

-- Every transfer from both of its sides: what an account gives is negative.
CREATE VIEW payments_entry AS
SELECT voucher_id, subject, programme, month, source AS account, -fen AS fen FROM payments_transfer
UNION ALL
SELECT voucher_id, subject, programme, month, target, fen FROM payments_transfer;

-- What became of each person-month (accounts: see the module books.models).
CREATE VIEW payments_ledgermonth AS
SELECT subject, programme, month,
       sum(CASE WHEN source = 1 THEN fen WHEN target = 1 THEN -fen ELSE 0 END)::bigint AS owed,
       sum(CASE WHEN target = 3 OR source = 1 AND target = 8 THEN fen
                WHEN source = 3 AND target <> 4 OR source = 8 AND target = 1 THEN -fen
                ELSE 0 END)::bigint AS issued,
       sum(CASE WHEN source = 3 AND target = 4 THEN fen ELSE 0 END)::bigint AS sent,
       sum(CASE WHEN target = 5 THEN fen WHEN source = 5 THEN -fen ELSE 0 END)::bigint AS paid,
       sum(CASE WHEN target = 2 AND source IN (4, 5) THEN fen
                WHEN source = 2 AND target = 5 THEN -fen ELSE 0 END)::bigint AS returned,
       sum(CASE WHEN target = 6 AND source IN (7, 8, 9) THEN fen
                WHEN source = 6 AND target IN (7, 8, 9) THEN -fen ELSE 0 END)::bigint AS recovered,
       sum(CASE WHEN target = 2 THEN fen WHEN source = 2 THEN -fen ELSE 0 END)::bigint AS open,
       sum(CASE WHEN target = 4 THEN fen WHEN source = 4 THEN -fen ELSE 0 END)::bigint AS at_bank,
       sum(CASE WHEN source = 6 AND target = 1 THEN fen
                WHEN source = 1 AND target = 6 THEN -fen ELSE 0 END)::bigint AS overpaid
FROM payments_transfer
GROUP BY subject, programme, month;
"""
BACKWARD = """
DROP VIEW payments_ledgermonth;
DROP VIEW payments_entry;
DROP TRIGGER voucher_is_whole ON payments_voucher;
DROP FUNCTION refuse_broken_voucher();
DROP TRIGGER transfer_counts ON payments_transfer;
DROP FUNCTION count_transfers();
DROP TRIGGER voucher_frozen ON payments_voucher;
DROP TRIGGER voucher_no_truncate ON payments_voucher;
DROP TRIGGER voucher_no_delete ON payments_voucher;
DROP TRIGGER transfer_no_truncate ON payments_transfer;
DROP TRIGGER transfer_append_only ON payments_transfer;
ALTER TABLE payments_voucher DROP COLUMN xact;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_books")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
