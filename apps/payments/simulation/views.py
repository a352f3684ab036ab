"""测算的页面: change standards and see what it costs; the address holds all that was typed."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.offices.doors.gate import confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.perms import COUNTY_ROLES, for_casework
from apps.payments.simulation import drafts, drawing, sheet
from apps.payments.simulation.drafts import Draft, Typed
from apps.payments.simulation.reckoning import Simulation, simulate
from apps.payments.whatif import next_run_month
from apps.standards.models import current_book
from apps.standards.perms import may_adopt
from apps.units.language import in_chinese, month_words
from apps.units.money import yuan_grouped
from apps.units.months import Month, month_code, next_month, parse_month

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest, staff: Staff) -> tuple[Month, str, list[Draft], list[Typed]]:
    """Month, what is wrong with it, and the rows of the address."""
    if staff.role not in COUNTY_ROLES:
        raise NotAllowed(gettext("标准测算用全县数据，由县级人员办理。"))
    usual = next_run_month(timezone.localdate())
    text = request.GET.get("month", "").strip()
    made, typed = drafts.read(request.GET.getlist("k"), request.GET.getlist("v"))
    try:
        return (parse_month(text) if text else usual), "", made, typed
    except ValueError as fault:
        return usual, str(fault), made, typed


@for_casework
@require_safe
def page(request: HttpRequest, staff: Staff) -> HttpResponse:
    """测算 as a page; nothing is computed while anything typed cannot be read."""
    month, problem, made, typed = _asked(request, staff)
    wrong = [problem] if problem else []
    wrong += [
        gettext("第{n}项：{problem}").format(n=n, problem=one.problem)
        for n, one in enumerate(typed, 1)
        if one.problem
    ]
    book = current_book()
    groups = drafts.options(book, month)
    context: dict[str, Any] = {
        "month": month,
        "typed_month": request.GET.get("month", "") or month_code(month),
        "month_problem": problem,
        "groups": groups,
        "typed": [*typed, Typed("", "", "")][: drafts.MOST],
        "problems": wrong,
        "found": None,
    }
    if made and not wrong:
        began = time.monotonic()
        found = simulate(made, month, staff.division)
        context |= _shown(found, staff) | {"seconds": f"{time.monotonic() - began:.1f}"}
    return render(request, "payments/simulate.html", context, status=400 if wrong else 200)


def _shown(found: Simulation, staff: Staff) -> dict[str, Any]:
    classes = drawing.spread(found.steps)
    return {
        "found": found,
        "classes": classes,
        "spread": drawing.chart(
            (one.label, one.cases, f"{one.cases:,}", one.down) for one in classes
        ),
        "towns": drawing.chart(
            (town.name, town.change_fen, _signed(town.change_fen), town.change_fen < 0)
            for town in found.towns
        ),
        "town_fen": sum(town.change_fen for town in found.towns),
        "yearly": {
            "stock": found.stock_fen * 12,
            "newly": found.newly_fen * 12,
            "all": found.fen * 12,
        },
        "assumptions": assumptions(found),
        "may_adopt": may_adopt(staff),
        "from_month": month_code(next_month(found.month)),
    }


def _signed(fen: int) -> str:
    return f"{'+' if fen > 0 else '−' if fen < 0 else ''}{yuan_grouped(abs(fen))}"


def assumptions(found: Simulation) -> list[str]:
    """What the figures rest on, and what they cannot know."""
    said = [
        gettext(
            "按{month}的人员、家庭、收入等现有登记逐户逐人计算，用的是发放时的同一规则。"
        ).format(month=month_words(found.month)),
        gettext("除设想值外，其余标准照现行；不含补发以前月份、追缴抵扣和暂停发放。"),
        gettext("每年增支 = 每月增支 × 12，不预测人员增减。"),
    ]
    said += [
        gettext(
            "新增：现有{among} {tried} 户，假定全部申请{programme}，财产都合规；"
            "其中资料不全、不能判断的 {unknown} 户没有计入。"
        ).format(among=one.among, tried=one.tried, programme=one.card.name, unknown=one.unknown)
        for one in found.newly
    ]
    said.append(gettext("从未登记过的家庭不在系统里，提标后可能新符合条件的这部分无法测算。"))
    return said


@for_casework
@confirmed()
@require_safe
@in_chinese()
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """测算 as XLSX, from the same address."""
    month, problem, made, typed = _asked(request, staff)
    if problem or not made or any(one.problem for one in typed):
        raise NotFound(gettext("测算条件不完整，请回到测算页填写后再导出。"))
    found = simulate(made, month, staff.division)
    content = sheet.xlsx(found, assumptions(found), timezone.localdate())
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="simulation-{month_code(month)}.xlsx"'
    return response
