"""What was noted is not rewritten; what moves is never deleted."""

from django.db import migrations

APPEND_ONLY = ("reviewclass", "screening", "served", "reminder")
NO_DELETE = ("extension", "suspension", "review", "termination", "custody")
FORWARD = (
    "".join(
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON reviews_{name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
        for name in APPEND_ONLY
    )
    + "".join(
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON reviews_{name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_delete();\n"
        for name in NO_DELETE
    )
    + """
CREATE TRIGGER custody_frozen BEFORE UPDATE ON reviews_custody
    FOR EACH ROW WHEN (
        (OLD.household_id, OLD.person_id, OLD.what, OLD.tail, OLD.keeper, OLD.keeper_is,
         OLD.agreement, OLD.agreed_on, OLD.recorded_by_id)
        IS DISTINCT FROM
        (NEW.household_id, NEW.person_id, NEW.what, NEW.tail, NEW.keeper, NEW.keeper_is,
         NEW.agreement, NEW.agreed_on, NEW.recorded_by_id)
        OR OLD.ended_on IS NOT NULL)
    EXECUTE FUNCTION refuse_change();
"""
)
BACKWARD = (
    "DROP TRIGGER custody_frozen ON reviews_custody;\n"
    + "".join(f"DROP TRIGGER {name}_append_only ON reviews_{name};\n" for name in APPEND_ONLY)
    + "".join(f"DROP TRIGGER {name}_no_delete ON reviews_{name};\n" for name in NO_DELETE)
)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
