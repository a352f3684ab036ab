"""待遇的变动: suspensions, reviews, endings, custody, reminders."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from apps.casework.models import CASEWORKERS, DECIDERS, Application, Decision, Entitlement
from apps.households.models import Fact, Household, Person
from apps.offices.models import Staff
from apps.offices.moves import Move
from apps.units.fields import MonthField, first_of_month
from apps.units.language import lazy as _

CLASSES = {
    "A": _("A 类：短期内经济状况变化不大"),
    "B": _("B 类：收入来源不固定、有劳动能力"),
    "C": _("C 类：重点核查"),
}


def _four_eyes(
    name: str, prepared: str = "prepared_by", decided: str = "decided_by"
) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{decided}__isnull": True}) | ~Q(**{prepared: F(decided)}),
        name=name,
        violation_error_message=gettext("经办人与审批人不得为同一人。"),
    )


class AwardQuerySet(models.QuerySet[Any]):
    """Rows that hang on an award, an application or a household."""

    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        names = {field.name for field in self.model._meta.get_fields()}
        way = next(n for n in ("household", "entitlement", "application", "decision") if n in names)
        path = "household" if way == "household" else f"{way}__household"
        return self.filter(**{f"{path}__division__startswith": staff.division})


class Extension(models.Model):
    """延长办理期限: a decision that an application may take 45 working days (57号 Art.22)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        GRANTED = "granted", _("已批准")
        REFUSED = "refused", _("不批准")

    MOVES: ClassVar[dict[str, Move]] = {
        "grant": Move(_("批准延长"), ("proposed",), "granted", DECIDERS),
        "refuse": Move(_("不批准延长"), ("proposed",), "refused", DECIDERS),
    }

    application = models.ForeignKey(
        Application, verbose_name="申请", on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("法定情形", max_length=12)
    note = models.CharField("说明", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_on = models.DateField("提出日期")
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("延长办理期限")
        constraints = [
            _four_eyes("extension_four_eyes"),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state="refused"),
                name="one_extension_an_application",
                violation_error_message=_("这份申请已经提出或批准延长，不能再次延长。"),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["objection", "apart", "elsewhere", "hard_survey"]),
                name="extension_reason_is_legal",
            ),
        ]


