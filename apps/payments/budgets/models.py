"""预算: what a year may spend of each 科目 and funding source. Loaded with payments.models.

Subjects, sources and shares are data of the installation (subjects.yaml). Of a year's budget rows
the confirmed ones add up; a change is another row. A calculation's charges say what it takes of
which 科目 and source, and stay as they were when the shares change.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _

WHOLE = 10_000  # 万分比: the shares of one 科目 together
TOTAL = "all"  # where a source is named: the 科目 over all sources
COUNTY_DIGITS = 6  # of a division's code; longer ones lie inside a county
CONFIRMERS = (Role.FINANCE, Role.COUNTY_SUPERVISOR, Role.LEADER)
DECIDERS = (Role.COUNTY_SUPERVISOR, Role.LEADER)


class BudgetSubject(models.Model):
    """预算科目: a code of the 政府收支分类科目, with how sure the code is (handbook §8.2)."""

    class Sure(models.TextChoices):
        VERIFIED = "V", _("已核实")
        UNSURE = "K", _("待财政核实")

    class Fund(models.TextChoices):
        GENERAL = "general", _("一般公共预算")
        FUND = "fund", _("政府性基金预算")

    code = models.CharField("科目编码", max_length=7, primary_key=True)
    name = models.CharField("科目名称", max_length=40)
    path = models.CharField("科目路径", max_length=80)
    fund = models.CharField("预算类别", max_length=8, choices=Fund.choices)
    sure = models.CharField("核实情况", max_length=1, choices=Sure.choices)
    source = models.CharField("来源", max_length=200)

    class Meta:
        app_label = "payments"
        verbose_name = _("预算科目")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{7}$"), name="subject_code"),
            models.CheckConstraint(condition=Q(sure__in=["V", "K"]), name="subject_sure"),
            models.CheckConstraint(condition=Q(fund__in=["general", "fund"]), name="subject_fund"),
        ]


class FundingSource(models.Model):
    """资金来源: who the money comes from; ``place`` decides between equal remainders."""

    code = models.CharField("代码", max_length=10, primary_key=True)
    name = models.CharField("名称", max_length=20)
    place = models.SmallIntegerField("次序", unique=True)

    class Meta:
        app_label = "payments"
        verbose_name = _("资金来源")
        constraints = [
            models.CheckConstraint(condition=~Q(code__in=["", TOTAL]), name="funding_source_code")
        ]


class ShareSet(models.Model):
    """分担比例: how a 科目 is shared among the sources from a month on. Append-only.

    The newest of the latest month holds; its shares add up to 10,000 (trigger).
    """

    subject = models.ForeignKey(BudgetSubject, models.PROTECT, related_name="share_sets")
    from_month = MonthField("起始月份")
    document = models.CharField("文号", max_length=120, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)
    example = models.BooleanField("示例值", default=False)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        app_label = "payments"
        verbose_name = _("分担比例")
        constraints = [
            first_of_month("share_set_month", "from_month"),
            models.CheckConstraint(
                condition=Q(example=True) | ~Q(document=""),
                name="share_set_has_a_document",
                violation_error_message=_("分担比例须有文号；没有文件的只能登记为示例。"),
            ),
        ]


class Share(models.Model):
    """One source's part of a share set, in ten-thousandths. Append-only."""

    shareset = models.ForeignKey(ShareSet, models.PROTECT, related_name="shares")
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="+")
    points = models.IntegerField("万分比")

    class Meta:
        app_label = "payments"
        verbose_name = _("分担份额")
        constraints = [
            models.UniqueConstraint(fields=["shareset", "source"], name="share_once"),
            models.CheckConstraint(condition=Q(points__gt=0, points__lte=WHOLE), name="share_part"),
        ]


class BudgetQuerySet(models.QuerySet["BudgetRow"]):
    def visible_to(self, staff: Staff) -> Self:
        """The budget is the county's: townships and villages see none of it."""
        return self if len(staff.division) <= COUNTY_DIGITS else self.none()

    def confirmed(self) -> Self:
        """The rows that count."""
        return self.filter(state="confirmed")


