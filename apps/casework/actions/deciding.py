"""决定: confirm, reject, decide, stop. Amounts change only here, so only these leave a Change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from apps.casework import examine as examining
from apps.casework.actions import awarding
from apps.casework.actions.awarding import NO_TERMS
from apps.casework.actions.saying import AWARD, Refused, card_of, logged
from apps.casework.actions.stepping import found, go, way_to_decide
from apps.casework.beginning import Terms, first_month, lapsed_from, standing_award
from apps.casework.models import DECIDERS, Application, Decision, Entitlement
from apps.casework.outcome import Test
from apps.casework.procedure import Step
from apps.casework.programme import PROGRAMMES, Nature, Programme
from apps.casework.words import STOP_REASONS
from apps.offices.actions import log, note_change
from apps.offices.gates import four_eyes, need_role
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.standards.models import current_book
from apps.units.language import chinese, month_words
from apps.units.language import lazy as _
from apps.units.months import Month, month_of, next_month


@transaction.atomic
def confirm(
    application_id: int,
    *,
    on: dt.date,
    by: Staff,
    terms: Terms = NO_TERMS,
    findings: Iterable[Test] = (),
    seen: int | None = None,
) -> Decision:
    """确认: the award exists from its first month; the decision is final and is not re-tested.

    By the step of the procedure; from paper (补录) only where the switch of the month allows it.
    ``seen``: the version of the application that the decider saw.
    """
    application = found(application_id, by, seen)
    step = way_to_decide(application, "confirm", on, by, terms.assessed_fen)
    return _confirmed(application, step, on=on, by=by, terms=terms, findings=findings)


@transaction.atomic
def imagine(
    application_id: int, *, on: dt.date, by: Staff, findings: Iterable[Test] = ()
) -> Decision:
    """试算: as confirmed without any step; only for a trial, of which nothing is kept."""
    application = found(application_id, by)
    paper = next(step for step in card_of(application.programme).steps() if step.back_entry)
    return _confirmed(application, paper, on=on, by=by, terms=NO_TERMS, findings=findings)


def _confirmed(
    application: Application,
    step: Step,
    *,
    on: dt.date,
    by: Staff,
    terms: Terms,
    findings: Iterable[Test],
) -> Decision:
    source = application.state
    application = _moved(application, step, on, by)
    card = card_of(application.programme)
    first = _begin(card, application, first_month(card, application, terms, on))
    (entitlement,) = awarding.award(card, [(application, first)], terms)
    decision = _decided(
        Decision.Kind.CONFIRM,
        application,
        on,
        by,
        findings=findings,
        entitlement=entitlement,
        effective=first,
    )
    if card.on_confirm is not None:
        card.on_confirm(entitlement, decision, terms)
    _changed(entitlement, first, f"确认{chinese(card.name)}")
    logged(by, application, f"确认{chinese(card.name)}", source=source)
    return decision


def _moved(
    application: Application, step: Step, on: dt.date, by: Staff, reason: str = ""
) -> Application:
    """The application after its step; four eyes are asked for before the database does."""
    if on < application.applied_on:
        raise Refused(
            gettext("决定日期{on}早于申请日期{applied_on}，请核对。").format(
                on=on, applied_on=application.applied_on
            )
        )
    go(application, step, on=on, by=by, note=reason)
    four_eyes(application.prepared_by_id, by)
    application.refresh_from_db()
    return application


def _begin(card: Programme, application: Application, first: Month) -> Month:
    """The first month, after an award that has lapsed by itself has made room for the new one."""
    if card.nature is Nature.ONE_OFF or card.repeats:
        return first
    standing = standing_award(application, first)
    if standing is None:
        return first
    lapsed = lapsed_from(standing) if card.lapses else None
    if lapsed is None:
        raise Refused(
            gettext("该对象自{month}起已享受{programme}，不能重复确认。").format(
                month=month_words(standing.period.lower), programme=card.name
            )
        )
    first = max(first, lapsed)
    _cut(standing, first)
    return first


@transaction.atomic
def reject(
    application_id: int,
    *,
    on: dt.date,
    by: Staff,
    reason: str = "",
    findings: Iterable[Test] = (),
    seen: int | None = None,
) -> Decision:
    """不予确认: no award; the findings say why."""
    application = found(application_id, by, seen)
    step = way_to_decide(application, "reject", on, by)
    source = application.state
    application = _moved(application, step, on, by, reason)
    decision = _decided(Decision.Kind.REJECT, application, on, by, findings=findings, reason=reason)
    verb = f"不予确认{chinese(PROGRAMMES[application.programme].name)}"
    logged(by, application, verb, reason, source)
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
        raise NotFound(gettext("没有找到这份申请。"))
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
    note: str = "",
) -> Decision:
    """停发: nothing from ``effective`` on, by default from the month after (CV-08)."""
    need_role(by, DECIDERS, _("停发"))
    four_eyes(prepared_by.pk, by)
    if reason not in STOP_REASONS:
        raise Refused(gettext("没有“{reason}”这种停发理由，请从清单中选择。").format(reason=reason))
    mine = Entitlement.objects.visible_to(by).filter(pk=entitlement_id)
    entitlement = mine.select_for_update(of=("self",)).first()
    if entitlement is None:
        raise NotFound(gettext("没有找到这项待遇，或不在您的管辖范围内。"))
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
        note=note,
        prepared_by=prepared_by,
        decided_by=by,
    )
    what = f"停发{chinese(PROGRAMMES[entitlement.programme].name)}"
    _changed(entitlement, effective, what)
    home = entitlement.household_id
    why = STOP_REASONS[reason]
    log(by=by, kind=AWARD, object_id=entitlement.pk, verb=what, household_id=home, reason=why)
    return decision


def _cut(entitlement: Entitlement, effective: Month) -> None:
    """End an award before ``effective``; one that never starts keeps an empty period."""
    period = entitlement.period
    if period.isempty or (period.upper is not None and period.upper <= effective):
        raise Refused(gettext("该待遇在此月份之前已经终止，不必再停发。"))
    kept = DateRange(period.lower, effective) if period.lower < effective else None
    Entitlement.objects.filter(pk=entitlement.pk).update(period=kept or DateRange(empty=True))
    entitlement.refresh_from_db(fields=["period"])


def _decided(
    kind: Decision.Kind, application: Application, on: dt.date, by: Staff, **more: Any
) -> Decision:
    (made,) = awarding.write([awarding.decision(kind, application, on=on, by=by, **more)])
    return made


def _changed(entitlement: Entitlement, first: Month, what: str) -> None:
    note_change(
        on=first,
        what=what,
        household_id=entitlement.household_id,
        person_id=entitlement.person_id,
    )
