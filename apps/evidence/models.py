"""材料、入户调查、经济状况核对: what a decision rests on, beside the facts themselves."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from apps.casework.models import CASEWORKERS, Application
from apps.evidence.catalogue import DEPARTMENTS, ITEMS, TYPES
from apps.households.models import Fact, Household, Person
from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.units.fields import FenField
from apps.units.language import lazy as _

VERIFIERS = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
INVESTIGATORS = (Role.VILLAGE_HELPER, *CASEWORKERS)
# Who may read people's documents at all.
READERS = (Role.VILLAGE_HELPER, *CASEWORKERS, Role.AUDITOR)
NOBODY = models.PROTECT


class Inside(models.QuerySet[Any]):
    """Rows that belong to a household, directly or through their application."""

    def visible_to(self, staff: Staff) -> Self:
        """Only those of households inside the person's territory."""
        names = {field.name for field in self.model._meta.get_fields()}
        path = "household" if "household" in names else "application__household"
        return self.filter(**{f"{path}__division__startswith": staff.division})


def _staff(label: str, **more: Any) -> Any:
    return models.ForeignKey(Staff, verbose_name=label, on_delete=NOBODY, related_name="+", **more)


def _application(**more: Any) -> Any:
    return models.ForeignKey(
        Application, verbose_name="申请", on_delete=NOBODY, related_name="+", **more
    )


def _person(**more: Any) -> Any:
    named: dict[str, Any] = {"verbose_name": "人员", "related_name": "+"}
    return models.ForeignKey(Person, on_delete=NOBODY, **named, **more)


