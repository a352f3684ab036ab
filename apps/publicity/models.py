"""公示: what the village board shows, for how long, and who objected.

What is shown is frozen when it is posted. Objections and photos stand apart from it: neither is
ever part of what the village sees.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.casework.models import CASEWORKERS, Application, Entitlement
from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.publicity.shown import FAMILIES, PROGRAMMES_SHOWN
from apps.units.language import lazy as _

# 村级协理员 stands at the board: takes its photo and hears who objects.
AT_THE_BOARD = (*CASEWORKERS, Role.VILLAGE_HELPER)


class NoticeQuerySet(models.QuerySet[Any]):
    """Notices, and what hangs on them."""

    def visible_to(self, staff: Staff) -> Self:
        """Only those of villages inside the person's territory."""
        path = "division" if self.model is PublicNotice else "notice__division"
        return self.filter(**{f"{path}__startswith": staff.division})


class PublicNotice(models.Model):
    """公示: one list of one village, stage and family of programmes (R-DB-19, R-DB-20).

    Days are counted from the day after posting (CV-07): ``first_day`` to ``last_day``, both
    included. 长期公布 has no last day; it ends when the next list takes its place.
    """

    class Stage(models.TextChoices):
        INITIAL = "initial", _("初审公示")
        TERMINATION = "termination", _("终止公示")
        STANDING = "standing", _("长期公布")

    class State(models.TextChoices):
        POSTED = "posted", _("公示中")
        ENDED = "ended", _("已结束")
        WITHDRAWN = "withdrawn", _("已撤下")

    MOVES: ClassVar[dict[str, Move]] = {
        "end": Move(_("结束公示"), ("posted",), "ended", CASEWORKERS),
        "withdraw": Move(_("撤下公示"), ("posted",), "withdrawn", CASEWORKERS),
    }

    stage = models.CharField("阶段", max_length=12, choices=Stage.choices)
    division = models.CharField("村（社区）", max_length=12)
    family = models.CharField("项目类", max_length=24)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.POSTED)
    posted_on = models.DateField("张贴日期")
    first_day = models.DateField("公示首日")
    last_day = models.DateField("公示末日", null=True)
    length = models.CharField("公示期", max_length=12, blank=True)
    columns = models.JSONField("列")
    posted_by = models.ForeignKey(
        Staff, verbose_name="张贴人", on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField("结束日期", null=True)
    no_photo_reason = models.CharField("没有照片的原因", max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示")
        indexes = [models.Index(fields=["division", "-posted_on"], name="notice_village")]
        constraints = [
            models.CheckConstraint(
                condition=Q(family__in=list(FAMILIES)),
                name="notice_family",
                violation_error_message=_("这类救助不设公示。"),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["initial", "termination", "standing"]), name="notice_stage"
            ),
            models.CheckConstraint(
                condition=Q(division__regex=r"^\d{12}$"), name="notice_is_of_a_village"
            ),
            models.CheckConstraint(
                condition=Q(stage="standing", last_day__isnull=True)
                | Q(last_day__gte=F("first_day")),
                name="notice_last_day",
            ),
            models.CheckConstraint(
                condition=Q(first_day__gt=F("posted_on")), name="notice_starts_the_day_after"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(stage="standing") | Q(ended_on__gt=F("last_day")),
                name="notice_ends_after_its_last_day",
                violation_error_message=_("公示期未满，不能结束公示。"),
            ),
            models.UniqueConstraint(
                fields=["division", "family"],
                condition=Q(stage="standing", state="posted"),
                name="one_standing_list",
                violation_error_message=_("该村该类救助已有一份长期公布名单。"),
            ),
        ]

    @property
    def standing(self) -> bool:
        """Whether it is a 长期公布 list."""
        return self.stage == self.Stage.STANDING


class NoticeRow(models.Model):
    """公示的一行: whose file it stands for, and exactly what is shown. Append-only.

    ``shown`` holds only the columns of the family; ``application`` and ``entitlement`` never
    leave this office.
    """

    notice = models.ForeignKey(
        PublicNotice, verbose_name="公示", on_delete=models.PROTECT, related_name="rows"
    )
    place = models.PositiveSmallIntegerField("序号")
    programme = models.CharField("救助项目", max_length=32)
    application = models.ForeignKey(
        Application,
        verbose_name="申请",
        null=True,
        on_delete=models.PROTECT,
        related_name="notice_rows",
    )
    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", null=True, on_delete=models.PROTECT, related_name="+"
    )
    shown = models.JSONField("公示内容")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示内容")
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=True) ^ Q(entitlement__isnull=True),
                name="notice_row_of_one",
            ),
            models.CheckConstraint(
                condition=Q(programme__in=list(PROGRAMMES_SHOWN)),
                name="notice_row_programme",
                violation_error_message=_("这个项目不设公示（涉及儿童的一律不公示）。"),
            ),
            models.UniqueConstraint(fields=["notice", "place"], name="notice_row_place"),
        ]


class NoticePhoto(models.Model):
    """公示照片: the board at the start or at the end, kept as it was taken. Append-only."""

    class Moment(models.TextChoices):
        START = "start", _("张贴时")
        END = "end", _("期满时")

    notice = models.ForeignKey(
        PublicNotice, verbose_name="公示", on_delete=models.PROTECT, related_name="photos"
    )
    moment = models.CharField("时点", max_length=6, choices=Moment.choices)
    on = models.DateField("拍摄日期")
    mime = models.CharField("格式", max_length=12)
    sha256 = models.CharField("摘要", max_length=64)
    content = models.BinaryField("照片")
    by = models.ForeignKey(Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示照片")
        constraints = [
            models.CheckConstraint(
                condition=Q(mime__in=["image/jpeg", "image/png"]), name="notice_photo_mime"
            ),
            models.CheckConstraint(
                condition=Q(moment__in=["start", "end"]), name="notice_photo_moment"
            ),
        ]


class Objection(models.Model):
    """异议: who objected to which row, what they said, and how it was answered.

    Kept apart from the list. The words are never rewritten; only the answer is added, once.
    """

    notice = models.ForeignKey(
        PublicNotice, verbose_name="公示", on_delete=models.PROTECT, related_name="objections"
    )
    row = models.ForeignKey(
        NoticeRow, verbose_name="对哪一行", on_delete=models.PROTECT, related_name="objections"
    )
    objector = models.CharField("提出人", max_length=100)
    words = models.CharField("内容", max_length=500)
    on = models.DateField("提出日期")
    recorded_by = models.ForeignKey(
        Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)
    answer = models.CharField("处理结果", max_length=500, null=True)  # noqa: DJ001 - NULL: open
    answered_on = models.DateField("处理日期", null=True)
    answered_by = models.ForeignKey(
        Staff, verbose_name="处理人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示异议")
        constraints = [
            models.CheckConstraint(
                condition=~Q(objector="") & ~Q(words=""), name="objection_says_who_and_what"
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=True, answered_on__isnull=True, answered_by__isnull=True)
                | Q(answer__gt="", answered_on__gte=F("on"), answered_by__isnull=False),
                name="objection_answer_is_whole",
            ),
        ]
