"""困境儿童、留守儿童的档案: one open file a child, and all that is added to it.

That a child is on a register is a fact about the child (``child_register``, see households);
the file stands on that fact and says nothing of it a second time. R-KJ-01, R-LS-01.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.casework.procedures import CASEWORKERS
from apps.households.models import Fact, Household, Person
from apps.offices.models import Staff
from apps.offices.moves import Move
from apps.registers import words
from apps.units.language import lazy as _


class FileQuerySet(models.QuerySet[Any]):
    """Files, and what hangs on them."""

    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        path = "household" if self.model is ChildFile else "file__household"
        return self.filter(**{f"{path}__division__startswith": staff.division})


class ChildFile(models.Model):
    """儿童档案: 一人一档. ``fact`` says which register the child is on, since when."""

    class State(models.TextChoices):
        OPEN = "open", _("在册")
        CLOSED = "closed", _("已销档")

    MOVES: ClassVar[dict[str, Move]] = {
        "close": Move(_("销档"), ("open",), "closed", CASEWORKERS),
    }

    person = models.ForeignKey(
        Person, verbose_name="儿童", on_delete=models.PROTECT, related_name="child_files"
    )
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="child_files"
    )
    fact = models.ForeignKey(
        Fact, verbose_name="登记", on_delete=models.PROTECT, related_name="child_files"
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField("建档日期")
    opened_by = models.ForeignKey(
        Staff, verbose_name="建档人", on_delete=models.PROTECT, related_name="+"
    )
    closed_on = models.DateField("销档日期", null=True)
    close_reason = models.CharField("销档原因", max_length=16, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("儿童档案")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="open"),
                name="one_open_file_a_child",
                violation_error_message=_("该儿童已有在册档案，一人一档，请直接打开。"),
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True, close_reason="")
                | Q(
                    state="closed",
                    closed_on__gte=F("opened_on"),
                    close_reason__in=list(words.CLOSINGS),
                ),
                name="child_file_closing_is_whole",
                violation_error_message=_("销档须有日期和原因，且不早于建档日期。"),
            ),
        ]


class Hung(models.Model):
    """What is added to a file: on a day, by somebody, never changed. Abstract."""

    on = models.DateField("日期")
    by = models.ForeignKey(Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        abstract = True


class Rating(Hung):
    """评估: why the child is on the register, and how closely it is watched; the newest holds."""

    file = models.ForeignKey(
        ChildFile, verbose_name="档案", on_delete=models.PROTECT, related_name="ratings"
    )
    ground = models.CharField("情形", max_length=16, choices=words.ALL_GROUNDS.items())
    level = models.CharField("关注等级", max_length=8, choices=words.LEVELS.items())
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = _("评估")
        indexes = [models.Index(fields=["file", "-on", "-id"], name="rating_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ground__in=list(words.ALL_GROUNDS)), name="rating_ground"
            ),
            models.CheckConstraint(condition=Q(level__in=list(words.LEVELS)), name="rating_level"),
        ]


class ChildVisit(Hung):
    """走访: who saw the child, where, how it is cared for; ``health`` is for caseworkers only."""

    file = models.ForeignKey(
        ChildFile, verbose_name="档案", on_delete=models.PROTECT, related_name="visits"
    )
    way = models.CharField("方式", max_length=8, choices=words.WAYS.items())
    care = models.CharField("监护情况", max_length=8, choices=words.CARE.items())
    school = models.CharField("就学情况", max_length=12, choices=words.SCHOOL.items())
    health = models.CharField("健康情况", max_length=300, blank=True)
    note = models.CharField("走访记录", max_length=500)

    class Meta:
        verbose_name = _("走访")
        indexes = [models.Index(fields=["file", "-on", "-id"], name="child_visit_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=list(words.WAYS)), name="child_visit_way"),
            models.CheckConstraint(condition=Q(care__in=list(words.CARE)), name="child_visit_care"),
            models.CheckConstraint(
                condition=Q(school__in=list(words.SCHOOL)), name="child_visit_school"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="child_visit_says_something"),
        ]


class Carer(Hung):
    """委托照护: who looks after the child while the parents are away, confirmed in writing."""

    file = models.ForeignKey(
        ChildFile, verbose_name="档案", on_delete=models.PROTECT, related_name="carers"
    )
    name = models.CharField("照护人", max_length=100)
    relation = models.CharField("与儿童关系", max_length=20)
    phone = models.CharField("电话", max_length=30)
    paper = models.CharField("委托监护确认书", max_length=100)

    class Meta:
        verbose_name = _("委托照护")
        indexes = [models.Index(fields=["file", "-on", "-id"], name="carer_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(relation="") & ~Q(phone="") & ~Q(paper=""),
                name="carer_is_whole",
            )
        ]


class Referral(Hung):
    """转介: the money and the help come from other programmes and offices (R-KJ-01)."""

    file = models.ForeignKey(
        ChildFile, verbose_name="档案", on_delete=models.PROTECT, related_name="referrals"
    )
    target = models.CharField("转介到", max_length=32)
    note = models.CharField("说明", max_length=300)

    class Meta:
        verbose_name = _("转介")
        constraints = [
            models.CheckConstraint(
                condition=~Q(target="") & ~Q(note=""), name="referral_says_where_and_why"
            )
        ]


class ChildReport(models.Model):
    """强制报告: a child alone, missing or perhaps harmed; open until somebody has dealt with it."""

    class State(models.TextChoices):
        OPEN = "open", _("待处置")
        ANSWERED = "answered", _("已处置")

    MOVES: ClassVar[dict[str, Move]] = {
        "answer": Move(_("处置报告"), ("open",), "answered", CASEWORKERS),
    }

    file = models.ForeignKey(
        ChildFile, verbose_name="档案", on_delete=models.PROTECT, related_name="reports"
    )
    kind = models.CharField("情形", max_length=8)
    source = models.CharField("来源", max_length=8, choices=words.SOURCES.items())
    on = models.DateField("报告日期")
    note = models.CharField("情况", max_length=500)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", auto_now_add=True)
    outcome = models.CharField("处置结果", max_length=12, blank=True)
    answer = models.CharField("处置情况", max_length=500, blank=True)
    answered_on = models.DateField("处置日期", null=True)
    answered_by = models.ForeignKey(
        Staff, verbose_name="处置人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("强制报告")
        constraints = [
            models.UniqueConstraint(
                fields=["file", "kind"],
                condition=Q(state="open"),
                name="one_open_report_of_a_kind",
                violation_error_message=_("该儿童同一情形已有待处置的报告，请先处置。"),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(words.ALARMS)), name="child_report_kind"
            ),
            models.CheckConstraint(
                condition=Q(source__in=list(words.SOURCES)) & ~Q(note=""),
                name="child_report_says_whence_and_what",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="open",
                    outcome="",
                    answer="",
                    answered_on__isnull=True,
                    answered_by__isnull=True,
                )
                | Q(
                    state="answered",
                    outcome__in=list(words.OUTCOMES),
                    answer__gt="",
                    answered_on__gte=F("on"),
                    answered_by__isnull=False,
                ),
                name="child_report_answer_is_whole",
            ),
        ]