class Survey(models.Model):
    """入户调查 (R-DB-22): one visit; two different investigators, who both sign.

    ``answers`` is the form (survey_form.py); ``version`` counts its edits. Signed by one, it
    can no longer be edited; signed by both, nothing of it changes any more.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("填写中")
        SIGNING = "signing", _("待另一人签字")
        COMPLETED = "completed", _("已完成")

    class Purpose(models.TextChoices):
        FIRST = "first", _("入户调查")
        RESURVEY = "resurvey", _("异议后再查")
        COUNTY = "county", _("县级入户核查")

    class Conclusion(models.TextChoices):
        TRUE = "true", _("属实")
        PARTLY = "partly", _("部分属实")
        FALSE = "false", _("不属实")

    MOVES = {
        "sign": Move(_("入户签字"), ("draft",), "signing", INVESTIGATORS),
        "complete": Move(_("入户签字"), ("signing",), "completed", INVESTIGATORS),
        "reopen": Move(_("退回修改"), ("signing",), "draft", INVESTIGATORS),
    }
    application = _application()
    purpose = models.CharField("性质", max_length=8, choices=Purpose.choices, default="first")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    visited_on = models.DateField("入户日期", null=True)
    first = _staff(_("调查人"))
    second = _staff(_("另一调查人"))
    first_signed_on = models.DateField("调查人签字", null=True)
    second_signed_on = models.DateField("另一调查人签字", null=True)
    conclusion = models.CharField("结论", max_length=6, choices=Conclusion.choices, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    answers = models.JSONField("调查内容", default=dict)
    signed_hash = models.CharField("签字时内容的指纹", max_length=64, blank=True)
    version = models.IntegerField("版本", default=0)
    prepared_by = _staff(_("登记人"))
    recorded_on = models.DateField("登记日期")

    objects = Inside.as_manager()

    class Meta:
        verbose_name = _("入户调查")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="survey_two_investigators",
                violation_error_message=_("入户调查须由两名不同的调查人进行。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="completed")
                | Q(
                    visited_on__isnull=False,
                    first_signed_on__isnull=False,
                    second_signed_on__isnull=False,
                )
                & ~Q(conclusion=""),
                name="survey_completed_is_signed",
                violation_error_message=_("两名调查人都签字后才能完成入户调查。"),
            ),
            models.UniqueConstraint(
                fields=["application", "purpose"],
                condition=~Q(state="completed"),
                name="one_open_survey",
                violation_error_message=_("这份申请已有一份填写中的入户调查表。"),
            ),
        ]


class Document(models.Model):
    """材料: one file as it was handed in; never changed or deleted, only replaced by a newer.

    ``stored`` is a random name in the folder of files; ``sha256`` is that of what is stored.
    Without a person it stands for the whole household.
    """

    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=NOBODY, related_name="documents"
    )
    person = _person(null=True)
    application = _application(null=True)
    survey = models.ForeignKey(
        Survey, verbose_name="入户调查", null=True, on_delete=NOBODY, related_name="photos"
    )
    type = models.CharField(
        "种类", max_length=24, choices=[(code, one.label) for code, one in TYPES.items()]
    )
    pages = models.PositiveSmallIntegerField("页数")
    issued_on = models.DateField("出具日期", null=True)
    expires_on = models.DateField("有效期至", null=True)
    name = models.CharField("文件名", max_length=120)
    media = models.CharField("格式", max_length=4)
    size = models.PositiveIntegerField("字节")
    stored = models.CharField("存放名", max_length=40, unique=True)
    sha256 = models.CharField("指纹", max_length=64)
    replaces = models.OneToOneField(
        "self", verbose_name="替换", null=True, on_delete=NOBODY, related_name="replaced_by"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_on = models.DateField("登记日期")
    recorded_by = _staff(_("登记人"))
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = Inside.as_manager()

    class Meta:
        verbose_name = _("材料")
        indexes = [models.Index(fields=["household", "type"], name="document_of_household")]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=list(TYPES)), name="document_type"),
            models.CheckConstraint(
                condition=Q(media__in=["pdf", "jpeg", "png"]), name="document_media"
            ),
            models.CheckConstraint(condition=Q(size__gt=0, pages__gt=0), name="document_not_empty"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(expires_on__gte=F("issued_on")),
                name="document_dates",
                violation_error_message=_("材料的有效期早于出具日期，请核对。"),
            ),
        ]


class Authorisation(models.Model):
    """核对授权 (R-HD-01): an adult member allows the verification from a day until a day."""

    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=NOBODY, related_name="authorisations"
    )
    person = _person()
    signed_on = models.DateField("签署日期")
    until = models.DateField("有效期至")
    document = models.ForeignKey(
        Document, verbose_name="授权书", on_delete=NOBODY, related_name="+"
    )
    recorded_on = models.DateField("登记日期")
    recorded_by = _staff(_("登记人"))
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = Inside.as_manager()

    class Meta:
        verbose_name = _("核对授权")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("signed_on")), name="authorisation_dates"
            )
        ]


class CheckRequest(models.Model):
    """信息核对: asked by the township, sent and answered at the county; a result that expires."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("已提请")
        SENT = "sent", _("核对中")
        CONCLUDED = "concluded", _("已出结果")
        OBJECTED = "objected", _("有异议，已复查")

    MOVES = {
        "send": Move(_("发起核对"), ("requested",), "sent", VERIFIERS),
        "conclude": Move(_("出具核对结果"), ("sent",), "concluded", VERIFIERS),
        "object": Move(_("对核对结果提出异议"), ("concluded",), "objected", CASEWORKERS),
    }
    application = _application()
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.REQUESTED)
    requested_on = models.DateField("提请日期")
    sent_on = models.DateField("发起日期", null=True)
    concluded_on = models.DateField("结果日期", null=True)
    expires_on = models.DateField("结果有效期至", null=True)
    recheck_of = models.OneToOneField(
        "self", verbose_name="复查", null=True, on_delete=NOBODY, related_name="recheck"
    )
    prepared_by = _staff(_("提请人"))

    objects = Inside.as_manager()

    class Meta:
        verbose_name = _("信息核对")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["requested", "sent"]),
                name="one_open_check",
                violation_error_message=_("这份申请已有正在进行的信息核对。"),
            ),
            models.CheckConstraint(
                condition=Q(state="requested") | Q(sent_on__isnull=False), name="check_is_sent"
            ),
            models.CheckConstraint(
                condition=~Q(state="concluded") | Q(concluded_on__isnull=False),
                name="check_is_concluded",
            ),
        ]


class CheckAnswer(models.Model):
    """部门答复: what a department says; of several the newest holds. Only ever added."""

    class Result(models.TextChoices):
        SAME = "same", _("一致")
        DIFFERENT = "different", _("差异")
        NOTHING = "nothing", _("未返回")

    request = models.ForeignKey(
        CheckRequest, verbose_name="核对", on_delete=NOBODY, related_name="answers"
    )
    department = models.CharField("部门", max_length=20)
    result = models.CharField("结果", max_length=10, choices=Result.choices)
    on = models.DateField("答复日期")
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_by = _staff(_("登记人"))
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = _("部门答复")
        constraints = [
            models.CheckConstraint(
                condition=Q(department__in=list(DEPARTMENTS)), name="answer_department"
            )
        ]


