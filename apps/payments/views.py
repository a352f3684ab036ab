"""发放批次的页面: the list of runs, one run, its lists, its acts and its bank file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from apps.households.models import Household
from apps.offices.actions import log
from apps.offices.doors.gate import confirmed
from apps.offices.doors.middleware import polled
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, Sight, clash, left, sight
from apps.payments import (
    actions,
    household_page,
    run_page,
    tasks,
)
from apps.payments.forms import NewRun, Reason, Why
from apps.payments.list_views import version
from apps.payments.models import Held, PaymentLine, PaymentRun
from apps.payments.perms import BINDING, find_run, may_make, runs_of
from apps.units.language import chinese
from apps.units.language import lazy as _
from apps.units.months import last_day, parse_day

RUNS_SHOWN = 36


@for_casework
@require_safe
def runs(request: HttpRequest, staff: Staff) -> HttpResponse:
    """发放批次: the newest runs with their sums, and the form for a new one."""
    return _runs(request, staff, NewRun(initial={"month": f"{timezone.localdate():%Y-%m}"}))


def _runs(
    request: HttpRequest,
    staff: Staff,
    form: NewRun,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    found = list(
        runs_of(staff)
        .select_related("maker", "checker", "approver", "releaser", "calculation")
        .order_by("-month", "-number")[:RUNS_SHOWN]
    )
    calculations = [run.calculation_id for run in found if run.calculation_id]
    sums = dict(
        PaymentLine.objects.filter(calculation_id__in=calculations)
        .values_list("calculation_id")
        .annotate(fen=Sum("fen"))
    )
    held = dict(
        Held.objects.filter(calculation_id__in=calculations)
        .values_list("calculation_id")
        .annotate(n=Count("pk"))
    )
    rows = [
        {
            "run": run,
            "chip": run_page.STATE_CHIPS[run.state],
            "lines": run.calculation.lines if run.calculation else None,
            "fen": sums.get(run.calculation_id, 0) if run.calculation_id else None,
            "held": held.get(run.calculation_id, 0) if run.calculation_id else None,
        }
        for run in found
    ]
    context = {"rows": rows, "form": form, "may_make": may_make(staff), "problems": problems}
    return render(request, "payments/runs.html", context, status=status)


@for_casework
@require_POST
def new_run(request: HttpRequest, staff: Staff) -> HttpResponse:
    """新建批次: a draft for a month; what is refused is said on the list."""
    form = NewRun(request.POST)
    if not form.is_valid():
        return _runs(request, staff, form, status=400)
    month = form.cleaned_data["month"]
    cutoff = min(timezone.localdate(), last_day(month))
    try:
        run = actions.open_run(month=month, cutoff=cutoff, division=staff.division, by=staff)
    except (NotAllowed, StaleState) as refusal:
        return _runs(request, staff, form, (str(refusal),), _status(refusal))
    return redirect("run", pk=run.pk)


@for_casework
@require_safe
def run(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """批次页: ?version=n shows an older calculation, read-only."""
    return _run(request, staff, find_run(staff, pk))


def _run(
    request: HttpRequest,
    staff: Staff,
    found: PaymentRun,
    problems: tuple[str, ...] = (),
    status: int = 200,
    *,
    unseen: bool = False,
    met: Sight | None = None,
    typed: Sight | None = None,
    again: str = "",
) -> HttpResponse:
    calculation = version(request, found)
    current = calculation is None or calculation.pk == found.calculation_id
    changed = actions.changed_since(found) if found.state in ("computed", "checked") else 0
    context = run_page.head(found, staff, changed)
    context |= {
        "problems": problems,
        "unseen": unseen,
        "seen": met or sight({WHOLE: _reckoned(found)}, timezone.localtime()),
        "left": typed,
        "again": again,
        "reason": request.POST.get("reason", ""),
        "current": current,
        "progress": run_page.progress(found, timezone.now()),
        "may_make": may_make(staff),
    }
    if calculation is not None:
        context |= run_page.result(calculation, found, staff, timezone.localdate())
    return render(request, "payments/run.html", context, status=status)


@polled
@for_casework
@require_safe
def progress(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """进度: the region of the run page, asked for every second; a finished run reloads the page."""
    found = find_run(staff, pk)
    context = {"run": found, "progress": run_page.progress(found, timezone.now())}
    response = render(request, "payments/progress.html", context | {"may_make": may_make(staff)})
    if found.requested_at is None:
        response["HX-Refresh"] = "true"
    return response


def _compute(pk: int, by: Staff) -> None:
    """Ask for a calculation; wish and errand are committed together."""
    with transaction.atomic():
        actions.request_compute(pk, by=by, at=timezone.now())
        tasks.hand_over_computing(pk)


def _stop(pk: int, by: Staff) -> None:
    if not may_make(by):
        raise NotAllowed(gettext("停止计算由县级经办办理。"))
    actions.request_stop(pk, by=by)


Act = Callable[[int, Staff, str], object]
# Each step: the one action it calls, and what is said when it is done.
ACTS: dict[str, tuple[Act, str]] = {
    "compute": (lambda pk, by, _: _compute(pk, by), _("已开始计算，可以离开本页。")),
    "stop": (lambda pk, by, _: _stop(pk, by), _("已要求停止，稍候生效。")),
    "check": (lambda pk, by, _: actions.check_run(pk, by=by), _("已复核，转审批。")),
    "approve": (lambda pk, by, _: actions.approve_run(pk, by=by), _("已审批，代发文件已封存。")),
    "send": (lambda pk, by, _: actions.send_run(pk, by=by), _("已送银行。")),
    "return": (lambda pk, by, why: actions.return_run(pk, by=by, reason=why), _("已退回。")),
    "cancel": (lambda pk, by, why: actions.cancel_run(pk, by=by, reason=why), _("已撤销。")),
}


@for_casework
@confirmed(lambda request, *, step, **_: step in BINDING)
@require_POST
def act(request: HttpRequest, staff: Staff, pk: int, step: str) -> HttpResponse:
    """One act on a run; what is refused is said on the run page, with nothing changed."""
    found = find_run(staff, pk)
    form = Reason(request.POST)
    if step == "return" and not form.is_valid():
        return _run(request, staff, found, tuple(map(str, form.errors["reason"])), 400)
    if step == "approve" and "seen" not in request.POST:
        return _run(request, staff, found, unseen=True, status=400)
    do, done = ACTS[step]
    try:
        with transaction.atomic():
            # What was compared with the page still stands when the act is done.
            actions.stand_still(found.pk, state=request.POST.get("state", ""))
            found = find_run(staff, found.pk)
            met = clash(form, {WHOLE: _reckoned(found)}, by=staff, at=timezone.localtime())
            if met is None:
                do(found.pk, staff, request.POST.get("reason", "").strip())
    except (NotAllowed, StaleState) as refusal:
        note_refusal(
            staff, found, PaymentRun.MOVES[step].verb if step != "stop" else "停止", refusal
        )
        return refused(request, staff, found, refusal)
    if met is not None:
        return _run(request, staff, found, status=409, met=met, again=step)
    messages.success(request, done)
    return redirect("run", pk=found.pk)


def _reckoned(found: PaymentRun) -> Record:
    """The calculation that stands: nobody checks, approves or sends another one than was shown."""
    one = found.calculation
    if one is None:
        return Record({}, "payments.paymentrun", found.pk)
    words = gettext("第{version}版，明细{lines}条").format(version=one.version, lines=one.lines)
    return Record({gettext("计算结果"): words}, "payments.paymentrun", found.pk)


def refused(
    request: HttpRequest,
    staff: Staff,
    found: PaymentRun,
    refusal: NotAllowed | StaleState,
    record: Record | None = None,
) -> HttpResponse:
    """The run as it is now, with why nothing was done, and the reason that was typed for it."""
    fresh, at = find_run(staff, found.pk), timezone.localtime()
    stands = Record({gettext("批次"): fresh.get_state_display()}, "payments.paymentrun", fresh.pk)
    typed = left(Reason(request.POST), record or stands, by=staff, at=at)
    return _run(request, staff, fresh, (str(refusal),), _status(refusal), typed=typed)


def note_refusal(
    staff: Staff, found: PaymentRun, verb: str, refusal: NotAllowed | StaleState
) -> None:
    """Who tried what they may not do is written down, also when no button offered it."""
    if isinstance(refusal, NotAllowed):
        log(
            by=staff,
            kind="payments.paymentrun",
            object_id=found.pk,
            verb=f"{chinese(verb)}被拒绝",
            reason=chinese(refusal),
        )


def _status(refusal: NotAllowed | StaleState) -> int:
    return 403 if isinstance(refusal, NotAllowed) else 409


@for_casework
@require_safe
def household(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """家庭页: one household with everything it receives, and why."""
    home = household_page.find(number, staff)
    today = timezone.localdate()
    last = household_page.last_month(today)
    then = parse_day(request.GET.get("on", ""))
    if then is not None and then >= today:
        then = None
    context = household_page.gather(home, last, today, staff, then)
    return render(request, "payments/household.html", context)


@for_casework
@require_safe
def household_ahead(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """拟发: the months still to come, as a part of the page or a page of its own."""
    home = household_page.find(number, staff)
    part = request.headers.get("HX-Request") == "true"
    name = "payments/ahead_part.html" if part else "payments/ahead.html"
    return render(request, name, household_page.ahead(home, timezone.localdate()))


@for_casework
@require_safe
def household_why(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """为什么: the working of one award in one month, as a part of the page or a page of its own."""
    home = household_page.find(number, staff)
    form = Why(request.GET)
    if not form.is_valid():
        raise NotFound(gettext("请从家庭页的月份表中选择要看的月份。"))
    part = request.headers.get("HX-Request") == "true"
    name = "payments/why_part.html" if part else "payments/why.html"
    return render(request, name, _why(home, form))


def _why(home: Household, form: Why) -> dict[str, Any]:
    data = form.cleaned_data
    return household_page.why(
        home, data["programme"], data["subject"], data["month"], timezone.localdate()
    )
