"""What was done about an alert stays; a household named by a department is not renamed."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER alertwork_append_only BEFORE UPDATE OR DELETE ON registers_alertwork
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER alertwork_no_truncate BEFORE TRUNCATE ON registers_alertwork
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER monitored_no_delete BEFORE DELETE ON registers_monitored
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER monitored_frozen BEFORE UPDATE ON registers_monitored
    FOR EACH ROW WHEN (OLD.state = 'ended' OR
        (OLD.household_id, OLD.category, OLD.source, OLD.since, OLD.by_id) IS DISTINCT FROM
        (NEW.household_id, NEW.category, NEW.source, NEW.since, NEW.by_id))
    EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER monitored_frozen ON registers_monitored;
DROP TRIGGER monitored_no_delete ON registers_monitored;
DROP TRIGGER alertwork_no_truncate ON registers_alertwork;
DROP TRIGGER alertwork_append_only ON registers_alertwork;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0003_stay_guards"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
