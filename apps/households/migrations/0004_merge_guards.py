"""A merge of two files may be undone once; nothing else about it ever changes."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER personmerge_no_rewrite BEFORE UPDATE ON households_personmerge
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('undone_on');
CREATE TRIGGER personmerge_no_delete BEFORE DELETE ON households_personmerge
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER personmerge_no_rewrite ON households_personmerge;
DROP TRIGGER personmerge_no_delete ON households_personmerge;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0003_search"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
