"""低保的后续决定: 重新核定, 渐退, 停发本人份额: what is written after the award exists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.models import DECIDERS, Decision, Entitlement
from apps.casework.outcome import Test, Verdict
from apps.households.models import Fact, Person
from apps.minimum_living import freeze
from apps.minimum_living.evidence import Evidence
from apps.minimum_living.models import DeterminationMember, Grace, Sanction
from apps.minimum_living.rule import gap, minimum_living
from apps.offices.actions import log, note_change
from apps.offices.gates import four_eyes, need_role
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.standards.book import MissingStandard
from apps.standards.models import current_book
from apps.units.language import chinese, month_words
from apps.units.language import lazy as _
from apps.units.money import yuan
from apps.units.months import Month, month_of, month_text, next_month
from apps.units.periods import span
from apps.units.working import silent

PROGRAMME = "minimum_living"
REFUSALS_NEEDED = 3  # R-DB-15, fixed by the decree (57号 Art.34), not by a local standard


@transaction.atomic
def redetermine(
    entitlement_id: int,
    *,
    on: dt.date,
    by: Staff,
    prepared_by: Staff,
    effective: Month | None = None,
) -> Decision:
    """重新核定: the facts known now, from ``effective`` (default: the month after) on.

    An earlier month is a correction (更正), at most back to the first month of the award. The
    award ends where its first new month comes to nothing or the property is over the limits.
    """
    award = _award(entitlement_id, by, prepared_by)
    first = max(effective or next_month(month_of(on)), _first(award))
    grace = _closing_grace(award)
    _still_awarded(award, first, grace)
    evidence = Evidence(award.household_id, award.person_id)
    stretches = freeze.draw(evidence, on=on, effective=first)
    test = _judged(evidence, stretches[0])
    stopped = test.passed is False
    kind = Decision.Kind.STOP if stopped else Decision.Kind.REDETERMINE
    reason = test.code if stopped else ""
    decision = _decide(award, kind, on, first, by, prepared_by, reason, [list(test)])
    freeze.write(award, decision, stretches)
    freeze.cut(Grace.objects.filter(entitlement=award), first)
    _set_end(award, first if stopped else None if grace else span(award.period)[1])
    return decision


def _still_awarded(award: Entitlement, first: Month, grace: Grace | None) -> None:
    """The award has not ended before the new determination begins; a grace period's end is open."""
    end = span(award.period)[1]
    if end is None or first < end or (grace is not None and first == end):
        return
    raise Refused(
        gettext("该低保待遇自{month}起已终止，不能重新核定；请重新申请。").format(
            month=month_words(end)
        )
    )


def _closing_grace(award: Entitlement) -> Grace | None:
    """The grace period that set the end of the award, unless a stop has been decided since."""
    end = span(award.period)[1]
    if end is None:
        return None
    grace = Grace.objects.filter(
        entitlement=award, period__isempty=False, period__endswith=end
    ).first()
    if grace is None:
        return None
    stops = Decision.objects.filter(entitlement=award, kind=Decision.Kind.STOP)
    return None if stops.filter(pk__gt=grace.decision_id).exists() else grace


def _judged(evidence: Evidence, stretch: freeze.Stretch) -> Test:
    """Whether the award goes on, by its first new month; the code is the reason to stop."""
    if evidence.flag("property", stretch.as_of) is False:
        return Test("property", False, "家庭财产超过规定限额")
    facts = stretch.picture.facts()
    if not facts.heads:
        dead = all(m.why_not == "dead" for m in stretch.picture.members)
        return Test("death" if dead else "condition_ended", False, "没有计入保障人口的成员")
    standards = current_book().month(stretch.first)
    try:
        outcome = minimum_living(facts, standards, silent)
        below = gap(facts, standards) > 0
    except MissingStandard as missing:
        return Test("income", None, f"待补：{missing}")
    if outcome.verdict is Verdict.HELD:
        return Test("income", None, "待补：本户的档次尚未登记")
    if below and outcome.base > 0:
        words = f"{month_text(stretch.first)}起月保障金{yuan(outcome.base)}元"
        return Test("income", True, words)
    return Test("income", False, "计入收入不低于保障标准")


@transaction.atomic
def grant_grace(
    entitlement_id: int,
    *,
    on: dt.date,
    by: Staff,
    prepared_by: Staff,
    months: int,
    cause: str = "employment",
    note: str = "",
) -> Decision:
    """渐退: after taking up work the household keeps its amount for some months (R-DB-14).

    From the month after ``on``; the amount is that of the month of the decision, and the award
    ends with the last of the months.
    """
    award = _award(entitlement_id, by, prepared_by)
    reference = month_of(on)
    check_grace(award, reference, months, cause)
    first = next_month(reference)
    end = next_month(first, months)
    until = f"就业渐退{months}个月，至{month_text(next_month(end, -1))}"
    note = f"{until}。{note}" if note else until
    decision = _decide(award, Decision.Kind.GRACE, on, first, by, prepared_by, cause, note=note)
    Grace.objects.create(
        entitlement=award, decision=decision, reference=reference, period=DateRange(first, end)
    )
    _set_end(award, end)
    return decision


