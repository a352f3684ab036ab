"""审计查询: the trail as it is looked over, newest first. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from apps.offices.models import Role, Staff
from apps.offices.trail.models import Trail
from apps.offices.trail.words import (
    Value,
    day_bounds,
    may_read,
    name_of,
    posts_in,
    relations,
    values_of,
)
from apps.units.language import lazy as _

PAGE = 50
ALL = 100_000  # rows of an export
# One floor below households: asked by the name of their table.
_HOME = "SELECT id FROM households_household WHERE number = %s"
_NUMBERS = "SELECT id, number FROM households_household WHERE id = ANY(%s)"
# Why: of an act with several events the one that was written after the row, which is how actions
# write; of one whose event came first, that.
_EVENTS = """
SELECT r.id, e.verb, e.reason, e.by_id
FROM unnest(%s::bigint[]) AS asked (id) JOIN offices_trail r USING (id)
CROSS JOIN LATERAL (
    SELECT t.after ->> 'verb' AS verb, t.after ->> 'reason' AS reason,
           (t.after ->> 'by_id')::bigint AS by_id
    FROM offices_trail t
    WHERE t.era = r.era AND t.change_set = r.change_set AND t.relation = 'offices_event'
      AND t.op = 'I' AND t.rows IS NULL
    ORDER BY t.id < r.id, abs(t.id - r.id) LIMIT 1
) e
"""


class Asked(forms.Form):
    """查询条件: all of them optional."""

    household = forms.CharField(label=_("户编号"), required=False, max_length=24)
    staff = forms.CharField(label=_("经办人姓名或账号"), required=False, max_length=60)
    relation = forms.ChoiceField(label=_("记录种类"), required=False)
    first = forms.DateField(
        label=_("起始日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("截止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    change_set = forms.IntegerField(
        label=_("变更集号"), required=False, min_value=1, max_value=2**62
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        field: Any = self.fields["relation"]
        field.choices = [("", _("全部种类")), *relations()]

    @property
    def narrow(self) -> bool:
        """Whether anything is asked for."""
        return any(self.cleaned_data.values())


class Why(NamedTuple):
    """What an event says of its act."""

    verb: str
    reason: str
    by: int | None


NOTHING = Why("", "", None)


class Row(NamedTuple):
    """A row of the trail for people."""

    pk: int
    at: dt.datetime
    change_set: int
    who: str
    login: str
    request: str
    relation: str
    name: str
    key: str
    household: str  # its number; empty when it is nobody's
    op: str
    words: str  # of the operation
    rows: int | None
    verb: str
    reason: str
    values: list[Value]


class Found(NamedTuple):
    """A page of the trail, and where the next one begins; 0 at the end."""

    rows: list[Row]
    after: int


def found(staff: Staff, asked: Asked, *, after: int = 0, limit: int = PAGE) -> Found:
    """The rows that a reader asks for, newest first (4 queries, 6 with a name or a household)."""
    wanted = _wanted(staff, asked.cleaned_data)
    if after:
        wanted = wanted.filter(pk__lt=after)
    page = list(wanted.order_by("-pk")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    return Found(_told(staff, page), page[-1].pk if more else 0)


def _wanted(staff: Staff, data: dict[str, Any]) -> Any:
    rows = Trail.objects.visible_to(staff)
    if data["household"]:
        rows = _of_household(rows, data["household"].strip())
    if data["staff"]:
        name = data["staff"].strip()
        posts = Staff.objects.filter(Q(name=name) | Q(user__username=name))
        rows = rows.filter(actor_id__in=list(posts.values_list("pk", flat=True)))
    if data["relation"]:
        rows = rows.filter(relation=data["relation"])
    if data["change_set"]:
        rows = rows.filter(change_set=data["change_set"])
    begin, end = day_bounds(data["first"], data["last"])
    rows = rows.filter(at__gte=begin) if begin else rows
    return rows.filter(at__lt=end) if end else rows


def _of_household(rows: Any, number: str) -> Any:
    """Its own rows, and those of nobody in particular that were written in the same acts."""
    with connection.cursor() as cursor:
        cursor.execute(_HOME, [number])
        home = cursor.fetchone()
    if home is None:
        return rows.none()
    return rows.extra(
        where=[
            "offices_trail.id IN (SELECT id FROM offices_trail WHERE household_id = %s"
            " UNION ALL SELECT t.id FROM offices_trail h"
            " JOIN offices_trail t USING (era, change_set)"
            " WHERE h.household_id = %s AND t.household_id IS NULL AND t.rows IS NULL)"
        ],
        params=[home[0], home[0]],
    )


def _told(staff: Staff, page: Sequence[Trail]) -> list[Row]:
    events = _events(page)
    by = {row.actor_id or events.get(row.pk, NOTHING).by or 0 for row in page}
    by |= {pk for row in page for pk in posts_in(row)}
    names = dict(Staff.objects.filter(pk__in=by).values_list("pk", "name"))
    numbers = _numbers({row.household_id for row in page if row.household_id})
    keeper = staff.role == Role.AUDIT_ADMIN
    told = []
    for row in page:
        event = events.get(row.pk, NOTHING)
        may = may_read(row.relation, keeper=keeper)
        told.append(
            Row(
                row.pk,
                timezone.localtime(row.at),
                row.change_set,
                names.get(row.actor_id or event.by or 0, ""),
                row.login,
                row.request,
                row.relation,
                name_of(row.relation),
                row.key,
                numbers.get(row.household_id or 0, ""),
                row.op,
                str(Trail.OPS[row.op]),
                row.rows,
                event.verb,
                event.reason if not keeper else "",
                values_of(row, names if may else None),
            )
        )
    return told


def _events(page: Sequence[Trail]) -> dict[int, Why]:
    """By row: what the event of its act says was done, why, and by whom."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [[row.pk for row in page]])
        return {pk: Why(*event) for pk, *event in cursor.fetchall()}


def _numbers(homes: Iterable[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [sorted(homes)])
        return dict(cursor.fetchall())


HEADINGS = (
    "序号", "时间", "变更集", "经办人", "账号", "来源", "记录种类", "主键", "户编号", "操作",
    "行数", "事项", "理由", "改前", "改后",
)  # fmt: skip


def cells(row: Row) -> list[object]:
    """A line of the exported table."""
    before = "；".join(f"{one.label}：{one.before}" for one in row.values if one.before)
    after = "；".join(f"{one.label}：{one.after}" for one in row.values if one.after)
    return [
        row.pk, f"{row.at:%Y-%m-%d %H:%M:%S}", row.change_set, row.who, row.login, row.request,
        row.name, row.key, row.household, row.words, row.rows or 1, row.verb, row.reason, before,
        after,
    ]  # fmt: skip
