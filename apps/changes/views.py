"""变更的页面: choose what has changed, see what it means, submit it; decide on what waits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.casework.models import DECIDERS, Decision
from apps.casework.programme import PROGRAMMES
from apps.changes import actions
from apps.changes.about import About, about
from apps.changes.forms import FORMS, ChangeForm
from apps.changes.forms.twice import Apart, SentBack
from apps.changes.kinds import CHANGES, ChangeKind, offered
from apps.changes.models import FamilyChange
from apps.changes.papers import wanted
from apps.changes.promise import Promise
from apps.changes.records import records, subject_of, told_apart
from apps.changes.splitting import after
from apps.households.duplicates import duplicates as looking_alike
from apps.offices.doors.gate import acts, confirmed
from apps.offices.models import Event, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.page_token import new_token, token_of
from apps.offices.perms import DUPLICATES, for_casework
from apps.offices.sight import WHOLE, Record, Sight, chosen, clash, kept, left, settled, sight

SHOWN = 100


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """变更: the kinds, or the form of one; a POST previews, keeps a draft, or submits."""
    whose = about(number, staff, timezone.localdate())
    asked = request.POST if request.method == "POST" else request.GET
    kind = CHANGES.get(asked.get("kind", ""))
    if kind is None:
        context = {"home": whose.home, "whose": whose, "kinds": offered()}
        return render(request, "changes/choose.html", context)
    actions.check_may_report(kind, staff)
    if request.method != "POST":
        draft = _draft(request, staff, kind)
        form = FORMS[kind.code](about=whose, initial=draft.typed if draft else request.GET.dict())
        return _page(request, whose, kind, form, draft.token if draft else new_token())
    return _posted(request, whose, kind)


def _draft(request: HttpRequest, staff: Staff, kind: ChangeKind) -> FamilyChange | None:
    """The draft that is to be gone on with."""
    pk = request.GET.get("draft", "")
    if not pk.isdecimal():
        return None
    rows = FamilyChange.objects.visible_to(staff).filter(kind=kind.code, state="draft")
    return rows.filter(pk=int(pk)).first()


def _posted(request: HttpRequest, whose: About, kind: ChangeKind) -> HttpResponse:
    form = FORMS[kind.code](request.POST, about=whose)
    token = token_of(request)
    if token is None:
        words = (gettext("页面已过期，请核对后再提交一次。"),)
        return _page(request, whose, kind, form, new_token(), words, status=400)
    what = request.POST.get("do", "preview")
    if what == "draft":
        actions.save_draft(kind, form, token=token)
        messages.success(request, gettext("已存为草稿，没有生效。"))
        return redirect("household-changes", number=whose.home.number)
    if what == "submit":
        return _submitted(request, whose, kind, form, token)
    shown, problems = _tried(kind, whose, form)
    if request.headers.get("HX-Request") == "true":
        grown = _grown(request, whose, kind, form)
        context = {"promise": shown, "problems": problems, "kind": kind, "grown": grown}
        return render(request, "changes/previewed.html", context)
    return _page(request, whose, kind, form, token, problems, shown)


def _grown(
    request: HttpRequest, whose: About, kind: ChangeKind, form: ChangeForm
) -> ChangeForm | None:
    """The boxes again, unjudged, where what was typed asks for others (并户, 户主变更)."""
    asked = {name for name in form.fields if name.startswith("member_")}
    there = {name for name in request.POST if name.startswith("member_")}
    if asked == there:
        return None
    typed = {name: value for name, value in request.POST.items() if value}
    return FORMS[kind.code](about=whose, initial=typed)


def _tried(
    kind: ChangeKind, whose: About, form: ChangeForm
) -> tuple[Promise | None, tuple[str, ...]]:
    """The preview of what is typed, or why there is none."""
    if not form.is_valid():
        return None, ()
    try:
        return actions.preview(kind, whose, form.cleaned_data), ()
    except (ValueError, NotFound, StaleState) as refusal:
        return None, (str(refusal),)


def _submitted(
    request: HttpRequest, whose: About, kind: ChangeKind, form: ChangeForm, token: int
) -> HttpResponse:
    made = actions.submitted_before(token, whose.staff)
    if made is not None:
        messages.info(request, gettext("这项变更刚才已经提交，没有重复办理。"))
        return redirect("change", pk=made.pk)
    now, subject = records(kind, whose, form), subject_of(kind, request.POST)
    met = clash(form, now, subject=subject, by=whose.staff, at=timezone.now())
    if met is not None:
        return _page(request, whose, kind, form, token, status=409, met=met)
    form = FORMS[kind.code](chosen(request.POST, now.get(subject)), about=whose)
    if settled(form, now.get(subject)):
        messages.info(request, gettext("与现在的登记一样，没有再登记一次。"))
        return redirect("household", number=whose.home.number)
    return _carried_out(request, whose, kind, form, token)


def _carried_out(
    request: HttpRequest, whose: About, kind: ChangeKind, form: ChangeForm, token: int
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, whose, kind, form, token, status=400)
    try:
        done = actions.submit(kind, form, token=token)
    except (ValueError, NotFound, StaleState) as refusal:
        return _page(request, whose, kind, form, token, (str(refusal),), status=400)
    waiting = done.state == FamilyChange.State.SUBMITTED
    words = gettext("已提交，待另一人复核后生效。") if waiting else gettext("变更已生效。")
    messages.success(request, f"{kind.name}：{words}")
    if not FamilyChange.objects.visible_to(whose.staff).filter(pk=done.pk).exists():
        return redirect("households")  # it has moved out of the territory
    return redirect("change", pk=done.pk)


def _page(
    request: HttpRequest,
    whose: About,
    kind: ChangeKind,
    form: ChangeForm,
    token: int,
    problems: tuple[str, ...] = (),
    shown: Promise | None = None,
    status: int = 200,
    met: Sight | None = None,
) -> HttpResponse:
    context = {
        "sight": met or kept(request.POST, records(kind, whose, form), timezone.now()),
        "home": whose.home,
        "whose": whose,
        "kind": kind,
        "kinds": offered(),
        "form": form,
        "token": token,
        "problems": problems,
        "promise": shown,
        "refused": form if (status != 200 or problems) and not met else None,
        "papers": wanted(kind, whose.home, whose.today),
    }
    return render(request, "changes/change.html", context, status=status)


@for_casework
@require_safe
def of_household(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """变更记录 of a household, newest first; a part of the household page when asked by script."""
    whose = about(number, staff, timezone.localdate())
    rows = (
        FamilyChange.objects.visible_to(staff)
        .filter(household=whose.home)
        .select_related("prepared_by", "decided_by")
        .order_by("-pk")[:SHOWN]
    )
    part = request.headers.get("HX-Request") == "true"
    template = "changes/list_part.html" if part else "changes/list.html"
    return render(request, template, {"home": whose.home, "whose": whose, "changes": list(rows)})


@for_casework
@confirmed(acts("approve"))
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一项变更: what was typed, what it means now, and what may be done with it."""
    today = timezone.localdate()
    found = actions.found(pk, staff)
    if request.method != "POST":
        return _one(request, staff, found)
    reason, at = SentBack(request.POST), timezone.localtime()
    if found.state == FamilyChange.State.SUBMITTED:
        met = clash(reason, {WHOLE: _waits(found, staff)}, by=staff, at=at)
        if met is not None:
            return _one(request, staff, found, status=409, met=met)
    try:
        words = _done(request.POST, found, staff, today)
    except (NotAllowed, StaleState, ValueError) as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        now = Record({gettext("状态"): found.get_state_display()}, FILED, pk)
        gone = left(reason, now, by=staff, at=at) if status == 409 else None
        return _one(request, staff, found, (str(refusal),), status, gone=gone)
    messages.success(request, words)
    return redirect("change", pk=pk)


