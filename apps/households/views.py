"""家庭清单, a page at a time; and the whole ID numbers of one household, each look put down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.households.actions import reveal_ids
from apps.households.listing import households, places
from apps.households.models import Household
from apps.households.profile import profile
from apps.offices.doors.gate import confirmed
from apps.offices.doors.middleware import polled
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import for_casework
from apps.units.id_number import grouped

SHOWN_FOR = 60  # seconds


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


@polled
@for_casework
@confirmed(lambda request, **_: request.method == "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def ids(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """证件号码: whole after a POST, which is put down; masked again by the GET that follows."""
    home = Household.objects.visible_to(staff).filter(number=number).first()
    if home is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    today = timezone.localdate()
    whole = request.method == "POST"
    numbers = reveal_ids(home, by=staff, on=today) if whole else {}
    rows = [
        (member, grouped(numbers[member.person_id]) if member.person_id in numbers else "")
        for member in profile(home, today).members
    ]
    part = request.headers.get("HX-Request") == "true"
    name = "households/ids_part.html" if part else "households/ids.html"
    if not whole and not part:
        return redirect("household", number=number)
    context = {"home": home, "rows": rows, "whole": whole, "seconds": SHOWN_FOR}
    return render(request, name, context)
