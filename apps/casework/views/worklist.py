"""我的待办的页面: what is due first, by queue, village and programme, one verb a row."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.casework.actions import Refused, hand_over, plan
from apps.casework.assess import ordered
from apps.casework.listing import TOWNSHIP_LENGTH, VILLAGE_LENGTH
from apps.casework.models import Arrangement
from apps.casework.programme import PROGRAMMES
from apps.casework.worklist import (
    BANDS,
    LIMIT,
    VISITS,
    WORKERS,
    Asked,
    Found,
    Narrowed,
    band_of,
    by_queue,
    due_words,
    inside,
    page_of,
    queues_of,
    tasks_of,
)
from apps.casework.worklist_page import (
    FURNITURE,
    Named,
    colleagues,
    colleagues_of,
    done,
    handed,
    inside_of,
    named_of,
    own,
    saved,
)
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.offices.perms import REGISTRARS, for_staff, home_of
from apps.standards.models import current_book
from apps.units.calendar import WorkCalendar
from apps.units.language import in_chinese
from apps.units.months import parse_day

PAGE = 50


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest, staff: Staff) -> HttpResponse:
    """首页: the worklist for those who do casework; the others go where their day begins."""
    if staff.role not in WORKERS:
        return redirect(home_of(staff))
    if request.method == "POST":
        return _arrange(request, staff)
    return _worklist(request, staff)


def _arrange(request: HttpRequest, staff: Staff) -> HttpResponse:
    """安排 or 转交 what is ticked: all of it or nothing, and the ticks stay when it is refused."""
    today = timezone.localdate()
    keys = request.POST.getlist("task")[:LIMIT]
    with in_chinese():  # the task's words are put down with what is arranged
        mine = {one.task.key: one for one in tasks_of(asked_by(staff, today))}
    found = [mine[key] for key in dict.fromkeys(keys) if key in mine]
    try:
        if len(found) < len(set(keys)):
            raise Refused(gettext("勾选的事项有的刚刚被办理了，请核对后再试。"))
        words = _arranged(request, found, staff, today)
    except Refused as refusal:
        return _worklist(request, staff, (str(refusal),), frozenset(keys), status=400)
    messages.success(request, words)
    query = request.GET.urlencode()
    return redirect(f"/?{query}" if query else "/")


def _arranged(request: HttpRequest, found: list[Found], staff: Staff, today: dt.date) -> str:
    if request.POST.get("do") == "plan":
        day = parse_day(request.POST.get("day", ""))
        if day is None and found:
            raise Refused(gettext("请选择入户日期。"))
        plan(found, day=day or today, on=today, by=staff)
        return gettext("已安排{count}件在{day}入户。").format(count=len(found), day=day)
    asked = request.POST.get("to", "")
    to = next((one for one in colleagues_of(staff) if str(one.pk) == asked), None)
    if to is None and found:
        raise Refused(gettext("请选择转交给谁。"))
    hand_over(found, to=to or staff, by=staff)
    return gettext("已把{count}件转交{name}。").format(count=len(found), name=to.name if to else "")


def asked_by(staff: Staff, today: dt.date) -> Asked:
    """What the queues are asked with (two queries)."""
    return Asked(staff, today, current_calendar(), current_book())


def _worklist(
    request: HttpRequest,
    staff: Staff,
    problems: tuple[str, ...] = (),
    ticked: frozenset[str] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    asked, wanted = asked_by(staff, timezone.localdate()), _narrowed(request)
    today, all_mine = asked.today, tasks_of(asked, *FURNITURE)
    mine = {one.key for one in asked.rows(handed)}
    given = [one for one in all_mine if one.task.key in mine]
    here = inside(given if wanted.whose else all_mine, wanted)
    bands = _by_band(here, today)
    in_band = bands[wanted.due] if wanted.due else here
    shown = [one for one in in_band if wanted.queue in ("", one.queue.code)]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    now = list(page.object_list)
    rows = _rows(now, asked, Counter(one.task.division for one in here), request.GET)
    urgent = bands["late"] or any(one.task.due == today for one in bands["today"])
    context = {
        "today": today,
        "place": "".join(one.name for one in asked.rows(own)),
        "wanted": wanted,
        "rows": [one._asdict() for one in rows],  # a template looks into a dict first
        "ticked": ticked,
        "problems": problems,
        "page": page,
        "strip": _strip(bands, today),
        "tabs": _tabs(staff, in_band),
        "all": len(in_band),
        "given": len(given),
        **_choices(asked),
        **_together(now, asked),
        "quiet": not urgent,
        "next_due": next((one.task.due for one in here if one.task.due), None),
        "done": sum(one.n for one in asked.rows(done)),
        "narrow": any(wanted),
        "may_apply": staff.role in REGISTRARS,
    }
    return render(request, "casework/worklist.html", context, status=status)


def _choices(asked: Asked) -> dict[str, Any]:
    """What the list may be narrowed by."""
    return {
        "divisions": asked.rows(inside_of),
        "programmes": [(card.code, card.name) for card in ordered(PROGRAMMES.values())],
        "bands": BANDS,
        "limit": LIMIT,
        "views": asked.rows(saved),
    }


def _together(found: Sequence[Found], asked: Asked) -> dict[str, Any]:
    """What may be done to several of the page's tasks at once."""
    return {
        "bulks": {one.queue.code: one.queue.bulk for one in found if one.queue.bulk},
        "visits": {one.kind for one in found if one.task.visit},
        "for_visits": VISITS,
        "colleagues": asked.rows(colleagues) if found else [],
    }


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
        whose="me" if asked.get("whose") == "me" else "",
    )


# Of a task in a band, the bands whose lists hold it: 3 天内 and 30 天内 hold what is due sooner.
HOLD = {
    "late": ("late",),
    "today": ("today", "soon", "month"),
    "soon": ("soon", "month"),
    "month": ("month",),
    "": (),
}