class Suspension(models.Model):
    """暂停发放: payment waits from a month until it is resumed; what is owed goes on (R-GL-04)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准暂停")
        SUSPENDED = "suspended", _("暂停中")
        LIFTING = "lifting", _("待批准恢复")
        RESUMED = "resumed", _("已恢复")
        REFUSED = "refused", _("未批准")

    MOVES: ClassVar[dict[str, Move]] = {
        "suspend": Move(_("批准暂停"), ("proposed",), "suspended", DECIDERS),
        "refuse": Move(_("不批准暂停"), ("proposed",), "refused", DECIDERS),
        "ask": Move(_("提出恢复"), ("suspended",), "lifting", CASEWORKERS),
        "resume": Move(_("批准恢复"), ("lifting",), "resumed", DECIDERS),
        "keep": Move(_("不批准恢复"), ("lifting",), "suspended", DECIDERS),
    }
    REASONS: ClassVar[dict[str, str]] = {
        "uncertified": _("未按期生存认证"),
        "no_contact": _("联系不上"),
        "review_refused": _("不配合定期核查"),
        "doubt": _("待查证的线索"),
        "account": _("账户待核"),
        "other": _("其他"),
    }

    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", on_delete=models.PROTECT, related_name="suspensions"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField("理由", max_length=16)
    note = models.CharField("说明", max_length=300, blank=True)
    from_month = MonthField("暂停起始月")
    proposed_on = models.DateField("提出日期")
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    resume_from = MonthField("恢复起始月", null=True)
    resume_note = models.CharField("恢复说明", max_length=300, blank=True)
    resume_prepared_by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resume_decided_on = models.DateField("恢复决定日期", null=True)
    resume_decided_by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("暂停发放")
        constraints = [
            _four_eyes("suspension_four_eyes"),
            _four_eyes("resumption_four_eyes", "resume_prepared_by", "resume_decided_by"),
            first_of_month("suspension_month", "from_month"),
            first_of_month("resumption_month", "resume_from"),
            models.UniqueConstraint(
                fields=["entitlement"],
                condition=Q(state__in=["proposed", "suspended", "lifting"]),
                name="one_suspension_at_a_time",
                violation_error_message=_("这项待遇已经提出或正在暂停发放。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suspended", "lifting", "resumed"])
                | Q(decided_by__isnull=False),
                name="suspension_is_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="resumed")
                | Q(resume_from__isnull=False, resume_decided_by__isnull=False),
                name="resumption_is_decided",
            ),
        ]


class ReviewClass(models.Model):
    """核查类别: A, B or C of an award from a day on; the newest holds. Append-only (R-DB-17)."""

    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", on_delete=models.PROTECT, related_name="review_classes"
    )
    category = models.CharField("类别", max_length=1)
    on = models.DateField("认定日期")
    note = models.CharField("理由", max_length=300, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("核查类别")
        constraints = [
            models.CheckConstraint(condition=Q(category__in=["A", "B", "C"]), name="review_class")
        ]


class Review(models.Model):
    """定期核查: opened by itself before it is due; closed with what it came to (R-DB-17)."""

    class State(models.TextChoices):
        OPEN = "open", _("待核查")
        DONE = "done", _("已办结")

    class Outcome(models.TextChoices):
        UNCHANGED = "unchanged", _("没有明显变化，待遇不变")
        REDETERMINED = "redetermined", _("重新核定")
        STOPPED = "stopped", _("停发")

    MOVES: ClassVar[dict[str, Move]] = {
        "finish": Move(_("办结核查"), ("open",), "done", CASEWORKERS),
    }

    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", on_delete=models.PROTECT, related_name="reviews"
    )
    state = models.CharField("状态", max_length=6, choices=State.choices, default=State.OPEN)
    months = models.PositiveSmallIntegerField("周期（月）")
    due_on = models.DateField("到期日")
    opened_on = models.DateField("生成日期")
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices, blank=True)
    note = models.CharField("核查情况", max_length=500, blank=True)
    done_on = models.DateField("办结日期", null=True)
    done_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("定期核查")
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(state="open"), name="one_open_review"
            ),
            models.UniqueConstraint(fields=["entitlement", "due_on"], name="review_once_a_cycle"),
            models.CheckConstraint(
                condition=Q(state="open", outcome="")
                | Q(done_on__isnull=False, done_by__isnull=False) & ~Q(outcome=""),
                name="review_done_says_what",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "unchanged"]) | Q(decision__isnull=False),
                name="review_change_needs_a_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="review_open_due", condition=Q(state="open"))
        ]


class Termination(models.Model):
    """拟终止: announced for seven days; without objection the award stops the month after.

    R-TK-13 (43号 Art.24 to 27). ``notice`` is the newest list on the village board that names it;
    photos and objections hang on that.
    """

    class State(models.TextChoices):
        NOTICED = "noticed", _("公示中")
        STOPPED = "stopped", _("已终止")
        DROPPED = "dropped", _("不再终止")

    MOVES: ClassVar[dict[str, Move]] = {
        "post_again": Move(_("核实后重新公示"), ("noticed",), "noticed", CASEWORKERS),
        "conclude": Move(_("终止"), ("noticed",), "stopped", DECIDERS),
        "drop": Move(_("不再终止"), ("noticed",), "dropped", CASEWORKERS),
    }

    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", on_delete=models.PROTECT, related_name="terminations"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.NOTICED)
    reason = models.CharField("理由", max_length=16)
    note = models.CharField("情况", max_length=500, blank=True)
    notice = models.ForeignKey(
        "publicity.PublicNotice", verbose_name="公示", on_delete=models.PROTECT, related_name="+"
    )
    posted_on = models.DateField("张贴日期")
    notice_ends = models.DateField("公示期满日")
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("拟终止")
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"],
                condition=Q(state="noticed"),
                name="one_termination_at_a_time",
                violation_error_message=_("这项待遇的终止公示正在办理。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | Q(decision__isnull=False),
                name="termination_has_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(notice_ends__gt=F("posted_on")), name="termination_notice"
            ),
        ]


class Screening(models.Model):
    """终止后筛查: what else a person may have after 特困 has ended (43号 Art.27)."""

    class Result(models.TextChoices):
        MINIMUM_LIVING = "minimum_living", _("引导申请低保")
        RELIEF = "temporary_relief", _("给予或引导临时救助")
        NONE = "none", _("不符合其他救助条件")
        DECLINED = "declined", _("本人不申请")

    entitlement = models.OneToOneField(
        Entitlement, verbose_name="已终止的待遇", on_delete=models.PROTECT, related_name="screening"
    )
    result = models.CharField("结果", max_length=16, choices=Result.choices)
    note = models.CharField("说明", max_length=300, blank=True)
    on = models.DateField("筛查日期")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("终止后筛查")


class Served(models.Model):
    """送达: the written notice of a decision reached the person (R-DB-18: 3 working days)."""

    class How(models.TextChoices):
        IN_PERSON = "in_person", _("当面送达")
        FAMILY = "family", _("家属代收")
        POST = "post", _("邮寄")
        VILLAGE = "village", _("村（社区）转交")
        LEFT = "left", _("留置送达")

    decision = models.OneToOneField(
        Decision, verbose_name="决定", on_delete=models.PROTECT, related_name="served"
    )
    on = models.DateField("送达日期")
    how = models.CharField("方式", max_length=10, choices=How.choices)
    note = models.CharField("签收情况", max_length=300, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("送达")


class Custody(models.Model):
    """代管: a passbook or card kept for someone, by written agreement filed with the county.

    R-DB-25 (57号 Art.26).
    """

    KINDS: ClassVar[list[tuple[str, str]]] = [("passbook", _("存折")), ("card", _("银行卡"))]

    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, verbose_name="持有人", on_delete=models.PROTECT)
    what = models.CharField("种类", max_length=8, choices=KINDS)
    tail = models.CharField("账号后四位", max_length=4)
    keeper = models.CharField("代管人", max_length=100)
    keeper_is = models.CharField("代管人身份", max_length=60)
    agreement = models.CharField("协议编号或存放处", max_length=120)
    agreed_on = models.DateField("签订日期")
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    filed_on = models.DateField("备案日期", null=True)
    filed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField("结束日期", null=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("存折银行卡代管")
        constraints = [
            models.CheckConstraint(condition=Q(tail__regex=r"^\d{4}$"), name="custody_tail"),
            models.CheckConstraint(condition=~Q(agreement=""), name="custody_has_an_agreement"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("agreed_on")),
                name="custody_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["person", "tail"],
                condition=Q(ended_on__isnull=True),
                name="one_custody_a_card",
                violation_error_message=_("这张存折（卡）已经登记代管，请先结束原登记。"),
            ),
        ]


class Reminder(models.Model):
    """提醒: somebody was told that a certificate runs out (R-CJ-11). Append-only."""

    fact = models.ForeignKey(Fact, verbose_name="证件", on_delete=models.PROTECT, related_name="+")
    on = models.DateField("提醒日期")
    note = models.CharField("方式", max_length=200, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("提醒")
