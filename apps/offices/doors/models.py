"""登录的记录: tries at a log-in, sessions that are open, and passwords their owners have chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from apps.units.language import lazy as _

if TYPE_CHECKING:
    from apps.offices.models import Staff


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, staff: Staff) -> Self:
        """Tries at accounts of one's territory, and at names that no account has."""
        return self.filter(
            models.Q(user__isnull=True) | models.Q(user__staff__division__startswith=staff.division)
        )


class Attempt(models.Model):
    """登录尝试: one try at an account: by password, by factor, or to confirm an act.

    ``subject`` is a keyed digest of the name that was typed: a name that no account has is nowhere
    kept in clear (people type their password into the wrong box). ``counted``: it counts towards
    the lock; a success and 解锁 end that, and nothing else of a row ever changes.
    """

    class Kind(models.TextChoices):
        LOGIN = "login", _("登录")
        FACTOR = "factor", _("登录的第二步")
        CONFIRM = "confirm", _("再次验证")

    class Outcome(models.TextChoices):
        FAILED = "failed", _("不正确")
        LOCKED = "locked", _("已锁定，未核对")
        PASSED = "passed", _("通过")

    at = models.DateTimeField("时间")
    kind = models.CharField("事项", max_length=8, choices=Kind.choices)
    subject = models.CharField("账号摘要", max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.CharField("来自", max_length=45, blank=True)
    outcome = models.CharField("结果", max_length=6, choices=Outcome.choices)
    counted = models.BooleanField("计入锁定", default=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("登录尝试")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["login", "factor", "confirm"]), name="attempt_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="failed") | models.Q(counted=False),
                name="attempt_counts_failures_only",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["failed", "locked", "passed"]),
                name="attempt_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subject", "-id"],
                name="attempt_subject",
                condition=models.Q(counted=True),
            ),
            models.Index(
                fields=["address", "-id"],
                name="attempt_address",
                condition=models.Q(outcome="failed"),
            ),
            models.Index(fields=["at"], name="attempt_at"),
        ]


class Sitting(models.Model):
    """在线会话: an open session, for its owner to see and to end; gone with the session.

    ``seen_at`` is at most a minute behind. Read in one statement with the session itself
    (sessions.py), so that knowing it costs a page nothing.
    """

    session = models.OneToOneField(
        "sessions.Session", verbose_name="会话", on_delete=models.CASCADE, related_name="sitting"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        on_delete=models.CASCADE,
        related_name="sittings",
    )
    opened_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近操作")
    address = models.CharField("来自", max_length=45, blank=True)
    browser = models.CharField("浏览器", max_length=200, blank=True)

    class Meta:
        verbose_name = _("在线会话")


class ChosenPassword(models.Model):
    """自定密码: an encoded password that its owner has chosen; the newest few of each are kept.

    A password that is not the newest one here was given by somebody else, however that was done,
    and is changed before anything else. ``public``: of a demonstration; it is never asked for.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        on_delete=models.CASCADE,
        related_name="chosen_passwords",
    )
    encoded = models.CharField("密码摘要", max_length=256)
    at = models.DateTimeField("设定时间")
    public = models.BooleanField("演示密码", default=False)

    class Meta:
        verbose_name = _("自定密码")
