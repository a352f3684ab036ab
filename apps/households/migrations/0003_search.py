"""Search by the tail of an ID number and by whole or begun pinyin readings, by index."""

from django.db import migrations

FORWARD = """
CREATE INDEX person_id_tail ON households_person (reverse(id_number) text_pattern_ops);
CREATE INDEX person_pinyin_prefix ON households_person (pinyin varchar_pattern_ops);
CREATE INDEX person_pinyin_readings ON households_person USING gin (string_to_array(pinyin, ' '));
"""
BACKWARD = """
DROP INDEX person_id_tail;
DROP INDEX person_pinyin_prefix;
DROP INDEX person_pinyin_readings;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
