"""回盘: what the bank says became of each item it was sent. Loaded with payments.models.

A file is read into lines; of those that fit their item each becomes an outcome, the bank's word,
which alone moves the item. A word that comes late or contradicts an earlier one is a dispute.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.units.fields import FenField
from apps.units.language import lazy as _

JUDGES = (Role.COUNTY_SUPERVISOR, Role.APPROVER)


class Said(models.TextChoices):
    """What the bank says of an item; the names are those of the item's states."""

    PAID = "paid", _("成功")
    RETURNED = "returned", _("退回")
    UNKNOWN = "unknown", _("处理中")


FINAL = (Said.PAID, Said.RETURNED)


class Fault(models.TextChoices):
    """Why a line cannot be matched to an item; empty when it can."""

    UNREADABLE = "unreadable", _("读不懂")
    OTHER_BATCH = "batch", _("其他批次")
    UNMATCHED = "unmatched", _("无此序号")
    ACCOUNT = "account", _("账号不符")
    AMOUNT = "amount", _("金额不符")
    DUPLICATE = "duplicate", _("重复")
    OPPOSED = "opposed", _("前后矛盾")


class FileQuerySet(models.QuerySet["ResultFile"]):
    def visible_to(self, staff: Staff) -> Self:
        """Files about runs that lie inside the person's territory."""
        return self.filter(batch__run__division__startswith=staff.division)


class ResultFile(models.Model):
    """回盘文件: one file of the bank about one batch, as it was read, with its control totals.

    ``count`` and ``fen`` are what its lines come to. What the file tells of itself
    (``told_``) and what a person was told on another way (``typed_``) is compared with them:
    the database refuses to commit a file that differs, or of which nobody told anything.
    """

    class State(models.TextChoices):
        STAGED = "staged", _("待入账")
        COMMITTED = "committed", _("已入账")
        DROPPED = "dropped", _("已撤下")

    MOVES: ClassVar[dict[str, Move]] = {
        "commit": Move(_("回盘入账"), ("staged",), "committed", (Role.FINANCE,)),
        "drop": Move(_("撤下回盘"), ("staged",), "dropped", (Role.FINANCE,)),
    }

    batch = models.ForeignKey(
        "payments.BankBatch", on_delete=models.PROTECT, related_name="result_files"
    )
    name = models.CharField("文件名", max_length=120)
    form = models.CharField("格式", max_length=8)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.IntegerField("字节数")
    count = models.IntegerField("笔数")
    fen = FenField("合计（分）")
    told_count = models.IntegerField("文件所载笔数", null=True)
    told_fen = FenField("文件所载合计（分）", null=True)
    typed_count = models.IntegerField("另行告知的笔数", null=True)
    typed_fen = FenField("另行告知的合计（分）", null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.STAGED)
    by = models.ForeignKey(Staff, models.PROTECT, verbose_name="上传人", related_name="+")
    at = models.DateTimeField("上传时间")
    committed_by = models.ForeignKey(
        Staff, models.PROTECT, verbose_name="入账人", null=True, related_name="+"
    )
    committed_at = models.DateTimeField("入账时间", null=True)
    # what became of its lines when it was committed: fate → [lines, fen]
    summary = models.JSONField("处理结果", default=dict)

    objects = FileQuerySet.as_manager()

    class Meta:
        app_label = "payments"
        verbose_name = _("回盘文件")
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=~Q(state="dropped"),
                name="result_file_once",
                violation_error_message=_("这份回盘文件已经上传过。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    state="committed", committed_by__isnull=False, committed_at__isnull=False
                )
                | ~Q(state="committed") & Q(committed_by__isnull=True, committed_at__isnull=True),
                name="result_file_committed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="committed")
                | (Q(told_count__isnull=True) | Q(told_count=F("count")))
                & (Q(told_fen__isnull=True) | Q(told_fen=F("fen")))
                & (Q(typed_count__isnull=True) | Q(typed_count=F("count")))
                & (Q(typed_fen__isnull=True) | Q(typed_fen=F("fen"))),
                name="result_file_totals_agree",
                violation_error_message=_("笔数或合计与控制数不一致，不能入账。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="committed")
                | (Q(told_count__isnull=False) | Q(typed_count__isnull=False))
                & (Q(told_fen__isnull=False) | Q(typed_fen__isnull=False)),
                name="result_file_totals_told",
                violation_error_message=_("没有控制数（笔数和合计），不能入账。"),
            ),
        ]


