"""Dues and lines of one calculation lie side by side: a block index finds them at no cost."""

from django.db import migrations

FORWARD = """
CREATE INDEX due_calculation_brin ON payments_due USING brin (calculation_id)
    WITH (pages_per_range = 16);
CREATE INDEX line_calculation_brin ON payments_paymentline USING brin (calculation_id)
    WITH (pages_per_range = 16);
"""
BACKWARD = "DROP INDEX due_calculation_brin; DROP INDEX line_calculation_brin;"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
