"""家庭清单: the households of a township or village, a page at a time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.households.listing import households, places
from apps.offices.models import Staff
from apps.offices.perms import for_casework


@for_casework
@require_safe
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """家庭: by township and village, walked by number."""
    asked = request.GET.get("division", "")
    division = asked if asked.isdecimal() else ""
    page = households(staff, division=division, after=request.GET.get("after", "")[:40])
    townships, villages = places(staff, division)
    following = ""
    if page.after:
        query = request.GET.copy()
        query["after"] = page.after
        following = f"?{query.urlencode()}"
    context = {
        "page": page,
        "townships": townships,
        "villages": villages,
        "division": division,
        "township": division[:9],
        "next": following,
    }
    return render(request, "households/index.html", context)