class ResultLine(models.Model):
    """回盘明细: one line of a file as it was read, with what is wrong with it. Append-only."""

    file = models.ForeignKey(
        ResultFile, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    line = models.IntegerField("行号")
    batch_code = models.CharField("批次", max_length=40, blank=True)
    number = models.IntegerField("序号", null=True)
    account = models.CharField("账号", max_length=60, blank=True)
    fen = FenField("金额（分）", null=True)
    said = models.CharField("结果", max_length=8, choices=Said.choices, blank=True)
    code = models.CharField("原因代码", max_length=8, blank=True)
    words = models.CharField("原因", max_length=100, blank=True)
    on = models.DateField("回盘日期", null=True)
    fault = models.CharField("问题", max_length=10, choices=Fault.choices, blank=True)
    problem = models.CharField("问题说明", max_length=160, blank=True)
    item = models.ForeignKey("payments.BankItem", null=True, on_delete=models.PROTECT)

    class Meta:
        app_label = "payments"
        verbose_name = _("回盘明细")
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="result_line_once"),
            models.CheckConstraint(
                condition=~Q(fault="") | Q(item__isnull=False, fen__isnull=False) & ~Q(said=""),
                name="result_line_matched_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(fault="", said="returned") | Q(on__isnull=False),
                name="result_line_returned_on",
            ),
        ]


class Outcome(models.Model):
    """结果: the bank's word about an item, accepted. Append-only; one final word an item.

    ``line`` is where a file says it; without one, a person recorded what the bank said.
    """

    item = models.ForeignKey(
        "payments.BankItem", on_delete=models.PROTECT, related_name="outcomes", db_index=False
    )
    line = models.OneToOneField(ResultLine, null=True, on_delete=models.PROTECT)
    said = models.CharField("结果", max_length=8, choices=Said.choices)
    code = models.CharField("原因代码", max_length=8, blank=True)
    words = models.CharField("原因", max_length=100, blank=True)
    on = models.DateField("回盘日期", null=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        app_label = "payments"
        verbose_name = _("代发结果")
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(said__in=["paid", "returned"]), name="one_outcome"
            ),
            # an item may be in process once; both together are the index of an item's words
            models.UniqueConstraint(fields=["item", "said"], name="outcome_said_once"),
            models.CheckConstraint(condition=Q(said__in=Said.values), name="outcome_said"),
            models.CheckConstraint(
                condition=~Q(said="returned") | Q(on__isnull=False), name="outcome_returned_on"
            ),
        ]


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        return self.filter(item__household__division__startswith=staff.division)


class Dispute(models.Model):
    """争议: a word of the bank that does not move its item by itself; somebody decides.

    Contradicting: the item had its final word already. Late: its run was closed. ``stood`` is
    how the item stood; ``loaded_by`` who brought the file, and may therefore not decide.
    """

    class Why(models.TextChoices):
        CONTRADICTS = "contradicts", _("与前次结果相反")
        LATE = "late", _("归档后才到")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        ACCEPTED = "accepted", _("采信新结果")
        UPHELD = "upheld", _("维持原结果")

    MOVES: ClassVar[dict[str, Move]] = {
        "accept": Move(_("采信新结果"), ("open",), "accepted", JUDGES),
        "uphold": Move(_("维持原结果"), ("open",), "upheld", JUDGES),
    }

    item = models.ForeignKey("payments.BankItem", on_delete=models.PROTECT, related_name="disputes")
    line = models.OneToOneField(ResultLine, on_delete=models.PROTECT)
    why = models.CharField("缘由", max_length=12, choices=Why.choices)
    stood = models.CharField("原结果", max_length=8)
    said = models.CharField("新结果", max_length=8, choices=Said.choices)
    code = models.CharField("原因代码", max_length=8, blank=True)
    words = models.CharField("原因", max_length=100, blank=True)
    on = models.DateField("回盘日期", null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    loaded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("处理时间", null=True)
    note = models.CharField("处理理由", max_length=200, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        app_label = "payments"
        verbose_name = _("回盘争议")
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="open"), name="one_open_dispute"
            ),
            models.CheckConstraint(condition=Q(said__in=["paid", "returned"]), name="dispute_said"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True)
                | ~Q(state="open")
                & Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(note=""),
                name="dispute_is_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("loaded_by")),
                name="dispute_four_eyes",
                violation_error_message=_("上传回盘的人不得处理由它引起的争议。"),
            ),
        ]
