"""机构与岗位: divisions, staff, and the two records every write leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from apps.offices.delivery import IdemKey, Outbox  # noqa: F401  (models of their own room)
from apps.offices.doors.models import Attempt, ChosenPassword, Sitting  # noqa: F401  (likewise)
from apps.offices.tokens import ApiToken  # noqa: F401
from apps.offices.trail.models import Trail, TrailLink, TrailRoot  # noqa: F401  (likewise)
from apps.units.fields import MonthField, first_of_month
from apps.units.language import lazy as _

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Role(models.TextChoices):
    """岗位: what a member of staff may do; printed and granted by these codes."""

    VILLAGE_HELPER = "village_helper", _("村级协理员")
    TOWNSHIP_CLERK = "township_clerk", _("乡镇经办")
    TOWNSHIP_LEAD = "township_lead", _("乡镇分管")
    FEDERATION = "federation", _("县残联")
    COUNTY_CLERK = "county_clerk", _("县级经办")
    COUNTY_SUPERVISOR = "county_supervisor", _("县级审核")
    CHECKER = "checker", _("复核")
    APPROVER = "approver", _("审批")
    FINANCE = "finance", _("财务")
    LEADER = "leader", _("局领导")
    AUDITOR = "auditor", _("审计")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


class Density(models.TextChoices):
    """行距: how close together the rows of lists stand."""

    NORMAL = "normal", _("标准")
    COMPACT = "compact", _("紧凑")


class Language(models.TextChoices):
    """界面语言: what the pages speak; each language calls itself by its own name."""

    CHINESE = "zh-hans", "中文"
    ENGLISH = "en", "English"


class Division(models.Model):
    """行政区划: a county, township or village; the code's prefix is its place in the tree."""

    code = models.CharField("区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("级别", max_length=12)
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, on_delete=models.PROTECT, related_name="children"
    )
    initials = models.CharField("拼音首字母", max_length=30, blank=True)
    zone = models.CharField("城乡", max_length=5, blank=True)

    class Meta:
        verbose_name = _("行政区划")
        indexes = [
            models.Index(
                fields=["code"], name="division_code_prefix", opclasses=["varchar_pattern_ops"]
            )
        ]


class Staff(models.Model):
    """经办人员: one post; ``division`` is the prefix of all they may see."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", null=True, on_delete=models.PROTECT
    )
    name = models.CharField("姓名", max_length=60)
    role = models.CharField("岗位", max_length=20, choices=Role.choices)
    division = models.CharField("管辖区划", max_length=12)
    active = models.BooleanField("在岗", default=True)
    # How the pages look and listen to this member of staff, wherever they log in.
    density = models.CharField(
        "行距", max_length=7, choices=Density.choices, default=Density.NORMAL
    )
    letter_keys = models.BooleanField("单字母快捷键", default=True)
    # Empty: not chosen, so the language of the log-in page goes on.
    language = models.CharField("界面语言", max_length=7, choices=Language.choices, blank=True)

    class Meta:
        verbose_name = _("经办人员")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(density__in=Density.values), name="staff_density_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="staff_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=("", *Language.values)),
                name="staff_language_is_known",
            ),
        ]


class Event(models.Model):
    """经办记录: who did what to which thing, when, from which state to which, and why.

    Only ever added: the database refuses UPDATE, DELETE and TRUNCATE.
    """

    LOGIN = "offices.login"  # the kind of a log-in: the one line that is no act

    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(Staff, verbose_name="经办人", null=True, on_delete=models.PROTECT)
    kind = models.CharField("对象", max_length=40)
    object_id = models.BigIntegerField("对象号")
    household_id = models.BigIntegerField("户", null=True)
    verb = models.CharField("事项", max_length=60)
    source = models.CharField("原状态", max_length=20, blank=True)
    target = models.CharField("新状态", max_length=20, blank=True)
    reason = models.CharField("理由", max_length=500, blank=True)

    class Meta:
        verbose_name = _("经办记录")
        indexes = [
            models.Index(fields=["kind", "object_id"], name="event_object"),
            models.Index(fields=["household_id", "-id"], name="event_household"),
            models.Index(fields=["by", "at"], name="event_by"),
        ]


class ChangeQuerySet(models.QuerySet["Change"]):
    def open(self) -> Self:
        """Changes that no approved run has yet taken into account."""
        return self.filter(settled_by__isnull=True)


class Change(models.Model):
    """变动: something recorded that may alter amounts from ``from_month`` on.

    Written beside every fact, decision and standard, so that a run finds by itself which
    past months to compute again (补发, 追缴). ``settled_by`` is the approved run that did.
    A change with neither household nor person concerns everybody (a standard).
    """

    household_id = models.BigIntegerField("户", null=True)
    person_id = models.BigIntegerField("人", null=True)
    from_month = MonthField("自何月起")
    what = models.CharField("内容", max_length=60)
    at = models.DateTimeField("登记时间", auto_now_add=True)
    settled_by = models.BigIntegerField("已由批次处理", null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("变动")
        constraints = [first_of_month("change_from_month", "from_month")]
        indexes = [
            models.Index(
                fields=["from_month"],
                name="change_open",
                condition=models.Q(settled_by__isnull=True),
            )
        ]


class HolidayQuerySet(models.QuerySet["HolidayNotice"]):
    def in_force(self) -> Self:
        """The newest notice of each year (superseded ones left out)."""
        return self.filter(superseded_on__isnull=True)


class HolidayNotice(models.Model):
    """放假安排: one year's holidays and 调休 workdays as announced; replaces it whole (CV-07).

    ``holidays`` is a list of [first day, last day, name], ``makeup`` one of days, all as ISO text.
    """

    year = models.PositiveSmallIntegerField("年份")
    holidays = models.JSONField("放假", default=list)
    makeup = models.JSONField("调休上班", default=list)
    document = models.CharField("文件", max_length=120)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    superseded_on = models.DateField("被替代日期", null=True)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("放假安排")
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=models.Q(superseded_on__isnull=True),
                name="one_holiday_notice_a_year",
                violation_error_message=_("该年已有放假安排。"),
            ),
            models.CheckConstraint(
                condition=models.Q(year__range=(2001, 2060)), name="holiday_notice_year"
            ),
            models.CheckConstraint(
                condition=~models.Q(document=""), name="holiday_notice_has_a_document"
            ),
        ]


def divisions_visible_to(staff: Staff) -> QuerySet[Division]:
    """The divisions inside a member of staff's territory, in code order."""
    return Division.objects.filter(code__startswith=staff.division).order_by("code")
