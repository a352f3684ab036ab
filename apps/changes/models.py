"""变更登记: what was reported to have changed about a family, by whom, and who decided on it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from apps.casework.models import CASEWORKERS, DECIDERS
from apps.changes.kinds import CHANGES
from apps.households.models import Household
from apps.offices.models import Staff
from apps.offices.moves import Move
from apps.units.language import lazy as _

KIND_CHOICES = [(kind.code, kind.name) for kind in CHANGES.values()]


class FamilyChangeQuerySet(models.QuerySet["FamilyChange"]):
    def visible_to(self, staff: Staff) -> Self:
        """Changes of households inside the person's territory."""
        return self.filter(household__division__startswith=staff.division)


class FamilyChange(models.Model):
    """变更登记: from a draft to what it recorded; moved only by move().

    ``typed`` is the form as typed, ``promised`` what its preview showed when it was submitted.
    A change that is decided (``decided``) records nothing before a second person approves it;
    any other takes effect on being submitted. ``token``: the page it came from, so that a second
    submit of that page makes no second change.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待复核")
        DONE = "done", _("已生效")
        WITHDRAWN = "withdrawn", _("已撤回")

    MOVES: ClassVar[dict[str, Move]] = {
        "submit": Move(_("提交变更"), ("draft",), "submitted", CASEWORKERS),
        "carry_out": Move(_("办理变更"), ("draft",), "done", CASEWORKERS),
        "approve": Move(_("复核通过"), ("submitted",), "done", DECIDERS),
        "send_back": Move(_("退回变更"), ("submitted",), "draft", DECIDERS),
        "withdraw": Move(_("撤回变更"), ("draft", "submitted"), "withdrawn", CASEWORKERS),
    }

    kind = models.CharField("种类", max_length=16, choices=KIND_CHOICES)
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="changes"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    token = models.BigIntegerField("页面号", unique=True)
    typed = models.JSONField("填写内容")
    promised = models.JSONField("提交时的预览", default=dict)
    decided = models.BooleanField("须经复核", default=False)
    prepared_by = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    prepared_on = models.DateField("登记日期")
    decided_by = models.ForeignKey(
        Staff, verbose_name="复核人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    effective_on = models.DateField("办结日期", null=True)
    # the decisions it led to: their ids
    decisions = models.JSONField("作出的决定", default=list)
    answer = models.CharField("退回理由", max_length=300, blank=True)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = FamilyChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("变更登记")
        indexes = [
            models.Index(fields=["household", "-id"], name="change_of_household"),
            models.Index(fields=["id"], name="change_waiting", condition=Q(state="submitted")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(CHANGES)), name="change_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("prepared_by")),
                name="change_four_eyes",
                violation_error_message=_("经办人与复核人不得为同一人。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="done", decided=True) | Q(decided_by__isnull=False),
                name="change_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(effective_on__isnull=False),
                name="change_done_on_a_day",
            ),
        ]
