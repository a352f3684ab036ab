"""A file stands on the fact of its own child; what hangs on it lies within its days and stays."""

from django.db import migrations

HUNG = ("rating", "childvisit", "carer", "referral")
FORWARD = (
    "".join(
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON registers_{name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON registers_{name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        for name in HUNG
    )
    + """
CREATE FUNCTION child_file_stands_on_its_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM households_fact f WHERE f.id = NEW.fact_id
                   AND f.kind = 'child_register' AND f.code <> 'none'
                   AND f.person_id = NEW.person_id AND f.voided_on IS NULL) THEN
        RAISE EXCEPTION '儿童档案须以该儿童有效的登记为据' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER child_file_on_its_fact BEFORE INSERT OR UPDATE OF fact_id, person_id
    ON registers_childfile FOR EACH ROW EXECUTE FUNCTION child_file_stands_on_its_fact();
CREATE TRIGGER child_file_no_delete BEFORE DELETE ON registers_childfile
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER child_file_frozen BEFORE UPDATE ON registers_childfile
    FOR EACH ROW WHEN (OLD.state = 'closed' OR
        (OLD.person_id, OLD.opened_on, OLD.opened_by_id) IS DISTINCT FROM
        (NEW.person_id, NEW.opened_on, NEW.opened_by_id))
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION within_the_child_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found registers_childfile%ROWTYPE;
BEGIN
    SELECT * INTO found FROM registers_childfile WHERE id = NEW.file_id FOR SHARE;
    IF found.state = 'closed' THEN
        RAISE EXCEPTION '档案已销，不能再登记' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW."on" < found.opened_on THEN
        RAISE EXCEPTION '日期%早于建档日期%', NEW."on", found.opened_on
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
    + "".join(
        f"CREATE TRIGGER {name}_within_its_file BEFORE INSERT ON registers_{name}"
        " FOR EACH ROW EXECUTE FUNCTION within_the_child_file();\n"
        for name in (*HUNG, "childreport")
    )
    + """
CREATE TRIGGER childreport_no_delete BEFORE DELETE ON registers_childreport
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER childreport_frozen BEFORE UPDATE ON registers_childreport
    FOR EACH ROW WHEN (OLD.state = 'answered' OR
        (OLD.file_id, OLD.kind, OLD.source, OLD."on", OLD.note, OLD.by_id, OLD.at)
        IS DISTINCT FROM
        (NEW.file_id, NEW.kind, NEW.source, NEW."on", NEW.note, NEW.by_id, NEW.at))
    EXECUTE FUNCTION refuse_change();
"""
)
BACKWARD = (
    "DROP TRIGGER childreport_frozen ON registers_childreport;\n"
    "DROP TRIGGER childreport_no_delete ON registers_childreport;\n"
    + "".join(
        f"DROP TRIGGER {name}_within_its_file ON registers_{name};\n"
        for name in (*HUNG, "childreport")
    )
    + """
DROP FUNCTION within_the_child_file();
DROP TRIGGER child_file_frozen ON registers_childfile;
DROP TRIGGER child_file_no_delete ON registers_childfile;
DROP TRIGGER child_file_on_its_fact ON registers_childfile;
DROP FUNCTION child_file_stands_on_its_fact();
"""
    + "".join(
        f"DROP TRIGGER {name}_no_truncate ON registers_{name};\n"
        f"DROP TRIGGER {name}_append_only ON registers_{name};\n"
        for name in HUNG
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
