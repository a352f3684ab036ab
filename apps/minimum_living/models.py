"""低保的核定: what a decision froze, and the two decisions of their own (渐退, 停发本人份额)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from apps.casework.models import Decision, Entitlement
from apps.households.models import Person
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _


class Determination(models.Model):
    """核定: the facts of a household as frozen by a decision, for the months of ``period``.

    A later decision takes over from its first month on and cuts the earlier ones short, so
    that exactly one determination holds in a month. A correction of past months writes one
    row for each stretch of months with the same facts. All amounts in fen a year (monthly
    facts times 12, CV-02), so that sums stay whole.
    """

    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", on_delete=models.PROTECT, related_name="determinations"
    )
    decision = models.ForeignKey(Decision, verbose_name="决定", on_delete=models.PROTECT)
    as_of = models.DateField("事实截止日")
    period = DateRangeField("适用月份")
    zone = models.CharField("城乡类别", max_length=5)
    grade = models.CharField("档次", max_length=8, blank=True)
    household_deduction_fen = FenField("全户扣减（分/年）", default=0)

    class Meta:
        verbose_name = _("低保核定")
        constraints = [
            ExclusionConstraint(
                name="one_determination_a_month",
                expressions=[
                    ("entitlement", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("同一待遇同一月份只能有一个核定结果。"),
            ),
            models.CheckConstraint(
                condition=Q(zone__in=["urban", "rural"]), name="determination_zone"
            ),
            models.CheckConstraint(
                condition=Q(household_deduction_fen__gte=0), name="determination_deduction"
            ),
        ]


class DeterminationMember(models.Model):
    """核定成员: one member as frozen: counted or why not, and the person's yearly amounts.

    ``wage_fen`` before the employment cost rate, ``base_pension_fen`` the central base pension
    (counted or not by the month, R-DB-06), ``other_fen`` all other counted sources.
    """

    determination = models.ForeignKey(
        Determination, on_delete=models.CASCADE, related_name="members"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    counted = models.BooleanField("计入")
    why_not = models.CharField("不计入原因", max_length=32, blank=True)
    wage_fen = FenField("工资性收入（分/年）", default=0)
    base_pension_fen = FenField("中央基础养老金（分/年）", default=0)
    other_fen = FenField("其他计入收入（分/年）", default=0)
    deduction_fen = FenField("本人扣减（分/年）", default=0)

    class Meta:
        verbose_name = _("核定成员")
        constraints = [
            models.UniqueConstraint(fields=["determination", "person"], name="determined_once"),
            models.CheckConstraint(
                condition=Q(counted=True, why_not="") | Q(counted=False) & ~Q(why_not=""),
                name="not_counted_says_why",
            ),
        ]


class Grace(models.Model):
    """渐退期: months in which a household keeps the amount of the month of the decision."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="graces")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)
    reference = MonthField("沿用月份")  # the month whose amount is kept
    period = DateRangeField("渐退月份")

    class Meta:
        verbose_name = _("渐退期")
        constraints = [
            first_of_month("grace_reference", "reference"),
            ExclusionConstraint(
                name="one_grace_at_a_time",
                expressions=[
                    ("entitlement", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Sanction(models.Model):
    """停发本人份额: months in which a member's own share is withheld (R-DB-15)."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="sanctions")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    period = DateRangeField("停发月份")

    class Meta:
        verbose_name = _("停发本人份额")
        constraints = [
            ExclusionConstraint(
                name="one_sanction_a_person",
                expressions=[
                    ("entitlement", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]
