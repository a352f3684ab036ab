"""公示的页面: the list, posting, one notice with its photos and objections, 长期公布."""

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

from apps.casework.models import CASEWORKERS
from apps.offices.models import Division, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, Sight, clash, lost, sight
from apps.publicity import actions, listing
from apps.publicity.forms import AnswerForm, EndForm, ObjectionForm, PhotoForm, WithdrawForm
from apps.publicity.models import AT_THE_BOARD, NoticePhoto, Objection, PublicNotice
from apps.publicity.shown import NAMES, STANDING
from apps.units.language import lazy as _

Refusals = (NotAllowed, StaleState, ValueError)


def _status(refusal: Exception) -> int:
    return {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)


def _number(text: str) -> int:
    return int(text[:18]) if text.isdecimal() else 0


@for_casework
@require_safe
def notices(request: HttpRequest, staff: Staff) -> HttpResponse:
    """公示: what is up in the territory, and what waits to be posted."""
    division, state = request.GET.get("division", ""), request.GET.get("state", "")
    today = timezone.localdate()
    rows, more = listing.found(
        staff,
        state=state,
        division=division,
        before=_number(request.GET.get("before", "")),
        today=today,
    )
    context = {
        "rows": rows,
        "batches": listing.waiting(staff, division) if staff.role in CASEWORKERS else [],
        "states": PublicNotice.State.choices,
        "state": state,
        "division": division,
        "villages": _villages(staff),
        "today": today,
        "next": f"?state={state}&division={division}&before={more}" if more else "",
    }
    return render(request, "publicity/notices.html", context)


def _villages(staff: Staff) -> list[tuple[str, str]]:
    """The townships and villages of the territory that have had a notice, for the filter."""
    codes = set(PublicNotice.objects.visible_to(staff).values_list("division", flat=True))
    named = listing.villages(codes)
    return sorted(named.items())


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, staff: Staff) -> HttpResponse:
    """张贴公示: one list of a village and family; the ticked rows are frozen as they stand."""
    if request.method != "POST":
        return _new(request, staff)
    today = timezone.localdate()
    wanted = [_number(text) for text in request.POST.getlist("one")]
    try:
        made = actions.post_applications(wanted, on=today, by=staff)
    except NotFound:
        raise
    except Refusals as refusal:
        return _new(request, staff, (str(refusal),), _status(refusal))
    messages.success(request, gettext("已登记张贴，名单已固定。请打印公示单并在张贴后拍照。"))
    return redirect("public-notice", pk=made.pk)


def _new(
    request: HttpRequest, staff: Staff, problems: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    division = data.get("division", "")
    context = {
        "batches": listing.waiting(staff, division),
        "problems": problems,
        "division": division,
        "ticked": {_number(text) for text in data.getlist("one")},
        "all_ticked": request.method != "POST",
    }
    return render(request, "publicity/new.html", context, status=status)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest, staff: Staff) -> HttpResponse:
    """长期公布: the standing lists of a village, and a new one in their place."""
    data = request.POST if request.method == "POST" else request.GET
    division = data.get("division", "")
    if request.method != "POST":
        return _lists(request, staff, division)
    today = timezone.localdate()
    try:
        made = actions.post_standing(division, data.get("family", ""), on=today, by=staff)
    except NotFound:
        raise
    except Refusals as refusal:
        return _lists(request, staff, division, (str(refusal),), _status(refusal))
    messages.success(request, gettext("名单已更新并固定，请打印张贴。"))
    return redirect("public-notice", pk=made.pk)


