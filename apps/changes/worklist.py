"""我的待办中的变更: changes that wait for a second person, and those that were sent back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from apps.casework.models import DECIDERS
from apps.casework.procedures import CASEWORKERS
from apps.casework.worklist import OF_HOUSEHOLD, Asked, Line, Task, lasting, lines, queue
from apps.changes.models import KIND_CHOICES, FamilyChange
from apps.offices.together import Question
from apps.units.language import lazy as _
from apps.units.language import worded

_KINDS = dict(KIND_CHOICES)
_COLUMNS: dict[str, Any] = {
    **OF_HOUSEHOLD,
    "pk": F("id"),
    "on": F("prepared_on"),
    "code": F("kind"),
}


@lasting
def submitted(asked: Asked) -> Question[Line]:
    """Changes somebody else has submitted, the oldest first."""
    rows = FamilyChange.objects.visible_to(asked.staff).filter(state="submitted")
    others = rows.exclude(prepared_by=asked.staff).order_by("pk")
    return lines(others, **_COLUMNS, words=F("prepared_by__name"))


@lasting
def returned(asked: Asked) -> Question[Line]:
    """Changes of one's own that were sent back, with the reason."""
    rows = FamilyChange.objects.filter(prepared_by=asked.staff, state="draft")
    return lines(rows.exclude(answer="").order_by("pk"), **_COLUMNS, words=F("answer"))


@queue("changes", _("待复核变更"), roles=DECIDERS, order=30, asks=(submitted,))
def waiting(asked: Asked) -> Iterable[Task]:
    """Changes that wait for the one who asks."""
    for one in asked.rows(submitted):
        yield one.task(
            "change",
            what=worded(_("复核{kind}"), kind=_KINDS[one.code]),
            why=worded(_("{name}登记，复核后生效"), name=one.words),
            verb=_("复核"),
            url=f"/changes/{one.pk}/",
        )


@queue("changes-back", _("退回的变更"), roles=CASEWORKERS, order=31, asks=(returned,))
def sent_back(asked: Asked) -> Iterable[Task]:
    """Changes to be mended and submitted again."""
    for one in asked.rows(returned):
        yield one.task(
            "change",
            what=worded(_("改正{kind}"), kind=_KINDS[one.code]),
            why=worded(_("退回：{answer}"), answer=one.words),
            verb=_("继续填写"),
            url=f"/changes/{one.pk}/",
        )
