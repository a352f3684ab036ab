"""放假安排: kept by the bureau, a year replaced whole; what was entered is never rewritten."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER holiday_notice_frozen BEFORE UPDATE ON offices_holidaynotice
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('superseded_on');
CREATE TRIGGER holiday_notice_no_delete BEFORE DELETE ON offices_holidaynotice
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER holiday_notice_frozen ON offices_holidaynotice;
DROP TRIGGER holiday_notice_no_delete ON offices_holidaynotice;
"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="HolidayNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("holidays", models.JSONField(default=list, verbose_name="放假")),
                ("makeup", models.JSONField(default=list, verbose_name="调休上班")),
                ("document", models.CharField(max_length=120, verbose_name="文件")),
                ("recorded_on", models.DateField(verbose_name="登记日期")),
                ("superseded_on", models.DateField(null=True, verbose_name="被替代日期")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.staff",
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "放假安排",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_on__isnull", True)),
                        fields=("year",),
                        name="one_holiday_notice_a_year",
                        violation_error_message="该年已有放假安排。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__range", (2001, 2060))),
                        name="holiday_notice_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="holiday_notice_has_a_document",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
