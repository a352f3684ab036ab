"""追缴处理: what was decided about a recovery; decided once, never deleted."""

import django.db.models.deletion
from django.db import migrations, models

import apps.units.fields

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
        ("offices", "0003_holiday_notice"),
        ("payments", "0004_by_calculation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Treatment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("instalments", "分期退回"),
                            ("offset", "抵扣"),
                            ("waiver", "减免"),
                        ],
                        max_length=12,
                        verbose_name="方式",
                    ),
                ),
                ("fen", apps.units.fields.FenField(verbose_name="金额（分）")),
                ("first_month", apps.units.fields.MonthField(null=True, verbose_name="起始月")),
                ("note", models.CharField(max_length=300, verbose_name="理由")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待批准"),
                            ("approved", "已批准"),
                            ("refused", "不批准"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="提出日期")),
                ("decided_on", models.DateField(null=True, verbose_name="决定日期")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.staff",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.staff",
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="treatments",
                        to="payments.recovery",
                    ),
                ),
            ],
            options={
                "verbose_name": "追缴处理",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fen__gt", 0)), name="treatment_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_month__day", 1)),
                        name="treatment_month",
                        violation_error_message="月份必须是当月第一天。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("prepared_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="treatment_four_eyes",
                        violation_error_message="经办人与审批人不得为同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("state", "proposed")),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True),
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="treatment_is_decided",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("recovery",),
                        name="one_open_treatment",
                        violation_error_message="这笔追缴已有待批准的处理，请先批准或退回。",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
