"""我的待办的接口: how much waits for this post, by kind and by when it is due."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework.worklist import (
    BANDS,
    WORKERS,
    Asked,
    Found,
    band_of,
    by_queue,
    queues_of,
    tasks_of,
)
from apps.casework.worklist_page import named_of
from apps.offices.api.door import call
from apps.offices.api.paging import Paged, asked_of, link, page_of
from apps.offices.api.resources import ForOffices
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.offices.moves import need_role
from apps.offices.tokens import Scope
from apps.standards.models import current_book
from apps.units.language import lazy as _

TAG = "我的待办"


class QueueOut(serializers.Serializer[Any]):
    """One kind of task."""

    code = serializers.CharField(help_text="类别代码")
    words = serializers.CharField(help_text="类别")
    count = serializers.IntegerField(help_text="件数")


class WorkOut(serializers.Serializer[Any]):
    """How much waits."""

    total = serializers.IntegerField(help_text="合计")
    late = serializers.IntegerField(help_text="已逾期")
    today = serializers.IntegerField(help_text="今天到期")
    soon = serializers.IntegerField(help_text="3 天内到期")
    month = serializers.IntegerField(help_text="30 天内到期")
    queues = QueueOut(many=True)


class TaskOut(serializers.Serializer[Any]):
    """One thing to do."""

    key = serializers.CharField(help_text="事项编号")
    queue = serializers.CharField(help_text="类别代码")
    what = serializers.CharField(help_text="事项")
    why = serializers.CharField(allow_blank=True, help_text="缘由")
    programme = serializers.CharField(allow_blank=True, help_text="项目代码")
    household = serializers.CharField(allow_blank=True, help_text="户编号")
    who = serializers.CharField(allow_blank=True, help_text="对象")
    division = serializers.CharField(help_text="村（社区）代码")
    due = serializers.DateField(allow_null=True, help_text="期限；null 没有期限")
    since = serializers.DateField(allow_null=True, help_text="自何日起")
    url = serializers.CharField(help_text="网页地址")


class TasksAsked(Paged):
    """Filters of the tasks."""

    queue = serializers.RegexField(r"^[a-z_-]{1,32}$", required=False, help_text="类别代码")
    due = serializers.ChoiceField(choices=list(BANDS), required=False, help_text="期限档次")


def waiting(staff: Staff) -> list[Found]:
    """Every task of a post, what is due first in front; NotAllowed for posts without any."""
    need_role(staff, WORKERS, _("待办"))
    today = timezone.localdate()
    return tasks_of(Asked(staff, today, current_calendar(), current_book()))


class Work(ForOffices):
    """我的待办."""

    @call(
        "我的待办件数",
        Scope.CASES_READ,
        name="work_counts",
        tag=TAG,
        answer=WorkOut,
        told={
            "total": 3,
            "late": 1,
            "today": 0,
            "soon": 2,
            "month": 0,
            "queues": [{"code": "accept", "words": "受理", "count": 3}],
        },
    )
    def get(self, request: Request) -> Response:
        """By kind, and by when it is due."""
        found, today = waiting(self.staff), timezone.localdate()
        counts = by_queue(found)
        bands = [band_of(one.task.due, today) for one in found]
        said: dict[str, Any] = {band: bands.count(band) for band in BANDS}
        said["total"] = len(found)
        said["queues"] = [
            {"code": one.code, "words": str(one.label), "count": counts[one.code]}
            for one in queues_of(self.staff)
        ]
        return Response(WorkOut(said).data)


class Tasks(ForOffices):
    """我的待办清单."""

    @call(
        "我的待办清单",
        Scope.CASES_READ,
        name="work_tasks",
        tag=TAG,
        answer=page_of(TaskOut, "TaskPage"),
        asks=[TasksAsked],
        say="先到期的在前。",
    )
    def get(self, request: Request) -> Response:
        """What is due first in front."""
        asked, today = asked_of(request, TasksAsked), timezone.localdate()
        queue, due = asked.filters.get("queue"), asked.filters.get("due")
        found = [
            one
            for one in waiting(self.staff)
            if queue in (None, one.queue.code) and due in (None, band_of(one.task.due, today))
        ]
        if asked.after is not None:
            found = [one for one in found if _key(one) > asked.after]
        shown = found[: asked.limit]
        following = link(asked, _key(shown[-1])) if len(found) > asked.limit else None
        return Response({"results": TaskOut(_told(shown), many=True).data, "next": following})


def _key(found: Found) -> list[str]:
    task = found.task
    return [str(task.due or dt.date.max), str(task.since or dt.date.max), task.key]


def _told(found: list[Found]) -> list[dict[str, Any]]:
    named = named_of([one.task for one in found])
    plain = ("key", "programme", "division", "due", "since", "url")
    return [
        {
            "queue": one.queue.code,
            "what": str(one.task.what),
            "why": str(one.task.why),
            "household": named.numbers.get(one.task.household_id, ""),
            "who": named.people.get(one.task.person_id or -one.task.household_id, ""),
            **{name: getattr(one.task, name) for name in plain},
        }
        for one in found
    ]
