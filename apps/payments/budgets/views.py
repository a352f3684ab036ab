"""预算的页面: a year's budget with what is left of it, and the budget of one run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.offices.doors.gate import confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, Sight, clash, left, sight
from apps.payments.budgets import actions, desk, sheet
from apps.payments.budgets.forecast import forecast
from apps.payments.budgets.forms import Beyond, Enter, Refuse, Shares
from apps.payments.budgets.models import COUNTY_DIGITS, DECIDERS, BudgetRow
from apps.payments.budgets.reading import said, states, uncovered
from apps.payments.models import PaymentRun
from apps.payments.perms import find_run
from apps.payments.run_page import STATE_CHIPS
from apps.units.language import listed
from apps.units.money import capital
from apps.units.months import month_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSALS = (NotAllowed, StaleState, NotFound, actions.Refused)


def _status(refusal: Exception) -> int:
    return {NotAllowed: 403, StaleState: 409, NotFound: 404}.get(type(refusal), 400)


def _county(staff: Staff) -> None:
    if len(staff.division) > COUNTY_DIGITS:
        raise NotAllowed(gettext("预算是全县的，由县级人员查看。"))


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isdecimal() and len(text) == 4 else timezone.localdate().year


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, staff: Staff) -> HttpResponse:
    """预算: execution, forecast, shares and documents of a year; enter, confirm, share."""
    _county(staff)
    if request.method != "POST":
        return _page(request, staff)
    act = request.POST.get("act", "")
    if act in ("confirm", "refuse"):
        return _decide(request, staff, act)
    form = (Shares if act == "share" else Enter)(request.POST)
    if not form.is_valid():
        return _page(request, staff, act, form, status=400)
    try:
        year = _saved(form, staff, request)
    except REFUSALS as refusal:
        return _page(request, staff, act, form, (str(refusal),), _status(refusal))
    return redirect(f"{reverse('budgets')}?year={year}")


def _saved(form: Enter | Shares, staff: Staff, request: HttpRequest) -> int:
    """Do what the form asks for; the year to show then."""
    data = form.cleaned_data
    if isinstance(form, Shares):
        actions.share(
            data["code"],
            from_month=data["from_month"],
            points=form.points,
            document=data["document"],
            on=timezone.localdate(),
            by=staff,
        )
        messages.success(request, gettext("已登记分担比例；已审批的批次不变。"))
        return int(data["from_month"].year)
    made = actions.enter(**data, by=staff, at=timezone.now())
    messages.success(request, gettext("已登记，待另一人确认后计入预算。"))
    return made.year


def _decide(request: HttpRequest, staff: Staff, act: str) -> HttpResponse:
    """确认或退回: of the row as it was shown."""
    text = request.POST.get("row", "")
    row = BudgetRow.objects.visible_to(staff).filter(pk=int(text[:18]) if text.isdecimal() else 0)
    found = row.first()
    if found is None:
        raise NotFound(gettext("没有找到这条预算，请刷新页面后再办理。"))
    form = Refuse(request.POST) if act == "refuse" else forms.Form(request.POST)
    at = timezone.localtime()
    if found.state != "entered":
        typed = left(form, desk.shown(found), by=staff, at=at)
        gone = gettext("这条预算刚刚被他人办理，请刷新页面后再看。")
        return _page(request, staff, problems=(gone,), status=409, typed=typed)
    met = clash(form, {WHOLE: desk.shown(found)}, by=staff, at=at)
    if met is not None:
        return _page(request, staff, status=409, decided=found.pk, met=met)
    if not form.is_valid():
        return _page(request, staff, problems=tuple(map(str, form.errors["reason"])), status=400)
    try:
        reason = form.cleaned_data.get("reason", "")
        actions.decide(found.pk, act, by=staff, at=timezone.now(), reason=reason)
    except REFUSALS as refusal:
        return _page(request, staff, problems=(str(refusal),), status=_status(refusal))
    done = {"confirm": gettext("已确认，计入预算。"), "refuse": gettext("已退回，不计入预算。")}
    messages.success(request, done[act])
    return redirect(f"{reverse('budgets')}?year={found.year}")


def _page(
    request: HttpRequest,
    staff: Staff,
    act: str = "",
    form: Enter | Shares | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
    *,
    decided: int = 0,
    met: Sight | None = None,
    typed: Sight | None = None,
) -> HttpResponse:
    year, today, ahead = _year(request), timezone.localdate(), forecast()
    may_enter = staff.role in actions.ENTERERS
    context: dict[str, Any] = {
        "year": year,
        "years": range(today.year - 2, today.year + 2),
        **desk.execution(year, ahead),
        "by_source": request.GET.get("by") == "source",
        "waiting": [
            (row, why, met if met and row.pk == decided else _seen(row))
            for row, why in desk.waiting_of(staff)
        ],
        "rows": desk.rows_of(staff, year),
        "ahead": ahead,
        "chart": desk.drawn(ahead) if ahead else None,
        "shares": desk.shares_now(month_of(today)),
        "may_enter": may_enter,
        "form": form,
        "problems": problems,
        "left": typed,
        "act": act,
    }
    if may_enter:
        context["enter"] = form if isinstance(form, Enter) else Enter(initial={"year": year})
        context["share"] = form if isinstance(form, Shares) else Shares()
    return render(request, "payments/budgets.html", context, status=status)


def _seen(row: BudgetRow) -> Sight:
    return sight({WHOLE: desk.shown(row)}, timezone.localtime())


@for_casework
@confirmed()
@require_safe
def export(request: HttpRequest, staff: Staff, year: str, ending: str) -> HttpResponse:
    """预算执行 of a year as CSV or XLSX."""
    _county(staff)
    found = states(int(year))
    actions.taken_away(len(found), by=staff)
    if ending == "csv":
        answer = HttpResponse(sheet.csv_bytes(found), content_type="text/csv; charset=utf-8")
    else:
        content = sheet.xlsx_bytes(int(year), found, forecast(), timezone.localdate())
        answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="budget-{year}.{ending}"'
    return answer


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一个批次的预算: by 科目 and source, and the decision to go beyond."""
    _county(staff)
    found = find_run(staff, pk)
    if found.calculation is None:
        raise NotFound(gettext("该批次还没有计算，没有列支。"))
    if request.method != "POST":
        return _run(request, staff, found)
    form, at = Beyond(request.POST), timezone.localtime()
    if found.state not in ("computed", "checked"):
        typed = left(form, _beyond(found), by=staff, at=at)
        late = gettext("只有已计算、未审批的批次可以作超预算决定，请刷新页面。")
        return _run(request, staff, found, form, (late,), 409, typed=typed)
    met = clash(form, {WHOLE: _beyond(found)}, by=staff, at=at)
    if met is not None:
        return _run(request, staff, found, form, status=409, met=met)
    if not form.is_valid():
        return _run(request, staff, found, form, status=400)
    try:
        actions.go_beyond(pk, **form.cleaned_data, by=staff, at=timezone.now())
    except REFUSALS as refusal:
        return _run(request, staff, found, form, (str(refusal),), _status(refusal))
    messages.success(request, gettext("已记下超预算决定，批次可以审批。"))
    return redirect("run-budget", pk=pk)


def _beyond(found: PaymentRun) -> Record:
    """By how much the run goes beyond now: nobody decides about other sums than were shown."""
    words = said(uncovered(found)) or gettext("没有超出")
    return Record({gettext("超出预算"): words}, "payments.paymentrun", found.pk)


def _run(
    request: HttpRequest,
    staff: Staff,
    found: PaymentRun,
    form: Beyond | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
    met: Sight | None = None,
    typed: Sight | None = None,
) -> HttpResponse:
    open_ones = uncovered(found) if found.state in ("computed", "checked") else []
    assert found.calculation is not None
    shown = desk.of_run(found, found.calculation)
    context = {
        "run": found,
        "chip": STATE_CHIPS[found.state],
        **shown,
        "capital": capital(shown["budget_sums"].now),
        "uncovered": open_ones,
        "decisions": desk.decisions(found),
        "deciders": listed(role.label for role in DECIDERS),
        "may_decide": bool(open_ones) and staff.role in DECIDERS,
        "beyond": form or Beyond(),
        "form": form,
        "problems": problems,
        "seen": met or sight({WHOLE: _beyond(found)}, timezone.localtime()),
        "left": typed,
    }
    return render(request, "payments/run_budget.html", context, status=status)