FILED = "changes.familychange"


def _waits(found: FamilyChange, staff: Staff) -> Record:
    """A change as it waits: what is approved or sent back is what was shown."""
    _, form = actions.form_of(found, staff, timezone.localdate())
    said = found.promised.get("said") or form.said()
    return Record({str(label): str(words) for label, words in said}, FILED, found.pk)


def _done(asked: Any, found: FamilyChange, staff: Staff, today: Any) -> str:
    """The act that was asked for."""
    what = asked.get("act", "")
    if what == "approve":
        actions.approve(found.pk, by=staff, today=today)
        return gettext("复核通过，变更已生效。")
    if what == "send_back":
        actions.send_back(found.pk, by=staff, reason=asked.get("reason", ""))
        return gettext("已退回。")
    if what == "withdraw":
        actions.withdraw(found.pk, by=staff)
        return gettext("已撤回，没有生效。")
    if what == "ask":
        actions.ask_after_split(found.pk, on=today, by=staff)
        return gettext("已为新户提出申请，请到申请页逐步办理。")
    raise StaleState(gettext("没有这种办理，请刷新页面。"))


def _one(
    request: HttpRequest,
    staff: Staff,
    found: FamilyChange,
    problems: tuple[str, ...] = (),
    status: int = 200,
    met: Sight | None = None,
    gone: Sight | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    kind, form = actions.form_of(found, staff, today)
    waiting = found.state == FamilyChange.State.SUBMITTED
    shown, faults = _tried(kind, form.about, form) if waiting else (None, ())
    context = {
        "change": found,
        "sight": met or sight({WHOLE: _waits(found, staff)}, timezone.localtime()),
        "left": gone,
        "home": found.household,
        "kind": kind,
        "typed": found.promised.get("said") or form.said(),
        "promise": shown,
        "faults": faults,
        "problems": problems,
        "papers": wanted(kind, found.household, today) if waiting else [],
        "prints": _prints(found),
        "decides": waiting and staff.role in DECIDERS and staff.pk != found.prepared_by_id,
        "withdraws": found.state in ("draft", "submitted") and staff.role in kind.roles,
        "after": after(found),
        "asks": staff.role in kind.roles,
        "reason": request.POST.get("reason", ""),
        "events": list(
            Event.objects.filter(kind="changes.familychange", object_id=found.pk)
            .select_related("by")
            .order_by("pk")
        ),
    }
    return render(request, "changes/one.html", context, status=status)


def _prints(found: FamilyChange) -> list[tuple[str, int, str]]:
    """The papers ticked on the form, once there is something to print: kind, of what, words."""
    if found.state != FamilyChange.State.DONE:
        return []
    prints = []
    if found.typed.get("notice", "True"):
        made = Decision.objects.filter(pk__in=found.decisions).order_by("pk")
        prints += [
            (
                "decision-notice",
                one.pk,
                gettext("{programme}{kind}告知书").format(
                    programme=PROGRAMMES[one.programme].name, kind=one.get_kind_display()
                ),
            )
            for one in made
        ]
    if found.typed.get("statement", "True"):
        prints.append(("benefit-statement", found.household_id, gettext("幸福清单")))
    return prints


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest, staff: Staff) -> HttpResponse:
    """重复人员: pairs that look alike inside the territory; a POST tells one of them apart."""
    if staff.role not in DUPLICATES:
        raise NotAllowed(gettext("{role}不办理重复人员。").format(role=staff.get_role_display()))
    if request.method != "POST":
        return _duplicates(request, staff)
    pair = request.POST.get("pair", "")
    gone = told_apart(pair)
    if gone is not None:
        words = (gettext("这两份档案刚刚被他人核实，请看过现在的情况。"),)
        typed = left(Apart(request.POST), gone, by=staff, at=timezone.localtime())
        return _duplicates(request, staff, words, 409, typed)
    try:
        actions.told_apart(
            pair,
            reason=request.POST.get("reason", ""),
            on=timezone.localdate(),
            by=staff,
        )
    except ValueError as refusal:
        return _duplicates(request, staff, (str(refusal),), 400)
    messages.success(request, gettext("已登记不是同一人，不再列出。"))
    return redirect("duplicates")


def _duplicates(
    request: HttpRequest,
    staff: Staff,
    problems: tuple[str, ...] = (),
    status: int = 200,
    typed: Sight | None = None,
) -> HttpResponse:
    least = 1 if request.GET.get("least") == "1" else 2
    context = {
        "found": looking_alike(staff, least=least),
        "least": least,
        "may_act": staff.role in CHANGES["unite"].roles,
        "problems": problems,
        "typed": request.POST,
        "left": typed,
    }
    return render(request, "changes/duplicates.html", context, status=status)
