"""案件办理: apply, accept, confirm, reject, decide, stop. Every write to cases stands here.

Amounts change only by confirm and stop, so only they leave a Change for the next run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.casework import examine as examining
from apps.casework.beginning import Terms, first_month, lapsed_from, standing_award
from apps.casework.models import CASEWORKERS, DECIDERS, Application, Decision, Entitlement
from apps.casework.outcome import Test
from apps.casework.programme import PROGRAMMES, Nature, Programme, Subject
from apps.casework.words import BASES, STOP_REASONS
from apps.households.models import Fact, Household, Member
from apps.offices.actions import log, note_change
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, move
from apps.offices.refusals import words_of
from apps.standards.models import current_book
from apps.units.months import Month, month_of, month_text, next_month

# What may still be asked for somebody who has died.
AFTER_DEATH = ("destitute_funeral",)
APPLICATION, AWARD = "casework.application", "casework.entitlement"


class Refused(ValueError):
    """不能办理: the act is not possible as asked; the message says why and what to do."""


NO_TERMS = Terms()


@transaction.atomic
def apply(
    programme: str,
    *,
    household_id: int,
    person_id: int | None = None,
    on: dt.date,
    by: Staff,
    basis: str = "",
) -> Application:
    """申请: opens the file of a household or a person for a programme, as of ``on``."""
    _need_role(by, CASEWORKERS, "申请")
    card = _card(programme)
    _check_subject(card, person_id)
    if basis and basis not in BASES:
        raise Refused(f"没有“{basis}”这种依据，请从清单中选择。")
    if not Household.objects.visible_to(by).filter(pk=household_id).exists():
        raise NotFound("没有找到这一户，或不在您的管辖范围内。")
    if person_id is not None:
        _check_person(card, household_id, person_id, on)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                programme=programme,
                household_id=household_id,
                person_id=person_id,
                applied_on=on,
                basis=basis,
                prepared_by=by,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Application) or "申请登记失败，请核对。") from error
    _logged(by, application, "申请")
    return application


def _card(programme: str) -> Programme:
    card = PROGRAMMES.get(programme)
    if card is None:
        raise Refused(f"没有名为“{programme}”的救助项目，请从项目清单中选择。")
    if card.awarded_with:
        other = PROGRAMMES[card.awarded_with].name
        raise Refused(f"{card.name}随{other}一并确认，请办理{other}。")
    return card


def _check_subject(card: Programme, person_id: int | None) -> None:
    if card.subject is Subject.PERSON and person_id is None:
        raise Refused(f"{card.name}以个人为对象，请选择人员。")
    if card.subject is Subject.HOUSEHOLD and person_id is not None:
        raise Refused(f"{card.name}以户为对象，不能为单个人员办理。")


def _check_person(card: Programme, household_id: int, person_id: int, on: dt.date) -> None:
    mine = Member.objects.known_now().filter(household_id=household_id, person_id=person_id)
    if not mine.exists():
        raise Refused("该人员不是这一户的成员，请先办理成员增加。")
    died = Fact.objects.known_now().filter(kind="death", person_id=person_id, on__lte=on).first()
    if died is not None and card.code not in AFTER_DEATH:
        raise Refused(f"该人员已于{died.on}死亡，不能申请{card.name}。")


@transaction.atomic
def accept(application_id: int, *, on: dt.date, by: Staff) -> None:
    """受理: starts the clocks of R-DB-18."""
    mine = Application.objects.visible_to(by).filter(pk=application_id)
    move(mine, "accept", by=by, accepted_on=on)
    applied_on = mine.values_list("applied_on", flat=True).get()
    if on < applied_on:
        raise Refused(f"受理日期{on}早于申请日期{applied_on}，请核对。")


@transaction.atomic
def withdraw(application_id: int, *, by: Staff, reason: str = "") -> None:
    """撤回: the applicant no longer asks."""
    move(
        Application.objects.visible_to(by).filter(pk=application_id),
        "withdraw",
        by=by,
        reason=reason,
    )


@transaction.atomic
def confirm(
    application_id: int,
    *,
    on: dt.date,
    by: Staff,
    terms: Terms = NO_TERMS,
    findings: Iterable[Test] = (),
) -> Decision:
    """确认: the award exists from its first month; the decision is final and is not re-tested."""
    application = _moved(application_id, "confirm", on, by)
    card = _card(application.programme)
    first = _begin(card, application, first_month(card, application, terms, on))
    entitlement = _award(card, application, terms, first)
    decision = _decided(Decision.Kind.CONFIRM, application, on, by, findings, entitlement, first)
    if card.on_confirm is not None:
        card.on_confirm(entitlement, decision, terms)
    _changed(entitlement, first, f"确认{card.name}")
    _logged(by, application, f"确认{card.name}")
    return decision


def _moved(application_id: int, step: str, on: dt.date, by: Staff, reason: str = "") -> Application:
    """The application after its step, locked; four eyes are asked for before the database does."""
    mine = Application.objects.visible_to(by).filter(pk=application_id)
    move(mine, step, by=by, reason=reason)
    application = Application.objects.get(pk=application_id)
    _four_eyes(application.prepared_by_id, by)
    if on < application.applied_on:
        raise Refused(f"决定日期{on}早于申请日期{application.applied_on}，请核对。")
    return application


def _begin(card: Programme, application: Application, first: Month) -> Month:
    """The first month, after an award that has lapsed by itself has made room for the new one."""
    if card.nature is Nature.ONE_OFF:
        return first
    standing = standing_award(application, first)
    if standing is None:
        return first
    lapsed = lapsed_from(standing) if card.lapses else None
    if lapsed is None:
        raise Refused(
            f"该对象自{month_text(standing.period.lower)}起已享受{card.name}，不能重复确认。"
        )
    first = max(first, lapsed)
    _cut(standing, first)
    return first


def _award(card: Programme, application: Application, terms: Terms, first: Month) -> Entitlement:
    one_off = card.nature is Nature.ONE_OFF
    try:
        with transaction.atomic():
            return Entitlement.objects.create(
                programme=card.code,
                household_id=application.household_id,
                person_id=application.person_id,
                period=DateRange(first, next_month(first) if one_off else None),
                one_off=one_off,
                assessed_fen=terms.assessed_fen,
                over_cap_approved=terms.over_cap_approved,
                relief_type=terms.relief_type,
                school_year=terms.school_year,
                basis=terms.basis or application.basis,
                application=application,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Entitlement) or "待遇登记失败，请核对。") from error


@transaction.atomic
def reject(
    application_id: int,
    *,
    on: dt.date,
    by: Staff,
    reason: str = "",
    findings: Iterable[Test] = (),
) -> Decision:
    """不予确认: no award; the findings say why."""
    application = _moved(application_id, "reject", on, by, reason)
    decision = _decided(Decision.Kind.REJECT, application, on, by, findings, reason=reason)
    _logged(by, application, f"不予确认{PROGRAMMES[application.programme].name}", reason)
    return decision


@transaction.atomic
def decide(application_id: int, *, on: dt.date, by: Staff, terms: Terms = NO_TERMS) -> Decision:
    """按规则作出决定: confirm when no test fails, else reject with the code of the first failed."""
    tests = examine(application_id, on=on, terms=terms)
    held = next((test for test in tests if test.code == examining.MISSING), None)
    failed = examining.first_failed(tests)
    if failed is not None:
        return reject(application_id, on=on, by=by, reason=failed.code, findings=tests)
    if held is not None:
        raise Refused(held.words)
    return confirm(application_id, on=on, by=by, terms=terms, findings=tests)


def examine(application_id: int, *, on: dt.date, terms: Terms = NO_TERMS) -> list[Test]:
    """审核: the tests of an application said aloud, with what is known now; nothing is written."""
    application = Application.objects.filter(pk=application_id).first()
    if application is None:
        raise NotFound("没有找到这份申请。")
    if terms.basis:
        application.basis = terms.basis
    return examining.examine(application, day=on, book=current_book())


@transaction.atomic
def stop(
    entitlement_id: int,
    *,
    on: dt.date,
    by: Staff,
    prepared_by: Staff,
    reason: str,
    effective: Month | None = None,
) -> Decision:
    """停发: nothing from ``effective`` on, by default from the month after (CV-08)."""
    _need_role(by, DECIDERS, "停发")
    _four_eyes(prepared_by.pk, by)
    if reason not in STOP_REASONS:
        raise Refused(f"没有“{reason}”这种停发理由，请从清单中选择。")
    mine = Entitlement.objects.visible_to(by).filter(pk=entitlement_id)
    entitlement = mine.select_for_update(of=("self",)).first()
    if entitlement is None:
        raise NotFound("没有找到这项待遇，或不在您的管辖范围内。")
    effective = effective or next_month(month_of(on))
    _cut(entitlement, effective)
    decision = Decision.objects.create(
        kind=Decision.Kind.STOP,
        programme=entitlement.programme,
        household_id=entitlement.household_id,
        person_id=entitlement.person_id,
        entitlement=entitlement,
        decided_on=on,
        effective=effective,
        reason=reason,
        prepared_by=prepared_by,
        decided_by=by,
    )
    what = f"停发{PROGRAMMES[entitlement.programme].name}"
    _changed(entitlement, effective, what)
    home = entitlement.household_id
    why = STOP_REASONS[reason]
    log(by=by, kind=AWARD, object_id=entitlement.pk, verb=what, household_id=home, reason=why)
    return decision


def _cut(entitlement: Entitlement, effective: Month) -> None:
    """End an award before ``effective``; one that never starts keeps an empty period."""
    period = entitlement.period
    if period.isempty or (period.upper is not None and period.upper <= effective):
        raise Refused("该待遇在此月份之前已经终止，不必再停发。")
    kept = DateRange(period.lower, effective) if period.lower < effective else None
    Entitlement.objects.filter(pk=entitlement.pk).update(period=kept or DateRange(empty=True))
    entitlement.refresh_from_db(fields=["period"])


def _decided(
    kind: Decision.Kind,
    application: Application,
    on: dt.date,
    by: Staff,
    findings: Iterable[Test],
    entitlement: Entitlement | None = None,
    effective: Month | None = None,
    reason: str = "",
) -> Decision:
    return Decision.objects.create(
        kind=kind,
        programme=application.programme,
        household_id=application.household_id,
        person_id=application.person_id,
        application=application,
        entitlement=entitlement,
        decided_on=on,
        effective=effective,
        reason=reason[:32],
        note=reason if len(reason) > 32 else "",
        findings=[list(test) for test in findings],
        prepared_by_id=application.prepared_by_id,
        decided_by=by,
    )


def _four_eyes(prepared_by_id: int, by: Staff) -> None:
    if prepared_by_id == by.pk:
        raise NotAllowed("经办人与审批人不得为同一人，请由另一位有权限的人员审批。")


def _need_role(by: Staff, roles: tuple[Role, ...], verb: str) -> None:
    if by.role not in roles or not by.active:
        wanted = "、".join(role.label for role in roles)
        raise NotAllowed(f"“{verb}”须由{wanted}办理，您的岗位是{by.get_role_display()}。")


def _changed(entitlement: Entitlement, first: Month, what: str) -> None:
    note_change(
        on=first,
        what=what,
        household_id=entitlement.household_id,
        person_id=entitlement.person_id,
    )


def _logged(by: Staff, application: Application, verb: str, reason: str = "") -> None:
    log(
        by=by,
        kind=APPLICATION,
        object_id=application.pk,
        verb=verb,
        household_id=application.household_id,
        reason=reason,
    )
