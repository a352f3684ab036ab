"""月结: a run that was sent to the bank is closed with the figures it came to."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext

from apps.offices.crash import crash_point
from apps.offices.gates import need_role
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound, StaleState, move
from apps.payments.closing.figures import figures, kept
from apps.payments.closing.models import MonthClose
from apps.payments.models import PaymentRun


@transaction.atomic
def close_run(run_id: int, *, by: Staff, at: dt.datetime, note: str = "") -> MonthClose:
    """月结归档: sent → closed, with the figures kept as they tied.

    Refused (StaleState) when anything does not tie, when a dispute is open, or when the bank has
    not answered for some items and ``note`` does not say why they are left open.
    """
    need_role(by, (Role.FINANCE,), PaymentRun.MOVES["close"].verb)
    rows = PaymentRun.objects.visible_to(by).select_for_update(of=("self",))
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    if run.state != "sent":
        raise StaleState(gettext("只有已送银行的批次可以月结，请刷新页面。"))
    found = figures(run)
    if found.faults:
        raise StaleState(found.faults[0])
    note = note.strip()[:200]
    if found.total.open_items and not note:
        raise StaleState(
            gettext("银行还有 {n} 笔没有回音：请先登记回盘，或写明为什么现在月结。").format(
                n=found.total.open_items
            )
        )
    says = {**kept(found), "run": run.pk, "month": f"{run.month:%Y-%m}", "number": run.number}
    text = json.dumps({**says, "note": note, "at": at.isoformat()}, sort_keys=True)
    made: MonthClose = MonthClose.objects.create(
        run=run,
        figures=says,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        note=note,
        by=by,
        at=at,
    )
    move(PaymentRun.objects.filter(pk=run_id), "close", by=by, reason=note or "账目相符")
    crash_point("closed")
    return made
