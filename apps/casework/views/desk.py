"""待办旁边: the household of a row at a glance, and the views somebody has saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from apps.casework import actions
from apps.casework.application_page import ASIDE
from apps.casework.found import programmes_held
from apps.casework.models import Application
from apps.casework.steps import options
from apps.households.models import Household
from apps.households.profile import profile
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import for_casework
from apps.units.months import month_of


@for_casework
@require_safe
def preview(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """预览: who lives there, what they receive, and what an application still lacks to go on."""
    home = Household.objects.visible_to(staff).filter(number=number).first()
    if home is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    today = timezone.localdate()
    known = profile(home, today)
    here = [member.person_id for member in known.members if not member.gone]
    held = programmes_held(here, [home.pk], month_of(today))
    asked = request.GET.get("application", "")
    rows = Application.objects.filter(household=home).select_related("household")
    application = rows.filter(pk=int(asked[:18])).first() if asked.isdecimal() else None
    offered = options(application, staff, today) if application else []
    steps = [one for one in offered if one.step.code not in ASIDE and not one.step.back_entry]
    context = {
        "home": home,
        "profile": known,
        "held": sorted({name for names in held.values() for name in names}),
        "application": application,
        "step": steps[0] if steps else None,
    }
    return render(request, "casework/preview.html", context)


@for_casework
@require_POST
def views_of(request: HttpRequest, staff: Staff) -> HttpResponse:
    """常用筛选: save the narrowed worklist under a name, or drop one."""
    drop = request.POST.get("drop", "")
    if drop.isdecimal():
        actions.drop_view(int(drop[:18]), by=staff)
        messages.success(request, gettext("已删去常用筛选。"))
        return redirect("home")
    query = QueryDict(request.POST.get("query", "")[:400], mutable=True)
    query.pop("page", None)
    text = query.urlencode()
    try:
        actions.save_view(name=request.POST.get("name", ""), query=text, by=staff)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("已存为常用筛选。"))
    return redirect(f"/?{text}" if text else "/")
