"""发放批次的页面: the list of runs, one run, its lists, its acts and its bank file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.casework.assess import ordered
from apps.casework.programme import PROGRAMMES
from apps.households.models import Household
from apps.offices.actions import log
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.payments import (
    actions,
    bank_file,
    changes,
    household_page,
    listing,
    run_page,
    summary,
    tasks,
)
from apps.payments.forms import NewRun, Reason, Why
from apps.payments.models import BankBatch, Calculation, Held, Kind, PaymentLine, PaymentRun
from apps.payments.perms import may_load, may_make, runs_of
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
    return _run(request, staff, _find(staff, pk))


def _run(
    request: HttpRequest,
    staff: Staff,
    found: PaymentRun,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    calculation = _version(request, found)
    current = calculation is None or calculation.pk == found.calculation_id
    changed = actions.changed_since(found) if found.state in ("computed", "checked") else 0
    context = run_page.head(found, staff, changed)
    context |= {
        "problems": problems,
        "current": current,
        "progress": run_page.progress(found, timezone.now()),
        "may_load": may_load(staff),
        "may_make": may_make(staff),
    }
    if calculation is not None:
        context |= run_page.result(calculation, found, staff)
    return render(request, "payments/run.html", context, status=status)


def _find(staff: Staff, pk: int) -> PaymentRun:
    people = ("maker", "checker", "approver", "releaser", "calculation")
    found = runs_of(staff).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到该发放批次，或不在您的管辖范围内。")
    return found


def _version(request: HttpRequest, found: PaymentRun) -> Calculation | None:
    """The calculation that is asked for by version, else the current one."""
    text = request.GET.get("version", "")
    if not text.isdecimal():
        return found.calculation
    asked = found.calculations.filter(version=int(text[:4])).first()
    if asked is None:
        raise NotFound("没有这一版计算。")
    return asked


@for_casework
@require_safe
def progress(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """进度: the region of the run page, asked for every second; a finished run reloads the page."""
    found = _find(staff, pk)
    context = {"run": found, "progress": run_page.progress(found, timezone.now())}
    response = render(request, "payments/progress.html", context | {"may_make": may_make(staff)})
    if found.requested_at is None:
        response["HX-Refresh"] = "true"
    return response


def _compute(pk: int, by: Staff) -> None:
    """Ask for a calculation; the task is sent once the wish is committed."""
    with transaction.atomic():
        actions.request_compute(pk, by=by, at=timezone.now())
        transaction.on_commit(partial(tasks.compute_run.delay, run_id=pk))


def _stop(pk: int, by: Staff) -> None:
    if not may_make(by):
        raise NotAllowed("停止计算由县级经办办理。")
    actions.request_stop(pk, by=by)


Act = Callable[[int, Staff, str], object]
# Each step: the one action it calls, and what is said when it is done.
ACTS: dict[str, tuple[Act, str]] = {
    "compute": (lambda pk, by, _: _compute(pk, by), "已开始计算，可以离开本页。"),
    "stop": (lambda pk, by, _: _stop(pk, by), "已要求停止，稍候生效。"),
    "check": (lambda pk, by, _: actions.check_run(pk, by=by), "已复核，转审批。"),
    "approve": (lambda pk, by, _: actions.approve_run(pk, by=by), "已审批，代发文件已封存。"),
    "send": (lambda pk, by, _: actions.send_run(pk, by=by), "已送银行。"),
    "close": (lambda pk, by, _: actions.close_run(pk, by=by), "已归档。"),
    "return": (lambda pk, by, why: actions.return_run(pk, by=by, reason=why), "已退回。"),
    "cancel": (lambda pk, by, why: actions.cancel_run(pk, by=by, reason=why), "已撤销。"),
}


@for_casework
@require_POST
def act(request: HttpRequest, staff: Staff, pk: int, step: str) -> HttpResponse:
    """One act on a run; what is refused is said on the run page, with nothing changed."""
    found = _find(staff, pk)
    form = Reason(request.POST)
    if step == "return" and not form.is_valid():
        return _run(request, staff, found, tuple(map(str, form.errors["reason"])), 400)
    if step == "approve" and "seen" not in request.POST:
        words = "请先勾选“已查看例外及变动说明”，再审批。"
        return _run(request, staff, found, (words,), 400)
    do, done = ACTS[step]
    try:
        do(found.pk, staff, request.POST.get("reason", "").strip())
    except (NotAllowed, StaleState) as refusal:
        return _run(request, staff, _find(staff, found.pk), (str(refusal),), _status(refusal))
    messages.success(request, done)
    return redirect("run", pk=found.pk)


def _status(refusal: NotAllowed | StaleState) -> int:
    return 403 if isinstance(refusal, NotAllowed) else 409


@for_casework
@require_safe
def lines(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """明细: the lines of a run, a page at a time, by programme, township and kind."""
    found = _find(staff, pk)
    calculation = _computed(request, found)
    township = request.GET.get("township", "")
    filters = listing.Filters(
        programme=request.GET.get("programme", ""),
        township=township if township.isdecimal() else "",
        kind=request.GET.get("kind", ""),
    )
    page = listing.lines(
        calculation, filters, territory=staff.division, after=request.GET.get("after", "")
    )
    context = {
        "run": found,
        "calculation": calculation,
        "page": page,
        "filters": filters,
        "programmes": [(card.code, card.name) for card in ordered(PROGRAMMES.values())],
        "townships": summary.townships_of(found.division),
        "kinds": Kind.choices,
        "next": _next(request, page),
    }
    return render(request, "payments/lines.html", context)


def _computed(request: HttpRequest, found: PaymentRun) -> Calculation:
    calculation = _version(request, found)
    if calculation is None:
        raise NotFound("该批次还没有计算，没有明细。")
    return calculation


def _next(request: HttpRequest, page: listing.Page) -> str:
    """The address of the next page with the same filters."""
    if not page.after:
        return ""
    query = request.GET.copy()
    query["after"] = page.after
    return f"?{query.urlencode()}"


@for_casework
@require_safe
def held(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """待补与暂缓: all of them, a page at a time, by reason."""
    found = _find(staff, pk)
    calculation = _computed(request, found)
    after = request.GET.get("after", "")
    why = request.GET.get("why", "")
    page = listing.held(
        calculation,
        territory=staff.division,
        why=why,
        after=int(after[:18]) if after.isdecimal() else 0,
    )
    context = {
        "run": found,
        "calculation": calculation,
        "page": page,
        "why": why,
        "reasons": [(code, words[1]) for code, words in listing.WHY.items()],
        "next": _next(request, page),
    }
    return render(request, "payments/held.html", context)


@for_casework
@require_safe
def changed(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """名单: whose amount changed for one reason, the greatest change first."""
    found = _find(staff, pk)
    calculation = _computed(request, found)
    before = summary.baseline(found)
    reason = request.GET.get("reason", "")
    number = request.GET.get("page", "1")
    page = int(number[:4]) if number.isdecimal() and int(number[:4]) else 1
    if reason not in changes.REASONS or not before.calculations:
        raise NotFound("没有这种变动原因，或没有可比的上月批次。")
    rows, more = changes.people(calculation, found, before, reason=reason, page=page)
    shown = "调整、增减" if reason in changes.CHANGED else changes.REASONS[reason][1]
    context = {
        "run": found,
        "calculation": calculation,
        "before": before,
        "words": shown,
        "rows": rows,
        "next": f"?reason={reason}&page={page + 1}&version={calculation.version}" if more else "",
    }
    return render(request, "payments/changes.html", context)


@for_casework
@require_safe
def overpaid(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """多发: found by comparing what is owed with what was issued; part of the run page or alone."""
    found = _find(staff, pk)
    calculation = _computed(request, found)
    rows = [(PROGRAMMES[row.programme].name, row) for row in summary.overpaid(found, calculation)]
    context = {"run": found, "rows": rows, "fen": sum(row.fen for _, row in rows)}
    part = request.headers.get("HX-Request") == "true"
    name = "payments/overpaid_part.html" if part else "payments/overpaid.html"
    return render(request, name, context)


@for_casework
@require_safe
def download(request: HttpRequest, staff: Staff, pk: int, ending: str) -> HttpResponse:
    """代发文件: the sealed batch as CSV or XLSX; each download is written down."""
    found = _find(staff, pk)
    if not may_load(staff):
        raise NotAllowed("代发文件由县级经办、审批或财务下载。")
    batch = BankBatch.objects.select_related("run").filter(run=found).exclude(state="void").first()
    if batch is None:
        raise NotAllowed("该批次还没有审批，没有代发文件。")
    make = bank_file.csv_bytes if ending == "csv" else bank_file.xlsx_bytes
    try:
        content = make(batch)
    except bank_file.Unwritable as refusal:
        return _run(request, staff, found, (str(refusal),), 409)
    log(
        by=staff,
        kind="payments.paymentrun",
        object_id=found.pk,
        verb="下载代发文件",
        reason=f"{ending.upper()} {batch.digest[:12]}",
    )
    kind = "text/csv" if ending == "csv" else XLSX
    response = HttpResponse(content, content_type=kind)
    name = bank_file.file_name(batch, ending)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
def household_why(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """为什么: the working of one award in one month, as a part of the page or a page of its own."""
    home = household_page.find(number, staff)
    form = Why(request.GET)
    if not form.is_valid():
        raise NotFound("请从家庭页的月份表中选择要看的月份。")
    part = request.headers.get("HX-Request") == "true"
    name = "payments/why_part.html" if part else "payments/why.html"
    return render(request, name, _why(home, form))


def _why(home: Household, form: Why) -> dict[str, Any]:
    data = form.cleaned_data
    return household_page.why(
        home, data["programme"], data["subject"], data["month"], timezone.localdate()
    )
