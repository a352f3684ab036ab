"""The quota holds under concurrency; what was delivered, priced or settled is not rewritten."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION elder_visit_within_quota() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    quota elderly_allowances_servicequota%ROWTYPE;
    used bigint;
    undone elderly_allowances_visit%ROWTYPE;
BEGIN
    -- The lock makes two writers wait for each other; the sum below then sees the first one's row.
    SELECT * INTO quota FROM elderly_allowances_servicequota WHERE id = NEW.quota_id FOR UPDATE;
    IF date_trunc('month', NEW.day)::date <> quota.month THEN
        RAISE EXCEPTION '服务日期不在额度的月份内' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM elderly_allowances_serviceorder o
                   WHERE o.id = NEW.order_id AND o.quota_id = NEW.quota_id) THEN
        RAISE EXCEPTION '订单不属于该月额度' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO undone FROM elderly_allowances_visit WHERE id = NEW.reverses_id;
        IF undone.reverses_id IS NOT NULL
           OR (undone.order_id, undone.price_id, -undone.fen)
              IS DISTINCT FROM (NEW.order_id, NEW.price_id, NEW.fen) THEN
            RAISE EXCEPTION '冲正须与原记录一致' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT coalesce(sum(fen), 0) INTO used
    FROM elderly_allowances_visit WHERE quota_id = NEW.quota_id;
    IF used + NEW.fen > quota.fen + quota.carried_fen THEN
        RAISE EXCEPTION '当月服务额度不足' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visit_within_quota BEFORE INSERT ON elderly_allowances_visit
    FOR EACH ROW EXECUTE FUNCTION elder_visit_within_quota();
CREATE FUNCTION elder_settlement_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM elderly_allowances_servicesettlement s
               WHERE s.id = NEW.settlement_id AND s.state = 'approved') THEN
        RAISE EXCEPTION '已审批的结算单不可再加入服务' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visit_settlement_open BEFORE INSERT OR UPDATE OF settlement_id
    ON elderly_allowances_visit
    FOR EACH ROW WHEN (NEW.settlement_id IS NOT NULL) EXECUTE FUNCTION elder_settlement_open();
CREATE TRIGGER visit_no_rewrite BEFORE UPDATE ON elderly_allowances_visit
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('settlement_id');
CREATE TRIGGER visit_no_delete BEFORE DELETE ON elderly_allowances_visit
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER settlement_frozen BEFORE UPDATE ON elderly_allowances_servicesettlement
    FOR EACH ROW WHEN (OLD.state = 'approved') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_no_delete BEFORE DELETE ON elderly_allowances_servicesettlement
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER serviceprice_append_only BEFORE UPDATE OR DELETE ON elderly_allowances_serviceprice
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER orderitem_append_only BEFORE UPDATE OR DELETE ON elderly_allowances_orderitem
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER serviceorder_no_delete BEFORE DELETE ON elderly_allowances_serviceorder
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER servicequota_no_delete BEFORE DELETE ON elderly_allowances_servicequota
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER visit_within_quota ON elderly_allowances_visit;
DROP TRIGGER visit_settlement_open ON elderly_allowances_visit;
DROP TRIGGER visit_no_rewrite ON elderly_allowances_visit;
DROP TRIGGER visit_no_delete ON elderly_allowances_visit;
DROP TRIGGER settlement_frozen ON elderly_allowances_servicesettlement;
DROP TRIGGER settlement_no_delete ON elderly_allowances_servicesettlement;
DROP TRIGGER serviceprice_append_only ON elderly_allowances_serviceprice;
DROP TRIGGER orderitem_append_only ON elderly_allowances_orderitem;
DROP TRIGGER serviceorder_no_delete ON elderly_allowances_serviceorder;
DROP TRIGGER servicequota_no_delete ON elderly_allowances_servicequota;
DROP FUNCTION elder_visit_within_quota();
DROP FUNCTION elder_settlement_open();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("elderly_allowances", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
