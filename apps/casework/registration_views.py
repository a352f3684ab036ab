"""登记与申请: one page that registers a family, with the amount appearing as it fills."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.casework.actions import Refused
from apps.casework.registration import check_may_register, made_before, register
from apps.casework.registration_forms import MemberForm
from apps.casework.registration_page import Page
from apps.casework.registration_trial import Estimate, estimate
from apps.households.shapes import BadFact
from apps.offices.models import Staff
from apps.offices.page_token import new_token, token_of
from apps.offices.perms import for_casework
from apps.units.ages import age_on
from apps.units.id_number import BadIdNumber


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, staff: Staff) -> HttpResponse:
    """登记与申请: the empty page, and its submit; everything typed is kept when refused."""
    check_may_register(staff)
    today = timezone.localdate()
    if request.method != "POST":
        return _page(request, Page(None, staff=staff, on=today))
    token = token_of(request)
    page = Page(request.POST, staff=staff, on=today)
    if token is None:
        return _page(request, page, ("页面已过期，请核对后再提交一次。",), status=400)
    before = made_before(token, staff)
    if before is not None:
        messages.info(request, "这一户刚才已经登记，没有重复登记。")
        return redirect("household", number=before.number)
    if not page.is_valid():
        return _page(request, page, status=400)
    try:
        home = register(page.family(), token=token, on=today, by=staff)
    except (BadFact, BadIdNumber, Refused) as refusal:
        return _page(request, page, (str(refusal),), status=400)
    messages.success(request, f"已登记，户编号{home.number}。")
    return redirect("household", number=home.number)


def _page(
    request: HttpRequest,
    page: Page,
    problems: tuple[str, ...] = (),
    status: int = 200,
    tried: Estimate | None = None,
) -> HttpResponse:
    token = token_of(request)
    context = {
        "page": page,
        "token": new_token() if token is None else token,
        "problems": problems,
        "faults": page.faults() if status != 200 else [],
        "tried": tried,
        "today": timezone.localdate(),
    }
    return render(request, "casework/register.html", context, status=status)


@for_casework
@require_POST
def apply_trial(request: HttpRequest, staff: Staff) -> HttpResponse:
    """边录边算: the amounts for what is typed; a whole page without scripts, nothing written."""
    check_may_register(staff)
    today = timezone.localdate()
    page = Page(request.POST, staff=staff, on=today)
    tried = estimate(page, on=today, by=staff)
    if request.headers.get("HX-Request") == "true":
        return render(request, "casework/register_trial.html", {"tried": tried})
    return _page(request, page, tried=tried)


@for_casework
@require_POST
def apply_person(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """带出与查重: sex, birth and age by the ID number of one row, and whether it is a duplicate."""
    check_may_register(staff)
    today = timezone.localdate()
    row = MemberForm(request.POST, staff=staff, on=today, number=number)
    row.is_valid()
    card = row.card
    found = MemberForm(
        None,
        staff=staff,
        on=today,
        number=number,
        initial={"sex": card.sex, "born": card.born} if card else {},
    )
    context: dict[str, Any] = {
        "row": found,
        "problems": row.errors.get("id_number", []),
        "home": row.standing.home,
        "known": row.standing.person,
        "card": card,
        "age": age_on(card.born, today) if card else None,
    }
    return render(request, "casework/register_person.html", context)
