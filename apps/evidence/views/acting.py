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
from apps.offices.sight import WHOLE, Record, Sight, chosen, clash, kept, left, settled, sight
from apps.units.language import lazy as _

TABS = (
    ("application-documents", _("材料")),
    ("application-check", _("核对")),
    ("application-visits", _("入户")),
    ("application-compare", _("采信")),
    ("application-conditions", _("认定")),
    ("application-assessment", _("评议")),
)


def in_hand(about: About, _thing: Any) -> bool:
    """Whether an application still waits for its decision: until then its forms stand."""
    return about.application is not None and about.application.state in OPEN_STATES


class Way(NamedTuple):
    """How one act of a page is done: its form, the action, and what is said afterwards."""

    form: type[Act]
    do: Callable[[About, Any, dict[str, Any]], object]
    done: str
    slot: str = ""  # the form on the page that it fills again when refused
    subject: Callable[[Mapping[str, Any]], str] = lambda _typed: WHOLE  # whom it is about
    open: Callable[[About, Any], bool] = lambda _about, _thing: True  # while its form is shown


Build = Callable[[About, Any], dict[str, Any]]
# What is on record of the boxes of each act: its code → subject → record.
Known = Callable[[About, Any], dict[str, dict[str, Record]]]


class Page(NamedTuple):
    """A page of acts: how each is done, what the page shows, what it remembers."""

    ways: Mapping[str, Way]
    build: Build
    template: str
    known: Known = lambda _about, _thing: {}


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
        "may_act": about.staff.role in CASEWORKERS and in_hand(about, None),
        "verifies": about.staff.role in VERIFIERS,
    }


class Answer(NamedTuple):
    """What a POST has come to, where it was not carried out."""

    problems: tuple[str, ...] = ()
    status: int = 200
    slot: str = ""
    form: Act | None = None
    met: Sight | None = None
    left: Sight | None = None  # what was typed in a form that the page shows no more


def page(request: HttpRequest, about: About, thing: Any, one: Page) -> HttpResponse:
    """The page; a POST does one of its acts and comes back, or says why not."""
    if request.method != "POST":
        return shown(request, about, thing, one, Answer())
    code = request.POST.get("act", "")
    way = one.ways.get(code)
    if way is None:
        return shown(
            request, about, thing, one, Answer((gettext("没有这种办理，请刷新页面。"),), 400)
        )
    slot = way.slot or code
    now = one.known(about, thing).get(slot, {})
    subject = way.subject(request.POST)
    form = way.form(request.POST, request.FILES, about=about)
    if not way.open(about, thing):
        return _gone(request, about, thing, one, form, now.get(subject, Record({})))
    met = clash(form, now, subject=subject, by=about.staff, at=timezone.localtime())
    if met is not None:
        return shown(request, about, thing, one, Answer((), 409, slot, form, met))
    typed = chosen(request.POST, now.get(subject), form.prefix or "")
    form = way.form(typed, request.FILES, about=about)
    if not form.is_valid():
        return shown(request, about, thing, one, Answer((), 400, slot, form))
    if settled(form, now.get(subject)):
        messages.info(request, gettext("与现在的登记一样，没有再登记一次。"))
        return redirect(request.path)
    return _done(request, about, thing, one, form)


def _gone(
    request: HttpRequest, about: About, thing: Any, one: Page, form: Act, now: Record
) -> HttpResponse:
    """Somebody else has gone on meanwhile: the page as it stands, and what was typed."""
    words = gettext("这一步现在不能办理，请刷新页面后再看。")
    typed = left(form, now, by=about.staff, at=timezone.localtime())
    return shown(request, about, thing, one, Answer((words,), 409, left=typed))


def _done(request: HttpRequest, about: About, thing: Any, one: Page, form: Act) -> HttpResponse:
    code = request.POST["act"]
    way = one.ways[code]
    try:
        way.do(about, thing, form.cleaned_data)
    except (NotAllowed, StaleState, ValueError) as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        answer = Answer((str(refusal),), status, way.slot or code, form)
        return shown(request, about, thing, one, answer)
    messages.success(request, way.done)
    return redirect(request.path)


def shown(
    request: HttpRequest, about: About, thing: Any, one: Page, answer: Answer
) -> HttpResponse:
    """The page as it stands, with the form that was refused in place of an empty one."""
    slot, form = answer.slot, answer.form
    at, now = timezone.localtime(), one.known(about, thing)
    sights = {code: sight(known, at) for code, known in now.items()}
    if slot in sights:
        sights[slot] = answer.met or kept(request.POST, now[slot], at)
    context = {
        "form": form,
        "problems": answer.problems,
        "typed": request.POST if slot else {},
        "sights": sights,
        "left": answer.left,
        **one.build(about, thing),
    }
    if form is not None and f"{slot}_form" in context:
        context[f"{slot}_form"] = form
    return render(request, one.template, context, status=answer.status)
