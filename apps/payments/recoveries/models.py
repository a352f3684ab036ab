"""追缴的处理: what was decided about money to be recovered; two people decide each."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.households.models import Household
from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _

PREPARERS = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
JUDGES = (Role.COUNTY_SUPERVISOR, Role.APPROVER)


class Recovery(models.Model):
    """追缴: money issued beyond what was owed, opened by itself for a person to decide (R-PAY-08).

    Nothing is netted unless ``offset_fen`` a month was decided."""

    programme = models.CharField("项目", max_length=32)
    subject = models.BigIntegerField("对象")
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    opened_on = models.DateField("立案日期")
    offset_fen = FenField("每期抵扣（分）", null=True)
    offset_decision = models.ForeignKey(
        "casework.Decision", verbose_name="抵扣决定", null=True, on_delete=models.PROTECT
    )

    class Meta:
        app_label = "payments"
        verbose_name = _("追缴")
        constraints = [
            models.UniqueConstraint(fields=["programme", "subject"], name="one_recovery_a_subject"),
            models.CheckConstraint(
                condition=Q(offset_fen__isnull=True)
                | Q(offset_fen__gt=0, offset_decision__isnull=False),
                name="recovery_offset_needs_a_decision",
            ),
        ]


class RecoveryEntry(models.Model):
    """追缴明细: a step in what is recorded as overpaid for a month; signed, append-only.

    The sum over a month is what was issued beyond what is owed; lines = owed + this sum.
    """

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="entries")
    month = MonthField("所属月份")
    fen = FenField("金额（分）")
    recorded_on = models.DateField("登记日期")

    class Meta:
        app_label = "payments"
        verbose_name = _("追缴明细")
        constraints = [
            first_of_month("recovery_entry_month", "month"),
            models.CheckConstraint(condition=~Q(fen=0), name="recovery_entry_is_not_zero"),
        ]


class Repayment(models.Model):
    """退回: money a family paid back. Append-only."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="repayments")
    fen = FenField("金额（分）")
    paid_on = models.DateField("退回日期")
    recorded_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "payments"
        verbose_name = _("退回")
        constraints = [models.CheckConstraint(condition=Q(fen__gt=0), name="repayment_positive")]


class TreatmentQuerySet(models.QuerySet[Any]):
    """Decisions about recoveries."""

    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        return self.filter(recovery__household__division__startswith=staff.division)


class Treatment(models.Model):
    """追缴处理: instalments, a set-off, or a waiver, proposed by one and approved by another.

    ``fen`` is what is paid or withheld each month, or the whole sum waived (R-PAY-08). Of the
    approved instalments of a recovery the newest holds; waivers add up.
    """

    class Way(models.TextChoices):
        INSTALMENTS = "instalments", _("分期退回")
        OFFSET = "offset", _("抵扣")
        WAIVER = "waiver", _("减免")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("不批准")

    MOVES: ClassVar[dict[str, Move]] = {
        "approve": Move(_("批准"), ("proposed",), "approved", JUDGES),
        "refuse": Move(_("不批准"), ("proposed",), "refused", JUDGES),
    }

    recovery = models.ForeignKey(
        "payments.Recovery", on_delete=models.PROTECT, related_name="treatments"
    )
    way = models.CharField("方式", max_length=12, choices=Way.choices)
    fen = FenField("金额（分）")
    first_month = MonthField("起始月", null=True)
    note = models.CharField("理由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_on = models.DateField("提出日期")
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    objects = TreatmentQuerySet.as_manager()

    class Meta:
        app_label = "payments"
        verbose_name = _("追缴处理")
        constraints = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="treatment_is_positive"),
            first_of_month("treatment_month", "first_month"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(prepared_by=F("decided_by")),
                name="treatment_four_eyes",
                violation_error_message=_("经办人与审批人不得为同一人。"),
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | ~Q(state="proposed") & Q(decided_by__isnull=False, decided_on__isnull=False),
                name="treatment_is_decided",
            ),
            models.UniqueConstraint(
                fields=["recovery"],
                condition=Q(state="proposed"),
                name="one_open_treatment",
                violation_error_message=_("这笔追缴已有待批准的处理，请先批准或退回。"),
            ),
        ]
