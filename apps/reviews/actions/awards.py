"""暂停、恢复、终止: what stops the money of an award for a time, or for good."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework import actions as casework
from apps.casework.actions import Refused
from apps.casework.announcing import board
from apps.casework.models import CASEWORKERS, Decision, Entitlement
from apps.casework.words import STOP_REASONS
from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.offices.moves import NotFound, move
from apps.offices.refusals import words_of
from apps.reviews.actions.guarding import ANNOUNCED, four_eyes, name_of, need_role, one, standing
from apps.reviews.models import Screening, Suspension, Termination
from apps.units.language import chinese
from apps.units.language import lazy as _
from apps.units.months import Month, month_of, month_text, next_month

SUSPENSION, TERMINATION = "reviews.suspension", "reviews.termination"


@transaction.atomic
def propose_suspension(
    entitlement_id: int,
    *,
    reason: str,
    on: dt.date,
    by: Staff,
    note: str = "",
    from_month: Month | None = None,
) -> Suspension:
    """提出暂停: payment should wait from a month on, by default the next; nothing waits yet."""
    need_role(by, CASEWORKERS, _("提出暂停"))
    award = standing(entitlement_id, by, month_of(on))
    if reason not in Suspension.REASONS:
        raise Refused(gettext("没有“{reason}”这种暂停理由，请从清单中选择。").format(reason=reason))
    if reason == "other" and not note.strip():
        raise Refused(gettext("理由选“其他”时须写明情况。"))
    try:
        with transaction.atomic():
            made = Suspension.objects.create(
                entitlement=award,
                reason=reason,
                note=note.strip(),
                from_month=from_month or next_month(month_of(on)),
                proposed_on=on,
                prepared_by=by,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Suspension) or gettext("暂停登记失败，请核对。")) from error
    _logged(by, SUSPENSION, made.pk, f"提出暂停发放{chinese(name_of(award))}", award, made.note)
    return made


@transaction.atomic
def approve_suspension(suspension_id: int, *, on: dt.date, by: Staff) -> Suspension:
    """批准暂停: from its month on runs hold what is owed; the entitlement itself goes on."""
    found: Suspension = one(Suspension, suspension_id, by)
    four_eyes(found.prepared_by_id, by)
    move(_these(Suspension, found.pk), "suspend", by=by, decided_on=on, decided_by=by)
    award = found.entitlement
    _changed(award, found.from_month, f"暂停发放{chinese(name_of(award))}")
    words = f"自{month_text(found.from_month)}起"
    _logged(by, SUSPENSION, found.pk, f"批准暂停发放{chinese(name_of(award))}", award, words)
    found.refresh_from_db()
    return found


@transaction.atomic
def refuse_suspension(suspension_id: int, *, on: dt.date, by: Staff, reason: str = "") -> None:
    """不批准暂停: payment goes on."""
    found: Suspension = one(Suspension, suspension_id, by)
    four_eyes(found.prepared_by_id, by)
    also: dict[str, Any] = {"decided_on": on, "decided_by": by}
    move(_these(Suspension, found.pk), "refuse", by=by, reason=reason, **also)


@transaction.atomic
def propose_resumption(
    suspension_id: int,
    *,
    on: dt.date,
    by: Staff,
    note: str,
    from_month: Month | None = None,
) -> None:
    """提出恢复: pay again from a month on (by default this one), with all that has waited."""
    found: Suspension = one(Suspension, suspension_id, by)
    if not note.strip():
        raise Refused(gettext("请写明恢复发放的依据，如“已补认证”。"))
    first = max(from_month or month_of(on), found.from_month)
    move(
        _these(Suspension, found.pk),
        "ask",
        by=by,
        resume_from=first,
        resume_note=note.strip(),
        resume_prepared_by=by,
    )


@transaction.atomic
def approve_resumption(suspension_id: int, *, on: dt.date, by: Staff) -> None:
    """批准恢复: the next run pays what has waited (补发应发未发, R-GL-04)."""
    found: Suspension = one(Suspension, suspension_id, by)
    four_eyes(found.resume_prepared_by_id, by)
    also: dict[str, Any] = {"resume_decided_on": on, "resume_decided_by": by}
    move(_these(Suspension, found.pk), "resume", by=by, **also)
    award = found.entitlement
    _changed(award, found.from_month, f"恢复发放{chinese(name_of(award))}")
    _logged(
        by, SUSPENSION, found.pk, f"批准恢复发放{chinese(name_of(award))}", award, found.resume_note
    )


@transaction.atomic
def refuse_resumption(suspension_id: int, *, by: Staff, reason: str = "") -> None:
    """不批准恢复: payment goes on waiting."""
    found: Suspension = one(Suspension, suspension_id, by)
    four_eyes(found.resume_prepared_by_id, by)
    also: dict[str, Any] = {"resume_from": None, "resume_note": "", "resume_prepared_by": None}
    move(_these(Suspension, found.pk), "keep", by=by, reason=reason, **also)


@transaction.atomic
def propose_termination(
    entitlement_id: int, *, reason: str, on: dt.date, by: Staff, note: str = ""
) -> Termination:
    """拟终止: posted on a day, over when the notice has run its days (R-TK-13).

    A death ends the award without a notice: it is stopped directly, from the month after it.
    """
    need_role(by, CASEWORKERS, _("提出终止"))
    award = standing(entitlement_id, by, month_of(on))
    if award.programme not in ANNOUNCED:
        raise Refused(
            gettext("{name_of}终止不需要公示，请直接办理停发。").format(name_of=name_of(award))
        )
    if reason == "death":
        raise Refused(gettext("死亡不等公示，请登记死亡，并直接办理停发，自死亡次月起生效。"))
    if reason not in STOP_REASONS:
        raise Refused(gettext("没有“{reason}”这种终止理由，请从清单中选择。").format(reason=reason))
    running = Termination.objects.filter(entitlement=award, state=Termination.State.NOTICED)
    if running.exists():
        raise Refused(gettext("这项待遇的终止公示正在办理。"))
    posted = board().post(award.pk, on=on, by=by)
    made = Termination.objects.create(
        entitlement=award,
        reason=reason,
        note=note.strip(),
        notice_id=posted.notice_id,
        posted_on=on,
        notice_ends=posted.last_day,
        prepared_by=by,
    )
    words = f"公示至{made.notice_ends}：{chinese(STOP_REASONS[reason])}"
    _logged(by, TERMINATION, made.pk, f"公示拟终止{chinese(name_of(award))}", award, words)
    return made


@transaction.atomic
def post_again(termination_id: int, *, on: dt.date, by: Staff, answer: str) -> None:
    """核实后重新公示: the objection did not hold; a new notice runs its days (R-TK-06)."""
    found: Termination = one(Termination, termination_id, by)
    standing = board().standing(found.notice_id)
    if not standing.objections:
        raise Refused(gettext("这份公示没有异议，期满结束公示后办理终止。"))
    if standing.unanswered:
        said = "；".join(standing.unanswered)
        raise Refused(
            gettext("异议还没有处理，请先在公示页登记处理结果：{said}。").format(said=said)
        )
    if not answer.strip():
        raise Refused(gettext("请写明核实异议的结果。"))
    board().take_down(found.notice_id, on=on, by=by, reason="有异议，核实后重新公示")
    posted = board().post(found.entitlement_id, on=on, by=by)
    also: dict[str, Any] = {
        "posted_on": on,
        "notice_ends": posted.last_day,
        "notice_id": posted.notice_id,
    }
    move(_these(Termination, found.pk), "post_again", by=by, reason=answer.strip(), **also)


@transaction.atomic
def drop_termination(termination_id: int, *, on: dt.date, by: Staff, reason: str) -> None:
    """不再终止: the award goes on, and the notice comes down."""
    found: Termination = one(Termination, termination_id, by)
    if not reason.strip():
        raise Refused(gettext("请写明不再终止的理由。"))
    move(_these(Termination, found.pk), "drop", by=by, reason=reason.strip())
    board().take_down(found.notice_id, on=on, by=by, reason="不再终止")


@transaction.atomic
def conclude_termination(termination_id: int, *, on: dt.date, by: Staff) -> Decision:
    """终止: the notice ended without objection; the award stops from the month after its end."""
    found: Termination = one(Termination, termination_id, by)
    if on <= found.notice_ends:
        raise Refused(
            gettext("公示到{notice_ends}期满，期满次日起才能终止。").format(
                notice_ends=found.notice_ends
            )
        )
    four_eyes(found.prepared_by_id, by)
    _check_notice(found)
    move(_these(Termination, found.pk), "conclude", by=by, decision=_stop(found, on, by))
    found.refresh_from_db()
    assert found.decision is not None
    return found.decision


def _check_notice(found: Termination) -> None:
    """Refused unless the notice was ended after its days and nobody had objected."""
    standing = board().standing(found.notice_id)
    if standing.objections:
        raise Refused(
            gettext("公示期间有异议：核实后不成立的，请重新公示；成立的，请办理“不再终止”。")
        )
    if not standing.ended:
        raise Refused(gettext("公示已期满，请先在公示页上传期满照片（或说明原因）并结束公示。"))


def _stop(found: Termination, on: dt.date, by: Staff) -> Decision:
    """The decision that stops the award from the month after the notice's end (R-TK-13)."""
    return casework.stop(
        found.entitlement_id,
        on=on,
        by=by,
        prepared_by=found.prepared_by,
        reason=found.reason,
        effective=next_month(month_of(found.notice_ends)),
    )


