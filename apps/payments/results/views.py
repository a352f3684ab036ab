"""银行对账的页面: upload and lists, one file with its preview, and the disputes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, Sight, clash, left, sight
from apps.payments.results import actions, desk
from apps.payments.results.control import Control
from apps.payments.results.forms import UploadForm, Why
from apps.payments.results.gate import TEXT_BYTES, Refused
from apps.payments.results.matching import counts
from apps.payments.results.models import JUDGES, Dispute, ResultFile
from apps.units.language import listed as listed_words

Refusal = NotAllowed | StaleState | Refused


def _status(refusal: Refusal) -> int:
    return {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, staff: Staff) -> HttpResponse:
    """银行对账: take a file in; the files, what came back and waits, the disputes."""
    if request.method != "POST":
        return _page(request, staff, UploadForm(batches=desk.choices(staff)))
    form = UploadForm(request.POST, request.FILES, batches=desk.choices(staff))
    if not form.is_valid():
        return _page(request, staff, form, status=400)
    data = form.cleaned_data
    # A byte more than may be: the gate then says how large it may be.
    upload = actions.Upload(data["file"].name, data["file"].read(TEXT_BYTES + 1))
    typed = Control(data["typed_count"], data["typed_fen"])
    try:
        made = actions.take(int(data["batch"]), upload, typed=typed, by=staff, at=timezone.now())
    except (NotAllowed, StaleState, Refused) as refusal:
        return _page(request, staff, form, (str(refusal),), _status(refusal))
    return redirect("bankreturn", pk=made.pk)


def _page(
    request: HttpRequest,
    staff: Staff,
    form: UploadForm,
    problems: tuple[str, ...] = (),
    status: int = 200,
    decided: int = 0,
    met: Sight | None = None,
    typed: Sight | None = None,
) -> HttpResponse:
    after = request.GET.get("after", "")
    returns, following = desk.returns(staff, int(after[:18]) if after.isdecimal() else 0)
    today, at = timezone.localdate(), timezone.localtime()
    context: dict[str, Any] = {
        "form": form,
        "problems": problems,
        "may_load": staff.role in actions.LOADERS,
        "files": [(one, desk.CHIPS[one.state]) for one in desk.files(staff)],
        "returns": [(one, (today - one.on).days) for one in returns],
        "next": f"?after={following}" if following else "",
        "disputes": [_dispute(one, staff, at, decided, met) for one in desk.disputes(staff)],
        "judges": listed_words(role.label for role in JUDGES),
        "left": typed,
    }
    return render(request, "payments/bankreturns.html", context, status=status)


def _dispute(
    one: Dispute, staff: Staff, at: Any, decided: int, met: Sight | None
) -> dict[str, Any]:
    """A dispute with what both said, and whether this person may decide it."""
    return {
        "one": one,
        "stood": desk.state_words(one.stood),
        "may": one.state == "open" and staff.role in JUDGES and staff.pk != one.loaded_by_id,
        "sight": met if met and one.pk == decided else sight({WHOLE: _stands(one)}, at),
    }


def _stands(one: Dispute) -> Record:
    said = f"{one.get_state_display()} {one.note}".strip()
    return Record({gettext("争议"): said}, "payments.dispute", one.pk)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一份回盘: the preview, and committing or dropping it."""
    file = _find(staff, pk)
    if request.method != "POST":
        return _one(request, staff, file)
    act = request.POST.get("act", "")
    form = Why(request.POST) if act == "drop" else forms.Form(request.POST)
    met = clash(form, {WHOLE: _previewed(file)}, by=staff, at=timezone.localtime())
    if act == "commit" and met is not None:
        return _one(request, staff, file, status=409, met=met)
    if not form.is_valid():
        return _one(request, staff, file, form, status=400)
    try:
        if act == "drop":
            actions.drop(pk, reason=form.cleaned_data["reason"], by=staff)
            messages.success(request, gettext("已撤下，没有改动任何一笔。"))
            return redirect("bankreturns")
        actions.commit(pk, by=staff, at=timezone.now())
    except (NotAllowed, StaleState) as refusal:
        return _one(request, staff, _find(staff, pk), None, (str(refusal),), _status(refusal))
    messages.success(request, gettext("已入账；退回的已列入换卡待办，争议待处理。"))
    return redirect("bankreturn", pk=pk)


def _find(staff: Staff, pk: int) -> ResultFile:
    about = ("batch__run", "by", "committed_by")
    found = ResultFile.objects.visible_to(staff).select_related(*about).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份回盘文件，或不在您的管辖范围内。"))
    return found


def _previewed(file: ResultFile) -> Record:
    """What the lines come to now: nobody commits another result than was shown."""
    said = file.get_state_display() if file.state != "staged" else desk.said_of(counts(file.pk))
    return Record({gettext("对账结果"): said}, actions.KIND, file.pk)


def _one(
    request: HttpRequest,
    staff: Staff,
    file: ResultFile,
    form: forms.Form | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
    met: Sight | None = None,
) -> HttpResponse:
    context = {
        "file": file,
        "run": file.batch.run,
        "chip": desk.CHIPS[file.state],
        "form": form,
        "why": form if isinstance(form, Why) else Why(),
        "problems_said": problems,
        "may_act": staff.role in actions.LOADERS and file.state == "staged",
        "seen": met or sight({WHOLE: _previewed(file)}, timezone.localtime()),
        **desk.preview(file),
    }
    return render(request, "payments/bankreturn.html", context, status=status)


@for_casework
@require_POST
def decide(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """处理争议: the new word is believed, or the old one upheld."""
    found = Dispute.objects.visible_to(staff).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这条争议，或不在您的管辖范围内。"))
    form, at = Why(request.POST), timezone.localtime()
    blank = UploadForm(batches=desk.choices(staff))
    if found.state != "open":
        typed = left(form, _stands(found), by=staff, at=at)
        said = gettext("这条争议已经处理过，请刷新页面后再看。")
        return _page(request, staff, blank, (said,), 409, typed=typed)
    met = clash(form, {WHOLE: _stands(found)}, by=staff, at=at)
    if met is not None:
        return _page(request, staff, blank, status=409, decided=pk, met=met)
    if not form.is_valid():
        return _page(request, staff, blank, tuple(map(str, form.errors["reason"])), 400)
    accept = request.POST.get("act") == "accept"
    try:
        note = form.cleaned_data["reason"]
        actions.decide(pk, accept=accept, note=note, by=staff, at=timezone.now())
    except (NotAllowed, StaleState) as refusal:
        return _page(request, staff, blank, (str(refusal),), _status(refusal))
    messages.success(request, gettext("争议已处理。"))
    return redirect("bankreturns")
