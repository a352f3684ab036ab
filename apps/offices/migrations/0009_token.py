"""接口令牌: a token is what it was when it was made; it is used, it is revoked once, it stays."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER api_token_no_rewrite BEFORE UPDATE ON offices_apitoken
    FOR EACH ROW WHEN (
        (OLD.staff_id, OLD.name, OLD.prefix, OLD.digest, OLD.scopes, OLD.created_at, OLD.expires_at)
        IS DISTINCT FROM
        (NEW.staff_id, NEW.name, NEW.prefix, NEW.digest, NEW.scopes, NEW.created_at, NEW.expires_at)
        OR OLD.revoked_at IS NOT NULL)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER api_token_no_delete BEFORE DELETE ON offices_apitoken
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
"""
BACKWARD = """
DROP TRIGGER api_token_no_rewrite ON offices_apitoken;
DROP TRIGGER api_token_no_delete ON offices_apitoken;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0008_errand_request"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="用途")),
                ("prefix", models.CharField(max_length=16, unique=True, verbose_name="令牌开头")),
                ("digest", models.CharField(max_length=64, verbose_name="令牌摘要")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        size=None,
                        verbose_name="权限范围",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="建立时间",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="失效时间")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="最近使用")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_tokens",
                        to="offices.staff",
                        verbose_name="经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "接口令牌",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="api_token_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="api_token_digest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="api_token_expires_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scopes__contained_by",
                                [
                                    "households:read",
                                    "households:write",
                                    "cases:read",
                                    "cases:write",
                                    "payments:read",
                                    "payments:write",
                                    "standards:read",
                                    "standards:write",
                                    "events:read",
                                    "ids:reveal",
                                ],
                            ),
                            ("scopes__len__gt", 0),
                        ),
                        name="api_token_scopes_are_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
