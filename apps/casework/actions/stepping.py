"""办理步骤: every application goes one legal step at a time, and each step is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from apps.casework import steps
from apps.casework.actions.saying import Missing, Refused
from apps.casework.models import Application, StepTaken
from apps.casework.procedure import Step
from apps.offices.gates import need_role
from apps.offices.models import Role, Staff
from apps.offices.moves import Move, NotAllowed, NotFound, StaleState, move
from apps.units.money import yuan

PAPER = {"confirm": "back_entry", "reject": "back_entry_reject"}


def found(application_id: int, by: Staff, seen: int | None = None) -> Application:
    """The application, locked, inside the person's territory and as they saw it."""
    mine = Application.objects.visible_to(by).filter(pk=application_id)
    application = mine.select_for_update(of=("self",)).first()
    if application is None:
        raise NotFound(gettext("没有找到这份申请，或不在您的管辖范围内。"))
    if seen is not None and seen != application.version:
        raise StaleState(
            gettext("{now}。您看到的内容已经过时，请刷新页面后再办理。").format(
                now=_now(application)
            )
        )
    return application


def _now(application: Application) -> str:
    """Its state, and who brought it there."""
    words = gettext("当前状态是“{state}”").format(state=application.get_state_display())
    last = StepTaken.objects.filter(application=application).select_related("by").last()
    if last is None:
        return words
    verb = next((s.verb for s in steps.steps_of(application) if s.code == last.code), last.code)
    return gettext("{words}（{name}于{on}办理“{verb}”）").format(
        words=words, name=last.by.name, on=last.on, verb=verb
    )


@transaction.atomic
def advance(
    application_id: int,
    code: str,
    *,
    on: dt.date,
    by: Staff,
    note: str = "",
    seen: int | None = None,
    **data: Any,
) -> StepTaken:
    """One step that is not a decision; refused with everything that is still missing."""
    application = found(application_id, by, seen)
    step = step_of(application, code, on)
    may(application, step, on, by)
    taken = list(StepTaken.objects.filter(application=application).order_by("pk"))
    check_taken(application, step, on, taken, data)
    if step.note and not note.strip():
        raise Refused(gettext("办理“{verb}”须说明原因。").format(verb=step.verb), "note")
    lacking = steps.missing(application, step, on)
    if lacking:
        raise Missing(step.verb, lacking)
    return go(application, step, on=on, by=by, note=note.strip(), data=data, whose=True)


def step_of(application: Application, code: str, on: dt.date) -> Step:
    """The step from the present state; StaleState where the state has none such."""
    mine = [step for step in steps.steps_of(application) if step.code == code]
    if not mine:
        raise Refused(gettext("本项目的办理流程没有“{code}”这一步。").format(code=code))
    step = steps.step_from(application, code, on)
    if step is not None:
        return step
    if any(application.state in one.sources for one in mine):
        raise Refused(
            gettext("审核确认权限已下放到乡镇，不能“{verb}”，由乡镇分管作决定。").format(
                verb=mine[0].verb
            )
        )
    raise StaleState(
        gettext("{now}，不能“{verb}”。请刷新页面后再办理。").format(
            now=_now(application), verb=mine[0].verb
        )
    )


def may(
    application: Application, step: Step, on: dt.date, by: Staff, *, kin: bool | None = None
) -> None:
    """NotAllowed for another post, and for whoever must stand aside (``kin``: steps.why_not)."""
    need_role(by, step.roles, step.verb)
    said = steps.why_not(application, step, on, by, kin=kin)
    # Whoever prepared it and would decide it is told so by the four eyes (gates).
    preparer = application.prepared_by_id == by.pk and step.code in steps.DECIDING
    if said and not preparer:
        raise NotAllowed(gettext("不能办理“{verb}”：{said}。").format(verb=step.verb, said=said))


def check_day(application: Application, on: dt.date, last: StepTaken | None) -> None:
    """Not before the application, nor before its last step."""
    if on < application.applied_on:
        raise Refused(
            gettext("办理日期{on}早于申请日期{applied_on}，请核对。").format(
                on=on, applied_on=application.applied_on
            ),
            "on",
        )
    if last is not None and on < last.on:
        raise Refused(
            gettext("办理日期{on}早于上一步的日期{on2}，请核对。").format(on=on, on2=last.on), "on"
        )


