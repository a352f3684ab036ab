"""出件箱与幂等号: errands carry ids only, and what a call was answered is never changed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FORWARD = """
ALTER TABLE offices_outbox ADD CONSTRAINT errand_carries_ids_only CHECK (
    jsonb_typeof(payload) = 'object'
    AND NOT jsonb_path_exists(payload, '$.* ? (@.type() != "number")'));
CREATE INDEX outbox_undone ON offices_outbox (id) WHERE done_at IS NULL;
CREATE TRIGGER errand_stays_done BEFORE UPDATE ON offices_outbox
    FOR EACH ROW WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER answer_stays BEFORE UPDATE ON offices_idemkey
    FOR EACH ROW WHEN (OLD.status IS NOT NULL) EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER answer_stays ON offices_idemkey;
DROP TRIGGER errand_stays_done ON offices_outbox;
DROP INDEX outbox_undone;
ALTER TABLE offices_outbox DROP CONSTRAINT errand_carries_ids_only;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0006_kept_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("topic", models.CharField(max_length=80, verbose_name="任务")),
                ("key", models.CharField(max_length=120, verbose_name="事项")),
                ("payload", models.JSONField(default=dict, verbose_name="编号")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="写入时间",
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="送出时间")),
                ("tries", models.PositiveIntegerField(default=0, verbose_name="送出次数")),
                ("done_at", models.DateTimeField(null=True, verbose_name="办结时间")),
            ],
            options={
                "verbose_name": "出件箱",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("key",),
                        name="one_undone_errand_a_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdemKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, verbose_name="幂等号")),
                ("call", models.CharField(max_length=200, verbose_name="请求")),
                ("request_hash", models.CharField(max_length=64, verbose_name="请求摘要")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="答复状态")),
                ("body", models.TextField(blank=True, verbose_name="答复")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="时间"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.staff",
                        verbose_name="经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "幂等号",
                "indexes": [models.Index(fields=["created_at"], name="idem_key_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actor", "key"), name="one_answer_an_idempotency_key"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
