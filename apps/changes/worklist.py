"""我的待办中的变更: changes that wait for a second person, and those that were sent back."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from apps.casework.models import DECIDERS
from apps.casework.procedures import CASEWORKERS
from apps.casework.worklist import LIMIT, Asked, Task, queue
from apps.changes.models import FamilyChange
from apps.units.language import lazy as _


@queue("changes", _("待复核变更"), roles=DECIDERS, order=30)
def waiting(asked: Asked) -> Iterable[Task]:
    """Changes somebody else has submitted, the oldest first."""
    rows = FamilyChange.objects.visible_to(asked.staff).filter(state="submitted")
    for one in rows.exclude(prepared_by=asked.staff).select_related(*ABOUT).order_by("pk")[:LIMIT]:
        words = gettext("{name}登记，复核后生效").format(name=one.prepared_by.name)
        yield _task(
            one, gettext("复核{kind}").format(kind=one.get_kind_display()), words, gettext("复核")
        )


@queue("changes-back", _("退回的变更"), roles=CASEWORKERS, order=31)
def sent_back(asked: Asked) -> Iterable[Task]:
    """Changes of one's own that were sent back with a reason."""
    rows = FamilyChange.objects.filter(prepared_by=asked.staff, state="draft")
    for one in rows.exclude(answer="").select_related(*ABOUT).order_by("pk")[:LIMIT]:
        yield _task(
            one,
            gettext("改正{kind}").format(kind=one.get_kind_display()),
            gettext("退回：{answer}").format(answer=one.answer),
            gettext("继续填写"),
        )


ABOUT = ("household", "prepared_by")


def _task(one: FamilyChange, what: str, why: str, verb: str) -> Task:
    return Task(
        key=f"change-{one.pk}",
        what=what,
        why=why,
        verb=verb,
        url=f"/changes/{one.pk}/",
        division=one.household.division,
        since=one.prepared_on,
        household_id=one.household_id,
    )
