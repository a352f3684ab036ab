"""Papers and their printings are append-only."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER paper_append_only BEFORE UPDATE OR DELETE ON papers_paper
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER paperprint_append_only BEFORE UPDATE OR DELETE ON papers_paperprint
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER paper_append_only ON papers_paper;
DROP TRIGGER paperprint_append_only ON papers_paperprint;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