def _by_band(found: Sequence[Found], today: dt.date) -> dict[str, list[Found]]:
    """The tasks of each band, in their order."""
    bands: dict[str, list[Found]] = {band: [] for band in BANDS}
    for one in found:
        for band in HOLD[band_of(one.task.due, today)]:
            bands[band].append(one)
    return bands


class Band(NamedTuple):
    """A band of the due strip: its code, name, how many, and what the most of it is."""

    code: str
    label: str
    n: int
    said: str


def _strip(bands: dict[str, list[Found]], today: dt.date) -> list[Band]:
    """The due strip; counts are those of the lists they open."""
    return [
        Band(band, label, len(bands[band]), _most(band, bands[band], today))
        for band, label in BANDS.items()
    ]


def _most(band: str, inner: Sequence[Found], today: dt.date) -> str:
    """Of what is late, the oldest; of what is still in time, the two kinds that are the most."""
    if band == "late" and inner:
        first = inner[0]
        days = (today - (first.task.due or today)).days
        words = gettext("最久 {days} 天：{what}")
        return words.format(days=days, what=first.queue.label)
    kinds = Counter(one.queue.label for one in inner).most_common(2)
    return " · ".join(f"{label} {count}" for label, count in kinds)


def _tabs(staff: Staff, found: Sequence[Found]) -> list[tuple[str, str, int]]:
    counts = by_queue(found)
    return [(one.code, one.label, counts[one.code]) for one in queues_of(staff)]


class Row(NamedTuple):
    """One task as the page shows it, worded here: a template asks anew in each row."""

    key: str
    kind: str
    what: str
    why: str
    verb: str
    url: str
    n: str  # its place on the page
    colour: str
    due: str
    words: str  # how far away that is
    who: str
    number: str
    village: str
    programme: str
    waiting: str
    near: str  # tasks of the same village, this one among them; empty where it is alone
    near_url: str
    of: str  # whose it is, said after the verb
    preview: str
    planned: str
    handed: str


class Said(NamedTuple):
    """What the rows of one page have in common: today, and the words asked for once."""

    today: dt.date
    calendar: WorkCalendar
    named: Named
    estimated: str
    waiting: str
    near: str
    of: str
    planned: str
    handed: str
    narrowed: str  # what else the list is narrowed to, as the end of an address


def _arrangements(found: Sequence[Found]) -> dict[str, Arrangement]:
    """What was arranged about the tasks of one page (one query)."""
    rows = Arrangement.objects.filter(key__in=[one.task.key for one in found])
    return {row.key: row for row in rows.select_related("handed_to")}


def _rows(
    found: Sequence[Found],
    asked: Asked,
    near: Counter[str],
    query: QueryDict,
) -> list[Row]:
    """The tasks of one page with names, villages and what was arranged (two queries)."""
    arranged, kept = _arrangements(found), query.copy()
    for name in ("division", "page"):
        kept.pop(name, None)
    said = Said(
        today=asked.today,
        calendar=asked.calendar,
        named=named_of([one.task for one in found]),
        estimated=gettext("（估算）"),
        waiting=gettext("{waiting} 天"),
        near=gettext("同村 {near} 件"),
        of=gettext("：{who}"),
        planned=gettext("{planned_on} 入户"),
        handed=gettext("转交{name}"),
        narrowed=f"&{kept.urlencode()}" if kept else "",
    )
    return [
        _row(str(n), one, said, near[one.task.division], arranged.get(one.task.key))
        for n, one in enumerate(found, 1)
    ]


def _row(n: str, one: Found, said: Said, near: int, arranged: Arrangement | None) -> Row:
    task, named = one.task, said.named
    colour, words = due_words(task.due, said.today) if task.due else ("", gettext("无期限"))
    card = PROGRAMMES.get(task.programme)
    number = named.numbers.get(task.household_id, "")
    who = named.people.get(task.person_id) or named.people.get(-task.household_id, "")
    waited = (said.today - task.since).days if task.since else -1
    planned = arranged.planned_on if arranged else None
    handed = arranged.handed_to if arranged else None
    return Row(
        key=task.key,
        kind=one.kind,
        what=task.what,
        why=task.why,
        verb=task.verb,
        url=task.url,
        n=n,
        colour=colour,
        due=_day(task.due, said.today),
        words=words + said.estimated * bool(task.due and said.calendar.is_estimated(task.due)),
        who=who or "—",
        number=number,
        village=_village(task.division, named.places),
        programme=card.short if card else "",
        waiting=said.waiting.format(waiting=waited) if waited >= 0 else "—",
        near=said.near.format(near=near) if near > 1 else "",
        near_url=f"?division={task.division}{said.narrowed}",
        of=said.of.format(who=who),
        preview=_preview(number, task.key),
        planned=said.planned.format(planned_on=f"{planned:%m-%d}") if planned else "",
        handed=said.handed.format(name=handed.name) if handed else "",
    )


def _day(due: dt.date | None, today: dt.date) -> str:
    """A due day; the year is said where it is another one."""
    if due is None:
        return "—"
    return f"{due:%m-%d}" if due.year == today.year else f"{due:%Y-%m-%d}"


def _village(division: str, places: dict[str, str]) -> str:
    return places.get(division) or places.get(division[:TOWNSHIP_LENGTH]) or "—"


def _preview(number: str, key: str) -> str:
    """The address of what the side of the page shows about a household."""
    if not number:
        return ""
    application = _number(key, "application-")
    return page_of("preview", number) + (f"?application={application}" if application else "")


def _number(key: str, start: str) -> int:
    text = key.removeprefix(start)
    return int(text) if key.startswith(start) and text.isdecimal() else 0
