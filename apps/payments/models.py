"""发放: what is owed, what was issued, what the bank was asked to pay: three things.

Owed: Due, computed by a Calculation. Issued: PaymentLine, one per subject, programme, benefit
month and kind. Asked of the bank: BankItem, one per subject, programme and kind of a run.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from apps.casework.models import Entitlement
from apps.households.models import BankAccount, Household
from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.payments.books import models as books  # noqa: F401
from apps.payments.budgets import models as budgets  # noqa: F401
from apps.payments.closing import models as closing  # noqa: F401
from apps.payments.guards import ITEM_CONSTRAINTS, RUN_CONSTRAINTS
from apps.payments.holding import models as holding  # noqa: F401
from apps.payments.recoveries import models as recoveries  # noqa: F401
from apps.payments.results import models as results  # noqa: F401
from apps.payments.review import models as review  # noqa: F401
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _

WITHHELD = Q(offset_fen__gt=0)  # of few lines, and a recovery asks for its own
MAKERS = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)


class RunQuerySet(models.QuerySet["PaymentRun"]):
    def visible_to(self, staff: Staff) -> Self:
        """Runs whose territory holds the person's, or lies inside it."""
        inside = Q(division__startswith=staff.division)
        prefixes = [staff.division[:n] for n in range(1, len(staff.division) + 1)]
        return self.filter(inside | Q(division__in=prefixes))

    def issued(self) -> Self:
        """Runs whose lines count as issued."""
        return self.filter(state__in=("approved", "sent", "closed"))


