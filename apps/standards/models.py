"""保障标准: every standard, rate, limit and switch, dated, with its document."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from apps.offices.models import Staff
from apps.standards.book import Book, Value
from apps.units.language import lazy as _


class Unit(models.TextChoices):
    """What the whole number of a standard counts."""

    FEN_MONTH = "fen_month", _("元/月")
    FEN_YEAR = "fen_year", _("元/年")
    FEN = "fen", _("元")
    RATE = "rate", _("万分比")
    COUNT = "count", _("个（月、天、倍）")
    SWITCH = "switch", _("开关")
    MONTH = "month", _("年月")
    CHOICE = "choice", _("方式")


class StandardQuerySet(models.QuerySet["Standard"]):
    def in_force(self) -> Self:
        """The rows that hold now, as far as is known (superseded ones left out)."""
        return self.filter(superseded_on__isnull=True)

    def known_on(self, day: dt.date) -> Self:
        """The rows that held, as known at the end of ``day``."""
        return self.filter(recorded_on__lte=day).filter(
            Q(superseded_on__isnull=True) | Q(superseded_on__gt=day)
        )


class Standard(models.Model):
    """标准: one value of one standard over a period of whole months.

    ``value`` is a whole number in the unit (fen, ten-thousandths, months, days, 0/1, YYYYMM);
    ``choice`` a word. Both empty: 未配置, the benefit or rule is off. Rows of one key (programme,
    name, band) that are in force never overlap (constraint) and leave no gap (trigger).
    """

    programme = models.CharField("项目", max_length=32)
    name = models.CharField("标准名称", max_length=48)
    band = models.CharField("档次", max_length=24, blank=True)
    unit = models.CharField("单位", max_length=10, choices=Unit.choices)
    value = models.BigIntegerField("数值", null=True)
    choice = models.CharField("方式", max_length=24, blank=True)
    period = DateRangeField("适用月份")
    document = models.CharField("文号", max_length=120, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)
    example = models.BooleanField("示例值", default=False)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_on = models.DateField("被替代日期", null=True)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("保障标准")
        constraints = [
            ExclusionConstraint(
                name="one_standard_a_month",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("band", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(superseded_on__isnull=True),
                violation_error_message=_("同一标准的适用月份不得重叠。"),
            ),
            models.CheckConstraint(
                condition=Q(unit__in=Unit.values), name="standard_unit_is_known"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0, choice=""),
                name="standard_value_or_choice",
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="standard_period"),
            models.CheckConstraint(
                condition=Q(period__startswith__day=1), name="standard_starts_on_a_month"
            ),
        ]


def book_of(rows: models.QuerySet[Standard]) -> Book:
    """The plain values the rules read, from stored rows (one query)."""
    columns = ("programme", "name", "band", "period", "value", "choice", "unit", "document")
    found = rows.order_by("programme", "name", "band", "period").values_list(*columns, "example")
    return _book(
        tuple(
            Value(f"{programme}.{name}", band, period.lower, period.upper, *rest)
            for programme, name, band, period, *rest in found
        )
    )


@lru_cache(maxsize=8)
def _book(values: tuple[Value, ...]) -> Book:
    """As long as the rows are the same it is the same book, months and all."""
    return Book(values)


def current_book() -> Book:
    """All standards in force as known now."""
    return book_of(Standard.objects.in_force())
