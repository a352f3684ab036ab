"""What kept answers stand on is watched (offices 0005)."""

from django.db import migrations

FORWARD = """
CALL offices_watch('households_household', 'r.id', 'NULL::bigint');
CALL offices_watch('households_person', 'NULL::bigint', 'r.id');
CALL offices_watch('households_member', 'r.household_id', 'r.person_id');
CALL offices_watch('households_fact', 'r.household_id', 'r.person_id');
"""
BACKWARD = """
CALL offices_unwatch('households_household');
CALL offices_unwatch('households_person');
CALL offices_unwatch('households_member');
CALL offices_unwatch('households_fact');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0007_born"),
        ("offices", "0005_kept_answers"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
