"""申请清单: applications by state, programme, township, clock and person. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict

from apps.casework.models import OPEN_STATES, Application, StepTaken
from apps.casework.pathway import Due, dues
from apps.casework.programme import PROGRAMMES
from apps.casework.worklist import LIMIT, band_of
from apps.households.models import Member
from apps.offices.calendar import current_calendar
from apps.offices.models import Division, Staff, divisions_visible_to
from apps.standards.models import current_book
from apps.units.language import lazy as _

PAGE = 50
COUNTY_LENGTH, TOWNSHIP_LENGTH, VILLAGE_LENGTH = 6, 9, 12
GROUPS = {"": _("办理中"), "all": _("全部"), "papers": _("待补齐手续")}
DUES = {"late": _("已逾期"), "soon": _("3 天内到期"), "month": _("30 天内到期")}
WITHIN = {
    "late": ("late",),
    "soon": ("today", "soon"),
    "month": ("today", "soon", "month"),
}


class Wanted(NamedTuple):
    """What the list is narrowed to; empty means all (of those still open, for the state)."""

    state: str = ""
    programme: str = ""
    division: str = ""
    due: str = ""
    mine: bool = False


class Row(NamedTuple):
    """One application as the list shows it."""

    application: Application
    who: str
    programme: str
    township: str
    due: Due | None


def wanted_of(asked: QueryDict) -> Wanted:
    """The filter of a request; what is not in a list is left out."""
    state, programme = asked.get("state", ""), asked.get("programme", "")
    division, due = asked.get("division", "")[:VILLAGE_LENGTH], asked.get("due", "")
    return Wanted(
        state=state if state in (*GROUPS, *Application.State.values) else "",
        programme=programme if programme in PROGRAMMES else "",
        division=division if division.isdecimal() else "",
        due=due if due in DUES else "",
        mine=asked.get("mine") == "1",
    )


def found(staff: Staff, wanted: Wanted) -> QuerySet[Application]:
    """The applications of the territory that fit, but for their clocks; the oldest in front."""
    rows = Application.objects.visible_to(staff).select_related("household", "person")
    rows = rows.filter(household__division__startswith=wanted.division)
    if wanted.programme:
        rows = rows.filter(programme=wanted.programme)
    if wanted.mine:
        taken = StepTaken.objects.filter(by=staff).values("application_id")
        rows = rows.filter(Q(prepared_by=staff) | Q(pk__in=taken))
    if wanted.state == "papers":
        done = StepTaken.objects.filter(code="supplement_papers").values("application_id")
        rows = rows.filter(state="confirmed", track="emergency").exclude(pk__in=done)
    elif wanted.state != "all":
        rows = rows.filter(state__in=(wanted.state,) if wanted.state else OPEN_STATES)
    return rows.order_by("applied_on", "pk")


def page_of(
    staff: Staff, wanted: Wanted, today: dt.date, number: str | None
) -> tuple[list[Row], Page[Any]]:
    """One page of the list with the clock of each (how many queries does not grow with it).

    By clock, those due first stand in front; of the oldest LIMIT applications that fit.
    """
    rows = found(staff, wanted)
    calendar, book = current_calendar(), current_book()
    if not wanted.due:
        page = Paginator(rows, PAGE).get_page(number)
        shown = list(page.object_list)
        clocks = dues(shown, today, calendar, book)
    else:
        every = list(rows[:LIMIT])
        clocks = dues(every, today, calendar, book)
        mine = [one for one in every if one.pk in clocks and _fits(clocks[one.pk], wanted, today)]
        mine.sort(key=lambda one: (clocks[one.pk].clock.last_day, one.pk))
        page = Paginator(mine, PAGE).get_page(number)
        shown = list(page.object_list)
    return told(shown, clocks), page


def told(applications: Sequence[Application], clocks: dict[int, Due]) -> list[Row]:
    """Applications as a list shows them, in their order (two queries)."""
    codes = {one.household.division[:TOWNSHIP_LENGTH] for one in applications}
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    heads = heads_of({one.household_id for one in applications})
    return [_row(one, heads, names, clocks) for one in applications]


def _fits(due: Due, wanted: Wanted, today: dt.date) -> bool:
    return band_of(due.clock.last_day, today) in WITHIN[wanted.due]


def heads_of(homes: set[int]) -> dict[int, str]:
    """The name of each household's applicant (one query)."""
    rows = Member.objects.known_now().filter(household_id__in=homes, relationship="applicant")
    return dict(rows.order_by("period").values_list("household_id", "person__name"))


def _row(
    one: Application, heads: dict[int, str], names: dict[str, str], clocks: dict[int, Due]
) -> Row:
    return Row(
        one,
        one.person.name if one.person else f"{heads.get(one.household_id, '—')}户",
        PROGRAMMES[one.programme].name,
        names.get(one.household.division[:TOWNSHIP_LENGTH], ""),
        clocks.get(one.pk),
    )


def places(staff: Staff) -> QuerySet[Division]:
    """What a list can be narrowed to: townships for the county, villages for a township."""
    length = TOWNSHIP_LENGTH if len(staff.division) <= COUNTY_LENGTH else VILLAGE_LENGTH
    return divisions_visible_to(staff).filter(code__regex=rf"^\d{{{length}}}$")


def divisions(staff: Staff) -> list[tuple[str, str]]:
    """The same with code and name (one query)."""
    return list(places(staff).values_list("code", "name"))
