"""人工暂缓与解除: a hold makes a new version of the calculation; the old one stays readable.

The dues stay what they were; only what is issued of them is found anew, in two set-based steps.
"""

from __future__ import annotations

import datetime as dt
import time

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext

from apps.offices.actions import log
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments.budgets.actions import charge
from apps.payments.difference import Counts, analyze, issue
from apps.payments.holding.models import HOLDERS, Hold
from apps.payments.models import Calculation, PaymentLine, PaymentRun
from apps.payments.review.actions import raise_doubts
from apps.standards.book import unpack
from apps.units.language import lazy as _

# In the order of their key, as the run wrote them.
SAME_DUES = """
INSERT INTO payments_due (subject, programme, month, calculation_id, entitlement_id, fen, base_fen,
                          verdict, rule, budget, heads, facts)
SELECT subject, programme, month, %(new)s, entitlement_id, fen, base_fen, verdict, rule, budget,
       heads, facts
FROM payments_due WHERE calculation_id = %(old)s
ORDER BY month, programme, subject
"""


HELD_ALREADY = _("这一笔已经暂缓，不必再次暂缓；请刷新页面。")


def hold(run_id: int, *, programme: str, subject: int, reason: str, by: Staff) -> Hold:
    """暂缓一笔: the amounts of a subject stay out of this run and the next ones until released."""
    with transaction.atomic():
        run = _open(run_id, by, ("computed", "checked"))
        reason = _said(reason, gettext("暂缓"))
        mine = PaymentLine.objects.filter(
            calculation=run.calculation, programme=programme, subject=subject
        )
        standing = Hold.objects.standing().filter(programme=programme, subject=subject)
        home = mine.values_list("entitlement__household_id", flat=True).first()
        if home is None and standing.exists():
            raise StaleState(str(HELD_ALREADY))
        if home is None:
            raise NotFound(gettext("本批没有这一笔，请从明细中选择要暂缓的对象。"))
        try:
            with transaction.atomic():
                found = Hold.objects.create(
                    run=run,
                    programme=programme,
                    subject=subject,
                    household_id=home,
                    reason=reason,
                    by=by,
                )
        except IntegrityError:
            raise StaleState(str(HELD_ALREADY)) from None
        _again(run, found, by, "暂缓发放", reason)
    return found


def release(hold_id: int, run_id: int, *, reason: str, by: Staff, at: dt.datetime) -> None:
    """解除暂缓: the amounts are in the run again; refused once it has been checked without them."""
    with transaction.atomic():
        run = _open(run_id, by, ("computed", "checked"))
        if run.state == "checked":
            raise StaleState(
                gettext("本批已按暂缓后的金额复核；要解除暂缓，请先退回、重新计算再复核。")
            )
        reason = _said(reason, gettext("解除暂缓"))
        found = Hold.objects.standing().select_for_update().filter(pk=hold_id).first()
        if found is None:
            raise StaleState(gettext("这一笔没有暂缓，或已由他人解除；请刷新页面。"))
        found.released_by, found.released_at, found.release_reason = by, at, reason
        found.save(update_fields=["released_by", "released_at", "release_reason"])
        _again(run, found, by, "解除暂缓", reason)


def _open(run_id: int, by: Staff, states: tuple[str, ...]) -> PaymentRun:
    """The run, locked; the person's post and the run's state allow it."""
    if by.role not in HOLDERS:
        raise NotAllowed(gettext("暂缓和解除由县级经办、复核或审批办理。"))
    rows = PaymentRun.objects.visible_to(by).select_for_update(of=("self",))
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    if run.state not in states or run.requested_at is not None:
        raise StaleState(
            gettext("本批已审批、正在计算或还没有计算，现在不能暂缓或解除；请刷新页面。")
        )
    return run


def _said(reason: str, what: str) -> str:
    if not reason.strip():
        raise StaleState(gettext("{what}须写明理由。").format(what=what))
    return reason.strip()[:200]


def _again(run: PaymentRun, held: Hold, by: Staff, verb: str, reason: str) -> Counts:
    """A new version with the same dues, of which what is issued is found anew."""
    old = run.calculation
    assert old is not None, "open runs that are computed have one"
    began = time.monotonic()
    new = Calculation.objects.create(
        run=run,
        version=run.calculations.count() + 1,
        first_month=old.first_month,
        scope=old.scope,
        horizon=old.horizon,
        book=old.book,
        dues=old.dues,
    )
    with connection.cursor() as cursor:
        cursor.execute(SAME_DUES, {"new": new.pk, "old": old.pk})
        analyze(cursor, "payments_due (subject, programme, month, calculation_id)")
    standards = unpack(old.book).month(run.month)
    counts = issue(new, run, standards)
    raise_doubts(new, run, standards)
    charge(new, run.month)
    took = int((time.monotonic() - began) * 1000)
    Calculation.objects.filter(pk=new.pk).update(lines=counts.lines, milliseconds=took)
    PaymentRun.objects.filter(pk=run.pk).update(calculation=new)
    for kind, pk in (("payments.paymentrun", run.pk), ("payments.hold", held.pk)):
        log(
            by=by,
            kind=kind,
            object_id=pk,
            verb=verb,
            household_id=held.household_id,
            reason=f"{reason}（第{new.version}版，明细{counts.lines}行）",
        )
    return counts