def check_grace(award: Entitlement, reference: Month, months: int, cause: str) -> None:
    """Refused in words when a grace period is not possible as asked (R-DB-14)."""
    if cause != "employment":
        raise Refused(gettext("渐退期只适用于就业后收入超过标准的家庭；其他原因请办理重新核定。"))
    standards = current_book().month(reference)
    most = standards.optional("minimum_living.grace_max_months")
    if most is None:
        raise Refused(gettext("没有登记渐退期上限，请先在“标准”页登记。"))
    if not 1 <= months <= most:
        raise Refused(
            gettext("渐退期为1至{most}个月，现在是{months}个月，请改正。").format(
                most=most, months=months
            )
        )
    if standards.choice("minimum_living.grace_amount") != "keep_original":
        raise Refused(gettext("渐退期金额目前只支持“按原户保障金额”，请先在“标准”页核对。"))
    first, end = span(award.period)
    if reference < first or (end is not None and end <= reference):
        raise Refused(
            gettext("{month}不在低保享受期内，没有可沿用的保障金额。").format(
                month=month_words(reference)
            )
        )
    taken = Grace.objects.filter(
        entitlement=award, period__overlap=DateRange(next_month(reference), None)
    )
    if taken.exists():
        raise Refused(gettext("该户已有渐退期，不能重复批准；如情况变化请办理重新核定。"))


@transaction.atomic
def sanction(
    entitlement_id: int,
    *,
    on: dt.date,
    by: Staff,
    prepared_by: Staff,
    person_id: int,
    until: Month | None = None,
    note: str = "",
) -> Decision:
    """停发本人份额: after three refusals of work, from the month after ``on`` (R-DB-15).

    ``until`` is the last month; without it the sanction runs on.
    """
    award = _award(entitlement_id, by, prepared_by)
    first = next_month(month_of(on))
    period = DateRange(first, next_month(until) if until else None)
    check_sanction(award, person_id, on, period)
    name = Person.objects.get(pk=person_id).name
    what = f"自{month_text(first)}起停发{name}本人份额"
    note = f"{what}。{note}" if note else what
    decision = _decide(
        award, Decision.Kind.SANCTION, on, first, by, prepared_by, "work_refusal", note=note
    )
    Sanction.objects.create(
        entitlement=award, decision=decision, person_id=person_id, period=period
    )
    return decision


def check_sanction(award: Entitlement, person_id: int, on: dt.date, period: DateRange) -> None:
    """Refused in words unless three dated refusals of a counted member are on record."""
    if period.upper is not None and period.upper <= period.lower:
        raise Refused(
            gettext("停发的最后月份不能早于{month}，请改正。").format(
                month=month_words(period.lower)
            )
        )
    refusals = (
        Fact.objects.known_now()
        .filter(kind="work_refusal", person_id=person_id, on__lte=on)
        .values("on")
        .distinct()
        .count()
    )
    if refusals < REFUSALS_NEEDED:
        raise Refused(
            gettext("须有三次无正当理由拒绝就业的登记，现有{refusals}次。").format(
                refusals=refusals
            )
        )
    counted = DeterminationMember.objects.filter(
        person_id=person_id,
        counted=True,
        determination__entitlement=award,
        determination__period__contains=period.lower,
    )
    if not counted.exists():
        raise Refused(gettext("该人员未计入本户的保障人口，没有可停发的份额。"))
    if Sanction.objects.filter(
        entitlement=award, person_id=person_id, period__overlap=period
    ).exists():
        raise Refused(gettext("该人员的份额已在停发，不必重复办理。"))


def _award(entitlement_id: int, by: Staff, prepared_by: Staff) -> Entitlement:
    """The award, locked; refused to those who may not decide on it."""
    need_role(by, DECIDERS, _("低保待遇的决定"))
    four_eyes(prepared_by.pk, by)
    mine = Entitlement.objects.visible_to(by).of(PROGRAMME).filter(pk=entitlement_id)
    award = mine.select_for_update(of=("self",)).first()
    if award is None:
        raise NotFound(gettext("没有找到这项低保待遇，或不在您的管辖范围内。"))
    if award.period.isempty:
        raise Refused(gettext("该低保待遇没有享受过任何月份，请重新申请。"))
    return award


def _first(award: Entitlement) -> Month:
    return span(award.period)[0]


def _decide(
    award: Entitlement,
    kind: Decision.Kind,
    on: dt.date,
    first: Month,
    by: Staff,
    prepared_by: Staff,
    reason: str,
    findings: Any = (),
    note: str = "",
) -> Decision:
    """The decision on record, with what a run and the 经办记录 need to know of it."""
    decision = Decision.objects.create(
        kind=kind,
        programme=PROGRAMME,
        household_id=award.household_id,
        person_id=award.person_id,
        entitlement=award,
        decided_on=on,
        effective=first,
        reason=reason,
        note=note,
        findings=list(findings),
        prepared_by=prepared_by,
        decided_by=by,
    )
    words = f"低保{chinese(kind.label)}"
    note_change(on=first, what=words, household_id=award.household_id, person_id=award.person_id)
    log(
        by=by,
        kind="casework.entitlement",
        object_id=award.pk,
        verb=words,
        household_id=award.household_id,
        reason=note,
    )
    return decision


def _set_end(award: Entitlement, end: Month | None) -> None:
    """Move the upper end of the award; an end at its first month leaves it empty."""
    first = _first(award)
    period = freeze.EMPTY if end is not None and end <= first else DateRange(first, end)
    Entitlement.objects.filter(pk=award.pk).update(period=period)
