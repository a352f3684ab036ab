"""追缴的处理: propose instalments, a set-off or a waiver; another person approves."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext

from apps.casework import actions as casework
from apps.casework.models import Decision, Entitlement
from apps.offices.actions import log
from apps.offices.gates import four_eyes, need_role
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound, StaleState, move
from apps.offices.refusals import words_of
from apps.payments import actions as payments
from apps.payments.books import actions as books
from apps.payments.difference import BALANCE, compare, record_overpaid
from apps.payments.models import PaymentRun
from apps.payments.recoveries.models import PREPARERS, Recovery, Repayment, Treatment
from apps.units.language import chinese
from apps.units.language import lazy as _
from apps.units.money import yuan
from apps.units.months import Month, month_of, next_month

KIND = "payments.recovery"
CASHIERS = (*PREPARERS, Role.FINANCE)


class Refused(casework.Refused):
    """不能办理: the message says why and what to do."""


@transaction.atomic
def propose(
    recovery_id: int,
    *,
    way: str,
    fen: int,
    note: str,
    on: dt.date,
    by: Staff,
    first_month: Month | None = None,
) -> Treatment:
    """提出处理: instalments or a set-off of so much a month, or a waiver of so much in all."""
    need_role(by, PREPARERS, _("提出追缴处理"))
    recovery = _found(recovery_id, by)
    if way not in Treatment.Way.values:
        raise Refused(gettext("请从清单中选择处理方式。"))
    if not note.strip():
        raise Refused(gettext("请写明理由。"))
    _within(fen, recovery, gettext("金额应大于零，且不超过待追回的{amount}元。"))
    waiver = way == Treatment.Way.WAIVER
    try:
        with transaction.atomic():
            made = Treatment.objects.create(
                recovery=recovery,
                way=way,
                fen=fen,
                first_month=None if waiver else first_month or next_month(month_of(on)),
                note=note.strip(),
                proposed_on=on,
                prepared_by=by,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Treatment) or gettext("登记失败，请核对。")) from error
    _logged(
        by, recovery, f"提出{chinese(Treatment.Way(made.way).label)}", f"{yuan(fen)}元：{made.note}"
    )
    return made


@transaction.atomic
def approve(treatment_id: int, *, on: dt.date, by: Staff) -> Treatment:
    """批准: a waiver lowers the balance at once; a set-off begins with the next run."""
    made = _treatment(treatment_id, by)
    recovery = Recovery.objects.select_for_update(of=("self",)).get(pk=made.recovery_id)
    left = standing(recovery.programme, recovery.subject).now
    if made.way == Treatment.Way.WAIVER and made.fen > left:
        raise StaleState(
            gettext("现在只剩{amount}元待追回，少于提出减免的{amount2}元，请重新提出。").format(
                amount=yuan(left), amount2=yuan(made.fen)
            )
        )
    _decide(made, "approve", on, by)
    if made.way == Treatment.Way.OFFSET:
        decide_offset(
            programme=recovery.programme,
            subject=recovery.subject,
            monthly_fen=made.fen,
            on=on,
            by=by,
            prepared_by=made.prepared_by,
        )
    _logged(by, recovery, f"批准{chinese(Treatment.Way(made.way).label)}", f"{yuan(made.fen)}元")
    made.refresh_from_db()
    if made.way == Treatment.Way.WAIVER:
        books.post_waiver(made, by=by)
    return made


@transaction.atomic
def refuse(treatment_id: int, *, on: dt.date, by: Staff, reason: str) -> None:
    """不批准: the recovery stands as it was."""
    made = _treatment(treatment_id, by)
    if not reason.strip():
        raise Refused(gettext("请写明不批准的理由。"))
    _decide(made, "refuse", on, by, reason.strip())


@transaction.atomic
def repaid(recovery_id: int, *, fen: int, on: dt.date, by: Staff) -> Repayment:
    """登记退回款: what a family paid back, at most what is left."""
    need_role(by, CASHIERS, _("登记退回款"))
    recovery = _found(recovery_id, by)
    _within(fen, recovery, gettext("退回款应大于零，且不超过待追回的{amount}元。"))
    return record_repayment(
        programme=recovery.programme, subject=recovery.subject, fen=fen, on=on, by=by
    )


def _decide(made: Treatment, step: str, on: dt.date, by: Staff, reason: str = "") -> None:
    four_eyes(made.prepared_by_id, by)
    rows = Treatment.objects.filter(pk=made.pk)
    move(rows, step, by=by, reason=reason, decided_on=on, decided_by=by)


def _found(pk: int, by: Staff) -> Recovery:
    rows = Recovery.objects.select_for_update(of=("self",))
    found = rows.filter(pk=pk, household__division__startswith=by.division).first()
    if found is None:
        raise NotFound(gettext("没有找到这笔追缴，或不在您的管辖范围内。"))
    return found


def _treatment(pk: int, by: Staff) -> Treatment:
    found: Treatment | None = Treatment.objects.visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这条记录，或不在您的管辖范围内。"))
    return found


def _logged(by: Staff, recovery: Recovery, verb: str, reason: str) -> None:
    home = recovery.household_id
    log(by=by, kind=KIND, object_id=recovery.pk, verb=verb, household_id=home, reason=reason)


def refresh_recoveries(*, on: dt.date, by: Staff) -> int:
    """Record overpayments as known now for everybody with an open change, without a run.

    Computes into a calculation of a run that is cancelled at once, so nothing is issued.
    """
    last = PaymentRun.objects.issued().aggregate(m=Max("month"))["m"]
    if last is None:
        return 0
    with transaction.atomic():
        run = payments.open_run(month=last, cutoff=on, division=by.division, by=by)
        payments.compute_run(run.pk)
        run.refresh_from_db()
        assert run.calculation is not None
        compare(run.calculation)
        steps = record_overpaid(run.calculation.scope["all"], on)
        books.post_overpaid(steps, by=by)
        payments.cancel_run(run.pk, by=by, reason="只核对多发，不发放")
    return len(steps)


def decide_offset(
    *,
    programme: str,
    subject: int,
    monthly_fen: int,
    on: dt.date,
    by: Staff,
    prepared_by: Staff,
) -> Recovery:
    """抵扣追回决定: from the next run on withhold so much of each regular line (R-PAY-08)."""
    with transaction.atomic():
        award = Entitlement.objects.filter(programme=programme, subject=subject).latest("pk")
        decision = Decision.objects.create(
            kind=Decision.Kind.OFFSET,
            programme=programme,
            household_id=award.household_id,
            person_id=award.person_id,
            entitlement=award,
            decided_on=on,
            effective=next_month(on.replace(day=1)),
            note=f"每期抵扣{yuan(monthly_fen)}元",
            prepared_by=prepared_by,
            decided_by=by,
        )
        decided = {"offset_fen": monthly_fen, "offset_decision": decision}
        recovery, _ = Recovery.objects.update_or_create(
            programme=programme,
            subject=subject,
            defaults=decided,
            create_defaults={**decided, "household_id": award.household_id, "opened_on": on},
        )
        log(
            by=by,
            kind="payments.recovery",
            object_id=recovery.pk,
            verb="决定抵扣",
            household_id=award.household_id,
            reason=f"每期{yuan(monthly_fen)}元",
        )
    return recovery


def record_repayment(
    *, programme: str, subject: int, fen: int, on: dt.date, by: Staff
) -> Repayment:
    """退回款: money a family paid back; reduces the balance of its recovery."""
    with transaction.atomic():
        recovery = Recovery.objects.filter(programme=programme, subject=subject).first()
        if recovery is None:
            award = Entitlement.objects.filter(programme=programme, subject=subject).latest("pk")
            recovery = Recovery.objects.create(
                programme=programme,
                subject=subject,
                household_id=award.household_id,
                opened_on=on,
            )
        _only_paid(recovery, fen)
        repayment = Repayment.objects.create(recovery=recovery, fen=fen, paid_on=on, recorded_by=by)
        books.post_repayment(repayment, by=by)
        log(
            by=by,
            kind="payments.recovery",
            object_id=recovery.pk,
            verb="登记退回款",
            household_id=recovery.household_id,
            reason=f"{yuan(fen)}元",
        )
    return repayment


def _only_paid(recovery: Recovery, fen: int) -> None:
    """Refused beyond what the bank has said was paid and nobody has given back (F23)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payments_paid_and_kept(%s)", [recovery.pk])
        (kept,) = cursor.fetchone()
    if fen > kept:
        raise Refused(
            gettext("银行反馈到账、尚未追回的只有{kept}元，不能登记退回{fen}元。").format(
                kept=yuan(max(kept, 0)), fen=yuan(fen)
            )
        )


