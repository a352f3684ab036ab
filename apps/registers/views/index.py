"""名册总览: how many are on each register, by township, and what is open about them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.offices.models import Staff
from apps.offices.perms import for_casework
from apps.registers import listing, words
from apps.standards.models import current_book


@for_casework
@require_safe
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """名册: counts only, so that everybody with casework may open it."""
    today = timezone.localdate()
    towns = listing.counted(staff, today=today, book=current_book())
    columns = list(zip(*towns, strict=True)) if towns else [()] * len(listing.Counted._fields)
    total = dict(zip(listing.Counted._fields[2:], map(sum, columns[2:]), strict=True))
    context = {
        "towns": towns,
        "total": total,
        "unfiled": listing.unfiled(staff, today),
        "may_name": staff.role in words.NAMERS,
    }
    return render(request, "registers/index.html", context)
