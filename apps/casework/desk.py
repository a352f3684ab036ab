"""案头: what a member of staff keeps beside their work. No amount and no case depends on it.

Drafts of forms not yet sent, what was arranged about a task, and views of the worklist.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.offices.models import Staff
from apps.units.language import lazy as _


class Draft(models.Model):
    """草稿: a form as typed so far, under the number of its page; gone once it is sent."""

    token = models.BigIntegerField("页面号", unique=True)
    staff = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.CASCADE, related_name="+"
    )
    page = models.CharField("页面", max_length=20)
    typed = models.JSONField("已填内容")
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = _("草稿")
        indexes = [models.Index(fields=["staff", "page", "-saved_at"], name="draft_newest")]


class Arrangement(models.Model):
    """安排: on which day somebody means to go, or who has taken a task over.

    Tasks themselves are derived and never stored; this stands under the key of one, and means
    nothing any more once the task has gone.
    """

    key = models.CharField("待办", max_length=60, unique=True)
    planned_on = models.DateField("安排日期", null=True)
    handed_to = models.ForeignKey(
        Staff, verbose_name="转交", null=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(Staff, verbose_name="安排人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("安排时间", auto_now=True)

    class Meta:
        verbose_name = _("安排")
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(handed_to__isnull=False),
                name="arrangement_says_something",
            )
        ]


class SavedView(models.Model):
    """常用筛选: a narrowed worklist under a name, for the one who saved it."""

    staff = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField("名称", max_length=20)
    query = models.CharField("筛选", max_length=200)

    class Meta:
        verbose_name = _("常用筛选")
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "name"],
                name="one_view_a_name",
                violation_error_message=_("已有同名的常用筛选，请换一个名称。"),
            )
        ]