class BudgetRow(models.Model):
    """年度预算: money given to a 科目 from a source for a year, by a document. Append-only.

    The first row is 年初预算, every later one an adjustment (signed, with a reason). A row counts
    once a second person has confirmed it; refused ones stay readable.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", _("年初预算")
        CHANGE = "change", _("预算调整")

    class State(models.TextChoices):
        ENTERED = "entered", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("未确认")

    MOVES: ClassVar[dict[str, Move]] = {
        "confirm": Move(_("确认预算"), ("entered",), "confirmed", CONFIRMERS),
        "refuse": Move(_("退回预算"), ("entered",), "refused", CONFIRMERS),
    }

    year = models.SmallIntegerField("年度")
    subject = models.ForeignKey(BudgetSubject, models.PROTECT, related_name="+")
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="+")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    fen = FenField("金额（分）")
    document = models.CharField("文件", max_length=120)
    document_on = models.DateField("文件日期")
    reason = models.CharField("理由", max_length=200, blank=True)
    example = models.BooleanField("示例值", default=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ENTERED)
    entered_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("登记时间")
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("确认时间", null=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        app_label = "payments"
        verbose_name = _("年度预算")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "subject", "source"],
                condition=Q(kind="initial") & ~Q(state="refused"),
                name="one_initial_budget",
                violation_error_message=_(
                    "这个科目和来源本年已有年初预算，要改动请登记为预算调整。"
                ),
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="budget_year"),
            models.CheckConstraint(
                condition=Q(kind="initial", fen__gte=0)
                | Q(kind="change") & ~Q(fen=0) & ~Q(reason=""),
                name="budget_row_sum",
                violation_error_message=_("年初预算不能为负；调整须有金额和理由。"),
            ),
            models.CheckConstraint(condition=~Q(document=""), name="budget_row_document"),
            models.CheckConstraint(
                condition=Q(state="entered", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state="entered") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="budget_row_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="budget_row_four_eyes",
                violation_error_message=_("登记预算的人不得自己确认，须由另一人确认。"),
            ),
        ]


class Charge(models.Model):
    """列支: what a calculation takes of a 科目 from a source, after set-offs. Append-only.

    Each line is split by the shares of the run's month, largest remainder, so that the charges of
    a calculation add up to what its bank batch pays. ``source`` is empty where the 科目 has no
    shares (未分来源); ``regular_fen`` and ``one_off_fen`` are parts of ``fen``.
    """

    calculation = models.ForeignKey(
        "payments.Calculation", models.PROTECT, related_name="charges", db_index=False
    )
    code = models.CharField("科目", max_length=7, blank=True)
    source = models.CharField("资金来源", max_length=10, blank=True)
    points = models.IntegerField("万分比")
    shareset = models.ForeignKey(ShareSet, models.PROTECT, null=True, related_name="+")
    fen = FenField("金额（分）")
    regular_fen = FenField("其中当月（分）")
    one_off_fen = FenField("其中一次性（分）")

    class Meta:
        app_label = "payments"
        verbose_name = _("列支")
        constraints = [
            models.UniqueConstraint(fields=["calculation", "code", "source"], name="charge_once"),
            models.CheckConstraint(
                condition=Q(fen__gte=0, regular_fen__gte=0, one_off_fen__gte=0)
                & Q(fen__gte=F("regular_fen") + F("one_off_fen")),
                name="charge_parts",
            ),
            models.CheckConstraint(
                condition=Q(source="", shareset__isnull=True)
                | ~Q(source="") & Q(shareset__isnull=False),
                name="charge_has_its_shares",
            ),
        ]


class OverBudget(models.Model):
    """超预算决定: that a calculation may go beyond the budget of a 科目 and source by so much.

    By a supervisor or a leader; the run's approver must be somebody else (trigger). Append-only.
    """

    calculation = models.ForeignKey(
        "payments.Calculation", models.PROTECT, related_name="over_budget"
    )
    code = models.CharField("科目", max_length=7)
    source = models.CharField("资金来源", max_length=10, blank=True)  # TOTAL: over all sources
    fen = FenField("超出（分）")
    document = models.CharField("文件", max_length=120)
    document_on = models.DateField("文件日期")
    reason = models.CharField("理由", max_length=300)
    decided_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        app_label = "payments"
        verbose_name = _("超预算决定")
        constraints = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="over_budget_positive"),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(reason=""), name="over_budget_says_why"
            ),
        ]
