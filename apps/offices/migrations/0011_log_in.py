"""登录: tries, open sessions and chosen passwords. A try, once judged, is never rewritten.

Whoever has a log-in already is taken to have chosen its password today: nobody is locked out by an
upgrade, and the 90 days begin to count.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION refuse_attempt_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at > now() - interval '180 days' THEN
            RAISE EXCEPTION '登录尝试须保存六个月' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.at, OLD.kind, OLD.subject, OLD.user_id, OLD.address)
        IS DISTINCT FROM (NEW.at, NEW.kind, NEW.subject, NEW.user_id, NEW.address)
        OR (NEW.counted AND NOT OLD.counted)
        OR (NEW.outcome <> OLD.outcome AND (OLD.outcome <> 'failed' OR NOT OLD.counted))
    THEN
        RAISE EXCEPTION '登录尝试不能改写' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attempt_stays BEFORE UPDATE OR DELETE ON offices_attempt
    FOR EACH ROW EXECUTE FUNCTION refuse_attempt_change();
CREATE TRIGGER attempt_no_truncate BEFORE TRUNCATE ON offices_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
INSERT INTO offices_chosenpassword (user_id, encoded, at, public)
SELECT id, password, now(), false FROM auth_user;
"""
BACKWARD = """
DROP TRIGGER attempt_no_truncate ON offices_attempt;
DROP TRIGGER attempt_stays ON offices_attempt;
DROP FUNCTION refuse_attempt_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0010_event_feed"),
        ("sessions", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChosenPassword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("encoded", models.CharField(max_length=256, verbose_name="密码摘要")),
                ("at", models.DateTimeField(verbose_name="设定时间")),
                ("public", models.BooleanField(default=False, verbose_name="演示密码")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chosen_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "自定密码",
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(verbose_name="最近操作")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="来自")),
                ("browser", models.CharField(blank=True, max_length=200, verbose_name="浏览器")),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sitting",
                        to="sessions.session",
                        verbose_name="会话",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sittings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "在线会话",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("login", "登录"),
                            ("factor", "登录的第二步"),
                            ("confirm", "再次验证"),
                        ],
                        max_length=8,
                        verbose_name="事项",
                    ),
                ),
                ("subject", models.CharField(max_length=64, verbose_name="账号摘要")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="来自")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("failed", "不正确"),
                            ("locked", "已锁定，未核对"),
                            ("passed", "通过"),
                        ],
                        max_length=6,
                        verbose_name="结果",
                    ),
                ),
                ("counted", models.BooleanField(default=True, verbose_name="计入锁定")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "登录尝试",
                "indexes": [
                    models.Index(
                        condition=models.Q(("counted", True)),
                        fields=["subject", "-id"],
                        name="attempt_subject",
                    ),
                    models.Index(
                        condition=models.Q(("outcome", "failed")),
                        fields=["address", "-id"],
                        name="attempt_address",
                    ),
                    models.Index(fields=["at"], name="attempt_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["login", "factor", "confirm"])),
                        name="attempt_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "failed"), ("counted", False), _connector="OR"
                        ),
                        name="attempt_counts_failures_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["failed", "locked", "passed"])),
                        name="attempt_outcome",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
