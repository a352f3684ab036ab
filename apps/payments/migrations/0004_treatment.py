"""追缴处理: what was decided about a recovery; decided once, never deleted."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER treatment_no_delete BEFORE DELETE ON payments_treatment
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER treatment_frozen BEFORE UPDATE ON payments_treatment
    FOR EACH ROW WHEN (
        OLD.state <> 'proposed' OR
        (OLD.recovery_id, OLD.way, OLD.fen, OLD.first_month, OLD.prepared_by_id)
        IS DISTINCT FROM
        (NEW.recovery_id, NEW.way, NEW.fen, NEW.first_month, NEW.prepared_by_id))
    EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER treatment_frozen ON payments_treatment;
DROP TRIGGER treatment_no_delete ON payments_treatment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_by_calculation"),
        ("offices", "0003_holiday_notice"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