def _lists(
    request: HttpRequest,
    staff: Staff,
    division: str,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    here = Division.objects.filter(code__startswith=staff.division, kind="village")
    villages = list(here.order_by("code").values_list("code", "name"))
    if not division and len(villages) == 1:
        division = villages[0][0]
    village = next((name for code, name in villages if code == division), "")
    up = PublicNotice.objects.visible_to(staff).filter(
        stage="standing", state="posted", division=division
    )
    standing = {one.family: one for one in up}
    context = {
        "villages": villages,
        "division": division if village else "",
        "village": village,
        "families": [(code, NAMES[code], standing.get(code)) for code in STANDING],
        "may_post": staff.role in CASEWORKERS,
        "problems": problems,
    }
    return render(request, "publicity/lists.html", context, status=status)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """One notice: the frozen list, photos, objections, and what may be done now."""
    found = PublicNotice.objects.visible_to(staff).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份公示，或不在您的管辖范围内。"))
    if request.method != "POST":
        return _notice(request, staff, found)
    act = request.POST.get("act", "")
    if act not in ACTS:
        return _notice(
            request, staff, found, problems=(gettext("没有这一步，请刷新页面。"),), status=400
        )
    form = _form(act, found, request)
    known = {WHOLE: _objections(found)}
    met = clash(form, known, by=staff, at=timezone.localtime()) if act == "object" else None
    if met is not None:
        return _notice(request, staff, found, act, form, status=409, met=met)
    if not form.is_valid():
        return _notice(request, staff, found, act, form, status=400)
    return _acted(request, staff, found, act, form)


def _acted(
    request: HttpRequest, staff: Staff, found: PublicNotice, act: str, form: forms.Form
) -> HttpResponse:
    do, done = ACTS[act]
    try:
        do(found, form.cleaned_data, timezone.localdate(), staff, request)
    except NotFound:
        raise
    except Refusals as refusal:
        problems = (str(refusal),)
        return _notice(request, staff, found, act, form, problems, _status(refusal))
    messages.success(request, done)
    return redirect("public-notice", pk=found.pk)


def _on_record(found: PublicNotice, act: str, row: int = 0) -> Record:
    """What stands of an act's boxes, and where the notice stands."""
    found.refresh_from_db()
    boxes: dict[str, Any] = {gettext("状态"): found.get_state_display()}
    if act == "answer":
        one = Objection.objects.filter(notice=found, pk=row).first()
        boxes["words"] = one.answer if one else ""
    if act == "end":
        boxes["no_photo_reason"] = found.no_photo_reason
    return Record(boxes, "publicity.publicnotice", found.pk)


def _objections(found: PublicNotice) -> Record:
    """The objections on record: whoever adds one sees those of others first."""
    rows = found.objections.order_by("pk")
    said = [f"{one.on} {one.objector} {one.words}" for one in rows]
    return Record({gettext("已登记的异议"): said}, "publicity.publicnotice", found.pk)


Do = Callable[[PublicNotice, dict[str, Any], dt.date, Staff, HttpRequest], object]


def _photo(
    one: PublicNotice, data: dict[str, Any], on: dt.date, by: Staff, _request: HttpRequest
) -> object:
    content = data["photo"].read()
    return actions.add_photo(one.pk, moment=data["moment"], content=content, on=on, by=by)


def _object(
    _one: PublicNotice, data: dict[str, Any], on: dt.date, by: Staff, _request: HttpRequest
) -> object:
    row = data["row"].pk
    return actions.object_to(row, objector=data["objector"], words=data["words"], on=on, by=by)


def _answer(
    one: PublicNotice, data: dict[str, Any], on: dt.date, by: Staff, request: HttpRequest
) -> object:
    number = _number(request.POST.get("objection", ""))
    mine = Objection.objects.filter(notice=one, pk=number).first()
    if mine is None:
        raise NotFound(gettext("没有找到这条异议。"))
    return actions.answer(mine.pk, words=data["words"], on=on, by=by)


def _end(
    one: PublicNotice, data: dict[str, Any], on: dt.date, by: Staff, _request: HttpRequest
) -> object:
    return actions.end(one.pk, on=on, by=by, no_photo_reason=data["no_photo_reason"])


def _withdraw(
    one: PublicNotice, data: dict[str, Any], on: dt.date, by: Staff, _request: HttpRequest
) -> object:
    return actions.withdraw(one.pk, on=on, by=by, reason=data["reason"])


ACTS: dict[str, tuple[Do, str]] = {
    "photo": (_photo, _("照片已登记。")),
    "object": (_object, _("异议已登记，请核实处理。")),
    "answer": (_answer, _("处理结果已登记。")),
    "end": (_end, _("公示已结束。")),
    "withdraw": (_withdraw, _("公示已撤下。")),
}
# Acts that are gone once somebody has done them: what was typed for them is shown beside it.
GONE = ("answer", "end", "withdraw")
FORMS: dict[str, type[forms.Form]] = {
    "photo": PhotoForm,
    "answer": AnswerForm,
    "end": EndForm,
    "withdraw": WithdrawForm,
}


def _form(act: str, found: PublicNotice, request: HttpRequest | None = None) -> forms.Form:
    """The form of an act, bound to what was sent."""
    data = request.POST if request else None
    files = request.FILES if request else None
    if act == "object":
        return ObjectionForm(data, notice=found, prefix=act)
    return FORMS[act](data, files, prefix=act)


def _notice(
    request: HttpRequest,
    staff: Staff,
    found: PublicNotice,
    act: str = "",
    bound: forms.Form | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
    met: Sight | None = None,
) -> HttpResponse:
    found.refresh_from_db()
    today = timezone.localdate()
    heads, rows = listing.table(found)
    asked = {name: _form(name, found) for name in (*FORMS, "object")}
    if bound is not None:
        asked[act] = bound
    pictured = found.photos.filter(moment="end").exists()
    context = {
        "notice": found,
        "village": listing.villages([found.division]).get(found.division, found.division),
        "family": NAMES[found.family],
        "chip": listing.chip(found, today),
        "heads": heads,
        "rows": [(place, list(zip(heads, cells, strict=True))) for place, cells in rows],
        "photos": found.photos.defer("content").select_related("by").order_by("pk"),
        "objections": found.objections.select_related("row", "recorded_by", "answered_by").order_by(
            "pk"
        ),
        "forms": asked,
        **_sights(request, staff, found, act, asked, met, stale=status == 409),
        "form": None if met else bound,
        "problems": problems,
        "at_board": staff.role in AT_THE_BOARD,
        "caseworker": staff.role in CASEWORKERS,
        "over": found.last_day is not None and today > found.last_day,
        "no_end_photo": not pictured and not found.standing,
        "today": today,
    }
    return render(request, "publicity/notice.html", context, status=status)


def _sights(
    request: HttpRequest,
    staff: Staff,
    found: PublicNotice,
    act: str,
    asked: dict[str, forms.Form],
    met: Sight | None,
    *,
    stale: bool,
) -> dict[str, Any]:
    """What the forms remember; what was typed in one whose act somebody else has done."""
    at = timezone.localtime()
    row = _number(request.POST.get("objection", ""))
    now = _on_record(found, act, row)
    seen = {name: sight({WHOLE: _on_record(found, name)}, at, asked[name]) for name in GONE}
    seen["object"] = met or sight({WHOLE: _objections(found)}, at, asked["object"])
    gone = stale and met is None
    return {
        "sights": seen,
        "lost": lost(request.POST, act, now, by=staff, at=at) if gone else None,
    }


@for_casework
@require_safe
def photo(request: HttpRequest, staff: Staff, pk: int, photo: int) -> HttpResponse:
    """One photo, as it was taken; only inside the territory."""
    found = NoticePhoto.objects.visible_to(staff).filter(pk=photo, notice_id=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这张照片，或不在您的管辖范围内。"))
    answer = HttpResponse(bytes(found.content), content_type=found.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
