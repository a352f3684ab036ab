"""发放: the writes of a payment run, from draft to the bank and back."""

from __future__ import annotations

import datetime as dt
import time

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext

from apps.households.models import BankAccount
from apps.offices import outbox
from apps.offices.actions import log, note_change
from apps.offices.crash import crash_point
from apps.offices.models import Change, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState, move
from apps.payments import seal
from apps.payments.books import actions as books
from apps.payments.budgets.actions import admit, charge
from apps.payments.compute import Unwatched, Watch, plan_of, write_dues
from apps.payments.difference import Counts, analyze, compare, issue, record_overpaid
from apps.payments.models import (
    MAKERS,
    BankBatch,
    BankItem,
    Calculation,
    PaymentRun,
    Progress,
)
from apps.payments.results.models import Outcome
from apps.payments.review.actions import raise_doubts, refuse_unanswered
from apps.payments.seen import seen_by, unseen_by
from apps.standards.models import current_book
from apps.units.language import lazy as _
from apps.units.language import month_words
from apps.units.months import Month

LOCK = 20_480  # advisory lock space of computing runs
OPENING = 20_481  # and of opening them


class Busy(Exception):
    """Another process is computing the run."""


def open_run(
    *, month: Month, cutoff: dt.date, division: str, by: Staff, number: int | None = None
) -> PaymentRun:
    """建立发放批次: a draft for a month; refuses a second open run (constraint one_open_run)."""
    if by.role not in MAKERS or not division.startswith(by.division):
        raise NotAllowed(_("发放批次由县级经办建立，范围须在本人管辖区划内。"))
    with transaction.atomic():
        # One after the other: the second then meets the run of the first, not its constraint.
        _one_at_a_time(OPENING)
        if PaymentRun.objects.filter(state__in=("draft", "computed", "checked")).exists():
            raise StaleState(gettext("还有未办结的发放批次，请先审批、退回撤销后再建新批次。"))
        last = PaymentRun.objects.filter(month=month).aggregate(n=Max("number"))["n"] or 0
        run = PaymentRun.objects.create(
            month=month,
            cutoff=cutoff,
            division=division,
            maker=by,
            number=number or last + 1,
        )
        Progress.objects.create(run=run)
        log(by=by, kind="payments.paymentrun", object_id=run.pk, verb="建立", target="draft")
    return run


def errand_of(run_id: int) -> str:
    """The key under which the computing of a run lies in the outbox."""
    return f"compute:{run_id}"


def _one_at_a_time(space: int) -> None:
    """Wait for whoever does the same, until their transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [space])


def request_compute(run_id: int, *, by: Staff, at: dt.datetime) -> None:
    """请求计算: note the wish in the database; the caller hands the task over with it."""
    rows = PaymentRun.objects.visible_to(by).filter(pk=run_id)
    if by.role not in MAKERS:
        raise NotAllowed(_("计算由县级经办发起。"))
    if not rows.filter(state__in=("draft", "computed")).update(
        requested_at=at, cancel_requested=False
    ):
        raise StaleState(gettext("该批次不在可计算的状态，请刷新页面。"))
    Progress.objects.filter(run_id=run_id).update(
        done=0, total=0, programme="", by_programme={}, started_at=None, beat_at=None, error=""
    )


def request_stop(run_id: int, *, by: Staff) -> None:
    """停止计算: the computing process sees it at its next chunk and leaves no residue."""
    if (
        not PaymentRun.objects.visible_to(by)
        .filter(pk=run_id)
        .update(cancel_requested=True, requested_at=None)
    ):
        raise NotFound(gettext("没有找到该批次。"))


def compute_run(
    run_id: int, *, watch: Watch | None = None, if_asked: bool = False
) -> Counts | None:
    """计算: dues of the run's month and of every month that changed, then the differences.

    Safe to deliver twice: a second process finds the lock taken (Busy), and a run computed
    again replaces its calculation; the old version stays readable. All in one transaction.
    None when the run can no longer be computed, or (``if_asked``, the task's second delivery)
    nobody is waiting for it any more.
    """
    with transaction.atomic():
        _take_lock(run_id)
        run = PaymentRun.objects.select_related("maker").get(pk=run_id)
        if run.state not in ("draft", "computed") or (if_asked and run.requested_at is None):
            nobody_waits(run_id)
            return None
        started = time.monotonic()
        book = current_book()
        plan = plan_of(run, book)
        calculation = Calculation.objects.create(
            run=run,
            version=run.calculations.count() + 1,
            first_month=plan.months[0][0],
            scope=plan.stored(),
            horizon=plan.horizon,
            book=book.packed(),
        )
        dues = write_dues(calculation, run, plan, book, watch or Unwatched())
        crash_point("dues")
        with connection.cursor() as cursor:
            # Only the columns that are joined on: the array of facts would take four times as long.
            analyze(cursor, "payments_due (subject, programme, month, calculation_id)")
        counts = issue(calculation, run, book.month(run.month))
        crash_point("lines")
        raise_doubts(calculation, run, book.month(run.month))
        charge(calculation, run.month)
        took = int((time.monotonic() - started) * 1000)
        Calculation.objects.filter(pk=calculation.pk).update(
            dues=dues, lines=counts.lines, milliseconds=took
        )
        _computed(run, calculation, dues, counts)
    return counts


def _computed(run: PaymentRun, calculation: Calculation, dues: int, counts: Counts) -> None:
    """The run takes its new calculation, and the errand is over; in one transaction with it."""
    move(
        PaymentRun.objects.filter(pk=run.pk),
        "compute",
        by=run.maker,
        calculation=calculation,
        requested_at=None,
        reason=f"第{calculation.version}版，应发{dues}行，明细{counts.lines}行",
    )
    outbox.done(errand_of(run.pk))


def nobody_waits(run_id: int) -> None:
    """The errand is over without a calculation, unless somebody asked again just now."""
    with transaction.atomic():
        # A new wish and its errand are written under this lock: both are seen, or neither.
        run = PaymentRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.requested_at is None or run.state not in ("draft", "computed"):
            outbox.done(errand_of(run_id))


def refuse_busy(run_id: int) -> None:
    """Busy while another process computes the run: what it tells of its progress is left alone."""
    with transaction.atomic():
        _take_lock(run_id)


def _take_lock(run_id: int) -> None:
    """One process a run; the lock dies with its transaction. Busy when another holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK, run_id))
        if not cursor.fetchone()[0]:
            raise Busy


