"""回盘的写: take a file in, commit it whole or not at all, drop it, decide a dispute."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from apps.households.models import BankAccount
from apps.offices.actions import log, note_change
from apps.offices.crash import crash_point
from apps.offices.gates import need_role
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState, move
from apps.offices.refusals import words_of
from apps.payments.bank_file import code_of
from apps.payments.books import actions as books
from apps.payments.models import BankBatch, BankItem, PaymentRun
from apps.payments.results import matching
from apps.payments.results.control import Control
from apps.payments.results.gate import Refused
from apps.payments.results.models import Dispute, ResultFile, Said
from apps.payments.results.reading import Contents, read
from apps.payments.results.totals import blocked
from apps.units.language import in_chinese
from apps.units.language import lazy as _
from apps.units.money import yuan

LOADERS = (Role.FINANCE,)
KIND = "payments.resultfile"


class Upload(NamedTuple):
    """A file as it was handed in."""

    name: str
    content: bytes


@in_chinese()
def take(
    batch_id: int, upload: Upload, *, typed: Control, by: Staff, at: dt.datetime
) -> ResultFile:
    """上传回盘: read the file and lay its lines beside the batch's items; nothing moves yet.

    Raises gate.Refused (the file may not or cannot be read), StaleState (taken in already),
    NotFound. ``typed`` is what the bank told on another way: compared, never adopted.
    """
    need_role(by, LOADERS, _("上传回盘"))
    batch = _sent(batch_id, by)
    digest = hashlib.sha256(upload.content).hexdigest()
    _refuse_again(digest)
    found = read(upload.content, upload.name, batch.count)
    _refuse_others(batch, found)
    try:
        with transaction.atomic():
            made = ResultFile.objects.create(
                batch=batch,
                name=upload.name[-120:],
                form=found.form,
                sha256=digest,
                size=len(upload.content),
                count=len(found.lines),
                fen=found.fen,
                told_count=found.told.lines,
                told_fen=found.told.fen,
                typed_count=typed.lines,
                typed_fen=typed.fen,
                by=by,
                at=at,
            )
            matching.stage(made, found.lines, code_of(batch))
            crash_point("staged")
            said = f"{made.name} {made.count}笔 {yuan(made.fen)}元 {digest[:12]}"
            log(by=by, kind=KIND, object_id=made.pk, verb="上传回盘", reason=said)
    except IntegrityError as error:
        raise StaleState(words_of(error, ResultFile) or str(error)) from error
    return made


def _sent(batch_id: int, by: Staff) -> BankBatch:
    rows = BankBatch.objects.filter(run__in=PaymentRun.objects.visible_to(by), state="sent")
    found = rows.select_related("run").filter(pk=batch_id).first()
    if found is None or not found.run.division.startswith(by.division):
        raise NotFound(gettext("没有找到这个已送银行的批次，请从清单中选择。"))
    return found


def _refuse_again(digest: str) -> None:
    again = ResultFile.objects.exclude(state="dropped").filter(sha256=digest).first()
    if again is not None:
        raise StaleState(
            gettext("这份文件已由{name}于{at}上传过（第{pk}号），同一份文件只收一次。").format(
                name=again.by.name, at=f"{again.at:%Y-%m-%d}", pk=again.pk
            )
        )


def _refuse_others(batch: BankBatch, found: Contents) -> None:
    """A pain.002 that answers another message is known before any of its lines is looked at."""
    told, ours = found.sent, Control(batch.count, batch.total_fen)
    if told.lines not in (None, ours.lines) or told.fen not in (None, ours.fen):
        raise Refused(
            gettext(
                "文件答复的是 {count} 笔、{fen} 元的报文，所选批次是 {count2} 笔、{fen2} 元；"
                "请选对批次。"
            ).format(
                count=told.lines,
                fen=yuan(told.fen or 0),
                count2=batch.count,
                fen2=yuan(batch.total_fen),
            )
        )


@transaction.atomic
def commit(file_id: int, *, by: Staff, at: dt.datetime) -> ResultFile:
    """回盘入账: every line that fits its item becomes an outcome and moves it; all or none.

    What contradicts or comes late opens a dispute. Refused (StaleState) when control totals
    differ or are missing, when lines are of another batch, or when nothing would be new.
    """
    need_role(by, LOADERS, ResultFile.MOVES["commit"].verb)
    file = _file(file_id, by)
    # One file of a run at a time, and not while the run is being closed.
    PaymentRun.objects.select_for_update(of=("self",)).get(pk=file.batch.run_id)
    if file.state != "staged":
        raise StaleState(gettext("这份回盘已经入账或撤下，请刷新页面。"))
    why = blocked(file, matching.counts(file.pk))
    if why:
        raise StaleState(why[0])
    summary = matching.settle(file.pk, {"by": by.pk, "at": at})
    books.post_results(file, by=by)
    crash_point("settled")
    said = "，".join(f"{fate} {lines}" for fate, (lines, _fen) in sorted(summary.items()))
    move(
        ResultFile.objects.filter(pk=file.pk),
        "commit",
        by=by,
        reason=said,
        committed_by=by,
        committed_at=at,
        summary=summary,
    )
    file.refresh_from_db()
    return file


@transaction.atomic
def drop(file_id: int, *, reason: str, by: Staff) -> None:
    """撤下: a file that was taken in by mistake; it has moved nothing, and may come again."""
    file = _file(file_id, by)
    if not reason.strip():
        raise StaleState(gettext("撤下须写明理由。"))
    move(ResultFile.objects.filter(pk=file.pk), "drop", by=by, reason=reason.strip())


def _file(pk: int, by: Staff) -> ResultFile:
    rows = ResultFile.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.select_related("batch__run").filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份回盘文件，或不在您的管辖范围内。"))
    return found


@transaction.atomic
def decide(dispute_id: int, *, accept: bool, note: str, by: Staff, at: dt.datetime) -> None:
    """处理争议: believe the new word, and the item moves; or uphold the old, and it does not.

    Money that then turns out paid twice, or not at all, is found by the next run's difference.
    """
    found = Dispute.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=dispute_id)
    one = found.select_related("item").first()
    if one is None:
        raise NotFound(gettext("没有找到这条争议，或不在您的管辖范围内。"))
    if by.pk == one.loaded_by_id:
        raise NotAllowed(gettext("上传回盘的人不得处理由它引起的争议。"))
    if not note.strip():
        raise StaleState(gettext("请写明处理理由。"))
    home = one.item.household_id
    move(
        Dispute.objects.filter(pk=one.pk),
        "accept" if accept else "uphold",
        by=by,
        reason=note.strip(),
        household_id=home,
        decided_by=by,
        decided_at=at,
        note=note.strip()[:200],
    )
    if accept:
        _moved(one)
        books.post_correction(one, by=by)
        log(
            by=by,
            kind="payments.bankitem",
            object_id=one.item_id,
            verb="退票" if one.said == Said.RETURNED else "改为成功",
            household_id=home,
            reason=note,
            source=one.stood,
            target=one.said,
        )


def _moved(one: Dispute) -> None:
    back = one.said == Said.RETURNED
    newest = BankAccount.objects.aggregate(n=Max("pk"))["n"] or 0
    rows = BankItem.objects.filter(pk=one.item_id, state=one.stood)
    moved = rows.update(
        state=one.said,
        returned_why=(one.words or one.code or "银行未说明")[:20] if back else "",
        returned_on=one.on if back else None,
        returned_after_account=newest if back else None,
    )
    if not moved:
        raise StaleState(gettext("这一笔的状态已经变了，请刷新页面后再看。"))
    what = f"退票：{one.words}" if back else "回盘争议：改为成功"
    note_change(on=one.item.first_month, what=what, household_id=one.item.household_id)
