"""案件: applications, the decisions on them, and what they give rise to (待遇)."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from apps.casework.desk import Arrangement, Draft, SavedView
from apps.casework.procedures import CASEWORKERS, OPEN_STATES
from apps.households.models import Household, Member, Person
from apps.offices.models import Role, Staff
from apps.units.fields import FenField, MonthField, first_of_month
from apps.units.language import lazy as _
from apps.units.months import Month

__all__ = ["CASEWORKERS", "OPEN_STATES", "Arrangement", "Draft", "SavedView"]

DECIDERS = (Role.COUNTY_SUPERVISOR, Role.TOWNSHIP_LEAD)


# Waits for a step: before its decision, or 急难 relief given before it was looked into.
WAITING = Q(state__in=OPEN_STATES) | Q(state="confirmed", track="emergency")


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only applications of households inside the person's territory.

        残联: of these only what waits for its step, and what it has answered.
        """
        here = self.filter(household__division__startswith=staff.division)
        if staff.role != Role.FEDERATION:
            return here
        answered = StepTaken.objects.filter(application=OuterRef("pk"), source="federation")
        return here.filter(Q(state="federation") | Exists(answered.filter(by__role=staff.role)))

    def open(self) -> Self:
        """Those that still wait for a decision."""
        return self.filter(state__in=OPEN_STATES)


