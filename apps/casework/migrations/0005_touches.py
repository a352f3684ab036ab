"""What kept answers stand on is watched (offices 0005)."""

from django.db import migrations

FORWARD = """
CALL offices_watch('casework_application', 'r.household_id', 'r.person_id');
CALL offices_watch('casework_decision', 'r.household_id', 'r.person_id');
CALL offices_watch('casework_entitlement', 'r.household_id', 'r.person_id');
"""
BACKWARD = """
CALL offices_unwatch('casework_application');
CALL offices_unwatch('casework_decision');
CALL offices_unwatch('casework_entitlement');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0004_worklist_indexes"),
        ("offices", "0005_kept_answers"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
