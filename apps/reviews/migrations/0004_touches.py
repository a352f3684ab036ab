"""What kept answers stand on is watched (offices 0005)."""

from django.db import migrations

PERSON = "(SELECT f.person_id FROM households_fact f WHERE f.id = r.fact_id)"
FORWARD = [("CALL offices_watch('reviews_reminder', 'NULL::bigint', %s)", [PERSON])]
BACKWARD = "CALL offices_unwatch('reviews_reminder')"


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0003_proposal_guards"),
        ("offices", "0005_kept_answers"),
        ("households", "0008_touches"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
