"""导出代发文件: every time is written down; the second time needs a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from apps.offices.actions import log
from apps.offices.crash import crash_point
from apps.offices.models import Event, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments.banking.writing import file_bytes
from apps.payments.models import BankBatch, PaymentRun
from apps.payments.perms import may_load

KIND, VERB = "payments.bankbatch", "下载代发文件"


def export(batch_id: int, *, ending: str, reason: str, by: Staff) -> bytes:
    """The sealed batch in the layout of this ending (KeyError when there is none).

    Unwritable when the bank's charset lacks a character of a name, or a column is too short.
    """
    if not may_load(by):
        raise NotAllowed(gettext("代发文件由县级经办、审批或财务下载。"))
    with transaction.atomic():
        mine = PaymentRun.objects.visible_to(by)
        rows = BankBatch.objects.exclude(state="void").filter(run__in=mine)
        batch = rows.select_for_update(of=("self",)).filter(pk=batch_id).first()
        if batch is None:
            raise NotFound(gettext("没有找到这份代发文件，或已随批次退回作废。"))
        again = Event.objects.filter(kind=KIND, object_id=batch.pk, verb=VERB).exists()
        if again and not reason.strip():
            raise StaleState(gettext("这份代发文件已经导出过；再次导出须写明理由，以防重复发放。"))
        content = file_bytes(batch, ending)
        said = f"{ending.upper()} {batch.digest[:12]}"
        if reason.strip():
            said += f" 再次导出：{reason.strip()[:200]}"
        log(by=by, kind=KIND, object_id=batch.pk, verb=VERB, reason=said)
        crash_point("exported")
    return content
