"""审批前核查: rules in data, what they asked of a calculation, and staff's own accounts.

Loaded with payments.models. 阻断 holds an amount (payments.Held), 需核实 asks a person (Doubt).
"""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.casework.models import Entitlement
from apps.offices.models import Role, Staff
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _

# Who may own a rule: the county's posts, never whoever approves.
OWNERS = (
    Role.TOWNSHIP_CLERK,
    Role.COUNTY_CLERK,
    Role.COUNTY_SUPERVISOR,
    Role.CHECKER,
    Role.FINANCE,
)
RULERS = (Role.COUNTY_SUPERVISOR,)  # who may adopt a rule anew
KEEPERS_OF_ACCOUNTS = (Role.SECURITY_ADMIN,)
WHOSE = (("self", _("本人")), ("spouse", _("配偶")), ("relative", _("近亲属")))


class ReviewRule(models.Model):
    """核查规则: what is asked before approval, by whom it is settled, and in how many days.

    A row holds from its month until the next row of its code; ``asked`` off ends the rule. A rule
    without a row asks nothing. Thresholds are standards (``standards`` names them): while one of
    them is 未配置, the rule asks nothing either. Append-only.
    """

    class Kind(models.TextChoices):
        BLOCK = "block", _("阻断")
        DOUBT = "doubt", _("需核实")

    code = models.CharField("代码", max_length=32)
    kind = models.CharField("类别", max_length=5, choices=Kind.choices)
    short = models.CharField("简称", max_length=12)
    words = models.CharField("说明", max_length=100)
    owner = models.CharField("责任岗位", max_length=20, choices=Role.choices)
    days = models.PositiveSmallIntegerField("时限（工作日）")
    programmes = ArrayField(
        models.CharField(max_length=32), verbose_name="适用项目", default=list, blank=True
    )  # empty: all
    standards = ArrayField(
        models.CharField(max_length=64), verbose_name="门槛标准", default=list, blank=True
    )
    from_month = MonthField("自何月起")
    asked = models.BooleanField("启用", default=True)
    document = models.CharField("文件", max_length=120, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)
    example = models.BooleanField("示例", default=False)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        app_label = "payments"
        verbose_name = _("核查规则")
        constraints = [
            first_of_month("review_rule_month", "from_month"),
            models.UniqueConstraint(
                fields=["code", "from_month"],
                name="one_review_rule_a_month",
                violation_error_message=_("该规则自这个月起已有一版，请另选月份。"),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["block", "doubt"]), name="review_rule_kind"
            ),
            models.CheckConstraint(
                condition=Q(owner__in=[str(role) for role in OWNERS]), name="review_rule_owner"
            ),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=60), name="review_rule_days"),
            models.CheckConstraint(
                condition=~Q(document="") | ~Q(source=""), name="review_rule_says_whence"
            ),
        ]


class DoubtQuerySet(models.QuerySet["Doubt"]):
    def visible_to(self, staff: Staff) -> Self:
        """Those of awards inside the person's territory; of the run itself, to the county."""
        inside = Q(entitlement__household__division__startswith=staff.division)
        return self.filter(inside | Q(entitlement=None, calculation__run__division=staff.division))

    def unanswered(self) -> Self:
        """Those nobody has passed; what was held has no line, and so no doubt."""
        return self.filter(passed_at__isnull=True)


class Doubt(models.Model):
    """需核实: a line of a calculation that somebody must have looked at before it is approved.

    ``subject`` 0 is the run as a whole. What was asked never changes; an answer is given once:
    passed (核实无误) by the rule's owner. A new version of the calculation takes over the answers
    to whatever it asks again with the same amounts.
    """

    calculation = models.ForeignKey(
        "payments.Calculation", on_delete=models.PROTECT, related_name="doubts", db_index=False
    )
    rule = models.ForeignKey(ReviewRule, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("规则", max_length=32)
    programme = models.CharField("项目", max_length=32, blank=True)
    subject = models.BigIntegerField("对象")
    entitlement = models.ForeignKey(
        Entitlement, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    months = models.SmallIntegerField("补发月数", default=0)
    last_fen = FenField("上月（分）", null=True)
    now_fen = FenField("当月（分）", default=0)
    all_fen = FenField("本批（分）", default=0)
    last_count = models.IntegerField("上月笔数", null=True)  # of the run as a whole
    now_count = models.IntegerField("当月笔数", null=True)
    asked_on = models.DateField("提出日期")
    passed_by = models.ForeignKey(
        Staff, verbose_name="核实人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    passed_at = models.DateTimeField("核实时间", null=True)
    note = models.CharField("核实说明", max_length=200, blank=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        app_label = "payments"
        verbose_name = _("需核实")
        constraints = [
            models.UniqueConstraint(
                fields=["calculation", "code", "subject", "programme"], name="doubted_once"
            ),
            models.CheckConstraint(
                condition=Q(subject=0, entitlement__isnull=True, programme="")
                | ~Q(subject=0) & Q(entitlement__isnull=False) & ~Q(programme=""),
                name="doubt_of_a_line_or_of_the_run",
            ),
            models.CheckConstraint(
                condition=Q(passed_at__isnull=True, passed_by__isnull=True, note="")
                | Q(passed_at__isnull=False, passed_by__isnull=False) & ~Q(note=""),
                name="passed_says_why_and_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["calculation"],
                name="doubt_unanswered",
                condition=Q(passed_at__isnull=True),
            )
        ]


class StaffAccountQuerySet(models.QuerySet["StaffAccount"]):
    def visible_to(self, staff: Staff) -> Self:
        """All to whoever keeps them, nothing to anybody else."""
        return self if staff.role in KEEPERS_OF_ACCOUNTS else self.none()

    def standing(self) -> Self:
        """Those that have not been taken off."""
        return self.filter(ended_on__isnull=True)


class StaffAccount(models.Model):
    """工作人员账户登记: a bank account of one of us; no assistance may be paid to it.

    Kept apart from the posts, and seen by the security administrator alone.
    """

    staff = models.ForeignKey(
        Staff, verbose_name="工作人员", on_delete=models.PROTECT, related_name="own_accounts"
    )
    number = models.CharField("账号", max_length=40)
    whose = models.CharField("户名关系", max_length=12, choices=WHOSE, default="self")
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField("注销日期", null=True)
    ended_by = models.ForeignKey(
        Staff, verbose_name="注销人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StaffAccountQuerySet.as_manager()

    class Meta:
        app_label = "payments"
        verbose_name = _("工作人员账户")
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "number"],
                condition=Q(ended_on__isnull=True),
                name="staff_account_once",
                violation_error_message=_("该账户已经登记。"),
            ),
            models.CheckConstraint(
                condition=Q(whose__in=["self", "spouse", "relative"]), name="staff_account_whose"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__gte=F("recorded_on"), ended_by__isnull=False),
                name="staff_account_ended_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["number"], name="staff_account_number", condition=Q(ended_on__isnull=True)
            )
        ]
