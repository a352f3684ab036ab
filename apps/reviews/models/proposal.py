"""拟办决定: what one person proposes about an award and another decides."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from apps.casework.models import CASEWORKERS, DECIDERS, Decision, Entitlement
from apps.offices.models import Staff
from apps.offices.moves import Move
from apps.reviews.models.life import AwardQuerySet
from apps.units.language import lazy as _


class Proposal(models.Model):
    """拟办决定: 停发、渐退、停发本人份额 of one award; nothing changes before approval.

    ``kind`` is one of reviews.proposing.PROPOSALS, ``terms`` what its form asked (plain values),
    ``words`` the same for people.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    MOVES: ClassVar[dict[str, Move]] = {
        "approve": Move(_("批准"), ("proposed",), "approved", DECIDERS),
        "refuse": Move(_("不批准"), ("proposed",), "refused", DECIDERS),
        "withdraw": Move(_("撤回"), ("proposed",), "withdrawn", CASEWORKERS),
    }

    entitlement = models.ForeignKey(
        Entitlement, verbose_name="待遇", on_delete=models.PROTECT, related_name="proposals"
    )
    kind = models.CharField("种类", max_length=12)
    terms = models.JSONField("内容", default=dict)
    words = models.CharField("内容（文字）", max_length=200)
    note = models.CharField("情况", max_length=500)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_on = models.DateField("提出日期")
    prepared_by = models.ForeignKey(
        Staff, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.ForeignKey(
        Staff, verbose_name="审批人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.OneToOneField(
        Decision, verbose_name="决定", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("拟办决定")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(prepared_by=F("decided_by")),
                name="proposal_four_eyes",
                violation_error_message=_("经办人与审批人不得为同一人。"),
            ),
            models.UniqueConstraint(
                fields=["entitlement"],
                condition=Q(state="proposed"),
                name="one_open_proposal",
                violation_error_message=_("这项待遇已有一项待批准的决定，请先批准或撤回。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"], decided_by__isnull=True)
                | Q(state="refused", decided_by__isnull=False)
                | Q(state="approved", decided_by__isnull=False, decision__isnull=False),
                name="proposal_approved_has_a_decision",
            ),
        ]
