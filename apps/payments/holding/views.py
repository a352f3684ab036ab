"""人工暂缓的页面: holding an amount back and releasing it, from the pages of a run."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from apps.offices.doors.gate import confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import Record
from apps.payments import views as runs
from apps.payments.holding import actions
from apps.payments.holding.models import Hold
from apps.payments.perms import find_run


@for_casework
@require_POST
def hold(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """暂缓一笔, named as a list names it: subject~programme."""
    subject, _, rest = request.POST.get("line", "").partition("~")
    programme = rest.partition("~")[0]
    if not subject.lstrip("-").isdecimal() or not programme:
        raise NotFound(gettext("请从明细或核实清单中选择要暂缓的对象。"))
    reason = request.POST.get("reason", "")

    def do() -> None:
        actions.hold(pk, programme=programme, subject=int(subject), reason=reason, by=staff)

    rows = Hold.objects.filter(programme=programme, subject=int(subject))
    return _done(
        request, staff, pk, do, gettext("已暂缓，本批金额已重新汇总。"), rows.order_by("pk")
    )


@for_casework
@confirmed()
@require_POST
def release(request: HttpRequest, staff: Staff, pk: int, hold_id: int) -> HttpResponse:
    """解除暂缓."""
    reason = request.POST.get("reason", "")

    def do() -> None:
        actions.release(hold_id, pk, reason=reason, by=staff, at=timezone.now())

    rows = Hold.objects.filter(pk=hold_id)
    return _done(request, staff, pk, do, gettext("已解除暂缓，本批金额已重新汇总。"), rows)


def _done(
    request: HttpRequest,
    staff: Staff,
    pk: int,
    do: Callable[[], None],
    words: str,
    rows: QuerySet[Hold],
) -> HttpResponse:
    """The run with its new sums; what is refused is said there, with what was typed for it."""
    found = find_run(staff, pk)
    try:
        do()
    except (NotAllowed, StaleState) as refusal:
        return runs.refused(request, staff, found, refusal, _stands(rows.last()))
    messages.success(request, words)
    return redirect("run", pk=pk)


def _stands(one: Hold | None) -> Record | None:
    """Where the hold stands that somebody else has made or released."""
    if one is None:
        return None
    boxes = {gettext("暂缓"): one.reason}
    if one.released_at:
        boxes |= {gettext("解除"): one.release_reason}
    return Record(boxes, "payments.hold", one.pk)