class PaymentRun(models.Model):
    """发放批次: one month of one county (or a part of it), from draft to closed.

    Maker, checker, approver and releaser are four people; the database sees to it. At most one
    run is open (draft, computed, checked) at a time, so that no month is issued twice.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        COMPUTED = "computed", _("已计算")
        CHECKED = "checked", _("已复核")
        APPROVED = "approved", _("已审批")
        SENT = "sent", _("已送银行")
        CLOSED = "closed", _("已归档")
        CANCELLED = "cancelled", _("已撤销")

    MOVES: ClassVar[dict[str, Move]] = {
        "compute": Move(_("计算"), ("draft", "computed"), "computed", MAKERS),
        "check": Move(_("复核"), ("computed",), "checked", (Role.CHECKER,)),
        "approve": Move(_("审批"), ("checked",), "approved", (Role.APPROVER,)),
        "send": Move(_("送银行"), ("approved",), "sent", (Role.FINANCE,)),
        "close": Move(_("归档"), ("sent",), "closed", (Role.FINANCE,)),
        "return": Move(
            _("退回"),
            ("computed", "checked", "approved"),
            "draft",
            (*MAKERS, Role.CHECKER, Role.APPROVER, Role.FINANCE),
        ),
        "cancel": Move(_("撤销"), ("draft", "computed"), "cancelled", MAKERS),
    }

    month = MonthField("发放月份")
    number = models.PositiveSmallIntegerField("当月批次号", default=1)
    division = models.CharField("范围", max_length=12)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    cutoff = models.DateField("数据截止日")  # everything recorded up to this day is in it
    calculation = models.ForeignKey(
        "Calculation",
        verbose_name="现行计算",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    maker = models.ForeignKey(Staff, models.PROTECT, verbose_name="经办", related_name="runs_made")
    checker = models.ForeignKey(
        Staff, models.PROTECT, verbose_name="复核", null=True, related_name="runs_checked"
    )
    approver = models.ForeignKey(
        Staff, models.PROTECT, verbose_name="审批", null=True, related_name="runs_approved"
    )
    releaser = models.ForeignKey(
        Staff, models.PROTECT, verbose_name="送行", null=True, related_name="runs_released"
    )
    requested_at = models.DateTimeField("请求计算时间", null=True)
    cancel_requested = models.BooleanField("请求停止计算", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    open_flag = models.BooleanField("开启", default=True, editable=False)  # for one_open_run

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("发放批次")
        constraints = RUN_CONSTRAINTS


class Progress(models.Model):
    """进度: how far a computing run is; written outside its transaction, read by the page."""

    run = models.OneToOneField(PaymentRun, on_delete=models.CASCADE, primary_key=True)
    done = models.IntegerField("已算", default=0)
    total = models.IntegerField("总数", default=0)
    programme = models.CharField("正在计算", max_length=32, blank=True)
    by_programme = models.JSONField("各项目", default=dict)
    started_at = models.DateTimeField("开始", null=True)
    beat_at = models.DateTimeField("心跳", null=True)
    error = models.CharField("失败原因", max_length=300, blank=True)

    class Meta:
        verbose_name = _("进度")


class Calculation(models.Model):
    """计算: one computing of a run. A run recomputed has a new one; the old stays readable.

    ``book`` is every standard as it stood, so that each due can be said again word for word;
    ``horizon`` the last Change it took into account.
    """

    run = models.ForeignKey(
        PaymentRun, verbose_name="批次", on_delete=models.PROTECT, related_name="calculations"
    )
    version = models.PositiveSmallIntegerField("版本")
    first_month = MonthField("起算月份")
    # which months were computed for everybody, and for whom the others: {"all": [months],
    # "some": {month: [[household ids], [person ids]]}}
    scope = models.JSONField("范围", default=dict)
    horizon = models.BigIntegerField("变动截止号")
    book = models.JSONField("标准")
    started_at = models.DateTimeField("开始", auto_now_add=True)
    milliseconds = models.IntegerField("用时（毫秒）", default=0)
    dues = models.IntegerField("应发行数", default=0)
    lines = models.IntegerField("明细行数", default=0)
    # no approval while a doubt is unanswered: payment.review_before_approval as it then stood
    gated = models.BooleanField("须先核实", default=False)

    class Meta:
        verbose_name = _("计算")
        constraints = [
            models.UniqueConstraint(fields=["run", "version"], name="calculation_version"),
            first_of_month("calculation_first_month", "first_month"),
        ]

    @property
    def seconds(self) -> float:
        """How long it took, as a person counts."""
        return self.milliseconds / 1000


class Due(models.Model):
    """应发: what one award comes to in one benefit month, and from which facts.

    ``facts`` is the situation (4 numbers) followed by the fields of the rule's facts; ``rule``
    names the dated rule. Append-only; what it points to is checked by a statement trigger.
    """

    pk = models.CompositePrimaryKey(
        "subject", "programme", "month", "calculation_id", "entitlement_id"
    )
    subject = models.BigIntegerField("对象")  # person id, or minus household id
    programme = models.CharField("项目", max_length=32)
    month = MonthField("所属月份")
    calculation = models.ForeignKey(
        Calculation, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    fen = FenField("应发（分）")
    base_fen = FenField("处分前（分）")
    verdict = models.SmallIntegerField("结论")
    rule = models.SmallIntegerField("规则号")
    budget = models.CharField("科目", max_length=7, blank=True)
    heads = models.SmallIntegerField("人数", default=1)
    facts = ArrayField(models.BigIntegerField(), verbose_name="计算依据")

    class Meta:
        verbose_name = _("应发")
        constraints = [
            first_of_month("due_month", "month"),
            models.CheckConstraint(
                condition=Q(fen__gte=0) & (Q(fen=0) | Q(verdict=1)), name="due_fen"
            ),
        ]
        # The few that wait, have lapsed or are held: all that the next month must know of them.
        indexes = [
            models.Index(fields=["month"], name="due_standing", condition=Q(verdict__in=(3, 4, 5)))
        ]


class Kind(models.TextChoices):
    """What a line is for (FORMAT §9)."""

    REGULAR = "regular", _("当月")
    ARREARS = "arrears", _("补发")
    REISSUE = "reissue", _("重发")
    ONE_OFF = "one_off", _("一次性")


class PaymentLine(models.Model):
    """发放明细: money issued for one subject, programme and benefit month by one calculation.

    Counts as issued when its run is approved and the bank has not returned its item. Append-only.
    ``offset_fen`` is withheld by a decided set-off; the month counts as issued in full.
    """

    pk = models.CompositePrimaryKey("subject", "programme", "month", "calculation_id", "kind")
    subject = models.BigIntegerField("对象")
    programme = models.CharField("项目", max_length=32)
    month = MonthField("所属月份")
    calculation = models.ForeignKey(
        Calculation, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    kind = models.CharField("类别", max_length=8)
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    fen = FenField("金额（分）")
    offset_fen = FenField("抵扣（分）", default=0)
    budget = models.CharField("科目", max_length=7, blank=True)

    class Meta:
        verbose_name = _("发放明细")
        constraints = [
            first_of_month("line_month", "month"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="line_is_positive"),
            models.CheckConstraint(
                condition=Q(offset_fen__gte=0, offset_fen__lte=F("fen")), name="line_offset"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="line_kind"),
        ]
        indexes = [
            BrinIndex(fields=["month"], name="line_month_brin", pages_per_range=16),
            models.Index(fields=("subject", "programme"), name="line_withheld", condition=WITHHELD),
        ]


class Held(models.Model):
    """待补或暂缓: an amount that a calculation could not find, or found but did not issue.

    Listed before the run can be checked; computed again by every later run until it is settled.
    """

    calculation = models.ForeignKey(Calculation, on_delete=models.PROTECT, related_name="held")
    programme = models.CharField("项目", max_length=32)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT)
    subject = models.BigIntegerField("对象")
    month = MonthField("所属月份")
    fen = FenField("金额（分）", null=True)  # NULL: the amount itself is unknown
    why = models.CharField("原因", max_length=32)
    words = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = _("待补与暂缓")
        constraints = [first_of_month("held_month", "month")]


class BankBatch(models.Model):
    """代发批次: an approved run sealed for the bank: count, total and digest of its items."""

    class State(models.TextChoices):
        SEALED = "sealed", _("已封存")
        SENT = "sent", _("已送出")
        VOID = "void", _("已作废")

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="batches")
    calculation = models.ForeignKey(Calculation, on_delete=models.PROTECT)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.SEALED)
    count = models.IntegerField("笔数")
    total_fen = FenField("合计（分）")
    digest = models.CharField("摘要", max_length=64)
    sealed_at = models.DateTimeField("封存时间", auto_now_add=True)

    class Meta:
        verbose_name = _("代发批次")
        constraints = [
            models.UniqueConstraint(
                fields=["run"], condition=~Q(state="void"), name="one_live_batch_a_run"
            )
        ]


class BankItem(models.Model):
    """代发笔: what the bank is asked to pay to one account, frozen with payee and account.

    Gathers the lines of one run, programme, subject and kind. The bank's word alone moves it on.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("待送")
        SENT = "sent", _("已送")
        UNKNOWN = "unknown", _("处理中")
        PAID = "paid", _("成功")
        RETURNED = "returned", _("退回")

    batch = models.ForeignKey(
        BankBatch, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    number = models.IntegerField("序号")
    programme = models.CharField("项目", max_length=32)
    subject = models.BigIntegerField("对象")
    household = models.ForeignKey(Household, on_delete=models.PROTECT)
    kind = models.CharField("类别", max_length=8)
    fen = FenField("金额（分）")
    heads = models.SmallIntegerField("人数", default=1)
    months = models.SmallIntegerField("月数")
    first_month = MonthField("起始所属月")
    last_month = MonthField("截止所属月")
    holder_name = models.CharField("享受人", max_length=100)
    holder_id_number = models.CharField("享受人证件号码", max_length=18, blank=True)
    account = models.ForeignKey(BankAccount, null=True, on_delete=models.PROTECT, db_index=False)
    payee_is = models.CharField("收款人身份", max_length=12)  # self, head, guardian …, estate
    payee_name = models.CharField("收款人", max_length=100)
    payee_id_number = models.CharField("收款人证件号码", max_length=18, blank=True)
    bank = models.CharField("开户行", max_length=60)
    bank_number = models.CharField("账号", max_length=40)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PENDING)
    returned_why = models.CharField("退回原因", max_length=20, blank=True)
    returned_on = models.DateField("退回日期", null=True)
    # the newest account version known when the item came back: a later one mends it
    returned_after_account = models.BigIntegerField("退回时账户版本", null=True)

    class Meta:
        verbose_name = _("代发笔")
        constraints = ITEM_CONSTRAINTS
        # No index names the state: a whole batch changes it at once, in place (migration 0005).
        indexes = [
            models.Index(
                fields=["subject", "programme"],
                name="bank_item_returned",
                condition=Q(returned_on__isnull=False),
            )
        ]
