"""名册总览: how many are on each register, by township, and what is open about them."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.casework.procedures import CASEWORKERS
from apps.offices.models import Staff
from apps.offices.perms import for_casework
from apps.registers import listing, low_income
from apps.registers import low_income_words as words
from apps.registers.models import ProneEntry, Stay
from apps.standards.models import current_book


class Town(NamedTuple):
    """A township's line of the table: its children and its low-income people."""

    code: str
    name: str
    children: listing.Counted | None
    low_income: int


@for_casework
@require_safe
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """名册: counts only, so that everybody with casework may open it."""
    today = timezone.localdate()
    children = listing.counted(staff, today=today, book=current_book())
    people = low_income.counted(staff, today)
    context = {
        "towns": _towns(children, people),
        "total": _totals(children),
        "categories": _categories(people),
        "low_income": sum(one.total for one in people),
        "stays": _stays(staff, today),
        "unfiled": listing.unfiled(staff, today),
        "may_work": staff.role in CASEWORKERS,
    }
    return render(request, "registers/index.html", context)


def _towns(children: list[listing.Counted], people: list[low_income.Counted]) -> list[Town]:
    of_children = {one.code: one for one in children}
    of_people = {one.code: one for one in people}
    found = []
    for code in sorted({*of_children, *of_people}):
        known = of_children.get(code) or of_people[code]
        total = of_people[code].total if code in of_people else 0
        found.append(Town(code, known.township, of_children.get(code), total))
    return found


def _totals(children: list[listing.Counted]) -> dict[str, int]:
    names = listing.Counted._fields[2:]
    return {name: sum(getattr(one, name) for one in children) for name in names}


def _categories(people: list[low_income.Counted]) -> list[tuple[str, str, int]]:
    return [
        (code, label, sum(one.numbers[place] for one in people))
        for place, (code, label) in enumerate(words.CATEGORIES.items())
    ]


def _stays(staff: Staff, today: dt.date) -> dict[str, Any]:
    """Who is at the station now, and how many were taken in this year."""
    counted = Stay.objects.visible_to(staff).aggregate(
        now=Count("pk", filter=Q(state="in")),
        over=Count("pk", filter=Q(state="in", last_day__lt=today)),
        year=Count("pk", filter=Q(admitted_on__year=today.year)),
    )
    prone = ProneEntry.objects.visible_to(staff).filter(state="open").count()
    return {**counted, "prone": prone}
