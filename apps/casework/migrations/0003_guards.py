"""An application moves only along the edges of its card; what was recorded of it stays.

The edges are rows of casework_transition, written from the cards (./run procedures --adopt).
"""

from django.db import migrations

APPEND_ONLY = ("steptaken", "complaint", "draw")
FORWARD = (
    "".join(
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON casework_{name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON casework_{name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        for name in APPEND_ONLY
    )
    + """
CREATE TRIGGER nearrelative_no_delete BEFORE DELETE ON casework_nearrelative
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE FUNCTION application_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '申请只能从“submitted”开始，不能直接登记为“%”', NEW.state
        USING ERRCODE = 'restrict_violation';
END $$;
-- A decision taken on paper may be entered as it stands (补录).
CREATE TRIGGER application_begins BEFORE INSERT ON casework_application
    FOR EACH ROW WHEN (NEW.state <> 'submitted' AND NOT NEW.back_entry)
    EXECUTE FUNCTION application_begins();
CREATE FUNCTION application_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.programme <> NEW.programme OR OLD.track <> NEW.track THEN
        RAISE EXCEPTION '申请 % 的项目和办理类型不可修改', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = NEW.state THEN
        IF OLD.back_entry <> NEW.back_entry OR OLD.delegated <> NEW.delegated THEN
            RAISE EXCEPTION '申请 % 的补录、下放标记只随办理步骤登记', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION '申请 % 已被他人办理，版本不符', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM 1 FROM casework_transition
        WHERE programme = OLD.programme AND track = OLD.track
            AND source = OLD.state AND target = NEW.state
            AND back_entry = (NEW.back_entry AND NOT OLD.back_entry)
            AND delegated = (NEW.delegated AND NOT OLD.delegated);
    IF NOT FOUND THEN
        RAISE EXCEPTION '% 的申请不能从“%”到“%”', OLD.programme, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_moves BEFORE UPDATE ON casework_application
    FOR EACH ROW WHEN (
        (OLD.programme, OLD.track, OLD.state, OLD.back_entry, OLD.delegated) IS DISTINCT FROM
        (NEW.programme, NEW.track, NEW.state, NEW.back_entry, NEW.delegated))
    EXECUTE FUNCTION application_moves();
"""
)
BACKWARD = """
DROP TRIGGER application_moves ON casework_application;
DROP TRIGGER application_begins ON casework_application;
DROP FUNCTION application_moves();
DROP FUNCTION application_begins();
DROP TRIGGER nearrelative_no_delete ON casework_nearrelative;
""" + "".join(
    f"DROP TRIGGER {name}_append_only ON casework_{name};\n"
    f"DROP TRIGGER {name}_no_truncate ON casework_{name};\n"
    for name in APPEND_ONLY
)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
