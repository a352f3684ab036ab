"""文书: what is printed and handed over, frozen as it was given, and each printing of it."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from apps.offices.models import Staff
from apps.units.language import lazy as _


class PaperQuerySet(models.QuerySet[Any]):
    """Papers of a territory."""

    def visible_to(self, staff: Staff) -> Self:
        """Only papers of villages inside the person's territory."""
        return self.filter(division__startswith=staff.division)


class Paper(models.Model):
    """文书: one version of one paper about one thing. Append-only.

    ``data`` is everything on the sheet, ``sha256`` its digest; a sheet printed again shows the
    same. ``by_hand`` names the characters the font lacks, left open to be written in.
    """

    kind = models.CharField("种类", max_length=24)
    object_id = models.BigIntegerField("对象号")
    version = models.PositiveSmallIntegerField("版本")
    title = models.CharField("标题", max_length=80)
    division = models.CharField("区划", max_length=12)
    household_id = models.BigIntegerField("户", null=True)
    data = models.JSONField("内容")
    by_hand = models.JSONField("手写补入", default=list)
    sha256 = models.CharField("摘要", max_length=64)
    code = models.CharField("核验码", max_length=14, unique=True)
    made_on = models.DateField("制作日期")
    made_by = models.ForeignKey(
        Staff, verbose_name="制作人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("文书")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "version"],
                name="paper_version",
                violation_error_message=_("这份文书刚刚由他人制作，请刷新页面。"),
            )
        ]


class PaperPrint(models.Model):
    """打印: a sheet that was given out, its count, by whom, and with full ID numbers or not."""

    paper = models.ForeignKey(
        Paper, verbose_name="文书", on_delete=models.PROTECT, related_name="prints"
    )
    number = models.PositiveIntegerField("第几次")
    full_id = models.BooleanField("含完整证件号码")
    by = models.ForeignKey(Staff, verbose_name="打印人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = _("打印")
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "number"],
                name="paper_print_number",
                violation_error_message=_("这份文书正由他人打印，请再试一次。"),
            )
        ]
