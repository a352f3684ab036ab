"""月结: what a run came to when it was closed, to the fen. Loaded with payments.models."""

from __future__ import annotations

from typing import Self

from django.db import models

from apps.offices.models import Staff
from apps.units.language import lazy as _


class CloseQuerySet(models.QuerySet["MonthClose"]):
    def visible_to(self, staff: Staff) -> Self:
        """Those of runs that lie inside the person's territory."""
        return self.filter(run__division__startswith=staff.division)


class MonthClose(models.Model):
    """月结凭据: the figures of a closed run as they tied, with their SHA-256. Append-only.

    A run cannot be closed without one (trigger). ``note`` says why items that the bank has not
    answered were left open; what is said of them later is a dispute.
    """

    run = models.OneToOneField(
        "payments.PaymentRun", on_delete=models.PROTECT, related_name="month_close"
    )
    figures = models.JSONField("数据")
    digest = models.CharField("摘要", max_length=64)
    note = models.CharField("在途说明", max_length=200, blank=True)
    by = models.ForeignKey(Staff, models.PROTECT, verbose_name="月结人", related_name="+")
    at = models.DateTimeField("月结时间")

    objects = CloseQuerySet.as_manager()

    class Meta:
        app_label = "payments"
        verbose_name = _("月结凭据")
