"""发放的约束: what the database refuses of a run and of a bank item, whoever writes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.units.fields import first_of_month

RUN_CONSTRAINTS: list[models.BaseConstraint] = [
    first_of_month("run_month", "month"),
    models.UniqueConstraint(fields=["month", "number"], name="run_number"),
    models.UniqueConstraint(
        fields=["open_flag"],
        condition=Q(state__in=["draft", "computed", "checked"]),
        name="one_open_run",
        violation_error_message="还有未办结的发放批次，请先审批或撤销它。",
    ),
    models.CheckConstraint(
        condition=(Q(checker__isnull=True) | ~Q(checker=F("maker")))
        & (Q(approver__isnull=True) | (~Q(approver=F("maker")) & ~Q(approver=F("checker"))))
        & (
            Q(releaser__isnull=True)
            | (~Q(releaser=F("maker")) & ~Q(releaser=F("checker")) & ~Q(releaser=F("approver")))
        ),
        name="run_four_people",
        violation_error_message="经办、复核、审批、送行须是四个不同的人。",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=["checked", "approved", "sent", "closed"])
        | Q(checker__isnull=False),
        name="run_checked_by_someone",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=["approved", "sent", "closed"])
        | Q(checker__isnull=False, approver__isnull=False),
        name="run_approved_by_someone",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=["sent", "closed"]) | Q(releaser__isnull=False),
        name="run_released_by_someone",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=["computed", "checked", "approved", "sent", "closed"])
        | Q(calculation__isnull=False),
        name="run_computed_has_a_calculation",
    ),
]
ITEM_CONSTRAINTS: list[models.BaseConstraint] = [
    models.UniqueConstraint(fields=["batch", "number"], name="bank_item_number"),
    models.UniqueConstraint(
        fields=["batch", "programme", "subject", "kind"], name="bank_item_once"
    ),
    models.CheckConstraint(condition=Q(fen__gt=0), name="bank_item_positive"),
    models.CheckConstraint(
        condition=Q(
            state="returned",
            returned_on__isnull=False,
            returned_after_account__isnull=False,
        )
        | (~Q(state="returned") & Q(returned_on__isnull=True)),
        name="bank_item_returned_on",
    ),
]
