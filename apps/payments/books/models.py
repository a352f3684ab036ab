"""账簿: double entry, append-only, of what became of every fen. Loaded with payments.models.

Each step of the money is a Voucher (凭证) of Transfers (分录); a transfer takes from one account
of a subject, programme and benefit month and gives the same to another, so every voucher and every
person-month comes to zero. Owed, issued, sent, paid, returned, recovered are one sum each
(``payments_ledgermonth``, a view). docs/decisions/0020-ledger.md.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.offices.models import Staff
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _


class Account(models.IntegerChoices):
    """科目: where an amount stands. The numbers are those of the SQL of this package."""

    OWED = 1, _("应发")  # what the awards come to; everything else is taken from here
    OPEN = 2, _("欠发")  # owed and not issued: held, waiting, or returned by the bank
    PAYABLE = 3, _("待送")  # issued, not yet with the bank
    BANK = 4, _("在途")  # with the bank, not answered
    PAID = 5, _("到账")  # with the person
    RECEIVABLE = 6, _("应追回")  # paid beyond what is owed
    REPAID = 7, _("已退回")  # what families paid back
    OFFSET = 8, _("已抵扣")  # withheld by a decided set-off
    WAIVED = 9, _("已减免")


class Voucher(models.Model):
    """凭证: one step of the money, whole: as many transfers, and as much, as it says.

    ``posted_`` is counted by the database while the transfers come in, and must be what was said
    when the transaction commits; afterwards neither it nor its transfers can change.
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", _("审批发放")
        REVERSAL = "reversal", _("退回冲销")
        SEND = "send", _("送银行")
        RESULT = "result", _("回盘")
        CORRECTION = "correction", _("回盘更正")
        OVERPAID = "overpaid", _("登记多发")
        REPAYMENT = "repayment", _("退回款")
        WAIVER = "waiver", _("减免")

    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    # what it is about: a calculation, a batch, a result file (an item that a person recorded as
    # returned: its number below zero), a dispute, the last of the recovery entries, a repayment …
    source = models.BigIntegerField("来源号")
    run = models.ForeignKey(
        "payments.PaymentRun", null=True, on_delete=models.PROTECT, related_name="vouchers"
    )
    count = models.IntegerField("分录数")
    fen = FenField("合计（分）")
    posted_count = models.IntegerField("已记分录数", default=0, editable=False)
    posted_fen = FenField("已记合计（分）", default=0, editable=False)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("记账时间", auto_now_add=True)

    class Meta:
        app_label = "payments"
        verbose_name = _("凭证")
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="voucher_once"),
            models.CheckConstraint(
                condition=Q(count__gt=0, fen__gt=0), name="voucher_is_not_empty"
            ),
        ]


class Transfer(models.Model):
    """分录: so many fen of one person-month leave one account for another. Append-only."""

    pk = models.CompositePrimaryKey(
        "subject", "programme", "month", "voucher_id", "source", "target"
    )
    subject = models.BigIntegerField("对象")  # person id, or minus household id
    programme = models.CharField("项目", max_length=32)
    month = MonthField("所属月份")
    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    source = models.SmallIntegerField("贷", choices=Account.choices)
    target = models.SmallIntegerField("借", choices=Account.choices)
    fen = FenField("金额（分）")

    class Meta:
        app_label = "payments"
        verbose_name = _("分录")
        constraints = [
            first_of_month("transfer_month", "month"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="transfer_is_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_moves"),
            models.CheckConstraint(
                condition=Q(source__in=Account.values, target__in=Account.values),
                name="transfer_accounts",
            ),
        ]
        indexes = [
            # the few that are owed and not issued: all that the next month must know of the books
            models.Index(
                fields=["subject", "programme", "month"],
                name="transfer_open",
                condition=Q(source=2) | Q(target=2),
            )
        ]
