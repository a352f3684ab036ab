"""一页多事: a page on which several acts may be done; what is refused is said, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from apps.casework.models import CASEWORKERS, OPEN_STATES, Application
from apps.casework.programme import PROGRAMMES
from apps.evidence.forms import About, Act
from apps.evidence.models import READERS, VERIFIERS
from apps.evidence.people import name_of
from apps.households.models import Household
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.units.language import lazy as _

TABS = (
    ("application-documents", _("材料")),
    ("application-check", _("核对")),
    ("application-visits", _("入户")),
    ("application-compare", _("采信")),
    ("application-conditions", _("认定")),
    ("application-assessment", _("评议")),
)


class Way(NamedTuple):
    """How one act of a page is done: its form, the action, and what is said afterwards."""

    form: type[Act]
    do: Callable[[About, Any, dict[str, Any]], object]
    done: str
    slot: str = ""  # the form on the page that it fills again when refused


Build = Callable[[About, Any], dict[str, Any]]


def about_application(staff: Staff, pk: int) -> About:
    """An application inside the territory, for a post that may see people's papers."""
    _may_see(staff)
    rows = Application.objects.visible_to(staff).select_related("household", "person")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份申请，或不在您的管辖范围内。"))
    return About(found.household, found, staff, timezone.localdate())


def about_household(staff: Staff, number: str) -> About:
    """A household inside the territory, likewise."""
    _may_see(staff)
    found = Household.objects.visible_to(staff).filter(number=number).first()
    if found is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    return About(found, None, staff, timezone.localdate())


def _may_see(staff: Staff) -> None:
    if staff.role not in READERS:
        raise NotAllowed(
            gettext("{role}不查看救助对象的材料和核查情况。").format(role=staff.get_role_display())
        )


def head(about: About, here: str) -> dict[str, Any]:
    """The heading of a page about an application: its name and the tabs beside it."""
    asked = about.application
    if asked is None:
        return {"title": "", "crumb": "", "tabs": [], "asked": None, "home": about.home}
    return {
        "title": name_of(asked),
        "crumb": PROGRAMMES[asked.programme].name,
        "tabs": [(reverse(name, args=[asked.pk]), words, name == here) for name, words in TABS],
        "asked": asked,
        "home": about.home,
        "may_act": about.staff.role in CASEWORKERS and asked.state in OPEN_STATES,
        "verifies": about.staff.role in VERIFIERS,
    }


def page(
    request: HttpRequest,
    about: About,
    thing: Any,
    ways: Mapping[str, Way],
    build: Build,
    template: str,
) -> HttpResponse:
    """The page; a POST does one of its acts and comes back, or says why not."""
    if request.method != "POST":
        return shown(request, about, thing, build, template)
    code = request.POST.get("act", "")
    way = ways.get(code)
    if way is None:
        return shown(
            request, about, thing, build, template, (gettext("没有这种办理，请刷新页面。"),), 400
        )
    form = way.form(request.POST, request.FILES, about=about)
    if not form.is_valid():
        return shown(request, about, thing, build, template, (), 400, way.slot or code, form)
    try:
        way.do(about, thing, form.cleaned_data)
    except (NotAllowed, StaleState, ValueError) as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        words = (str(refusal),)
        return shown(request, about, thing, build, template, words, status, way.slot or code, form)
    messages.success(request, way.done)
    return redirect(request.path)


def shown(
    request: HttpRequest,
    about: About,
    thing: Any,
    build: Build,
    template: str,
    problems: tuple[str, ...] = (),
    status: int = 200,
    slot: str = "",
    form: Act | None = None,
) -> HttpResponse:
    """The page as it stands, with the form that was refused in place of an empty one."""
    context = {
        "form": form,
        "problems": problems,
        "typed": request.POST if slot else {},
        **build(about, thing),
    }
    if form is not None and f"{slot}_form" in context:
        context[f"{slot}_form"] = form
    return render(request, template, context, status=status)