class Figure(models.Model):
    """申报、核对、入户、采信: one figure about one line from one of the four. Only ever added.

    Of one person (or the household), line and source the newest holds. An adopted figure of
    income or a deduction is also a fact, which is what amounts are computed from.
    """

    class Source(models.TextChoices):
        DECLARED = "declared", _("申报")
        CHECKED = "checked", _("核对")
        SURVEYED = "surveyed", _("入户")
        ADOPTED = "adopted", _("采信")

    application = _application()
    person = _person(null=True)
    item = models.CharField("项目", max_length=40)
    source = models.CharField("来源", max_length=8, choices=Source.choices)
    amount_fen = FenField("金额（分）", null=True)
    per = models.CharField("周期", max_length=5, blank=True)
    number = models.PositiveIntegerField("数", null=True)
    words = models.CharField("说明", max_length=300, blank=True)
    differs = models.BooleanField("与申报不一致", default=False)
    answer = models.ForeignKey(
        CheckAnswer, verbose_name="部门答复", null=True, on_delete=NOBODY, related_name="figures"
    )
    survey = models.ForeignKey(
        Survey, verbose_name="入户调查", null=True, on_delete=NOBODY, related_name="figures"
    )
    chosen = models.CharField("采信自", max_length=8, blank=True)
    fact = models.ForeignKey(
        Fact, verbose_name="事实", null=True, on_delete=NOBODY, related_name="+"
    )
    on = models.DateField("日期")
    recorded_by = _staff(_("登记人"))
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = Inside.as_manager()

    class Meta:
        verbose_name = _("核查数据")
        indexes = [models.Index(fields=["application", "source"], name="figure_of_application")]
        constraints = [
            models.CheckConstraint(condition=Q(item__in=list(ITEMS)), name="figure_item"),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gte=0), name="figure_amount"
            ),
            models.CheckConstraint(
                condition=Q(source="checked", answer__isnull=False)
                | ~Q(source="checked") & Q(answer__isnull=True),
                name="figure_checked_by_a_department",
            ),
            models.CheckConstraint(
                condition=~Q(source="adopted") | ~Q(chosen=""), name="figure_adopted_from"
            ),
        ]


class Explanation(models.Model):
    """差异说明: why an answered figure differs from the declared one. Only ever added."""

    figure = models.ForeignKey(
        Figure, verbose_name="核对数据", on_delete=NOBODY, related_name="explanations"
    )
    words = models.CharField("说明", max_length=500)
    on = models.DateField("日期")
    by = _staff(_("说明人"))
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = _("差异说明")


class PropertyFinding(models.Model):
    """财产认定 (R-DB-08): the officer's finding on a property line and why; the newest holds."""

    application = _application()
    line = models.CharField("财产项目", max_length=20)
    passed = models.BooleanField("符合")
    reason = models.CharField("理由", max_length=300)
    on = models.DateField("日期")
    by = _staff(_("认定人"))
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = Inside.as_manager()

    class Meta:
        verbose_name = _("财产认定")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="finding_has_a_reason")]


_VOTES = F("votes_for") + F("votes_against") + F("abstained")


class Assessment(models.Model):
    """民主评议 (R-DB-19): held only where somebody has objected; votes and minutes. Only added."""

    application = _application()
    on = models.DateField("评议日期")
    place = models.CharField("地点", max_length=100)
    officials = models.PositiveSmallIntegerField("工作人员和村（居）干部")
    residents = models.PositiveSmallIntegerField("村（居）民代表")
    attendance = models.TextField("到会人员")
    votes_for = models.PositiveSmallIntegerField("认为属实")
    votes_against = models.PositiveSmallIntegerField("认为不属实")
    abstained = models.PositiveSmallIntegerField("弃权")
    minutes = models.TextField("评议记录")
    document = models.ForeignKey(
        Document, verbose_name="签到和记录", null=True, on_delete=NOBODY, related_name="+"
    )
    recorded_by = _staff(_("登记人"))
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = Inside.as_manager()

    class Meta:
        verbose_name = _("民主评议")
        constraints = [
            models.CheckConstraint(
                condition=Q(officials__gte=_VOTES - F("residents")),
                name="assessment_votes",
                violation_error_message=_("票数合计超过到会人数，请核对。"),
            )
        ]
