"""变更登记的流转: draft, submit, approve, send back, withdraw; nothing takes effect elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from apps.casework.actions import apply
from apps.casework.models import Application, Decision
from apps.changes.about import About, about
from apps.changes.actions.carrying import Acting, carry_out
from apps.changes.actions.previewing import concerned, preview
from apps.changes.forms import FORMS, ChangeForm
from apps.changes.forms.twice import inside
from apps.changes.kinds import CHANGES, ChangeKind
from apps.changes.models import FamilyChange
from apps.changes.splitting import after
from apps.households.actions import tell_apart
from apps.households.duplicates import files_of
from apps.households.shapes import BadFact
from apps.offices.gates import need_role
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState, move
from apps.units.language import in_chinese


def check_may_report(kind: ChangeKind, by: Staff) -> None:
    """NotAllowed for posts that do not take changes."""
    need_role(by, kind.roles, kind.name)


@transaction.atomic
def submit(kind: ChangeKind, form: ChangeForm, *, token: int) -> FamilyChange:
    """提交: carried out at once, or laid before a second person; sent twice it is one change.

    ``form`` is valid. A draft of the same page goes on from where it was left.
    """
    whose = form.about
    check_may_report(kind, whose.staff)
    change = _filed(kind, form, token)
    if change.state != FamilyChange.State.DRAFT:
        return change
    with in_chinese():
        promised = preview(kind, whose, form.cleaned_data)
        said = promised.stored() | {"said": form.said()}
    kept: dict[str, Any] = {"promised": said, "decided": promised.decided}
    mine = FamilyChange.objects.filter(pk=change.pk)
    home = whose.home.pk
    if promised.decided:
        move(mine, "submit", by=whose.staff, reason=kind.name, household_id=home, **kept)
    else:
        proof = form.cleaned_data["proof"]
        carry_out(
            kind, form.cleaned_data, Acting(whose.home, whose.today, whose.staff, None, proof)
        )
        kept["effective_on"] = whose.today
        move(mine, "carry_out", by=whose.staff, reason=kind.name, household_id=home, **kept)
    change.refresh_from_db()
    return change


def submitted_before(token: int, by: Staff) -> FamilyChange | None:
    """The change that the page with this token has already made, if it is no draft any more."""
    rows = FamilyChange.objects.visible_to(by).filter(token=token)
    return rows.exclude(state=FamilyChange.State.DRAFT).first()


@transaction.atomic
def save_draft(kind: ChangeKind, form: ChangeForm, *, token: int) -> FamilyChange:
    """保存草稿: whatever has been typed so far, right or wrong; nothing takes effect."""
    check_may_report(kind, form.about.staff)
    return _filed(kind, form, token)


def _filed(kind: ChangeKind, form: ChangeForm, token: int) -> FamilyChange:
    """The change of this page, filed now or before; two submits of one page take turns."""
    whose = form.about
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [token])
    known = FamilyChange.objects.filter(token=token).first()
    if known is None:
        return FamilyChange.objects.create(
            kind=kind.code,
            household=whose.home,
            token=token,
            typed=form.typed(),
            prepared_by=whose.staff,
            prepared_on=whose.today,
        )
    if (known.household_id, known.kind) != (whose.home.pk, kind.code):
        raise StaleState(gettext("页面已过期，请重新打开变更页面后再办理。"))
    if known.state == FamilyChange.State.DRAFT:
        also = {"typed": form.typed(), "prepared_by": whose.staff, "prepared_on": whose.today}
        FamilyChange.objects.filter(pk=known.pk).update(**also)
        known.refresh_from_db()
    return known


@transaction.atomic
def approve(change_id: int, *, by: Staff, today: dt.date) -> FamilyChange:
    """复核通过: the change is recorded as prepared, and decided by ``by``, on ``today``."""
    change = found(change_id, by, lock=True)
    if change.state != FamilyChange.State.SUBMITTED:
        words = change.get_state_display()
        raise StaleState(
            gettext("这项变更现在是“{words}”，不能复核。请刷新页面后再看。").format(words=words)
        )
    if change.prepared_by_id == by.pk:
        raise NotAllowed(gettext("经办人与复核人不得为同一人，请由另一位有权限的人员复核。"))
    kind, form = form_of(change, by, today)
    if not form.is_valid():
        raise BadFact(
            gettext("情况已经变化，请退回后重新填写：{first_fault}").format(
                first_fault=_first_fault(form)
            )
        )
    made = _decided(kind, form, change, by)
    also: dict[str, Any] = {"decided_by": by, "effective_on": today, "decisions": made}
    mine = FamilyChange.objects.filter(pk=change.pk)
    move(mine, "approve", by=by, reason=kind.name, household_id=change.household_id, **also)
    change.refresh_from_db()
    return change


def _decided(kind: ChangeKind, form: ChangeForm, change: FamilyChange, by: Staff) -> list[int]:
    """Carry out the change with both people; the ids of the decisions it led to."""
    data, whose = form.cleaned_data, form.about
    before = Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    acting = Acting(whose.home, whose.today, change.prepared_by, by, data["proof"])
    carry_out(kind, data, acting)
    made = Decision.objects.filter(pk__gt=before, prepared_by=change.prepared_by, decided_by=by)
    about_it = made.filter(household__in=concerned(whose, data).homes)
    return list(about_it.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def send_back(change_id: int, *, by: Staff, reason: str) -> None:
    """退回: back to a draft, with the reason."""
    change = found(change_id, by)
    if not reason.strip():
        raise BadFact(gettext("退回须写明理由。"))
    mine = FamilyChange.objects.filter(pk=change.pk)
    said = reason.strip()[:300]
    home = change.household_id
    move(mine, "send_back", by=by, reason=said, household_id=home, answer=said)


@transaction.atomic
def withdraw(change_id: int, *, by: Staff) -> None:
    """撤回: it has come to nothing; kept as it was."""
    change = found(change_id, by)
    mine = FamilyChange.objects.filter(pk=change.pk)
    move(mine, "withdraw", by=by, household_id=change.household_id)


@transaction.atomic
def ask_after_split(change_id: int, *, on: dt.date, by: Staff) -> list[Application]:
    """新户申请: what the old household got, for the household that split off; each once."""
    change = found(change_id, by, lock=True)
    come = after(change)
    if come is None or not come.missing:
        raise StaleState(gettext("新户没有可提出的申请，或已经提出，请刷新页面后再看。"))
    return [
        apply(programme, household_id=come.home.pk, on=on, by=by) for programme, _ in come.missing
    ]


@transaction.atomic
def told_apart(pair: str, *, reason: str, on: dt.date, by: Staff) -> None:
    """不是同一人: of a pair (``12-34``) both of which are inside the territory."""
    check_may_report(CHANGES["unite"], by)
    one, _, other = pair.partition("-")
    files = list(files_of({int(one), int(other)}).values()) if (one + other).isdecimal() else []
    if len(files) != 2 or not inside(files, by):
        raise NotFound(gettext("没有找到这两份档案，或不在您的管辖范围内。"))
    tell_apart(one_id=int(one), other_id=int(other), on=on, reason=reason, by=by)


def found(change_id: int, by: Staff, *, lock: bool = False) -> FamilyChange:
    """A change inside the territory; NotFound otherwise."""
    rows = FamilyChange.objects.visible_to(by).select_related("household", "prepared_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    change = rows.filter(pk=change_id).first()
    if change is None:
        raise NotFound(gettext("没有找到这项变更，或不在您的管辖范围内。"))
    return change


def form_of(change: FamilyChange, staff: Staff, today: dt.date) -> tuple[ChangeKind, ChangeForm]:
    """The form of a change with what was typed in it, as it stands today."""
    whose: About = about(change.household.number, staff, today)
    return CHANGES[change.kind], FORMS[change.kind](change.typed, about=whose)


def _first_fault(form: ChangeForm) -> str:
    return next(str(words[0]) for words in form.errors.values())
