"""申请的页面: the list, one application with its steps, one step taken."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from apps.casework import actions, federation_page, listing
from apps.casework.application_page import gather
from apps.casework.assess import ordered
from apps.casework.models import Application, StepTaken
from apps.casework.next_case import next_to_decide
from apps.casework.programme import PROGRAMMES
from apps.casework.step_forms import StepForm, form_for, on_record
from apps.casework.steps import DECIDING
from apps.offices.actions import log
from apps.offices.doors.gate import confirmed
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_applications
from apps.offices.sight import WHOLE, chosen, clash
from apps.units.language import chinese


@for_applications
@require_safe
def applications(request: HttpRequest, staff: Staff) -> HttpResponse:
    """申请: by state, programme, township, clock and person, a page at a time."""
    wanted = listing.wanted_of(request.GET)
    today = timezone.localdate()
    rows, page = listing.page_of(staff, wanted, today, request.GET.get("page"))
    context = {
        "rows": rows,
        "page": page,
        "wanted": wanted,
        "narrow": any(wanted),
        "states": [*listing.GROUPS.items(), *Application.State.choices],
        "programmes": [(card.code, card.name) for card in ordered(PROGRAMMES.values())],
        "divisions": listing.divisions(staff),
        "dues": listing.DUES,
        "today": today,
    }
    return render(request, "casework/applications.html", context)


@for_applications
@require_safe
def application(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """办理与审批: the path, what may be done next, the tests said aloud, the evidence."""
    return _page(request, staff, find(staff, pk))


def find(staff: Staff, pk: int) -> Application:
    """An application inside the territory; NotFound otherwise, without saying which."""
    people = ("household", "person", "prepared_by")
    found = Application.objects.visible_to(staff).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份申请，或不在您的管辖范围内。"))
    return found


PARTS = ("forward", "sideways", "deciding")


def _page(
    request: HttpRequest,
    staff: Staff,
    found: Application,
    bound: StepForm | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    federation = staff.role == Role.FEDERATION
    gathered = (federation_page.gather if federation else gather)(found, staff, today, bound)
    context = gathered | {"problems": problems, "form": bound, "stale": status == 409}
    shown = {one.code for part in PARTS for one in gathered.get(part, [])}
    gone = bound is not None and bound.step.code not in shown
    context["lost"] = bound.sight.read_only() if bound is not None and gone else None
    template = "casework/federation.html" if federation else "casework/application.html"
    return render(request, template, context, status=status)


@for_applications
@confirmed(lambda request, *, code, **_: code in DECIDING)
@require_POST
def step(request: HttpRequest, staff: Staff, pk: int, code: str) -> HttpResponse:
    """One step of the procedure; what is refused is said on the page, with nothing changed."""
    found = find(staff, pk)
    today = timezone.localdate()
    form = form_for(found, code, today, request.POST)
    if form is None:
        raise NotFound(gettext("本项目的办理流程没有这一步。"))
    past = list(StepTaken.objects.filter(application=found).order_by("pk"))
    now = on_record(found, form.step, past)
    met = clash(form, {WHOLE: now}, by=staff, at=timezone.localtime())
    if met is not None:
        form = form.seeing(found)
        form.sight = met
        return _page(request, staff, found, form, (f"{met.words}。",), 409)
    form = form_for(found, code, today, chosen(request.POST, now)) or form
    if not form.is_valid():
        return _page(request, staff, found, form, status=400)
    try:
        taken = actions.take(pk, code, by=staff, **form.given())
    except (NotAllowed, StaleState, actions.Refused) as refusal:
        return _refused(request, staff, pk, form, refusal)
    messages.success(
        request, gettext("已办理“{verb}”，{on}。").format(verb=form.step.verb, on=taken.on)
    )
    if code not in DECIDING:
        return redirect("application", pk=pk)
    return _next(request, staff, find(staff, pk))


def _next(request: HttpRequest, staff: Staff, decided: Application) -> HttpResponse:
    """After a decision the next case opens by itself; the last one stays open."""
    following = next_to_decide(staff, timezone.localdate(), decided)
    card = PROGRAMMES[decided.programme]
    said = f"{decided.household.number} {card.name}：{decided.get_state_display()}"
    if following is None:
        messages.success(request, gettext("{said}。没有别的案件待您审批了。").format(said=said))
        return redirect("application", pk=decided.pk)
    messages.success(request, gettext("{said}。下面是下一件。").format(said=said))
    return redirect("application", pk=following.pk)


def _refused(
    request: HttpRequest, staff: Staff, pk: int, form: StepForm, refusal: Exception
) -> HttpResponse:
    """The page as it is now, with what was typed and why nothing was done.

    Who tried what they may not do is written down, also when no button offered it.
    """
    if isinstance(refusal, NotAllowed):
        log(
            by=staff,
            kind="casework.application",
            object_id=pk,
            verb=f"{chinese(form.step.verb)}被拒绝",
            household_id=find(staff, pk).household_id,
            reason=chinese(refusal),
        )
    status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
    found = find(staff, pk)
    if isinstance(refusal, StaleState):
        form = form.seeing(found)
    field = getattr(refusal, "field", "")
    if field in form.fields:
        form.add_error(field, str(refusal))
        return _page(request, staff, found, form, status=status)
    return _page(request, staff, found, form, (str(refusal),), status)
