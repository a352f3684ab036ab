"""安排与转交: what somebody means to do about tasks, and views of the worklist. No case changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions.saying import Refused
from apps.casework.desk import Arrangement, SavedView
from apps.casework.worklist import FIELD_ROLES, Found
from apps.offices.actions import log
from apps.offices.models import Staff
from apps.offices.refusals import words_of

KIND = "casework.arrangement"
AHEAD = dt.timedelta(days=365)
VIEWS = 12


def _checked(found: Sequence[Found]) -> None:
    if not found:
        raise Refused(gettext("请先勾选要办理的事项。"))
    if len({one.kind for one in found}) > 1:
        raise Refused(gettext("勾选的不是同一种事项，请只勾选同一种。"))


@transaction.atomic
def plan(found: Sequence[Found], *, day: dt.date, on: dt.date, by: Staff) -> None:
    """安排入户日期: for visits only, all on one day; one line of the 经办记录 each."""
    _checked(found)
    if not all(one.task.visit for one in found):
        raise Refused(gettext("只有需要上门的事项才能安排入户日期。"))
    if not on <= day <= on + AHEAD:
        raise Refused(gettext("入户日期{day}应在今天到一年之内，请核对。").format(day=day))
    for one in found:
        _arrange(one, by, f"安排{day}入户", planned_on=day)


@transaction.atomic
def hand_over(found: Sequence[Found], *, to: Staff, by: Staff) -> None:
    """转交: to somebody on duty whose territory holds every one of the tasks."""
    _checked(found)
    if not to.active or to.role not in FIELD_ROLES:
        raise Refused(gettext("{name}不办理这类事项，请选择其他经办人。").format(name=to.name))
    outside = [one for one in found if not one.task.division.startswith(to.division)]
    if outside:
        raise Refused(
            gettext("有{count}件不在{name}的管辖范围内，请取消勾选或另选经办人。").format(
                count=len(outside), name=to.name
            )
        )
    for one in found:
        _arrange(one, by, f"转交{to.name}", handed_to=to)


def _arrange(one: Found, by: Staff, verb: str, **columns: object) -> None:
    row, _ = Arrangement.objects.update_or_create(key=one.task.key, defaults={**columns, "by": by})
    log(
        by=by,
        kind=KIND,
        object_id=row.pk,
        verb=verb,
        household_id=one.task.household_id or None,
        reason=one.task.what,
    )


def save_view(*, name: str, query: str, by: Staff) -> None:
    """存为常用筛选."""
    name = name.strip()
    if not name or not query:
        raise Refused(gettext("请先选好筛选条件，再起一个名称。"))
    if SavedView.objects.filter(staff=by).count() >= VIEWS:
        raise Refused(gettext("常用筛选最多{VIEWS}个，请先删去不用的。").format(VIEWS=VIEWS))
    try:
        with transaction.atomic():
            SavedView.objects.create(staff=by, name=name[:20], query=query[:200])
    except IntegrityError as error:
        raise Refused(words_of(error, SavedView) or gettext("没有存成，请换一个名称。")) from error


def drop_view(pk: int, *, by: Staff) -> None:
    """删去常用筛选."""
    SavedView.objects.filter(pk=pk, staff=by).delete()