class Left(NamedTuple):
    """What is still to be recovered (fen): in all, and of it what is only on its way."""

    balance: int
    awaiting: int

    @property
    def now(self) -> int:
        """What may be asked back now: what the bank has said was paid."""
        return max(self.balance - self.awaiting, 0)


def standing(programme: str, subject: int) -> Left:
    """How a recovery stands: overpaid − repaid − withheld − waived, and what of it awaits."""
    with connection.cursor() as cursor:
        cursor.execute(f"{BALANCE} WHERE r.programme = %s AND r.subject = %s", (programme, subject))
        row = cursor.fetchone()
    return Left(int(row[4]), int(row[5])) if row else Left(0, 0)


def balance(programme: str, subject: int) -> int:
    """What is still to be recovered in fen: overpaid − repaid − withheld − waived."""
    return standing(programme, subject).balance


def _within(fen: int, recovery: Recovery, words: str) -> None:
    """Refused when the sum is none, or beyond what the bank has said was paid (F23)."""
    left = standing(recovery.programme, recovery.subject)
    if 0 < fen <= left.now:
        return
    words = words.format(amount=yuan(left.now))
    if left.awaiting:
        words += gettext("另有{amount}元银行尚未反馈成功，到账前不能追回，请先上传回盘。").format(
            amount=yuan(left.awaiting)
        )
    raise Refused(words)
