"""送银行的页面: one sealed batch, what is in its file, and who took it away."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from apps.casework.assess import ordered
from apps.casework.programme import PROGRAMMES
from apps.offices.doors.gate import confirmed
from apps.offices.models import Event, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.payments import bank_file, listing, seal, summary
from apps.payments import views as runs
from apps.payments.banking import actions
from apps.payments.models import BankBatch, BankItem
from apps.payments.perms import find_run, may_load, runs_of
from apps.units.money import capital

CONTENT_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}
NO_ACCOUNT = ("no_account", "account_returned")


@for_casework
@require_safe
def page(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """送银行: totals, count, format, SHA-256, what was left out, and the downloads."""
    return _page(request, staff, _find(staff, pk=pk))


def _find(staff: Staff, **which: int) -> BankBatch:
    rows = BankBatch.objects.select_related("run", "calculation").filter(run__in=runs_of(staff))
    found = rows.filter(**which).order_by("-pk").first()
    if found is None:
        raise NotFound(gettext("没有找到这份代发文件，或不在您的管辖范围内。"))
    return found


def _page(
    request: HttpRequest,
    staff: Staff,
    batch: BankBatch,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    downloads = Event.objects.filter(kind=actions.KIND, object_id=batch.pk, verb=actions.VERB)
    left_out = [g for g in summary.held_groups(batch.calculation) if g.why in NO_ACCOUNT]
    context: dict[str, Any] = {
        "batch": batch,
        "run": batch.run,
        "problems": problems,
        "reason": request.POST.get("reason", ""),
        "capital": capital(batch.total_fen),
        "layout": bank_file.layout(),
        "layouts": list(bank_file.layouts().values()),
        "untouched": seal.digest_now(batch.pk) == batch.digest,
        "programmes": _programmes(batch),
        "left_out": [(listing.WHY[g.why][1], g) for g in left_out],
        "downloads": list(downloads.select_related("by").order_by("-pk")[:50]),
        "may_load": may_load(staff) and batch.state != "void",
    }
    return render(request, "payments/bankfile.html", context, status=status)


def _programmes(batch: BankBatch) -> list[tuple[str, int, int]]:
    """Name, items and fen by programme; they add up to the batch."""
    rows = BankItem.objects.filter(batch=batch).order_by().values_list("programme")
    found = {code: (n, fen) for code, n, fen in rows.annotate(n=Count("pk"), fen=Sum("fen"))}
    cards = ordered(PROGRAMMES[code] for code in found)
    return [(card.name, *found[card.code]) for card in cards]


@for_casework
@confirmed()
@require_POST
def export(request: HttpRequest, staff: Staff, pk: int, ending: str) -> HttpResponse:
    """导出 of a run's file; refused, in words, before it is approved."""
    run = find_run(staff, pk)
    if bank_file.layout_of(ending) is None:
        raise NotFound(gettext("没有这种版式的代发文件。"))
    live = BankBatch.objects.filter(run=pk).exclude(state="void").values_list("pk", flat=True)
    batch_id = live.first()
    if batch_id is None:
        none = NotAllowed(gettext("该批次还没有审批，没有代发文件。"))
        return runs.refused(request, staff, run, none)
    batch = _find(staff, pk=batch_id)
    try:
        content = actions.export(
            batch_id, ending=ending, reason=request.POST.get("reason", ""), by=staff
        )
    except (StaleState, bank_file.Unwritable) as refusal:
        return _page(request, staff, batch, (str(refusal),), 409)
    response = HttpResponse(content, content_type=CONTENT_TYPES.get(ending, "text/plain"))
    name = bank_file.file_name(batch, ending)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
