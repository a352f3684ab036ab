"""Standards are never rewritten, and from the first month on they leave no gap."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER standard_no_rewrite BEFORE UPDATE ON standards_standard
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('superseded_on');
CREATE TRIGGER standard_no_delete BEFORE DELETE ON standards_standard
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE FUNCTION refuse_standard_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole datemultirange;
BEGIN
    SELECT range_agg(period) INTO whole FROM standards_standard
    WHERE programme = NEW.programme AND name = NEW.name AND band = NEW.band
      AND superseded_on IS NULL;
    IF whole IS NOT NULL AND (SELECT count(*) FROM unnest(whole)) > 1 THEN
        RAISE EXCEPTION '标准 %.% % 的适用月份有空档：%', NEW.programme, NEW.name, NEW.band, whole
            USING ERRCODE = 'check_violation';
    END IF;
    IF whole IS NOT NULL AND NOT upper_inf(whole) THEN
        RAISE EXCEPTION '标准 %.% % 自 % 起没有取值', NEW.programme, NEW.name, NEW.band, upper(whole)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER standard_no_gap AFTER INSERT OR UPDATE ON standards_standard
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_standard_gap();
"""
BACKWARD = """
DROP TRIGGER standard_no_gap ON standards_standard;
DROP FUNCTION refuse_standard_gap();
DROP TRIGGER standard_no_rewrite ON standards_standard;
DROP TRIGGER standard_no_delete ON standards_standard;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("standards", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
