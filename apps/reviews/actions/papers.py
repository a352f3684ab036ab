"""送达、延期、代管、提醒: short acts beside the decisions on an award."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.deadlines import EXTENSION_REASONS
from apps.casework.models import CASEWORKERS, Application, Decision
from apps.households.models import Fact, Household, Member
from apps.offices.actions import log
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound, StaleState, move
from apps.offices.refusals import words_of
from apps.reviews.actions.guarding import four_eyes, need_role, one
from apps.reviews.models import Custody, Extension, Reminder, Served
from apps.units.language import lazy as _
from apps.units.language import listed

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
CLOSED = ("confirmed", "rejected", "withdrawn", "ended")


@transaction.atomic
def propose_extension(
    application_id: int, *, reason: str, note: str, on: dt.date, by: Staff
) -> Extension:
    """提出延长: for one of the four legal reasons, while the application is being dealt with."""
    need_role(by, CASEWORKERS, _("提出延长期限"))
    application: Application = one(Application, application_id, by)
    if application.state in CLOSED:
        raise StaleState(gettext("这份申请已经办结，不能再延长期限。"))
    if reason not in EXTENSION_REASONS:
        legal = listed(EXTENSION_REASONS.values())
        raise Refused(gettext("只有{legal}四种情形可以延长，请从清单中选择。").format(legal=legal))
    if not note.strip():
        raise Refused(gettext("请写明延长期限的具体情况。"))
    try:
        with transaction.atomic():
            made = Extension.objects.create(
                application=application,
                reason=reason,
                note=note.strip(),
                proposed_on=on,
                prepared_by=by,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Extension) or gettext("延长登记失败，请核对。")) from error
    verb, why = "提出延长期限", EXTENSION_REASONS[reason]
    home = application.household_id
    log(
        by=by, kind="reviews.extension", object_id=made.pk, verb=verb, household_id=home, reason=why
    )
    return made


@transaction.atomic
def grant_extension(extension_id: int, *, on: dt.date, by: Staff) -> None:
    """批准延长: 45 working days in place of 30 (R-DB-18)."""
    _decide_extension(extension_id, "grant", on, by, "")


@transaction.atomic
def refuse_extension(extension_id: int, *, on: dt.date, by: Staff, reason: str = "") -> None:
    """不批准延长: the usual limit holds."""
    _decide_extension(extension_id, "refuse", on, by, reason)


def _decide_extension(pk: int, step: str, on: dt.date, by: Staff, reason: str) -> None:
    found: Extension = one(Extension, pk, by)
    four_eyes(found.prepared_by_id, by)
    also: dict[str, Any] = {"decided_on": on, "decided_by": by}
    move(Extension.objects.filter(pk=found.pk), step, by=by, reason=reason, **also)


@transaction.atomic
def serve(decision_id: int, *, on: dt.date, how: str, by: Staff, note: str = "") -> Served:
    """登记送达: the notice of a decision reached the person on a day."""
    need_role(by, (Role.VILLAGE_HELPER, *CASEWORKERS), _("登记送达"))
    decision = Decision.objects.filter(
        pk=decision_id, household__division__startswith=by.division
    ).first()
    if decision is None:
        raise NotFound(gettext("没有找到这项决定，或不在您的管辖范围内。"))
    if how not in Served.How.values:
        raise Refused(gettext("请从清单中选择送达方式。"))
    if on < decision.decided_on:
        raise Refused(
            gettext("送达日期{on}早于决定日期{decided_on}，请核对。").format(
                on=on, decided_on=decision.decided_on
            )
        )
    if Served.objects.filter(decision=decision).exists():
        raise StaleState(gettext("这项决定的告知书已经登记送达。"))
    made = Served.objects.create(decision=decision, on=on, how=how, note=note.strip(), by=by)
    _logged(by, "reviews.served", made.pk, "登记告知书送达", decision.household_id, how)
    return made


@transaction.atomic
def record_custody(
    *, household_id: int, person_id: int, on: dt.date, by: Staff, **columns: Any
) -> Custody:
    """登记代管: what is kept, by whom, and where the agreement lies (R-DB-25)."""
    need_role(by, CASEWORKERS, _("登记代管"))
    home: Household = one(Household, household_id, by)
    members = Member.objects.known_now().filter(household=home, person_id=person_id)
    if not members.exists():
        raise Refused(gettext("持有人不是这一户的成员，请核对。"))
    if columns["agreed_on"] > on:
        raise Refused(
            gettext("协议签订日期{agreed_on}在今天之后，请核对。").format(
                agreed_on=columns["agreed_on"]
            )
        )
    try:
        with transaction.atomic():
            made = Custody.objects.create(
                household=home, person_id=person_id, recorded_by=by, **columns
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Custody) or gettext("代管登记失败，请核对。")) from error
    _logged(by, "reviews.custody", made.pk, "登记代管存折银行卡", home.pk, made.agreement)
    return made


@transaction.atomic
def file_custody(custody_id: int, *, on: dt.date, by: Staff) -> None:
    """备案: the county has the agreement on file."""
    need_role(by, COUNTY, _("代管备案"))
    found: Custody = one(Custody, custody_id, by)
    if found.filed_on is not None:
        raise StaleState(gettext("已于{filed_on}备案。").format(filed_on=found.filed_on))
    if found.ended_on is not None:
        raise StaleState(
            gettext("代管已于{ended_on}结束，不必备案。").format(ended_on=found.ended_on)
        )
    Custody.objects.filter(pk=found.pk).update(filed_on=on, filed_by=by)
    _logged(by, "reviews.custody", found.pk, "代管协议备案", found.household_id, found.agreement)


@transaction.atomic
def end_custody(custody_id: int, *, on: dt.date, by: Staff, reason: str) -> None:
    """结束代管: the passbook or card is back with its owner, or gone."""
    need_role(by, CASEWORKERS, _("结束代管"))
    found: Custody = one(Custody, custody_id, by)
    if found.ended_on is not None:
        raise StaleState(gettext("代管已于{ended_on}结束。").format(ended_on=found.ended_on))
    if not reason.strip():
        raise Refused(gettext("请写明结束代管的原因，如“已交还本人”。"))
    if on < found.agreed_on:
        raise Refused(
            gettext("结束日期{on}早于签订日期{agreed_on}，请核对。").format(
                on=on, agreed_on=found.agreed_on
            )
        )
    Custody.objects.filter(pk=found.pk).update(ended_on=on, end_reason=reason.strip())
    _logged(by, "reviews.custody", found.pk, "结束代管", found.household_id, reason)


@transaction.atomic
def remind(fact_id: int, *, on: dt.date, by: Staff, note: str = "") -> Reminder:
    """登记提醒: the person knows that the certificate runs out (R-CJ-11)."""
    need_role(by, (Role.VILLAGE_HELPER, *CASEWORKERS), _("提醒"))
    fact = Fact.objects.known_now().filter(pk=fact_id, until__isnull=False).first()
    home = (
        fact
        and Member.objects.known_now()
        .filter(person_id=fact.person_id, household__division__startswith=by.division)
        .order_by("-period")
        .first()
    )
    if fact is None or not home:
        raise NotFound(gettext("没有找到这份证件，或不在您的管辖范围内。"))
    made = Reminder.objects.create(fact=fact, on=on, note=note.strip(), by=by)
    _logged(by, "reviews.reminder", made.pk, "提醒换证", home.household_id, note)
    return made


def _logged(by: Staff, kind: str, pk: int, verb: str, home: int, reason: str) -> None:
    log(by=by, kind=kind, object_id=pk, verb=verb, household_id=home, reason=reason)