def changed_since(run: PaymentRun) -> int:
    """How many changes that touch the run's months were recorded after it was computed."""
    if run.calculation is None:
        return 0
    return unseen_by(run.calculation).filter(from_month__lte=run.month).count()


def check_run(run_id: int, *, by: Staff) -> None:
    """复核: computed → checked, by someone who did not make it."""
    with transaction.atomic():
        run = _visible(run_id, by, lock=True)
        if by.pk == run.maker_id:
            raise NotAllowed(_("复核人不能是本批次的经办人。"))
        if run.state == "computed" and run.requested_at is not None:
            raise StaleState(gettext("本批正在重新计算，请等计算完成、看过结果后再复核。"))
        _refuse_stale(run)
        move(PaymentRun.objects.filter(pk=run_id), "check", by=by, checker=by)


def approve_run(run_id: int, *, by: Staff) -> BankBatch:
    """审批: the lines become issued, overpayments are recorded, the bank batch is sealed.

    Refuses (StaleState) when anything that touches the run was recorded since it was computed,
    and when it goes beyond a budget without a decision.
    """
    with transaction.atomic():
        run = PaymentRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
        run = run if run and _visible(run_id, by) else None
        if run is None or run.calculation is None:
            raise StaleState(gettext("该批次尚未计算，请先计算。"))
        if by.pk in (run.maker_id, run.checker_id):
            raise NotAllowed(_("审批人不能是本批次的经办人或复核人。"))
        _refuse_stale(run)
        refuse_unanswered(run, by)
        compare(run.calculation)
        entries = record_overpaid(run.calculation.scope["all"], run.cutoff)
        admit(run, by=by)
        move(PaymentRun.objects.filter(pk=run_id), "approve", by=by, approver=by)
        books.post_issue(run, by=by)
        books.post_overpaid(entries, by=by)
        _settle_changes(run)
        sealed = seal.seal(run)
        crash_point("sealed")
        return sealed


def _settle_changes(run: PaymentRun) -> None:
    """Mark as taken into account what the calculation saw and the run could fully settle."""
    assert run.calculation is not None
    seen = seen_by(run.calculation).filter(from_month__lte=run.month)
    later = PaymentRun.objects.issued().filter(month__gt=run.month).exists()
    if later or not run.calculation.scope["all"]:
        return  # months after it, or the rest of the county, have yet to see them
    seen.update(settled_by=run.pk)


