"""接口令牌: with which another program speaks for a member of staff, and how far it may go.

Of the token only a digest is kept: whoever reads the table cannot call with it. A token never has
more rights than its post has at the moment of the call; its scopes only take rights away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.units.language import lazy as _

if TYPE_CHECKING:
    from apps.offices.models import Staff


class Scope(models.TextChoices):
    """权限范围: what a token may be used for; each call of the API names the one it needs."""

    HOUSEHOLDS_READ = "households:read", _("查看家庭与人员")
    HOUSEHOLDS_WRITE = "households:write", _("登记家庭、办理变更")
    CASES_READ = "cases:read", _("查看申请、待遇和待办")
    CASES_WRITE = "cases:write", _("办理申请、待遇和核查")
    PAYMENTS_READ = "payments:read", _("查看发放、追缴和预算")
    PAYMENTS_WRITE = "payments:write", _("办理发放和追缴")
    STANDARDS_READ = "standards:read", _("查看标准")
    STANDARDS_WRITE = "standards:write", _("登记标准")
    EVENTS_READ = "events:read", _("读取变更动态")
    IDS_REVEAL = "ids:reveal", _("查看完整证件号码（逐次记录）")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, staff: Staff) -> Self:
        """One's own tokens: nobody sees or revokes those of another."""
        return self.filter(staff=staff)

    def valid_at(self, at: Any) -> Self:
        """Those that may still be used at a moment."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)


class ApiToken(models.Model):
    """接口令牌: made by its owner, shown once, good until it expires or is revoked."""

    staff = models.ForeignKey(
        "offices.Staff",
        verbose_name="经办人",
        on_delete=models.PROTECT,
        related_name="api_tokens",
    )
    name = models.CharField("用途", max_length=60)
    prefix = models.CharField("令牌开头", max_length=16, unique=True)
    digest = models.CharField("令牌摘要", max_length=64)
    scopes = ArrayField(models.CharField(max_length=24), verbose_name="权限范围")
    created_at = models.DateTimeField("建立时间", db_default=Now())
    expires_at = models.DateTimeField("失效时间")
    last_used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("接口令牌")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="api_token_has_a_name"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_token_digest"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0, scopes__contained_by=Scope.values),
                name="api_token_scopes_are_known",
            ),
        ]
