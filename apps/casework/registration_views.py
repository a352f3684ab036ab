"""登记与申请: one page that registers a family, with the amount appearing as it fills."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.casework import actions
from apps.casework.actions import Refused
from apps.casework.drafts import PAGE, draft_of, owner_of, owner_sign, searched
from apps.casework.models import Draft
from apps.casework.registration import check_may_register, made_before, register
from apps.casework.registration_forms import MemberForm
from apps.casework.registration_page import Page
from apps.casework.registration_trial import Estimate, estimate
from apps.households.shapes import BadFact
from apps.offices.models import Staff
from apps.offices.page_token import new_token, token_of
from apps.offices.perms import for_casework
from apps.offices.trail.acting import acting, of_request
from apps.units.ages import age_on
from apps.units.id_number import BadIdNumber


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """登记与申请: the empty page or a draft gone on with, and its submit.

    Everything typed is kept when refused, also when the session has ended in the meantime.
    """
    if request.method == "POST" and not request.user.is_authenticated:
        return _log_in_again(request)
    return _apply(request)


def _log_in_again(request: HttpRequest) -> HttpResponse:
    """What was typed becomes a draft of whoever opened the page; then the log-in."""
    token, owner = token_of(request), owner_of(request)
    kept = None if token is None or owner is None else _keep(request, token, owner)
    back = redirect_to_login(f"{reverse('apply')}?draft={token}" if kept else reverse("apply"))
    return redirect(f"{back.url}&kept=1") if kept else back


def _keep(request: HttpRequest, token: int, owner: int) -> Draft | None:
    typed = dict(request.POST.lists())
    with acting(of_request(request)._replace(staff_id=owner)):  # the signed page says whose it is
        return actions.keep_draft(token=token, page=PAGE, typed=typed, staff_id=owner)


@for_casework
def _apply(request: HttpRequest, staff: Staff) -> HttpResponse:
    check_may_register(staff)
    today = timezone.localdate()
    if request.method != "POST":
        return _opened(request, staff, today)
    token = token_of(request)
    page = Page(request.POST, staff=staff, on=today)
    if token is None:
        return _page(request, page, (gettext("页面已过期，请核对后再提交一次。"),), status=400)
    before = made_before(token, staff)
    if before is not None:
        messages.info(request, gettext("这一户刚才已经登记，没有重复登记。"))
        return redirect("household", number=before.number)
    if not page.is_valid():
        return _page(request, page, status=400)
    try:
        home = register(page.family(), token=token, on=today, by=staff)
    except (BadFact, BadIdNumber, Refused) as refusal:
        return _page(request, page, (str(refusal),), status=400)
    actions.drop_draft(token, by=staff)
    messages.success(request, gettext("已登记，户编号{number}。").format(number=home.number))
    return redirect("household", number=home.number)


def _opened(request: HttpRequest, staff: Staff, today: dt.date) -> HttpResponse:
    """The page as it opens: with the draft, with what was searched for, or empty."""
    draft = None if {"q", "new"} & set(request.GET) else draft_of(request, staff)
    if draft and made_before(draft.token, staff) is not None:
        draft = None  # kept by a tab that had not heard of the submit
    typed = draft.typed if draft else searched(request.GET.get("q", ""))
    page = Page(None, staff=staff, on=today, typed=typed)
    return _page(request, page, draft=draft)


@for_casework
@require_POST
def apply_draft(request: HttpRequest, staff: Staff) -> HttpResponse:
    """存草稿 (by itself as one types, by Ctrl S, or by its button), or 丢弃."""
    check_may_register(staff)
    token = token_of(request)
    if token is not None and request.POST.get("do") == "drop":
        actions.drop_draft(token, by=staff)
        messages.success(request, gettext("已丢弃草稿。"))
        return redirect(f"{reverse('apply')}?new=1")
    made = token is None or made_before(token, staff) is not None
    kept = None if token is None or made else _keep(request, token, staff.pk)
    if request.headers.get("HX-Request") == "true":
        said = (
            gettext("草稿已存 {time:%H:%M}").format(time=timezone.localtime(kept.saved_at))
            if kept
            else ""
        )
        return HttpResponse(said, content_type="text/plain; charset=utf-8")
    words = gettext("草稿已存，随时可以接着填。") if kept else gettext("还没有填什么，没有存草稿。")
    messages.success(request, words)
    return redirect(f"{reverse('apply')}?draft={token}" if kept else reverse("apply"))


def _page(
    request: HttpRequest,
    page: Page,
    problems: tuple[str, ...] = (),
    status: int = 200,
    tried: Estimate | None = None,
    draft: Draft | None = None,
) -> HttpResponse:
    token = draft.token if draft else token_of(request)
    context = {
        "page": page,
        "token": new_token() if token is None else token,
        "who": owner_sign(page.staff),
        "problems": problems,
        "faults": page.faults() if status != 200 else [],
        "tried": tried,
        "draft": draft,
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
        "standing": row.standing,
        "known": row.standing.person,
        "card": card,
        "age": age_on(card.born, today) if card else None,
    }
    return render(request, "casework/register_person.html", context)
