"""我的待办的页面: what is due first, by queue, village and programme, one verb a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.casework.assess import ordered
from apps.casework.listing import TOWNSHIP_LENGTH, VILLAGE_LENGTH, divisions
from apps.casework.programme import PROGRAMMES
from apps.casework.worklist import (
    BANDS,
    LIMIT,
    WORKERS,
    Asked,
    Found,
    Narrowed,
    band_of,
    by_band,
    by_queue,
    due_words,
    inside,
    queues_of,
    tasks_of,
)
from apps.households.models import Household, Member, Person
from apps.offices.calendar import current_calendar
from apps.offices.models import Division, Event, Staff
from apps.offices.perms import REGISTRARS, for_staff, home_of
from apps.standards.models import current_book

PAGE = 50


@for_staff
@require_safe
def home(request: HttpRequest, staff: Staff) -> HttpResponse:
    """首页: the worklist for those who do casework; the others go where their day begins."""
    if staff.role not in WORKERS:
        return redirect(home_of(staff))
    return _worklist(request, staff)


def asked_by(staff: Staff, today: dt.date) -> Asked:
    """What the queues are asked with (two queries)."""
    return Asked(staff, today, current_calendar(), current_book())


def _worklist(request: HttpRequest, staff: Staff) -> HttpResponse:
    today = timezone.localdate()
    wanted = _narrowed(request)
    all_mine = tasks_of(asked_by(staff, today))
    here = inside(all_mine, wanted)
    in_band = [one for one in here if not wanted.due or _in_band(one, wanted.due, today)]
    shown = [one for one in in_band if wanted.queue in ("", one.queue.code)]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    chosen = next((one for one in queues_of(staff) if one.code == wanted.queue), None)
    context = {
        "today": today,
        "wanted": wanted,
        "rows": _rows(list(page.object_list), today),
        "page": page,
        "strip": _strip(here, today),
        "tabs": _tabs(staff, in_band),
        "all": len(in_band),
        "bands": BANDS,
        "divisions": divisions(staff),
        "programmes": [(card.code, card.name) for card in ordered(PROGRAMMES.values())],
        "bulk": chosen.bulk if chosen else None,
        "quiet": not any(band_of(one.task.due, today) in ("late", "today") for one in here),
        "next_due": next((one.task.due for one in here if one.task.due), None),
        "done": Event.objects.filter(by=staff, at__date__gte=today.replace(day=1)).count(),
        "limit": LIMIT,
        "narrow": any(wanted),
        "may_apply": staff.role in REGISTRARS,
    }
    return render(request, "casework/worklist.html", context)


def _narrowed(request: HttpRequest) -> Narrowed:
    asked = request.GET
    division = asked.get("division", "")
    due = asked.get("due", "")
    programme = asked.get("programme", "")
    return Narrowed(
        queue=asked.get("queue", "")[:20],
        division=division[:VILLAGE_LENGTH] if division.isdecimal() else "",
        programme=programme if programme in PROGRAMMES else "",
        due=due if due in BANDS else "",
    )


def _in_band(one: Found, wanted: str, today: dt.date) -> bool:
    """Whether a task lies in a band; 3 天内 and 30 天内 hold what is due sooner as well."""
    band = band_of(one.task.due, today)
    inner = {"soon": ("today", "soon"), "month": ("today", "soon", "month")}
    return band in inner.get(wanted, (wanted,))


def _strip(found: Sequence[Found], today: dt.date) -> list[tuple[str, str, int]]:
    """(band, label, count) of the due strip; counts are those of the lists they open."""
    counts = by_band(found, today)
    counts["soon"] += counts["today"]
    counts["month"] += counts["soon"]
    return [(band, label, counts[band]) for band, label in BANDS.items()]


def _tabs(staff: Staff, found: Sequence[Found]) -> list[tuple[str, str, int]]:
    counts = by_queue(found)
    return [(one.code, one.label, counts[one.code]) for one in queues_of(staff)]


class Row(NamedTuple):
    """One task as the page shows it."""

    found: Found
    colour: str
    words: str
    who: str
    number: str
    village: str
    programme: str
    waiting: int | None
    estimated: bool


def _rows(found: Sequence[Found], today: dt.date) -> list[Row]:
    """The tasks of one page with names and villages (five queries)."""
    tasks = [one.task for one in found]
    homes = Household.objects.in_bulk({task.household_id for task in tasks})
    names = _names({task.person_id for task in tasks}, set(homes))
    codes = {task.division[:n] for task in tasks for n in (TOWNSHIP_LENGTH, VILLAGE_LENGTH)}
    divisions = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    known = current_calendar()
    return [_row(one, today, homes, names, divisions, known) for one in found]


def _names(persons: set[int], homes: set[int]) -> dict[int, str]:
    """Names by subject: person id, or minus the household's id for its applicant."""
    found = dict(Person.objects.filter(pk__in=persons).values_list("pk", "name"))
    heads = Member.objects.known_now().filter(household_id__in=homes, relationship="applicant")
    for home, name in heads.order_by("period").values_list("household_id", "person__name"):
        found[-home] = name
    return found


def _row(
    one: Found,
    today: dt.date,
    homes: dict[int, Household],
    names: dict[int, str],
    divisions: dict[str, str],
    known: Any,
) -> Row:
    task = one.task
    home = homes.get(task.household_id)
    colour, words = due_words(task.due, today) if task.due else ("", "无期限")
    card = PROGRAMMES.get(task.programme)
    village = divisions.get(task.division) or divisions.get(task.division[:TOWNSHIP_LENGTH], "")
    return Row(
        found=one,
        colour=colour,
        words=words,
        who=names.get(task.person_id) or names.get(-task.household_id, ""),
        number=home.number if home else "",
        village=village,
        programme=card.short if card else "",
        waiting=(today - task.since).days if task.since and task.since <= today else None,
        estimated=bool(task.due and known.is_estimated(task.due)),
    )
