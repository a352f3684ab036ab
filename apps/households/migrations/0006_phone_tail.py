"""Search by the tail of a telephone number, by index."""

from django.db import migrations

FORWARD = "CREATE INDEX person_phone_tail ON households_person (reverse(phone) text_pattern_ops);"
BACKWARD = "DROP INDEX person_phone_tail;"


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0005_told_apart_guard"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
