"""投诉举报清单: complaints about applications, what each waits for and until when. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import QueryDict

from apps.casework.listing import PAGE, VILLAGE_LENGTH, Row, told
from apps.casework.models import OPEN_STATES, Application, Complaint
from apps.casework.pathway import dues
from apps.casework.procedure import AMONG
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.standards.models import current_book
from apps.units.language import lazy as _

VISIT = "county_visit"
STATES = {
    "open": _("未办结"),
    "visit": _("待县级入户核查"),
    "decide": _("待县级作决定"),
    "closed": _("申请已办结"),
}
HEADINGS = (
    "收到日期", "内容", "登记人", "对象", "户编号", "项目", "乡镇", "申请状态",
    "办理情况", "办理期限",
)  # fmt: skip


class Wanted(NamedTuple):
    """What the list is narrowed to; empty means all."""

    state: str = ""
    division: str = ""
    text: str = ""


class Line(NamedTuple):
    """One complaint with its application; ``awaits``: what has to be done, empty when over.

    ``state``: that, and of an application that is decided or withdrawn, what became of it.
    """

    complaint: Complaint
    row: Row
    awaits: str
    state: str
    css: str
    icon: str


def wanted_of(asked: QueryDict) -> Wanted:
    """The filter of a request; what is not in a list is left out."""
    state, division = asked.get("state", ""), asked.get("division", "")[:VILLAGE_LENGTH]
    return Wanted(
        state=state if state in STATES else "",
        division=division if division.isdecimal() else "",
        text=asked.get("q", "").replace("\0", "").strip()[:60],
    )


def found(staff: Staff, wanted: Wanted, today: dt.date) -> QuerySet[Complaint]:
    """The complaints of the territory that fit: open ones in front, the oldest first.

    A complaint is open while its application is: the county visits and decides (R-DB-21).
    """
    unsettled = Q(application__state__in=OPEN_STATES)
    rows = Complaint.objects.visible_to(staff).filter(
        application__household__division__startswith=wanted.division
    )
    if wanted.text:
        rows = rows.filter(
            Q(words__icontains=wanted.text) | Q(application__household__number=wanted.text)
        )
    if wanted.state == "closed":
        rows = rows.exclude(unsettled)
    elif wanted.state:
        rows = rows.filter(unsettled)
    if wanted.state in ("visit", "decide"):
        been = visited(rows.values_list("application_id", flat=True), today)
        mine = Q(application_id__in=been)
        rows = rows.filter(mine if wanted.state == "decide" else ~mine)
    since = Case(When(unsettled, then=F("on")), default=Value(None))
    people = ("application__household", "application__person", "registered_by")
    order = (since.asc(nulls_last=True), "-on", "-pk")
    return rows.select_related(*people).order_by(*order)


def visited(applications: Any, today: dt.date) -> set[int]:
    """Those of the applications that the county has visited since their newest complaint."""
    return set(AMONG[VISIT](applications, today)) if VISIT in AMONG else set()


def page_of(
    staff: Staff, wanted: Wanted, today: dt.date, number: str | None
) -> tuple[list[Line], Page[Any]]:
    """One page of the list (how many queries does not grow with it)."""
    page = Paginator(found(staff, wanted, today), PAGE).get_page(number)
    return lines(list(page.object_list), today), page


def of(application: Application, today: dt.date) -> list[Line]:
    """The complaints about one application, the newest in front."""
    rows = Complaint.objects.filter(application=application)
    people = ("application__household", "application__person", "registered_by")
    return lines(list(rows.select_related(*people).order_by("-pk")), today)


def lines(complaints: Sequence[Complaint], today: dt.date) -> list[Line]:
    """Complaints in words, in their order."""
    asked = {one.application_id: one.application for one in complaints}
    waiting = [one for one in asked.values() if one.state in OPEN_STATES]
    clocks = dues(waiting, today, current_calendar(), current_book())
    rows = {row.application.pk: row for row in told(list(asked.values()), clocks)}
    been = visited([one.pk for one in waiting], today)
    return [
        Line(one, rows[one.application_id], *_awaits(one.application, been)) for one in complaints
    ]


def _awaits(application: Application, been: set[int]) -> tuple[str, str, str, str]:
    """What is waited for, the state in words, its colour and icon."""
    if application.state not in OPEN_STATES:
        given = application.state == Application.State.CONFIRMED
        return "", application.get_state_display(), "end", "ok" if given else "x"
    if application.pk in been:
        return STATES["decide"], STATES["decide"], "doing", "circle"
    return STATES["visit"], STATES["visit"], "warn", "warn"


def cells(line: Line) -> list[object]:
    """One line of the export, as HEADINGS name it."""
    application, due = line.row.application, line.row.due
    return [
        line.complaint.on,
        line.complaint.words,
        line.complaint.registered_by.name,
        line.row.who,
        application.household.number,
        line.row.programme,
        line.row.township,
        application.get_state_display(),
        line.state,
        f"{due.clock.last_day}（{due.clock.label}）" if due else "",
    ]
