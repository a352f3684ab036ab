"""审计留痕: every write of the database, the chain that holds it, and its daily roots.

Rows of Trail are written by triggers alone (migration 0008); nothing here is ever changed or
deleted, and the database refuses to. Loaded with offices.models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

from apps.units.language import lazy as _

if TYPE_CHECKING:
    from apps.offices.models import Staff

COUNTY_DIGITS = 6  # of a division code: a county, or what stands above it
READERS = ("auditor", "audit_admin", "county_supervisor")


class TrailQuerySet(models.QuerySet["Trail"]):
    def visible_to(self, staff: Staff) -> Self:
        """All of it, for those of the county whose work is to look it over; nothing for others."""
        may = staff.role in READERS and len(staff.division) <= COUNTY_DIGITS
        return self if may else self.none()


class Trail(models.Model):
    """审计留痕: one row that was written, or one statement that wrote a great many.

    ``era`` and ``change_set`` are the transaction: all that was done in one act, with the event
    that says by whom and why. ``before`` and ``after`` are the row; of a change, what differs.
    Where ``rows`` is not NULL the statement wrote so many that they stand as one digest
    (docs/decisions/0021). ``at`` is the time of the database's own clock.
    """

    OPS: ClassVar[dict[str, str]] = {
        "I": _("新增"),
        "U": _("修改"),
        "D": _("删除"),
        "T": _("清空"),
    }

    at = models.DateTimeField("时间")
    era = models.IntegerField("纪元")  # transactions are numbered by each cluster for itself
    change_set = models.BigIntegerField("变更集")
    relation = models.CharField("表", max_length=63)
    key = models.CharField("主键", max_length=200)
    op = models.CharField("操作", max_length=1)
    rows = models.BigIntegerField("行数", null=True)
    household_id = models.BigIntegerField("户", null=True)
    before = models.JSONField("改前", null=True)
    after = models.JSONField("改后", null=True)
    actor_id = models.BigIntegerField("经办人", null=True)
    login = models.CharField("账号", max_length=150, blank=True)
    request = models.CharField("来源", max_length=200, blank=True)

    objects = TrailQuerySet.as_manager()

    class Meta:
        app_label = "offices"
        verbose_name = _("审计留痕")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(op__in=("I", "U", "D", "T")), name="trail_operation"
            )
        ]
        indexes = [
            models.Index(fields=["era", "change_set", "id"], name="trail_change_set"),
            models.Index(
                fields=["household_id", "id"],
                name="trail_household",
                condition=models.Q(household_id__isnull=False),
            ),
            models.Index(
                fields=["actor_id", "id"],
                name="trail_actor",
                condition=models.Q(actor_id__isnull=False),
            ),
            models.Index(fields=["relation", "id"], name="trail_relation"),
        ]


class TrailLink(models.Model):
    """封存: the rows of all transactions from one number up to another, and one hash.

    ``leaves`` is the SHA-256 of each row in the order of (era, change set, id), 32 bytes a row;
    ``hash`` is SHA-256(hash of the link before ‖ what the link says of itself ‖ leaves).
    """

    number = models.BigIntegerField("序号", primary_key=True)
    era = models.IntegerField("起始纪元")
    begins = models.BigIntegerField("起始变更集")
    until_era = models.IntegerField("截止纪元")
    until = models.BigIntegerField("截止变更集")  # not in it
    count = models.IntegerField("行数")
    total = models.BigIntegerField("累计行数")
    leaves = models.BinaryField("行摘要")
    hash = models.BinaryField("链值")
    at = models.DateTimeField("封存时间")

    class Meta:
        app_label = "offices"
        verbose_name = _("留痕封存")


class TrailRoot(models.Model):
    """日根: the chain's newest link of a day, which also stands in a file outside the database."""

    day = models.DateField("日期", primary_key=True)
    number = models.BigIntegerField("封存序号")
    total = models.BigIntegerField("累计行数")
    hash = models.CharField("链值", max_length=64)
    at = models.DateTimeField("登记时间")

    class Meta:
        app_label = "offices"
        verbose_name = _("留痕日根")
