"""That two people were told apart is only ever added."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER distinctpair_append_only BEFORE UPDATE OR DELETE ON households_distinctpair
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER distinctpair_append_only ON households_distinctpair;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0004_merge_guards"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
