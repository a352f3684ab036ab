"""追缴的页面: the list, and one recovery with what was decided about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.offices.doors.gate import acts, confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Sight, clash, left, sight
from apps.payments.recoveries import actions
from apps.payments.recoveries.forms import Propose, Refuse, Repaid
from apps.payments.recoveries.models import JUDGES, PREPARERS, RecoveryEntry, Repayment, Treatment
from apps.payments.recoveries.on_record import open_treatment, recorded
from apps.payments.recoveries.reading import LAST, PAGE, recoveries, schedule
from apps.units.language import lazy as _
from apps.units.language import listed as listed_words

Do = Callable[[int, Staff, dt.date, dict[str, Any]], object]
# act: its form, the one action it calls, and what is said when it is done
ACTS: dict[str, tuple[type[forms.Form], Do, str]] = {
    "propose": (
        Propose,
        lambda pk, by, on, d: actions.propose(pk, on=on, by=by, **d),
        _("已提出，待另一人批准。"),
    ),
    "repaid": (
        Repaid,
        lambda pk, by, on, d: actions.repaid(pk, on=on, by=by, **d),
        _("已登记退回款。"),
    ),
    "approve": (
        forms.Form,
        lambda pk, by, on, d: actions.approve(_open(pk), on=on, by=by),
        _("已批准。"),
    ),
    "refuse": (
        Refuse,
        lambda pk, by, on, d: actions.refuse(_open(pk), on=on, by=by, **d),
        _("未批准。"),
    ),
}


DONE = _("这项处理刚刚被他人办理，请刷新页面后再看。")


def _open(recovery: int) -> int:
    found = open_treatment(recovery)
    if found is None:
        raise StaleState(str(DONE))
    return found.pk


def _offered(recovery: int, act: str) -> bool:
    """Whether the page shows the form of an act: proposing while nothing waits, else deciding."""
    waiting = open_treatment(recovery) is not None
    return {"propose": not waiting, "approve": waiting, "refuse": waiting}.get(act, True)


@for_casework
@require_safe
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """追缴: every recovery, the newest first, a page at a time by key."""
    before = request.GET.get("before", "")
    rows = recoveries(
        staff, before=int(before[:18]) if before.isdecimal() else LAST, limit=PAGE + 1
    )
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    newest = _plans([row.pk for row in rows])
    today = timezone.localdate()
    context = {
        "rows": [(row, schedule(row, newest.get(row.pk), today)) for row in rows],
        "next": f"?before={rows[-1].pk}" if more else "",
    }
    return render(request, "payments/recoveries.html", context)


def _plans(recoveries: list[int]) -> dict[int, Treatment]:
    """The instalments that hold, by recovery."""
    rows = Treatment.objects.filter(
        recovery_id__in=recoveries, way="instalments", state="approved"
    ).order_by("pk")
    return {row.recovery_id: row for row in rows}


@for_casework
@confirmed(acts("approve"))
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一笔追缴: figures, plan, repayments, and the acts of this post."""
    if request.method != "POST":
        return _one(request, staff, pk)
    act = request.POST.get("act", "")
    if act not in ACTS:
        return _one(request, staff, pk, problems=(gettext("请刷新页面后再办理。"),), status=400)
    form, now, at = ACTS[act][0](request.POST), recorded(pk, act), timezone.localtime()
    if not _offered(pk, act):
        typed = left(form, now, by=staff, at=at)
        return _one(request, staff, pk, problems=(str(DONE),), status=409, typed=typed)
    met = clash(form, {WHOLE: now}, by=staff, at=at)
    if met is not None:
        return _one(request, staff, pk, act, form, status=409, met=met)
    if not form.is_valid():
        return _one(request, staff, pk, act, form, status=400)
    return _done(request, staff, pk, act, form)


def _done(request: HttpRequest, staff: Staff, pk: int, act: str, form: forms.Form) -> HttpResponse:
    _, do, done = ACTS[act]
    try:
        do(pk, staff, timezone.localdate(), form.cleaned_data)
    except (NotAllowed, StaleState, actions.Refused) as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        return _one(request, staff, pk, act, form, (str(refusal),), status)
    messages.success(request, done)
    return redirect("recovery", pk=pk)


def _one(
    request: HttpRequest,
    staff: Staff,
    pk: int,
    act: str = "",
    form: forms.Form | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
    met: Sight | None = None,
    typed: Sight | None = None,
) -> HttpResponse:
    row = next(iter(recoveries(staff, only=pk)), None)
    if row is None:
        raise NotFound(gettext("没有找到这笔追缴，或不在您的管辖范围内。"))
    treatments = list(
        Treatment.objects.filter(recovery=pk).select_related("prepared_by", "decided_by")
    )
    waiting = next((one for one in treatments if one.state == "proposed"), None)
    asked = {
        code: form if code == act and form is not None else form_of()
        for code, (form_of, _, _) in ACTS.items()
    }
    context = {
        "row": row,
        "schedule": schedule(row, _plans([pk]).get(pk), timezone.localdate()),
        "treatments": treatments[::-1],
        "waiting": waiting,
        "entries": RecoveryEntry.objects.filter(recovery=pk).order_by("month", "pk"),
        "repayments": Repayment.objects.filter(recovery=pk).order_by("-paid_on", "-pk"),
        "asked": asked,
        "may_propose": staff.role in PREPARERS and waiting is None and row.now > 0,
        "may_repay": staff.role in actions.CASHIERS and row.now > 0,
        "why_not": _why_not(staff, waiting),
        "sights": _sights(pk) | ({act: met} if met else {}),
        "left": typed,
        "form": None if met else form,
        "problems": problems,
    }
    return render(request, "payments/recovery.html", context, status=status)


def _sights(recovery: int) -> dict[str, Sight]:
    """What the forms of a fresh page remember."""
    at = timezone.localtime()
    return {act: sight({WHOLE: recorded(recovery, act)}, at) for act in ACTS}


def _why_not(staff: Staff, waiting: Treatment | None) -> str:
    """Why this person cannot decide what waits; empty when they can or nothing waits."""
    if waiting is None:
        return ""
    if staff.role not in JUDGES:
        return gettext("由{roles}批准").format(roles=listed_words(role.label for role in JUDGES))
    return gettext("您是经办人，须由另一人批准") if waiting.prepared_by_id == staff.pk else ""