def check_taken(
    application: Application,
    step: Step,
    on: dt.date,
    taken: Sequence[StepTaken],
    data: dict[str, Any],
) -> None:
    """By the steps taken so far, the oldest in front: the day, and what is done only once.

    一次性告知 once, unless a reason is given; a step that changes no state, once.
    """
    check_day(application, on, taken[-1] if taken else None)
    before = next((one for one in taken if one.code == step.code), None)
    if before is None:
        return
    if step.target == application.state:
        raise StaleState(
            gettext("“{verb}”已于{on}办理，不必重复。").format(verb=step.verb, on=before.on)
        )
    if step.once and not str(data.get("again", "")).strip():
        raise Refused(
            gettext("已于{on}一次性告知补正，再次告知须填写再次告知的原因。").format(on=before.on),
            "again",
        )


def way_to_decide(
    application: Application, code: str, on: dt.date, by: Staff, assessed_fen: int | None = None
) -> Step:
    """The step by which this person may decide now: that of the procedure, else from paper."""
    step = steps.step_from(application, code, on)
    if step is None:
        step = _paper(application, code, on)
        may(application, step, on, by)
        return step
    may(application, step, on, by)
    _within_limit(application, step, on, by, assessed_fen)
    check_day(application, on, StepTaken.objects.filter(application=application).last())
    lacking = steps.missing(application, step, on)
    if lacking:
        raise Missing(step.verb, lacking)
    return step


def _paper(application: Application, code: str, on: dt.date) -> Step:
    """补录 of the decision, where the state and the switch of the month allow it."""
    paper = steps.step_from(application, PAPER[code], on)
    if paper is None or application.state not in steps.OPEN_STATES:
        return step_of(application, code, on)
    if not steps.back_entry_on(on):
        raise Refused(
            gettext("{now}，还没有办完前面的步骤，不能直接作决定；{on:%Y-%m}不允许补录。").format(
                now=_now(application), on=on
            )
        )
    return paper


def _within_limit(
    application: Application, step: Step, on: dt.date, by: Staff, assessed_fen: int | None
) -> None:
    """小额委托乡镇审批: the township gives no more than the limit of the month (R-LZ-02)."""
    if not step.limit or by.role != Role.TOWNSHIP_LEAD or steps.delegated(application, on):
        return
    limit = steps.standard(step.limit.partition(".")[2], on) or 0
    if assessed_fen is None:
        raise Refused(gettext("请填写核定金额，乡镇只能审批限额以内的急难救助。"), "assessed")
    if assessed_fen > limit:
        raise NotAllowed(
            gettext("核定{amount}元超过乡镇审批限额{amount2}元，由县级审核办理。").format(
                amount=yuan(assessed_fen), amount2=yuan(limit)
            )
        )


def move_of(step: Step) -> Move:
    """A step as move() takes it."""
    return Move(step.verb, step.sources, step.target, step.roles)


def go(
    application: Application,
    step: Step,
    *,
    on: dt.date,
    by: Staff,
    note: str = "",
    data: dict[str, Any] | None = None,
    whose: bool = False,
) -> StepTaken:
    """Take a step that has been checked: the state by compare-and-set, its Event, its record."""
    also: dict[str, Any] = {"version": F("version") + 1}
    if step.back_entry:
        also["back_entry"] = True
    if step.delegated:
        also["delegated"] = True
    if step.target == "accepted" and application.accepted_on is None:
        also["accepted_on"] = on
    move(
        Application.objects.visible_to(by).filter(pk=application.pk),
        step.code,
        by=by,
        reason=note,
        moves={step.code: move_of(step)},
        household_id=application.household_id if whose else None,
        **also,
    )
    return StepTaken.objects.create(
        application=application,
        code=step.code,
        on=on,
        by=by,
        source=application.state,
        target=step.target,
        note=note[:500],
        data=data or {},
        back_entry=step.back_entry,
    )


@transaction.atomic
def accept(application_id: int, *, on: dt.date, by: Staff) -> None:
    """受理: starts the clocks of R-DB-18; where 补录 is on, the documents are in the paper file."""
    application = found(application_id, by)
    step = step_of(application, "accept", on)
    may(application, step, on, by)
    if on < application.applied_on:
        raise Refused(
            gettext("受理日期{on}早于申请日期{applied_on}，请核对。").format(
                on=on, applied_on=application.applied_on
            ),
            "on",
        )
    if not steps.back_entry_on(on):
        advance(application_id, "accept", on=on, by=by)
        return
    go(application, step, on=on, by=by, whose=True)


def withdraw(application_id: int, *, on: dt.date, by: Staff, reason: str = "") -> None:
    """撤回: the applicant no longer asks."""
    advance(application_id, "withdraw", on=on, by=by, note=reason)
