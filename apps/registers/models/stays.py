"""流浪乞讨救助: a stay at the station, its clock, the search for who somebody is (R-LL-01, -02)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.casework.models import Application
from apps.casework.procedures import COUNTY
from apps.households.models import Person
from apps.offices.models import Role, Staff
from apps.offices.moves import Move
from apps.registers import station_words as words
from apps.units.language import lazy as _

DECIDES = (Role.COUNTY_SUPERVISOR,)


class StayQuerySet(models.QuerySet[Any]):
    """Stays and what hangs on them: by the place where the person was found."""

    def visible_to(self, staff: Staff) -> Self:
        """Only those found inside the person's territory."""
        own = "division" in {field.name for field in self.model._meta.fields}
        path = "division" if own else "stay__division"
        return self.filter(**{f"{path}__startswith": staff.division})


class Stay(models.Model):
    """入站救助: from admission to leaving. ``name`` is as told; ``person`` who it proved to be.

    ``last_day`` is the last day of the ten-day clock, later where an extension was granted.
    ``application`` is the relief that was asked for this stay; it never belongs to another.
    """

    class State(models.TextChoices):
        IN = "in", _("在站")
        LEFT = "left", _("已离站")

    MOVES: ClassVar[dict[str, Move]] = {"leave": Move(_("离站"), ("in",), "left", COUNTY)}

    division = models.CharField("发现地", max_length=12)
    place = models.CharField("发现地点", max_length=200)
    name = models.CharField("自报姓名", max_length=100, blank=True)
    sex = models.CharField("性别", max_length=1, blank=True)
    age = models.PositiveSmallIntegerField("自报或估计年龄")
    person = models.ForeignKey(
        Person, verbose_name="查明身份", null=True, on_delete=models.PROTECT, related_name="stays"
    )
    identified_on = models.DateField("查明日期", null=True)
    application = models.OneToOneField(
        Application,
        verbose_name="救助申请",
        null=True,
        on_delete=models.PROTECT,
        related_name="stay",
    )
    brought_by = models.CharField("来站方式", max_length=8, choices=words.BROUGHT_BY.items())
    group = models.CharField("人员类别", max_length=8, choices=words.GROUPS.items())
    tells = models.CharField("本人陈述", max_length=8, choices=words.TELLS.items())
    needs = models.CharField("救助需求", max_length=300)
    health = models.CharField("健康情况", max_length=300, blank=True)
    admitted_on = models.DateField("入站日期")
    last_day = models.DateField("救助期限末日")
    state = models.CharField("状态", max_length=4, choices=State.choices, default=State.IN)
    left_on = models.DateField("离站日期", null=True)
    leaving = models.CharField("离站方式", max_length=10, blank=True)
    left_note = models.CharField("离站去向", max_length=300, blank=True)
    admitted_by = models.ForeignKey(
        Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = _("入站救助")
        indexes = [models.Index(fields=["-admitted_on", "-id"], name="stay_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="in"),
                name="one_stay_at_a_time",
                violation_error_message=_("此人已有在站档案，请直接打开。"),
            ),
            models.CheckConstraint(
                condition=~Q(tells="refuses", group="none"),
                name="stay_refuses_to_tell",
                violation_error_message=_(
                    "拒不如实提供个人情况的不予救助；老年人、未成年人、残疾人先救助后查明。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(brought_by__in=list(words.BROUGHT_BY))
                & Q(group__in=list(words.GROUPS))
                & Q(tells__in=list(words.TELLS))
                & Q(sex__in=["m", "f", ""])
                & Q(age__lte=120)
                & ~Q(place="")
                & ~Q(needs=""),
                name="stay_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(group="minor", age__lt=18) | (~Q(group="minor") & Q(age__gte=18)),
                name="stay_of_a_minor",
                violation_error_message=_("未满18周岁的按未成年人登记，请核对年龄和类别。"),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("admitted_on")), name="stay_last_day"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, identified_on__isnull=True)
                | Q(person__isnull=False, identified_on__gte=F("admitted_on")),
                name="stay_identified",
            ),
            models.CheckConstraint(
                condition=Q(state="in", left_on__isnull=True, leaving="")
                | Q(
                    state="left",
                    left_on__gte=F("admitted_on"),
                    leaving__in=list(words.LEAVINGS),
                    left_note__gt="",
                ),
                name="stay_leaving_is_whole",
                violation_error_message=_("离站须有日期、方式和去向，且不早于入站日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(leaving="expired")
                | (~Q(group="minor") & (Q(person__isnull=False) | Q(tells="told"))),
                name="stay_not_sent_away_by_the_clock",
                violation_error_message=_("未成年人和身份不明的人不因期满离站，请落实去向。"),
            ),
        ]

    @property
    def unknown(self) -> bool:
        """Whether nobody knows who this is."""
        return self.person_id is None and self.tells != "told"


class StayExtension(models.Model):
    """延长救助期限: proposed for a reason, decided by another, filed with the level above."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        GRANTED = "granted", _("已批准")
        REFUSED = "refused", _("未批准")

    MOVES: ClassVar[dict[str, Move]] = {
        "grant": Move(_("批准延长救助"), ("proposed",), "granted", DECIDES),
        "refuse": Move(_("不批准延长救助"), ("proposed",), "refused", DECIDES),
    }

    stay = models.ForeignKey(
        Stay, verbose_name="入站救助", on_delete=models.PROTECT, related_name="extensions"
    )
    until = models.DateField("延长至")
    reason = models.CharField("延长理由", max_length=300)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_on = models.DateField("提出日期")
    prepared_by = models.ForeignKey(
        Staff, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.ForeignKey(
        Staff, verbose_name="决定人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    filed_on = models.DateField("报上级备案日期", null=True)
    filing = models.CharField("备案记录", max_length=100, null=True)  # noqa: DJ001 - NULL: not yet

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = _("延长救助")
        constraints = [
            models.UniqueConstraint(
                fields=["stay"],
                condition=Q(state="proposed"),
                name="one_stay_extension_waits",
                violation_error_message=_("已有一份延长待批准。"),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & Q(until__gt=F("proposed_on")),
                name="stay_extension_says_why",
                violation_error_message=_("延长须有理由，并晚于提出日期。"),
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_on__isnull=True)
                | (
                    Q(decided_by__isnull=False, decided_on__gte=F("proposed_on"))
                    & ~Q(decided_by=F("prepared_by"))
                ),
                name="stay_extension_four_eyes",
                violation_error_message=_("提出人与决定人不得为同一人。"),
            ),
            models.CheckConstraint(
                condition=Q(filed_on__isnull=True, filing__isnull=True)
                | Q(state="granted", filed_on__gte=F("decided_on"), filing__gt=""),
                name="stay_extension_filing",
                violation_error_message=_("批准之后才能报上级备案。"),
            ),
        ]


class IdentityStep(models.Model):
    """身份查询: one way of finding out who somebody is, and what came of it."""

    stay = models.ForeignKey(
        Stay, verbose_name="入站救助", on_delete=models.PROTECT, related_name="searches"
    )
    kind = models.CharField("方式", max_length=12, choices=words.SEARCHES.items())
    on = models.DateField("办理日期")
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间", auto_now_add=True)
    result = models.CharField("结果", max_length=8, null=True)  # noqa: DJ001 - NULL: waiting
    result_on = models.DateField("结果日期", null=True)
    result_note = models.CharField("结果说明", max_length=300, null=True)  # noqa: DJ001
    result_by = models.ForeignKey(
        Staff, verbose_name="结果登记人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = _("身份查询")
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "kind"],
                condition=Q(result__isnull=True),
                name="one_search_of_a_kind_runs",
                violation_error_message=_("这种查询正在进行，请先登记结果。"),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(words.SEARCHES)), name="identity_step_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    result__isnull=True,
                    result_on__isnull=True,
                    result_note__isnull=True,
                    result_by__isnull=True,
                )
                | Q(
                    result__in=list(words.RESULTS),
                    result_on__gte=F("on"),
                    result_note__gt="",
                    result_by__isnull=False,
                ),
                name="identity_step_result_is_whole",
            ),
        ]


class ProneEntry(models.Model):
    """易走失人员库: somebody who may stray again, who looks after them, where (R-LL)."""

    class State(models.TextChoices):
        OPEN = "open", _("在库")
        CLOSED = "closed", _("已出库")

    MOVES: ClassVar[dict[str, Move]] = {
        "close": Move(_("移出易走失人员库"), ("open",), "closed", COUNTY)
    }

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="prone_entries"
    )
    division = models.CharField("居住地", max_length=12)
    reason = models.CharField("入库原因", max_length=12, choices=words.PRONE.items())
    keeper = models.CharField("监护人或照料人", max_length=100)
    phone = models.CharField("电话", max_length=30)
    note = models.CharField("说明", max_length=300, blank=True)
    on = models.DateField("入库日期")
    by = models.ForeignKey(Staff, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    closed_on = models.DateField("出库日期", null=True)
    close_reason = models.CharField("出库原因", max_length=12, blank=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        verbose_name = _("易走失人员")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="open"),
                name="one_prone_entry_a_person",
                violation_error_message=_("此人已在易走失人员库。"),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=list(words.PRONE)) & ~Q(keeper="") & ~Q(phone=""),
                name="prone_entry_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True, close_reason="")
                | Q(
                    state="closed",
                    closed_on__gte=F("on"),
                    close_reason__in=list(words.PRONE_ENDS),
                ),
                name="prone_entry_closing_is_whole",
            ),
        ]
