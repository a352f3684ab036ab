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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.casework import actions
from apps.casework.actions import Refused
from apps.casework.drafts import PAGE, draft_of, owner_of, owner_sign, searched
from apps.casework.models import Decision, Draft
from apps.casework.programme import PROGRAMMES
from apps.casework.registration import check_may_register, made_before, register
from apps.casework.registration_forms import MemberForm
from apps.casework.registration_page import Page
from apps.casework.registration_trial import Estimate, estimate
from apps.casework.trial import Trial, trial
from apps.casework.words import STOP_REASONS
from apps.households.models import Member, Person
from apps.households.shapes import BadFact
from apps.offices.models import Division, Staff
from apps.offices.moves import NotFound
from apps.offices.page_token import new_token, token_of
from apps.offices.perms import for_casework
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
    actions.drop_draft(token, by=staff)
    messages.success(request, f"已登记，户编号{home.number}。")
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
        messages.success(request, "已丢弃草稿。")
        return redirect(f"{reverse('apply')}?new=1")
    made = token is None or made_before(token, staff) is not None
    kept = None if token is None or made else _keep(request, token, staff.pk)
    if request.headers.get("HX-Request") == "true":
        said = f"草稿已存 {timezone.localtime(kept.saved_at):%H:%M}" if kept else ""
        return HttpResponse(said, content_type="text/plain; charset=utf-8")
    words = "草稿已存，随时可以接着填。" if kept else "还没有填什么，没有存草稿。"
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


@for_casework
@require_safe
def notice(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """告知书: what was decided, every test with its finding, the amount, and how to object."""
    mine = Decision.objects.filter(pk=pk, household__division__startswith=staff.division)
    people = ("household", "person", "application", "decided_by", "entitlement")
    decision = mine.select_related(*people).first()
    if decision is None:
        raise NotFound("没有找到这份决定，或不在您的管辖范围内。")
    card = PROGRAMMES[decision.programme]
    context = {
        "decision": decision,
        "card": card,
        "applicant": decision.person or _head(decision),
        "village": Division.objects.filter(code=decision.household.division).first(),
        "granted": decision.kind == Decision.Kind.CONFIRM,
        "reasons": _reasons(decision),
        "tried": _first_month(decision, staff),
        "office": _office(decision.decided_by),
    }
    return render(request, "casework/notice.html", context)


def _head(decision: Decision) -> Person | None:
    """The applicant of the household on the day of the decision."""
    stays = Member.objects.known_now().filter(
        household_id=decision.household_id,
        relationship="applicant",
        period__contains=decision.decided_on,
    )
    stay = stays.select_related("person").first()
    return stay.person if stay else None


def _reasons(decision: Decision) -> list[str]:
    """Why not: the failed tests, then what the officer wrote (a code is no reason to a citizen)."""
    failed = [words for _, passed, words in decision.findings if passed is False]
    if decision.kind == Decision.Kind.CONFIRM:
        return []
    said = decision.note or STOP_REASONS.get(decision.reason, decision.reason)
    return [*failed, said] if said and not said.isascii() else failed


def _first_month(decision: Decision, staff: Staff) -> Trial | None:
    """The first month of the award with its working, by what is recorded now."""
    if decision.kind != Decision.Kind.CONFIRM or decision.effective is None:
        return None
    if not PROGRAMMES[decision.programme].rules:
        return None
    tried = trial(
        programme=decision.programme,
        month=decision.effective,
        household_id=decision.household_id,
        person_id=decision.person_id,
        by=staff,
    )
    return tried if tried.verdict is not None else None


def _office(decider: Staff) -> str:
    """Who tells it: the county's bureau, or the township's government or street office."""
    home = Division.objects.filter(code=decider.division).first()
    if home is None:
        return ""
    ends = {"county": "民政局", "street": "办事处"}
    return f"{home.name}{ends.get(home.kind, '人民政府')}"
