"""月结的页面: the figures of a run as they tie, and closing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, Sight, clash, sight
from apps.payments.closing import actions
from apps.payments.closing.figures import Figures, Row, figures
from apps.payments.models import PaymentRun
from apps.payments.perms import find_run
from apps.units.language import lazy as _
from apps.units.money import yuan_grouped

KIND = "payments.paymentrun"


class Note(forms.Form):
    """在途说明: asked for when the bank has not answered for every item."""

    note = forms.CharField(
        label=_("还没有回音的，为什么现在月结"),
        required=False,
        max_length=200,
        help_text=_("月结后才到的结果不再改动款项，转为争议由人处理"),
    )


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """月结: what ties and what does not; the figures that were kept once the run is closed."""
    run = find_run(staff, pk)
    if run.state == "closed" and hasattr(run, "month_close"):
        return _closed(request, run)
    if run.state not in ("sent", "closed"):
        raise NotFound(gettext("这个批次还没有送银行，送出并回盘后才能月结。"))
    found = figures(run)
    if request.method != "POST":
        return _open(request, staff, run, found, Note())
    form = Note(request.POST)
    met = clash(form, {WHOLE: _stands(run, found)}, by=staff, at=timezone.localtime())
    if met is not None or not form.is_valid():
        return _open(request, staff, run, found, form, met=met, status=409 if met else 400)
    note = form.cleaned_data["note"]
    try:
        actions.close_run(run.pk, by=staff, at=timezone.now(), note=note)
    except (NotAllowed, StaleState) as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 409
        return _open(request, staff, run, found, form, (str(refusal),), status=status)
    messages.success(request, gettext("已月结归档，可以打印月结凭据。"))
    return redirect("run-close", pk=run.pk)


def _stands(run: PaymentRun, found: Figures) -> Record:
    """What was shown: nobody closes a run with other results than were seen."""
    total = found.total
    said = f"{yuan_grouped(total.paid)} / {yuan_grouped(total.back)} / {yuan_grouped(total.open)}"
    return Record({gettext("到账 / 退回 / 未回"): said}, KIND, run.pk)


def _open(
    request: HttpRequest,
    staff: Staff,
    run: PaymentRun,
    found: Figures,
    form: Note,
    problems: tuple[str, ...] = (),
    met: Sight | None = None,
    status: int = 200,
) -> HttpResponse:
    may = staff.role == Role.FINANCE and run.state == "sent"
    context: dict[str, Any] = {
        "run": run,
        "rows": found.rows,
        "total": found.total,
        "ties": found.ties,
        "faults": found.faults,
        "digest_holds": found.digest_holds,
        "digest": found.batch.digest,
        "form": form,
        "problems": problems,
        "may_close": may and not found.faults,
        "for_finance": not may and run.state == "sent",
        "seen": met or sight({WHOLE: _stands(run, found)}, timezone.localtime()),
    }
    return render(request, "payments/close.html", context, status=status)


def _closed(request: HttpRequest, run: PaymentRun) -> HttpResponse:
    kept = run.month_close
    context = {
        "run": run,
        "kept": kept,
        "rows": [Row(**row) for row in kept.figures["rows"]],
        "total": Row(**kept.figures["total"]),
        "digest": kept.figures["batch"]["digest"],
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "payments/close.html", context, status=status)