@transaction.atomic
def screen(
    entitlement_id: int, *, result: str, on: dt.date, by: Staff, note: str = ""
) -> Screening:
    """终止后筛查: whether 低保 or 临时救助 takes over (43号 Art.27)."""
    need_role(by, CASEWORKERS, _("筛查"))
    award: Entitlement = one(Entitlement, entitlement_id, by)
    if result not in Screening.Result.values:
        raise Refused(gettext("请从清单中选择筛查结果。"))
    if not award.decisions.filter(kind=Decision.Kind.STOP).exists():
        raise NotFound(gettext("这项待遇没有终止，不必筛查。"))
    if Screening.objects.filter(entitlement=award).exists():
        raise Refused(gettext("这项待遇终止后已经筛查过。"))
    made = Screening.objects.create(
        entitlement=award, result=result, note=note.strip(), on=on, by=by
    )
    _logged(by, "reviews.screening", made.pk, "终止后筛查", award, made.get_result_display())
    return made


def _these(model: Any, pk: int) -> Any:
    return model.objects.filter(pk=pk)


def _changed(award: Entitlement, first: Month, what: str) -> None:
    note_change(on=first, what=what, household_id=award.household_id, person_id=award.person_id)


def _logged(by: Staff, kind: str, pk: int, verb: str, award: Entitlement, reason: str) -> None:
    home = award.household_id
    log(by=by, kind=kind, object_id=pk, verb=verb, household_id=home, reason=reason)
