"""拟办决定: proposed by one, approved or refused by another; a stop; a refusal of work."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework import actions as casework
from apps.casework.actions import Refused
from apps.casework.models import CASEWORKERS, Decision, Entitlement
from apps.casework.words import STOP_REASONS
from apps.households import actions as households
from apps.households.models import Fact, Member
from apps.offices.actions import log
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, move
from apps.offices.refusals import words_of
from apps.reviews import forms as asks
from apps.reviews.actions.guarding import ANNOUNCED, four_eyes, name_of, need_role, one, standing
from apps.reviews.models import Proposal
from apps.reviews.proposing import (
    PROPOSALS,
    Proposable,
    Terms,
    plain,
    proposable,
    proposable_for,
)
from apps.units.language import chinese, in_chinese, month_words
from apps.units.language import lazy as _
from apps.units.months import Month, month_of, month_text, next_month, parse_month

PROPOSAL = "reviews.proposal"


@transaction.atomic
def propose(
    entitlement_id: int, *, kind: str, data: Terms, on: dt.date, by: Staff, note: str = ""
) -> Proposal:
    """拟办: what should be decided about an award; refused now where it would be refused later."""
    need_role(by, CASEWORKERS, _("拟办"))
    award = standing(entitlement_id, by, month_of(on))
    wanted = PROPOSALS.get(kind)
    if wanted is None or wanted not in proposable_for(award.programme):
        raise Refused(
            gettext("{name_of}没有这种决定，请刷新页面后再看。").format(name_of=name_of(award))
        )
    terms = plain(data)
    if not note.strip():
        raise Refused(gettext("请写明情况和依据，审批人和告知书都要用到。"))
    wanted.check(award, terms, on)
    words = wanted.words(award, terms)
    try:
        with transaction.atomic():
            made = Proposal.objects.create(
                entitlement=award,
                kind=kind,
                terms=terms,
                words=words[:200],
                note=note.strip(),
                proposed_on=on,
                prepared_by=by,
            )
    except IntegrityError as error:
        raise Refused(words_of(error, Proposal) or gettext("登记失败，请核对。")) from error
    _logged(by, made, f"拟{chinese(wanted.verb)}（{chinese(name_of(award))}）", words)
    return made


@transaction.atomic
def approve_proposal(proposal_id: int, *, on: dt.date, by: Staff) -> Decision:
    """批准: the decision is made now, by the rules of today; all of it or nothing."""
    found: Proposal = one(Proposal, proposal_id, by)
    four_eyes(found.prepared_by_id, by)
    kind = PROPOSALS[found.kind]
    terms = {**found.terms, "note": found.note}
    decision = kind.decide(found.entitlement, terms, on=on, by=by, prepared_by=found.prepared_by)
    _move(found, "approve", by, decided_on=on, decided_by=by, decision=decision)
    return decision


@transaction.atomic
def refuse_proposal(proposal_id: int, *, on: dt.date, by: Staff, reason: str) -> None:
    """不批准: the award goes on as it was."""
    found: Proposal = one(Proposal, proposal_id, by)
    four_eyes(found.prepared_by_id, by)
    if not reason.strip():
        raise Refused(gettext("请写明不批准的理由。"))
    _move(found, "refuse", by, reason.strip(), decided_on=on, decided_by=by)


@transaction.atomic
def withdraw_proposal(proposal_id: int, *, by: Staff) -> None:
    """撤回: by the one who prepared it."""
    found: Proposal = one(Proposal, proposal_id, by)
    if found.prepared_by_id != by.pk:
        raise NotAllowed(gettext("由提出的人撤回；不同意的请办理“不批准”。"))
    _move(found, "withdraw", by)


def _move(found: Proposal, step: str, by: Staff, reason: str = "", **also: Any) -> None:
    rows = Proposal.objects.filter(pk=found.pk)
    home = found.entitlement.household_id
    move(rows, step, by=by, reason=reason or found.words, household_id=home, **also)


# ---- 停发 ----------------------------------------------------------------------------------


def died_on(award: Entitlement) -> dt.date | None:
    """The day on which the subject died; of a household, the day its last member did."""
    people = [award.person_id]
    if award.person_id is None:
        stays = Member.objects.known_now().filter(
            household_id=award.household_id, period__contains=award.period.lower
        )
        people = list(stays.values_list("person_id", flat=True))
    deaths = dict(
        Fact.objects.known_now()
        .filter(kind="death", person_id__in=people)
        .values_list("person_id", "on")
    )
    return max(deaths.values()) if people and len(deaths) == len(set(people)) else None


def _check_stop(award: Entitlement, terms: Terms, _on: dt.date) -> None:
    reason, effective = terms["reason"], terms.get("effective")
    if reason not in STOP_REASONS:
        raise Refused(gettext("请从清单中选择停发理由。"))
    if reason == "death" and died_on(award) is None:
        raise Refused(
            gettext("还没有登记死亡；本户还有其他成员的，请登记死亡后重新核定，不停发全户。")
        )
    if reason != "death" and award.programme in ANNOUNCED:
        raise Refused(gettext("特困供养终止须先公示七天（R-TK-13），请办理“公示拟终止”。"))
    if effective and parse_month(effective) < award.period.lower:
        first = month_words(award.period.lower)
        raise Refused(
            gettext("停发起始月早于享受起始月{first}；从未符合条件的，请填{first}。").format(
                first=first
            )
        )


@in_chinese()
def _stop_words(_award: Entitlement, terms: Terms) -> str:
    effective = terms.get("effective")
    from_ = f"自{month_text(parse_month(effective))}起" if effective else "自批准次月起"
    return (
        f"{'自死亡次月起' if terms['reason'] == 'death' and not effective else from_}停发："
        + (STOP_REASONS[terms["reason"]])
    )


def _stop(
    award: Entitlement, terms: Terms, *, on: dt.date, by: Staff, prepared_by: Staff
) -> Decision:
    _check_stop(award, terms, on)
    return casework.stop(
        award.pk,
        on=on,
        by=by,
        prepared_by=prepared_by,
        reason=terms["reason"],
        effective=_effective(award, terms),
        note=terms["note"],
    )


def _effective(award: Entitlement, terms: Terms) -> Month | None:
    """As proposed; by a death the month after it (R-GL-03, R-CJ-10); else the month after."""
    if terms.get("effective"):
        return parse_month(terms["effective"])
    day = died_on(award) if terms["reason"] == "death" else None
    return next_month(month_of(day)) if day else None


proposable(
    Proposable(
        code="stop",
        verb=_("停发"),
        form=lambda _award: asks.Stop,
        words=_stop_words,
        check=_check_stop,
        decide=_stop,
        hint=_(
            "待遇终止，须另一人批准；多发的由下一批次列入追缴。死亡的不填起始月，自死亡次月起。"
        ),
    )
)


# ---- 拒绝就业 (R-DB-15) ----------------------------------------------------------------------


@transaction.atomic
def record_refusal_of_work(
    entitlement_id: int, *, person: str, day: dt.date, note: str, on: dt.date, by: Staff
) -> Fact:
    """登记拒绝就业: a dated refusal of a suitable job; the third opens 停发本人份额."""
    need_role(by, CASEWORKERS, _("登记拒绝就业"))
    award = standing(entitlement_id, by, month_of(on))
    if day > on:
        raise Refused(gettext("拒绝的日期{day}晚于今天，请核对。").format(day=day))
    return households.record(
        "work_refusal",
        on=day,
        recorded_on=on,
        by=by,
        person_id=int(person),
        household_id=award.household_id,
        evidence=note.strip()[:200],
    )


def _logged(by: Staff, made: Proposal, verb: str, reason: str) -> None:
    home = made.entitlement.household_id
    log(by=by, kind=PROPOSAL, object_id=made.pk, verb=verb, household_id=home, reason=reason)
