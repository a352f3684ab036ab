"""养老服务: service bought for an elder within a month's quota, delivered visit by visit (R-YL-04).

A visit is only ever added, a mistake is put right by a visit that reverses it, and the database
keeps the sum of a month's visits within the quota. Nothing here enters the bank file.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.casework.models import Entitlement
from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _


class ServiceProvider(models.Model):
    """服务机构: who delivers, under a contract from one day to another."""

    name = models.CharField("名称", max_length=80, unique=True)
    contract_from = models.DateField("合同起始日")
    contract_until = models.DateField("合同截止日", null=True)
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("服务机构")
        constraints = [
            models.CheckConstraint(
                condition=Q(contract_until__isnull=True)
                | Q(contract_until__gte=F("contract_from")),
                name="provider_contract_runs_forward",
            )
        ]


class ServicePrice(models.Model):
    """项目价格: what one unit of an item costs from a day on; a later row replaces it."""

    provider = models.ForeignKey(
        ServiceProvider, verbose_name="机构", on_delete=models.PROTECT, related_name="prices"
    )
    item = models.CharField("服务项目", max_length=40)
    unit = models.CharField("计量单位", max_length=10)
    fen = FenField("单价（分）")
    since = models.DateField("起始日")
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("项目价格")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "item", "since"],
                name="one_price_a_day",
                violation_error_message=_("该项目当日已有价格。"),
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="service_price_is_positive"),
        ]


class QuotaQuerySet(models.QuerySet["ServiceQuota"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        return self.filter(entitlement__household__division__startswith=staff.division)


class ServiceQuota(models.Model):
    """月度额度: what an award comes to in a month as computed, in fen; locked to spend from it."""

    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", on_delete=models.PROTECT, related_name="quotas"
    )
    month = MonthField("月份")
    fen = FenField("额度（分）")
    carried_fen = FenField("上月结转（分）", default=0)
    computed_on = models.DateField("核算日期")

    objects = QuotaQuerySet.as_manager()

    class Meta:
        verbose_name = _("月度服务额度")
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "month"], name="one_quota_a_month"),
            models.CheckConstraint(
                condition=Q(fen__gte=0, carried_fen__gte=0), name="service_quota_not_negative"
            ),
            first_of_month("service_quota_month", "month"),
        ]


class OrderQuerySet(models.QuerySet["ServiceOrder"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        return self.filter(quota__entitlement__household__division__startswith=staff.division)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        return self.filter(quota__entitlement__household__division__startswith=staff.division)


class ServiceOrder(models.Model):
    """服务订单: what a provider is asked to deliver to an elder in one month."""

    class State(models.TextChoices):
        PLACED = "placed", _("已下单")
        CANCELLED = "cancelled", _("已取消")

    MOVES: ClassVar[dict[str, Move]] = {
        "cancel": Move(
            _("取消订单"),
            ("placed",),
            "cancelled",
            (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD, Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR),
        )
    }

    quota = models.ForeignKey(
        ServiceQuota, verbose_name="额度", on_delete=models.PROTECT, related_name="orders"
    )
    provider = models.ForeignKey(ServiceProvider, verbose_name="机构", on_delete=models.PROTECT)
    fen = FenField("订单金额（分）")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PLACED)
    placed_on = models.DateField("下单日期")
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("服务订单")
        constraints = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="service_order_is_positive")
        ]


class OrderItem(models.Model):
    """订单项目: how many units of an item, at the price of the day the order was placed."""

    order = models.ForeignKey(ServiceOrder, on_delete=models.PROTECT, related_name="items")
    price = models.ForeignKey(ServicePrice, on_delete=models.PROTECT, related_name="+")
    times = models.PositiveSmallIntegerField("次数")

    class Meta:
        verbose_name = _("订单项目")
        constraints = [
            models.UniqueConstraint(fields=["order", "price"], name="an_item_once_an_order"),
            models.CheckConstraint(condition=Q(times__gt=0), name="order_item_is_positive"),
        ]


class SettlementQuerySet(models.QuerySet["ServiceSettlement"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those prepared for divisions inside the person's territory."""
        return self.filter(division__startswith=staff.division)


class ServiceSettlement(models.Model):
    """机构结算: a month's visits of one provider, their sum and digest; two people sign it."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("待审批")
        RETURNED = "returned", _("已退回")
        APPROVED = "approved", _("已审批")

    MOVES: ClassVar[dict[str, Move]] = {
        "approve": Move(_("审批结算"), ("prepared",), "approved", (Role.COUNTY_SUPERVISOR,)),
        "send_back": Move(_("退回结算"), ("prepared",), "returned", (Role.COUNTY_SUPERVISOR,)),
        "prepare": Move(_("重新提交结算"), ("returned",), "prepared", (Role.COUNTY_CLERK,)),
    }

    provider = models.ForeignKey(ServiceProvider, verbose_name="机构", on_delete=models.PROTECT)
    division = models.CharField("区划", max_length=12)
    month = MonthField("月份")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PREPARED)
    fen = FenField("结算金额（分）")
    visits_counted = models.PositiveIntegerField("服务次数")
    digest = models.CharField("清单摘要", max_length=64)
    prepared_on = models.DateField("提交日期")
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField("审批日期", null=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("机构结算")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "division", "month"],
                condition=~Q(state="approved"),
                name="one_open_settlement",
                violation_error_message=_("该机构该月已有未审批的结算单。"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(prepared_by=F("decided_by")),
                name="service_settlement_four_eyes",
                violation_error_message=_("经办人与审批人不得为同一人。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_by__isnull=False),
                name="approved_settlement_has_a_decider",
            ),
            first_of_month("service_settlement_month", "month"),
        ]


class Visit(models.Model):
    """上门服务: one delivery on one day; a reversal has the same fen below zero."""

    quota = models.ForeignKey(ServiceQuota, on_delete=models.PROTECT, related_name="visits")
    order = models.ForeignKey(
        ServiceOrder, verbose_name="订单", on_delete=models.PROTECT, related_name="visits"
    )
    price = models.ForeignKey(
        ServicePrice, verbose_name="项目", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField("服务日期")
    times = models.PositiveSmallIntegerField("次数")
    minutes = models.PositiveSmallIntegerField("服务分钟", null=True)
    worker = models.CharField("服务人员", max_length=40)
    confirmed_by = models.CharField("签字确认人", max_length=40)
    fen = FenField("金额（分）")
    reverses = models.OneToOneField(
        "self", verbose_name="冲正", null=True, on_delete=models.PROTECT, related_name="reversal"
    )
    reason = models.CharField("冲正理由", max_length=200, blank=True)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    settlement = models.ForeignKey(
        ServiceSettlement, null=True, on_delete=models.PROTECT, related_name="visits"
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("上门服务")
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, fen__gt=0)
                | Q(reverses__isnull=False, fen__lt=0) & ~Q(reason=""),
                name="visit_is_service_or_reversal",
            ),
            models.CheckConstraint(
                condition=Q(day__lte=F("recorded_on")), name="visit_is_not_in_the_future"
            ),
            models.CheckConstraint(condition=Q(times__gt=0), name="visit_is_at_least_once"),
        ]
