"""低收入人口: households other departments name, and what became of each alert (R-DT-01).

Who is 低保, 特困, 边缘 or 刚性支出困难 is read from awards and never kept here.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.casework.procedures import CASEWORKERS
from apps.households.models import Household, Person
from apps.offices.models import Staff
from apps.offices.moves import Move
from apps.registers import low_income_words as words
from apps.units.language import lazy as _


class OfHousehold(models.QuerySet[Any]):
    """Rows of households, by territory."""

    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        return self.filter(household__division__startswith=staff.division)


class Monitored(models.Model):
    """监测名单: a household named 防止返贫监测对象 or 其他困难, by whom, from when to when."""

    class State(models.TextChoices):
        OPEN = "open", _("监测中")
        ENDED = "ended", _("已解除")

    MOVES: ClassVar[dict[str, Move]] = {"end": Move(_("解除监测"), ("open",), "ended", CASEWORKERS)}

    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="monitored"
    )
    category = models.CharField("类别", max_length=12, choices=words.LISTED.items())
    source = models.CharField("认定部门和依据", max_length=200)
    since = models.DateField("认定日期")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField("解除日期", null=True)
    end_reason = models.CharField("解除原因", max_length=12, blank=True)

    objects = OfHousehold.as_manager()

    class Meta:
        verbose_name = _("监测对象")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "category"],
                condition=Q(state="open"),
                name="monitored_once",
                violation_error_message=_("该户已在这一类监测名单中。"),
            ),
            models.CheckConstraint(
                condition=Q(category__in=list(words.LISTED)) & ~Q(source=""),
                name="monitored_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True, end_reason="")
                | Q(
                    state="ended",
                    ended_on__gte=F("since"),
                    end_reason__in=list(words.ENDS),
                ),
                name="monitored_ending_is_whole",
            ),
        ]


class AlertWork(models.Model):
    """预警处置: what was done about an alert; ``said`` is the alert as it was. Append-only."""

    rule = models.CharField("预警", max_length=12)
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="alert_work"
    )
    person = models.ForeignKey(
        Person, verbose_name="人员", null=True, on_delete=models.PROTECT, related_name="+"
    )
    said = models.CharField("预警内容", max_length=300)
    outcome = models.CharField("处置", max_length=16, choices=words.OUTCOMES.items())
    note = models.CharField("处置情况", max_length=500)
    on = models.DateField("处置日期")
    by = models.ForeignKey(Staff, verbose_name="处置人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = OfHousehold.as_manager()

    class Meta:
        verbose_name = _("预警处置")
        indexes = [
            models.Index(fields=["household", "rule", "-on"], name="alert_work_of_household")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule__in=list(words.RULES))
                & Q(outcome__in=list(words.OUTCOMES))
                & ~Q(note="")
                & ~Q(said=""),
                name="alert_work_is_whole",
            )
        ]
