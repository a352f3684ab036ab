"""我的待办中的公示: what is to be posted, and what has run its days and waits to be ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext

from apps.casework.procedures import CASEWORKERS
from apps.casework.worklist import LIMIT, Asked, Task, queue
from apps.publicity.models import PublicNotice
from apps.publicity.shown import NAMES
from apps.units.language import lazy as _

_DAY = dt.timedelta(days=1)


@queue("postings", _("公示期满"), roles=CASEWORKERS, order=40)
def notices(asked: Asked) -> Iterable[Task]:
    """Notices whose last day has passed, to be ended the day after it."""
    rows = PublicNotice.objects.visible_to(asked.staff).filter(
        state="posted", last_day__lt=asked.today
    )
    for one in rows.order_by("last_day", "pk")[:LIMIT]:
        yield Task(
            key=f"notice-{one.pk}",
            what=gettext("{names}{stage}期满").format(
                names=NAMES[one.family], stage=one.get_stage_display()
            ),
            why=gettext("公示到{last_day}，请上传期满照片并结束公示").format(last_day=one.last_day),
            verb=gettext("结束公示"),
            url=f"/notices/{one.pk}/",
            division=one.division,
            due=one.last_day + _DAY,
            since=one.posted_on,
        )
