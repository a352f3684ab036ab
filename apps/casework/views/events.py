"""办理记录的页面: everything that was done about one household."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.casework import events
from apps.casework.views.registers import home_of
from apps.households.profile import profile
from apps.offices.models import Staff
from apps.offices.perms import for_casework
from apps.offices.trail.models import READERS

PAGE = 50


@for_casework
@require_safe
def of_household(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """Who, when, what, from, to, why; narrowed by words, person and days."""
    home = home_of(staff, number)
    sought = events.sought_of(request.GET)
    page = Paginator(events.events_of(home, sought), PAGE).get_page(request.GET.get("page"))
    context = {
        "home": home,
        "profile": profile(home, timezone.localdate()),
        "sought": sought,
        "narrow": any(sought),
        "people": events.people_of(home),
        "page": page,
        "may_audit": staff.role in READERS,
        "lines": events.told(page.object_list),
    }
    return render(request, "casework/events.html", context)
