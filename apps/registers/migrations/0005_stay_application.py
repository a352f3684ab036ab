"""A stay keeps the application that was asked for it, also once the person has left."""

from django.db import migrations

FROZEN = """
DROP TRIGGER stay_frozen ON registers_stay;
CREATE TRIGGER stay_frozen BEFORE UPDATE ON registers_stay
    FOR EACH ROW WHEN (
        (OLD.division, OLD.place, OLD.name, OLD.sex, OLD.age, OLD.brought_by, OLD."group",
         OLD.tells, OLD.needs, OLD.health, OLD.admitted_on, OLD.admitted_by_id)
        IS DISTINCT FROM
        (NEW.division, NEW.place, NEW.name, NEW.sex, NEW.age, NEW.brought_by, NEW."group",
         NEW.tells, NEW.needs, NEW.health, NEW.admitted_on, NEW.admitted_by_id)
        OR (OLD.person_id IS NOT NULL AND OLD.person_id IS DISTINCT FROM NEW.person_id)
        OR (OLD.state = 'left' AND OLD.person_id IS NOT DISTINCT FROM NEW.person_id{also}))
    EXECUTE FUNCTION refuse_change();
"""
FORWARD = FROZEN.format(
    also="\n            AND OLD.application_id IS NOT DISTINCT FROM NEW.application_id"
)
BACKWARD = FROZEN.format(also="")


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0004_low_income_guards"),
        ("casework", "0003_guards"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
