"""儿童名册的页面: the list, its export, a new file, one child's file with its acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
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
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_casework
from apps.registers import actions, child_page, listing, words
from apps.registers.forms import NewFile
from apps.registers.models import ChildFile
from apps.registers.offers import Refusals, carry_out, shown
from apps.registers.on_record import recorded_of
from apps.registers.places import wanted_division
from apps.standards.models import current_book
from apps.units.language import in_chinese
from apps.units.language import lazy as _
from apps.units.sheets import as_csv

HEADINGS = (
    "姓名", "性别", "年龄", "名册", "情形", "关注等级", "乡镇", "村（社区）", "户编号",
    "建档日期", "状态", "最近走访", "应走访日期", "待处置报告", "户内无成年人",
)  # fmt: skip
Do = Callable[[ChildFile, int, Staff, dt.date, dict[str, Any]], object]
ACTS: dict[str, tuple[Do, str]] = {
    "visit": (
        lambda f, _row, by, today, d: actions.visit(f.pk, today=today, by=by, **d),
        _("走访已登记。"),
    ),
    "report": (
        lambda f, _row, by, today, d: actions.report(f.pk, today=today, by=by, **d),
        _("强制报告已登记，请立即处置。"),
    ),
    "answer": (
        lambda _f, row, by, today, d: actions.answer_report(row, on=today, by=by, **d),
        _("处置情况已登记。"),
    ),
    "carer": (
        lambda f, _row, by, today, d: actions.confirm_carer(f.pk, on=today, by=by, **d),
        _("委托照护已确认。"),
    ),
    "rate": (lambda f, _row, by, today, d: actions.rate(f.pk, on=today, by=by, **d), _("已评估。")),
    "refer": (
        lambda f, _row, by, today, d: actions.refer(f.pk, on=today, by=by, **d),
        _("已转介。"),
    ),
    "reregister": (
        lambda f, _row, by, today, d: actions.reregister(
            f.pk, register=_other(f), on=today, by=by, **d
        ),
        _("已转入另一名册。"),
    ),
    "transfer": (
        lambda f, _row, by, today, d: actions.transfer(f.pk, on=today, by=by),
        _("档案已转到儿童现在的户。"),
    ),
    "close": (
        lambda f, _row, by, today, d: actions.close_file(f.pk, on=today, by=by, **d),
        _("已销档。"),
    ),
}


def _other(file: ChildFile) -> str:
    return "in_difficulty" if file.fact.code == "left_behind" else "left_behind"


def _filters(request: HttpRequest) -> listing.Filters:
    """The filters of the address; anything unknown means all."""
    asked = request.GET
    register, state, flag = (asked.get(name, "") for name in ("register", "state", "flag"))
    return listing.Filters(
        register=register if register in words.REGISTERS else "",
        division=wanted_division(request),
        state="closed" if state == "closed" else "open",
        flag=flag if flag in listing.FLAGS else "",
        text=asked.get("q", "")[:40],
    )


@for_casework
@require_safe
def children(request: HttpRequest, staff: Staff) -> HttpResponse:
    """儿童名册: by township and village, a page at a time by key; names for those who may."""
    filters, today = _filters(request), timezone.localdate()
    page = listing.files(
        staff, filters, today=today, book=current_book(), after=request.GET.get("after", "")[:40]
    )
    townships, villages = places(staff, filters.division)
    health = staff.role in words.HEALTH_READERS
    context = {
        "rows": [
            {
                "one": row,
                "ground": child_page.ground_words(row.ground, health=health),
                "level": words.LEVELS[row.level],
                "register": words.REGISTERS.get(row.register, ""),
                "marks": child_page.marks(row, today),
            }
            for row in page.rows
        ],
        "filters": filters,
        "registers": words.REGISTERS.items(),
        "flags": listing.FLAGS.items(),
        "townships": townships,
        "villages": villages,
        "title": words.REGISTERS.get(filters.register, gettext("儿童名册")),
        "after": page.after,
        "may_name": staff.role in words.NAMERS,
        "may_open": staff.role in CASEWORKERS,
    }
    return render(request, "registers/children.html", context)


@for_casework
@confirmed()
@require_safe
@in_chinese()
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """导出名册: the whole filtered list as CSV; names and health as far as the post may see."""
    filters, today = _filters(request), timezone.localdate()
    rows = listing.everyone(staff, filters, today=today, book=current_book())
    note_export(by=staff, kind="registers.export", what="儿童名册", count=len(rows))
    health = staff.role in words.HEALTH_READERS
    answer = HttpResponse(
        as_csv(HEADINGS, [_cells(row, health=health) for row in rows]),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="children-{today}.csv"'
    return answer


def _cells(row: listing.Row, *, health: bool) -> list[object]:
    return [
        row.name or words.HIDDEN,
        {"m": gettext("男"), "f": gettext("女")}.get(row.sex, ""),
        row.age,
        words.REGISTERS.get(row.register, ""),
        child_page.ground_words(row.ground, health=health),
        words.LEVELS[row.level],
        row.township,
        row.village,
        row.number,
        row.opened_on,
        dict(ChildFile.State.choices)[row.state],
        row.visited_on or "",
        row.due_on or "",
        row.reports,
        gettext("是") if row.alone else "",
    ]


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, staff: Staff) -> HttpResponse:
    """建档: a child of a household, found by the household's number and the child's name."""
    if staff.role not in CASEWORKERS:
        raise NotAllowed(gettext("建档由乡镇、县级经办和审核办理。"))
    if request.method != "POST":
        first = {key: request.GET.get(key, "") for key in ("number", "name", "register")}
        return render(request, "registers/new_child.html", {"form": NewFile(initial=first)})
    form = NewFile(request.POST)
    if not form.is_valid():
        return render(request, "registers/new_child.html", {"form": form}, status=400)
    data = dict(form.cleaned_data)
    try:
        home, child = actions.child_named(staff, data.pop("number"), data.pop("name"))
        made = actions.open_file(
            household_id=home, person_id=child, on=timezone.localdate(), by=staff, **data
        )
    except Refusals as refusal:
        context = {"form": form, "problems": (str(refusal),)}
        status = 403 if isinstance(refusal, NotAllowed) else 400
        return render(request, "registers/new_child.html", context, status=status)
    messages.success(request, gettext("已建档，请登记第一次走访。"))
    return redirect("child-file", pk=made.pk)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def child(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一个儿童的档案: what is known, the visits, and the acts."""
    today = timezone.localdate()
    file = child_page.found(staff, pk)
    offers = child_page.offers(staff, file)
    recorded = partial(recorded_of, file)
    asked = None
    if request.method == "POST":
        asked = carry_out(
            request,
            offers,
            lambda offer, data: ACTS[offer.code][0](file, offer.row, staff, today, data),
            recorded,
        )
        if asked.done and asked.offer is not None:
            messages.success(request, ACTS[asked.offer.code][1])
            return redirect("child-file", pk=pk)
    context = child_page.context(staff, file, today)
    context |= {
        "offers": shown(offers, today, asked, recorded),
        "lost": asked.sight if asked and asked.offer is None else None,
        "form": asked.form if asked else None,
        "problems": asked.problems if asked else (),
    }
    return render(request, "registers/child.html", context, status=asked.status if asked else 200)
