"""低收入人口的页面: the list, its export, the alerts, households other departments name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.casework.models import CASEWORKERS
from apps.households.listing import places
from apps.offices.actions import note_export
from apps.offices.doors.gate import confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Sight, clash, left, sight
from apps.registers import actions, low_income
from apps.registers import alerts as raised
from apps.registers import low_income_words as words
from apps.registers.low_income_forms import EndMonitoring, Monitor, Work
from apps.registers.models import AlertWork, Monitored
from apps.registers.offers import Offer, Refusals, carry_out, shown
from apps.registers.on_record import alert_seen, alert_worked, recorded_of_list
from apps.registers.places import wanted_division
from apps.registers.words import HIDDEN, NAMERS
from apps.standards.models import current_book
from apps.units.language import in_chinese
from apps.units.language import lazy as _
from apps.units.sheets import as_csv

HEADINGS = ("姓名", "性别", "年龄", "类别", "户编号", "乡镇", "村（社区）")
PAGE = 50


def _filters(request: HttpRequest) -> low_income.Filters:
    category = request.GET.get("category", "")
    return low_income.Filters(
        category=category if category in words.CATEGORIES else "",
        division=wanted_division(request),
        text=request.GET.get("q", "").strip()[:40],
    )


@for_casework
@require_safe
def people(request: HttpRequest, staff: Staff) -> HttpResponse:
    """低收入人口: everybody of the six categories, by village and household."""
    filters, today = _filters(request), timezone.localdate()
    after = request.GET.get("after", "")[:60]
    page = low_income.people(staff, filters, today=today, after=after)
    townships, villages = places(staff, filters.division)
    context = {
        "rows": [(row, words.CATEGORIES[row.category]) for row in page.rows],
        "after": page.after,
        "filters": filters,
        "categories": words.CATEGORIES.items(),
        "townships": townships,
        "villages": villages,
        "may_name": staff.role in NAMERS,
        "may_work": staff.role in CASEWORKERS,
    }
    return render(request, "registers/low_income.html", context)


@for_casework
@confirmed()
@require_safe
@in_chinese()
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """导出低收入人口: the whole filtered list as CSV; names as far as the post may see."""
    today = timezone.localdate()
    rows = low_income.people(staff, _filters(request), today=today, limit=low_income.ALL).rows
    note_export(by=staff, kind="registers.export", what="低收入人口", count=len(rows))
    answer = HttpResponse(
        as_csv(HEADINGS, [_cells(row) for row in rows]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="low-income-{today}.csv"'
    return answer


def _cells(row: low_income.Row) -> list[object]:
    sex = {"m": gettext("男"), "f": gettext("女")}.get(row.sex, "")
    category = words.CATEGORIES[row.category]
    return [
        row.name or HIDDEN, sex, row.age, category, row.number, row.township, row.village,
    ]  # fmt: skip


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest, staff: Staff) -> HttpResponse:
    """预警: what stands, said with why; each is worked to an outcome and then no longer shows."""
    if staff.role not in CASEWORKERS:
        raise NotAllowed(gettext("预警含健康和收入情况，只供乡镇、县级经办和审核查看。"))
    today = timezone.localdate()
    if request.method != "POST":
        return _alerts(request, staff, today)
    form, key = Work(request.POST), request.POST.get("alert", "")[:60]
    found = raised.alerts(staff, today=today, book=current_book())
    stands, at = next((one for one in found if one.key == key), None), timezone.localtime()
    if stands is None:
        typed = left(form, alert_worked(key, staff), by=staff, at=at)
        return _alerts(request, staff, today, key, problems=(str(GONE),), status=409, typed=typed)
    met = clash(form, {WHOLE: alert_seen(stands)}, by=staff, at=at)
    if met is not None:
        return _alerts(request, staff, today, key, form, status=409, met=met)
    if not form.is_valid():
        return _alerts(request, staff, today, key, form, status=400)
    return _work(request, staff, today, key, form)


GONE = _("这条预警已经处置，或情况已经变化，请刷新页面后再看。")


def _work(request: HttpRequest, staff: Staff, today: dt.date, key: str, form: Work) -> HttpResponse:
    try:
        actions.work_alert(key, on=today, by=staff, **form.cleaned_data)
    except Refusals as refusal:
        status = 409 if isinstance(refusal, StaleState) else 400
        return _alerts(request, staff, today, key, form, (str(refusal),), status)
    messages.success(request, gettext("已登记处置，这条预警不再提示。"))
    return redirect(request.get_full_path())


def _alerts(
    request: HttpRequest,
    staff: Staff,
    today: dt.date,
    key: str = "",
    bound: Work | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
    met: Sight | None = None,
    typed: Sight | None = None,
) -> HttpResponse:
    kind, division = request.GET.get("kind", ""), wanted_division(request)
    found = raised.alerts(staff, today=today, book=current_book(), division=division)
    numbers = {code: sum(one.about.kind == code for one in found) for code in words.KINDS}
    wanted = [one for one in found if kind not in words.KINDS or one.about.kind == kind]
    page = Paginator(wanted, PAGE).get_page(request.GET.get("page"))
    townships, villages = places(staff, division)
    context: dict[str, Any] = {
        "rows": [_row(one, key, bound, met) for one in page],
        "work": Work(auto_id="id_%s"),
        "page": page,
        "kind": kind if kind in words.KINDS else "",
        "kinds": [(code, label, numbers[code]) for code, label in words.KINDS.items()],
        "all": len(found),
        "filters": low_income.Filters(division=division),
        "townships": townships,
        "villages": villages,
        "worked": _worked(staff) if request.GET.get("worked") == "1" else None,
        "form": None if met else bound,
        "left": typed,
        "problems": problems,
    }
    return render(request, "registers/alerts.html", context, status=status)


def _row(
    one: raised.Alert, key: str, bound: Work | None, met: Sight | None
) -> tuple[raised.Alert, str, Work | None, Sight]:
    """An alert with its kind, the form that was refused and what the form remembers."""
    mine = one.key == key
    seen = sight({WHOLE: alert_seen(one)}, timezone.localtime())
    kind = words.KINDS[one.about.kind]
    return one, kind, bound if mine else None, met if mine and met else seen


def _worked(staff: Staff) -> list[tuple[AlertWork, str]]:
    """What was dealt with last."""
    rows = AlertWork.objects.visible_to(staff).select_related("household", "person", "by")
    return [(one, words.RULES[one.rule].label) for one in rows.order_by("-pk")[:PAGE]]


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def monitored(request: HttpRequest, staff: Staff) -> HttpResponse:
    """监测名单: households named 防止返贫监测对象 or 其他困难, and letting them go."""
    if staff.role not in CASEWORKERS:
        raise NotAllowed(gettext("监测名单由乡镇、县级经办和审核维护。"))
    today = timezone.localdate()
    state = "ended" if request.GET.get("state") == "ended" else "open"
    rows = Monitored.objects.visible_to(staff).filter(state=state).select_related("household")
    page = Paginator(rows.order_by("-since", "-pk"), PAGE).get_page(request.GET.get("page"))
    offers = [Offer("monitor", gettext("列入监测"), Monitor, open=True)]
    if state == "open":
        offers += [Offer("end", gettext("解除监测"), EndMonitoring, row=one.pk) for one in page]
    asked = None
    if request.method == "POST":
        asked = carry_out(
            request,
            offers,
            lambda offer, data: _act(offer, data, staff, today),
            recorded_of_list,
        )
        if asked.done:
            messages.success(request, gettext("已登记。"))
            return redirect("monitored")
    groups = shown(offers, today, asked)
    acts = {one["offer"].row: one for group in groups.values() for one in group}
    context = {
        "rows": [(one, acts.get(one.pk)) for one in page],
        "page": page,
        "state": state,
        "new": acts[0],
        "lost": asked.sight if asked and asked.offer is None else None,
        "form": asked.form if asked else None,
        "problems": asked.problems if asked else (),
    }
    status = asked.status if asked else 200
    return render(request, "registers/monitored.html", context, status=status)


def _act(offer: Offer, data: dict[str, Any], staff: Staff, today: dt.date) -> object:
    if offer.code == "monitor":
        return actions.monitor(by=staff, **data)
    return actions.end_monitoring(offer.row, on=today, by=staff, **data)
