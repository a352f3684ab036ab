"""放假安排: kept by the bureau, a year replaced whole; what was entered is never rewritten."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER holiday_notice_frozen BEFORE UPDATE ON offices_holidaynotice
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('superseded_on');
CREATE TRIGGER holiday_notice_no_delete BEFORE DELETE ON offices_holidaynotice
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER holiday_notice_frozen ON offices_holidaynotice;
DROP TRIGGER holiday_notice_no_delete ON offices_holidaynotice;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
