"""Decisions are append-only; awards and applications are never deleted."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON casework_decision
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entitlement_no_delete BEFORE DELETE ON casework_entitlement
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER application_no_delete BEFORE DELETE ON casework_application
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER decision_append_only ON casework_decision;
DROP TRIGGER entitlement_no_delete ON casework_entitlement;
DROP TRIGGER application_no_delete ON casework_application;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
        ("households", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
