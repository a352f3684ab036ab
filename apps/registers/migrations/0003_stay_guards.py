"""A stay keeps its beginning; what hangs on it lies within its days; results come once."""

from django.db import migrations

TABLES = ("stay", "stayextension", "identitystep", "proneentry")
FORWARD = (
    "".join(
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON registers_{name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_delete();\n"
        for name in TABLES
    )
    + """
CREATE TRIGGER stay_frozen BEFORE UPDATE ON registers_stay
    FOR EACH ROW WHEN (
        (OLD.division, OLD.place, OLD.name, OLD.sex, OLD.age, OLD.brought_by, OLD."group",
         OLD.tells, OLD.needs, OLD.health, OLD.admitted_on, OLD.admitted_by_id)
        IS DISTINCT FROM
        (NEW.division, NEW.place, NEW.name, NEW.sex, NEW.age, NEW.brought_by, NEW."group",
         NEW.tells, NEW.needs, NEW.health, NEW.admitted_on, NEW.admitted_by_id)
        OR (OLD.person_id IS NOT NULL AND OLD.person_id IS DISTINCT FROM NEW.person_id)
        OR (OLD.state = 'left' AND OLD.person_id IS NOT DISTINCT FROM NEW.person_id))
    EXECUTE FUNCTION refuse_change();
CREATE FUNCTION stay_last_day_by_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM registers_stayextension e WHERE e.stay_id = NEW.id
                   AND e.state = 'granted' AND e.until = NEW.last_day) THEN
        RAISE EXCEPTION '救助期限只能由批准的延长改变' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stay_last_day_by_decision BEFORE UPDATE OF last_day ON registers_stay
    FOR EACH ROW WHEN (OLD.last_day IS DISTINCT FROM NEW.last_day)
    EXECUTE FUNCTION stay_last_day_by_decision();
CREATE FUNCTION within_the_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found registers_stay%ROWTYPE;
    happened date := coalesce((to_jsonb(NEW) ->> 'on')::date,
                              (to_jsonb(NEW) ->> 'proposed_on')::date);
BEGIN
    SELECT * INTO found FROM registers_stay WHERE id = NEW.stay_id FOR SHARE;
    IF happened < found.admitted_on THEN
        RAISE EXCEPTION '日期%早于入站日期%', happened, found.admitted_on
            USING ERRCODE = 'check_violation';
    END IF;
    IF found.state = 'left' THEN
        RAISE EXCEPTION '已经离站，不能再登记' USING ERRCODE = 'check_violation';
    END IF;
    IF (to_jsonb(NEW) ->> 'until')::date <= found.last_day THEN
        RAISE EXCEPTION '延长须晚于现在的期限%', found.last_day USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stayextension_within BEFORE INSERT ON registers_stayextension
    FOR EACH ROW EXECUTE FUNCTION within_the_stay();
CREATE TRIGGER identitystep_within BEFORE INSERT ON registers_identitystep
    FOR EACH ROW EXECUTE FUNCTION within_the_stay();
CREATE TRIGGER identitystep_kept BEFORE UPDATE ON registers_identitystep
    FOR EACH ROW EXECUTE FUNCTION
    refuse_rewrite('result', 'result_on', 'result_note', 'result_by_id');
CREATE TRIGGER stayextension_frozen BEFORE UPDATE ON registers_stayextension
    FOR EACH ROW WHEN (
        (OLD.stay_id, OLD.until, OLD.reason, OLD.proposed_on, OLD.prepared_by_id)
        IS DISTINCT FROM
        (NEW.stay_id, NEW.until, NEW.reason, NEW.proposed_on, NEW.prepared_by_id)
        OR OLD.state = 'refused' OR OLD.filed_on IS NOT NULL
        OR (OLD.state = 'granted' AND
            (OLD.state, OLD.decided_on, OLD.decided_by_id) IS DISTINCT FROM
            (NEW.state, NEW.decided_on, NEW.decided_by_id)))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proneentry_frozen BEFORE UPDATE ON registers_proneentry
    FOR EACH ROW WHEN (OLD.state = 'closed' OR
        (OLD.person_id, OLD.division, OLD.reason, OLD.keeper, OLD.phone, OLD.note, OLD."on",
         OLD.by_id) IS DISTINCT FROM
        (NEW.person_id, NEW.division, NEW.reason, NEW.keeper, NEW.phone, NEW.note, NEW."on",
         NEW.by_id))
    EXECUTE FUNCTION refuse_change();
"""
)
BACKWARD = """
DROP TRIGGER proneentry_frozen ON registers_proneentry;
DROP TRIGGER stayextension_frozen ON registers_stayextension;
DROP TRIGGER identitystep_kept ON registers_identitystep;
DROP TRIGGER identitystep_within ON registers_identitystep;
DROP TRIGGER stayextension_within ON registers_stayextension;
DROP FUNCTION within_the_stay();
DROP TRIGGER stay_last_day_by_decision ON registers_stay;
DROP FUNCTION stay_last_day_by_decision();
DROP TRIGGER stay_frozen ON registers_stay;
""" + "".join(f"DROP TRIGGER {name}_no_delete ON registers_{name};\n" for name in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0002_guards"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