class Application(models.Model):
    """申请: someone asks for a programme on a day; moved only by move(), as its card says.

    The database knows the legal moves (Transition) and refuses every other. ``version`` counts
    the moves; ``track`` picks another procedure of the card (急难型); ``back_entry``: the decision
    was taken on paper and entered afterwards; ``delegated``: the township decided (权限下放).
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("已申请")
        TO_CORRECT = "to_correct", _("待补正")
        ACCEPTED = "accepted", _("已受理")
        CHECKED = "checked", _("核对完成")
        SURVEYED = "surveyed", _("已入户")
        OPINION = "opinion", _("已初审")
        NOTICED = "noticed", _("公示中")
        DISPUTED = "disputed", _("有异议")
        ASSESSED = "assessed", _("已评议")
        FEDERATION = "federation", _("残联审核")
        REVIEWING = "reviewing", _("县级审核")
        CONFIRMED = "confirmed", _("已确认")
        REJECTED = "rejected", _("不予确认")
        WITHDRAWN = "withdrawn", _("已撤回")
        ENDED = "ended", _("终止审核")

    class Origin(models.TextChoices):
        APPLIED = "applied", _("本人申请")
        FOUND = "found", _("主动发现")

    programme = models.CharField("救助项目", max_length=32)
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, verbose_name="人员", null=True, on_delete=models.PROTECT)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.SUBMITTED)
    applied_on = models.DateField("申请日期")
    accepted_on = models.DateField("受理日期", null=True)
    basis = models.CharField("依据", max_length=32, blank=True)
    track = models.CharField("办理类型", max_length=12, blank=True, db_default="")
    origin = models.CharField("来源", max_length=8, choices=Origin.choices, db_default="applied")
    back_entry = models.BooleanField("补录", db_default=False)
    delegated = models.BooleanField("权限下放", db_default=False)
    version = models.IntegerField("版本", db_default=0)
    prepared_by = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("申请")
        constraints = [
            models.UniqueConstraint(
                F("programme"),
                Coalesce("person_id", -F("household_id")),
                condition=Q(state__in=OPEN_STATES),
                name="one_open_application",
                violation_error_message=_("该对象的同一项目已有正在办理的申请。"),
            )
        ]
        # The few of which something is still to be done, among all that were ever made.
        indexes = [
            models.Index(fields=["applied_on"], name="application_waiting", condition=WAITING)
        ]


class StepTaken(models.Model):
    """步骤: one step of an application, when and by whom. Only ever added."""

    application = models.ForeignKey(
        Application, verbose_name="申请", on_delete=models.PROTECT, related_name="steps"
    )
    code = models.CharField("步骤", max_length=24)
    on = models.DateField("日期")
    by = models.ForeignKey(Staff, verbose_name="经办人", on_delete=models.PROTECT, related_name="+")
    source = models.CharField("原状态", max_length=12)
    target = models.CharField("新状态", max_length=12)
    note = models.CharField("说明", max_length=500, blank=True)
    data = models.JSONField("内容", default=dict)
    back_entry = models.BooleanField("补录", default=False)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = _("办理步骤")
        indexes = [models.Index(fields=["application", "id"], name="step_of_application")]


class Transition(models.Model):
    """流转: a legal move of a programme's applications; what the trigger of the table asks.

    Written from the cards by load_base. ``back_entry`` and ``delegated`` edges hold only
    for applications that bear the same mark.
    """

    programme = models.CharField("救助项目", max_length=32)
    track = models.CharField("办理类型", max_length=12, blank=True)
    source = models.CharField("原状态", max_length=12)
    target = models.CharField("新状态", max_length=12)
    back_entry = models.BooleanField("补录")
    delegated = models.BooleanField("权限下放")

    class Meta:
        verbose_name = _("流转")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "track", "source", "target", "back_entry", "delegated"],
                name="transition_once",
            )
        ]


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def of(self, programme: str) -> Self:
        return self.filter(programme=programme)

    def visible_to(self, staff: Staff) -> Self:
        return self.filter(household__division__startswith=staff.division)

    def payable_in(self, month: Month) -> Self:
        """Awards whose period contains the month."""
        return self.filter(period__contains=month)


class Entitlement(models.Model):
    """待遇: a decision that a subject is owed a programme from one month to another.

    ``subject`` is the person's id, or minus the household's id. ``period`` counts whole months,
    half-open; its upper end moves only by decision (stop, grace). ``accounts_from`` is the first
    month this system accounts for, where the award was taken over from an earlier one.
    """

    programme = models.CharField("救助项目", max_length=32)
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, verbose_name="人员", null=True, on_delete=models.PROTECT)
    subject = models.GeneratedField(
        expression=Coalesce("person_id", -F("household_id")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    period = DateRangeField("享受起止月份")
    one_off = models.BooleanField("一次性", default=False)
    assessed_fen = FenField("核定金额（分）", null=True)
    over_cap_approved = models.BooleanField("一事一议", default=False)
    relief_type = models.CharField("救助类型", max_length=12, blank=True)
    school_year = models.CharField("学年", max_length=12, blank=True)
    basis = models.CharField("依据", max_length=32, blank=True)
    accounts_from = MonthField("系统记账起始月", null=True)
    application = models.ForeignKey(
        Application, verbose_name="申请", null=True, on_delete=models.PROTECT
    )

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("待遇")
        indexes = [
            models.Index(fields=["household"], name="entitlement_household"),
            GistIndex(fields=["period"], name="entitlement_period"),
            models.Index(fields=["programme"], name="entitlement_programme"),
        ]
        constraints = [
            ExclusionConstraint(
                name="one_entitlement_at_a_time",
                expressions=[
                    ("subject", RangeOperators.EQUAL),
                    ("programme", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(one_off=False),
                violation_error_message=_("同一对象同一项目的享受期间不得重叠。"),
            ),
            models.UniqueConstraint(
                fields=["programme", "person", "school_year"],
                condition=~Q(school_year=""),
                name="once_a_school_year",
                violation_error_message=_("同一学年只能享受一次。"),
            ),
            first_of_month("entitlement_accounts_from", "accounts_from"),
            models.CheckConstraint(
                condition=Q(period__isempty=True) | Q(period__startswith__day=1),
                name="entitlement_starts_on_a_month",
            ),
        ]


class Decision(models.Model):
    """决定: what was decided, when, from which month, by whom, and the tests said aloud.

    Append-only. ``findings`` is a list of [code, passed, words] in the order of the law.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("确认")
        REJECT = "reject", _("不予确认")
        REDETERMINE = "redetermine", _("重新核定")
        STOP = "stop", _("停发")
        GRACE = "grace", _("渐退")
        SANCTION = "sanction", _("停发本人份额")
        OFFSET = "offset", _("抵扣追回")

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    programme = models.CharField("救助项目", max_length=32)
    household = models.ForeignKey(Household, verbose_name="户", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, verbose_name="人员", null=True, on_delete=models.PROTECT)
    application = models.ForeignKey(
        Application, verbose_name="申请", null=True, on_delete=models.PROTECT
    )
    entitlement = models.ForeignKey(
        Entitlement,
        verbose_name="待遇",
        null=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    decided_on = models.DateField("决定日期")
    effective = MonthField("生效月份", null=True)
    reason = models.CharField("理由", max_length=32, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    findings = models.JSONField("审核结论", default=list)
    back_entry = models.BooleanField("补录", db_default=False)
    delegated = models.BooleanField("权限下放", db_default=False)
    prepared_by = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        Staff, verbose_name="审批人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = _("决定")
        indexes = [
            models.Index(fields=["household", "-id"], name="decision_household"),
            models.Index(
                fields=["decided_on"], condition=~Q(kind="confirm"), name="decision_not_to_give"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(prepared_by=F("decided_by")),
                name="decision_four_eyes",
                violation_error_message=_("经办人与审批人不得为同一人。"),
            ),
            first_of_month("decision_effective", "effective"),
        ]


class NearRelativeQuerySet(models.QuerySet["NearRelative"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those of people who live, or have lived, inside the person's territory."""
        here = Member.objects.known_now().filter(household__division__startswith=staff.division)
        return self.filter(person_id__in=here.values("person_id"))


class NearRelative(models.Model):
    """近亲属备案: an official or village committee member and a relative of theirs (R-DB-21)."""

    class Relation(models.TextChoices):
        SELF = "self", _("本人")
        SPOUSE = "spouse", _("配偶")
        PARENT = "parent", _("父母")
        CHILD = "child", _("子女")
        SIBLING = "sibling", _("兄弟姐妹")
        GRANDPARENT = "grandparent", _("祖父母、外祖父母")
        GRANDCHILD = "grandchild", _("孙子女、外孙子女")

    person = models.ForeignKey(
        Person, verbose_name="申请人或家庭成员", on_delete=models.PROTECT, related_name="+"
    )
    staff = models.ForeignKey(
        Staff, verbose_name="经办人员", null=True, on_delete=models.PROTECT, related_name="+"
    )
    official = models.CharField("村（居）委会成员", max_length=60, blank=True)
    relation = models.CharField("关系", max_length=12, choices=Relation.choices)
    on = models.DateField("备案日期")
    registered_by = models.ForeignKey(
        Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = NearRelativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("近亲属备案")
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=True) ^ Q(official=""), name="near_relative_of_one"
            ),
            *(
                models.UniqueConstraint(
                    fields=["person", whose],
                    condition=Q(staff__isnull=whose != "staff"),
                    name=f"one_relation_to_{whose}",
                    violation_error_message=_("这一关系已经备案，不必重复登记。"),
                )
                for whose in ("staff", "official")
            ),
        ]


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those about applications inside the person's territory."""
        return self.filter(application__household__division__startswith=staff.division)


class Complaint(models.Model):
    """投诉举报: a complaint about an application, which the county must look into (R-DB-21)."""

    application = models.ForeignKey(
        Application, verbose_name="申请", on_delete=models.PROTECT, related_name="complaints"
    )
    on = models.DateField("收到日期")
    words = models.CharField("内容", max_length=500)
    registered_by = models.ForeignKey(
        Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("投诉举报")


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, staff: Staff) -> Self:
        """Only those of townships inside the person's territory."""
        return self.filter(township__startswith=staff.division)


class Draw(models.Model):
    """随机抽查: which of a quarter's applications of a township are to be visited (R-TK-06).

    ``random.Random(seed).sample(pool, n)`` gives ``drawn`` again; n is ``rate`` of the pool
    (ten-thousandths), rounded up.
    """

    programme = models.CharField("救助项目", max_length=32)
    township = models.CharField("乡镇", max_length=12)
    quarter = MonthField("季度")
    rate = models.IntegerField("抽查比例（万分比）")
    seed = models.BigIntegerField("随机种子")
    pool = models.JSONField("全部申请")
    drawn = models.JSONField("抽中")
    on = models.DateField("抽取日期")
    by = models.ForeignKey(Staff, verbose_name="抽取人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("随机抽查")
        constraints = [first_of_month("draw_quarter", "quarter")]