def send_run(run_id: int, *, by: Staff) -> None:
    """送银行: approved → sent, by a fourth person; every pending item becomes sent."""
    with transaction.atomic():
        run = _visible(run_id, by, lock=True)
        if by.pk in (run.maker_id, run.checker_id, run.approver_id):
            raise NotAllowed(_("送银行的人不能是本批次的经办、复核或审批人。"))
        move(PaymentRun.objects.filter(pk=run_id), "send", by=by, releaser=by)
        batch = BankBatch.objects.select_related("run").get(run_id=run_id, state="sealed")
        BankBatch.objects.filter(pk=batch.pk).update(state="sent")
        books.post_send(batch, by=by)
        # Of the batch that went; those of a batch that was voided before never leave us.
        BankItem.objects.filter(batch=batch, state="pending").update(state="sent")
        crash_point("sent")


def return_run(run_id: int, *, by: Staff, reason: str) -> None:
    """退回: back to draft from any step before sent; the sealed batch is voided."""
    if not reason.strip():
        raise StaleState(gettext("退回须写明理由。"))
    with transaction.atomic():
        run = _visible(run_id, by, lock=True)
        if BankBatch.objects.filter(run_id=run_id, state="sealed").update(state="void"):
            books.post_reversal(run, by=by)
        Change.objects.filter(settled_by=run.pk).update(settled_by=None)
        move(
            PaymentRun.objects.filter(pk=run_id),
            "return",
            by=by,
            reason=reason,
            checker=None,
            approver=None,
        )


def cancel_run(run_id: int, *, by: Staff, reason: str = "") -> None:
    """撤销: a run that is not wanted; its calculations stay readable and count for nothing."""
    _visible(run_id, by)
    move(PaymentRun.objects.filter(pk=run_id), "cancel", by=by, reason=reason)


def record_return(
    *, run_id: int, programme: str, subject: int, reason: str, on: dt.date, by: Staff
) -> int:
    """银行退票: all items of a run, programme and subject come back; they are no longer issued.

    Nothing is issued for them again until a newer account is recorded (R-PAY-05). Returns how
    many items came back; NotFound when the bank has not been sent any, or has answered already.
    """
    with transaction.atomic():
        run = _visible(run_id, by)
        PaymentRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        items = BankItem.objects.filter(
            batch__run_id=run_id, programme=programme, subject=subject, state="sent"
        )
        found = list(items.values_list("pk", "household_id", "first_month"))
        if not found:
            raise NotFound(gettext("该批次没有发给此对象的这笔款，请核对批次、项目和姓名。"))
        newest = BankAccount.objects.aggregate(n=Max("pk"))["n"] or 0
        Outcome.objects.bulk_create(
            Outcome(item_id=pk, said="returned", words=reason[:100], on=on, by=by)
            for pk, _, _ in found
        )
        items.update(
            state="returned",
            returned_why=reason,
            returned_on=on,
            returned_after_account=newest,
        )
        books.post_return([pk for pk, _, _ in found], run, by=by)
        for pk, household, first in found:
            note_change(on=first, what=f"退票：{reason}", household_id=household)
            log(
                by=by,
                kind="payments.bankitem",
                object_id=pk,
                verb="退票",
                household_id=household,
                reason=reason,
                source="sent",
                target="returned",
            )
    return len(found)


def stand_still(run_id: int, *, state: str = "", version: int | None = None) -> None:
    """No other act on the run until the caller's transaction ends.

    ``state`` and ``version`` (of its calculation): how the person saw it, where they say so.
    StaleState when it moved on since, so that nobody undoes an approval or approves sums unseen.
    """
    run = PaymentRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    found = run.calculation.version if run.calculation else None
    if (state and state != run.state) or (version is not None and version != found):
        raise StaleState(gettext("这条记录刚刚被他人办理，请刷新页面后再看。"))


def _visible(run_id: int, by: Staff, *, lock: bool = False) -> PaymentRun:
    rows = PaymentRun.objects.visible_to(by).filter(pk=run_id)
    run = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if run is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    return run


def _refuse_stale(run: PaymentRun) -> None:
    changed = changed_since(run)
    if changed:
        raise StaleState(
            gettext("{month}批次计算后又登记了{changed}处变动，请重新计算后再办理。").format(
                month=month_words(run.month), changed=changed
            )
        )


def stale_runs(before: dt.datetime) -> list[int]:
    """Runs whose computing was asked for and whose process has not been heard of since."""
    waiting = PaymentRun.objects.filter(requested_at__lt=before, cancel_requested=False).filter(
        Q(progress__beat_at__isnull=True) | Q(progress__beat_at__lt=before)
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True))
