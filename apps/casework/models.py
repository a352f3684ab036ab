"""案件: applications, the decisions on them, and what they give rise to (待遇)."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.months import Month

CASEWORKERS = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD, Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
DECIDERS = (Role.COUNTY_SUPERVISOR, Role.TOWNSHIP_LEAD)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only applications of households inside the person's territory."""
        return self.filter(household__division__startswith=staff.division)


class Application(models.Model):
    """申请: someone asks for a programme on a day; moved only by move()."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "已申请"
        ACCEPTED = "accepted", "已受理"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "不予确认"
        WITHDRAWN = "withdrawn", "已撤回"

    MOVES: ClassVar[dict[str, Move]] = {
        "accept": Move("受理", ("submitted",), "accepted", CASEWORKERS),
        "confirm": Move("确认", ("submitted", "accepted"), "confirmed", DECIDERS),
        "reject": Move("不予确认", ("submitted", "accepted"), "rejected", DECIDERS),
        "withdraw": Move("撤回", ("submitted", "accepted"), "withdrawn", CASEWORKERS),
    }

    programme = models.CharField("救助项目", max_length=32)
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, verbose_name="人员", null=True, on_delete=models.PROTECT)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.SUBMITTED)
    applied_on = models.DateField("申请日期")
    accepted_on = models.DateField("受理日期", null=True)
    basis = models.CharField("依据", max_length=32, blank=True)
    prepared_by = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "申请"
        constraints = [
            models.UniqueConstraint(
                F("programme"),
                Coalesce("person_id", -F("household_id")),
                condition=Q(state__in=["submitted", "accepted"]),
                name="one_open_application",
                violation_error_message="该对象的同一项目已有正在办理的申请。",
            )
        ]


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def of(self, programme: str) -> Self:
        return self.filter(programme=programme)

    def visible_to(self, staff: Staff) -> Self:
        return self.filter(household__division__startswith=staff.division)

    def payable_in(self, month: Month) -> Self:
        """Awards whose period contains the month."""
        return self.filter(period__contains=month)


class Entitlement(models.Model):
    """待遇: a decision that a subject is owed a programme from one month to another.

    ``subject`` is the person's id, or minus the household's id. ``period`` counts whole months,
    half-open; its upper end moves only by decision (stop, grace). ``accounts_from`` is the first
    month this system accounts for, where the award was taken over from an earlier one.
    """

    programme = models.CharField("救助项目", max_length=32)
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, verbose_name="人员", null=True, on_delete=models.PROTECT)
    subject = models.GeneratedField(
        expression=Coalesce("person_id", -F("household_id")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    period = DateRangeField("享受起止月份")
    one_off = models.BooleanField("一次性", default=False)
    assessed_fen = FenField("核定金额（分）", null=True)
    over_cap_approved = models.BooleanField("一事一议", default=False)
    relief_type = models.CharField("救助类型", max_length=12, blank=True)
    school_year = models.CharField("学年", max_length=12, blank=True)
    basis = models.CharField("依据", max_length=32, blank=True)
    accounts_from = MonthField("系统记账起始月", null=True)
    application = models.ForeignKey(
        Application, verbose_name="申请", null=True, on_delete=models.PROTECT
    )

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = "待遇"
        indexes = [
            models.Index(fields=["household"], name="entitlement_household"),
            GistIndex(fields=["period"], name="entitlement_period"),
        ]
        constraints = [
            ExclusionConstraint(
                name="one_entitlement_at_a_time",
                expressions=[
                    ("subject", RangeOperators.EQUAL),
                    ("programme", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(one_off=False),
                violation_error_message="同一对象同一项目的享受期间不得重叠。",
            ),
            models.UniqueConstraint(
                fields=["programme", "person", "school_year"],
                condition=~Q(school_year=""),
                name="once_a_school_year",
                violation_error_message="同一学年只能享受一次。",
            ),
            first_of_month("entitlement_accounts_from", "accounts_from"),
            models.CheckConstraint(
                condition=Q(period__isempty=True) | Q(period__startswith__day=1),
                name="entitlement_starts_on_a_month",
            ),
        ]


class Decision(models.Model):
    """决定: what was decided, when, from which month, by whom, and the tests said aloud.

    Append-only. ``findings`` is a list of [code, passed, words] in the order of the law.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", "确认"
        REJECT = "reject", "不予确认"
        REDETERMINE = "redetermine", "重新核定"
        STOP = "stop", "停发"
        GRACE = "grace", "渐退"
        SANCTION = "sanction", "停发本人份额"
        OFFSET = "offset", "抵扣追回"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    programme = models.CharField("救助项目", max_length=32)
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, verbose_name="人员", null=True, on_delete=models.PROTECT)
    application = models.ForeignKey(
        Application, verbose_name="申请", null=True, on_delete=models.PROTECT
    )
    entitlement = models.ForeignKey(
        Entitlement,
        verbose_name="待遇",
        null=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    decided_on = models.DateField("决定日期")
    effective = MonthField("生效月份", null=True)
    reason = models.CharField("理由", max_length=32, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    findings = models.JSONField("审核结论", default=list)
    prepared_by = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        Staff, verbose_name="审批人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "决定"
        indexes = [models.Index(fields=["household", "-id"], name="decision_household")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(prepared_by=F("decided_by")),
                name="decision_four_eyes",
                violation_error_message="经办人与审批人不得为同一人。",
            ),
            first_of_month("decision_effective", "effective"),
        ]
