"""Append-only by trigger: the records of who did what are never changed, only added to."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% 只可追加，不可修改或删除', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% 不可删除', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- Only the named columns (trigger arguments) may change, and only from NULL: closing a row's
-- knowledge (作废、被替代) is the one thing that may happen to a recorded fact.
CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    becomes jsonb := to_jsonb(NEW);
    free text;
BEGIN
    FOREACH free IN ARRAY TG_ARGV LOOP
        IF was ->> free IS NOT NULL AND was ->> free IS DISTINCT FROM becomes ->> free THEN
            RAISE EXCEPTION '% 的 % 已经登记，不可再改', TG_TABLE_NAME, free
                USING ERRCODE = 'restrict_violation';
        END IF;
        was := was - free;
        becomes := becomes - free;
    END LOOP;
    IF was IS DISTINCT FROM becomes THEN
        RAISE EXCEPTION '% 的登记内容不可修改，请另行登记更正', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON offices_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON offices_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_no_rewrite BEFORE UPDATE ON offices_change
    FOR EACH ROW WHEN (
        (OLD.household_id, OLD.person_id, OLD.from_month, OLD.what, OLD.at) IS DISTINCT FROM
        (NEW.household_id, NEW.person_id, NEW.from_month, NEW.what, NEW.at))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_no_delete BEFORE DELETE ON offices_change
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER event_append_only ON offices_event;
DROP TRIGGER event_no_truncate ON offices_event;
DROP TRIGGER change_no_rewrite ON offices_change;
DROP TRIGGER change_no_delete ON offices_change;
DROP FUNCTION refuse_change();
DROP FUNCTION refuse_delete();
DROP FUNCTION refuse_rewrite();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
