"""A change is moved, never rewritten: what was typed holds once it is submitted, and is kept."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION guard_family_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.kind, OLD.household_id, OLD.token, OLD.at)
       IS DISTINCT FROM (NEW.kind, NEW.household_id, NEW.token, NEW.at) THEN
        RAISE EXCEPTION '变更登记的种类和对象不可修改' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'draft' AND (OLD.typed, OLD.promised, OLD.decided, OLD.prepared_by_id,
        OLD.prepared_on) IS DISTINCT FROM (NEW.typed, NEW.promised, NEW.decided,
        NEW.prepared_by_id, NEW.prepared_on) THEN
        RAISE EXCEPTION '变更登记提交后不可修改，请退回或撤回' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('draft', 'draft'), ('draft', 'submitted'), ('draft', 'done'), ('draft', 'withdrawn'),
        ('submitted', 'done'), ('submitted', 'draft'), ('submitted', 'withdrawn')) THEN
        RAISE EXCEPTION '变更登记不能从 % 到 %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'done' AND OLD.state = 'draft' AND NEW.decided THEN
        RAISE EXCEPTION '须经复核的变更不能直接生效' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER family_change_moves BEFORE UPDATE ON changes_familychange
    FOR EACH ROW EXECUTE FUNCTION guard_family_change();
CREATE TRIGGER family_change_no_delete BEFORE DELETE ON changes_familychange
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER family_change_moves ON changes_familychange;
DROP TRIGGER family_change_no_delete ON changes_familychange;
DROP FUNCTION guard_family_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
