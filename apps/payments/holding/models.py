"""人工暂缓: amounts a person keeps back from a run. Loaded with payments.models."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from apps.households.models import Household
from apps.offices.models import Role, Staff
from apps.units.language import lazy as _

HOLDERS = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR, Role.CHECKER, Role.APPROVER)


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> Self:
        """Those that have not been released."""
        return self.filter(released_at__isnull=True)


class Hold(models.Model):
    """暂缓: what one subject is owed of a programme stays out of every run until it is released.

    Nothing is lost: it is held, and paid as 补发 by the first run after the release.
    """

    run = models.ForeignKey("payments.PaymentRun", on_delete=models.PROTECT, related_name="holds")
    programme = models.CharField("项目", max_length=32)
    subject = models.BigIntegerField("对象")
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    reason = models.CharField("暂缓理由", max_length=200)
    by = models.ForeignKey(Staff, verbose_name="暂缓人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("暂缓时间", auto_now_add=True)
    released_by = models.ForeignKey(
        Staff, verbose_name="解除人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField("解除时间", null=True)
    release_reason = models.CharField("解除理由", max_length=200, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("人工暂缓")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "subject"],
                condition=Q(released_at__isnull=True),
                name="held_by_hand_once",
                violation_error_message=_("这一笔已经暂缓，不必再次暂缓。"),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_says_why"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True, release_reason="")
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(release_reason="")),
                name="release_says_why_and_by_whom",
            ),
        ]
