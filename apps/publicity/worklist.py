"""我的待办中的公示: what is to be posted, and what has run its days and waits to be ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F

from apps.casework.procedures import CASEWORKERS
from apps.casework.worklist import Asked, Line, Task, lasting, lines, queue
from apps.offices.together import Question
from apps.publicity.models import PublicNotice
from apps.publicity.shown import NAMES
from apps.units.language import lazy as _
from apps.units.language import worded

_DAY = dt.timedelta(days=1)
_STAGES = dict(PublicNotice.Stage.choices)


@lasting
def over(asked: Asked) -> Question[Line]:
    """Notices whose last day has passed, by family and stage."""
    rows = PublicNotice.objects.visible_to(asked.staff).filter(
        state="posted", last_day__lt=asked.today
    )
    said = {"code": F("family"), "words": F("stage"), "on": F("posted_on"), "until": F("last_day")}
    return lines(rows.order_by("last_day", "pk"), "division", pk=F("id"), **said)


@queue("postings", _("公示期满"), roles=CASEWORKERS, order=40, asks=(over,))
def notices(asked: Asked) -> Iterable[Task]:
    """Notices that have run their days, to be ended the day after the last."""
    for one in asked.rows(over):
        yield one.task(
            "notice",
            what=worded(_("{names}{stage}期满"), names=NAMES[one.code], stage=_STAGES[one.words]),
            why=worded(_("公示到{last_day}，请上传期满照片并结束公示"), last_day=one.last),
            verb=_("结束公示"),
            url=f"/notices/{one.pk}/",
            due=one.last + _DAY,
        )
