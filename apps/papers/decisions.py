"""审批环节的文书: 审核确认表 and the notices of a decision. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.casework.models import Application, Decision, StepTaken
from apps.casework.programme import PROGRAMMES, Start
from apps.casework.trial import Trial, trial
from apps.casework.words import APPEAL, STOP_REASONS
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.papers.cases import base, find
from apps.papers.content import Content, county, day, household, office, township
from apps.papers.visits import newest_visit, signatures
from apps.papers.words import law_of
from apps.payments.family import latest_dues
from apps.payments.recoveries.models import Recovery
from apps.publicity.models import NoticeRow
from apps.units.money import capital, yuan_grouped
from apps.units.months import Month, month_of, month_text, next_month

PASSED = {None: "由审批人判断", True: "符合", False: "不符合"}
TITLES = {
    Decision.Kind.CONFIRM: "审核确认结果告知书",
    Decision.Kind.REJECT: "不予确认告知书",
    Decision.Kind.REDETERMINE: "待遇变更告知书",
    Decision.Kind.STOP: "停发告知书",
    Decision.Kind.GRACE: "渐退告知书",
    Decision.Kind.SANCTION: "待遇变更告知书",
    Decision.Kind.OFFSET: "抵扣追回告知书",
}

# Decisions on an application, test by test; the others say what changes and why.
TESTED = (Decision.Kind.CONFIRM, Decision.Kind.REJECT)


def approval_form(application_id: int, on: dt.date, staff: Staff) -> Content:
    """审核确认表: the case on one sheet, with every opinion so far and room for the rest."""
    one = find(application_id, staff)
    data = base(one, on)
    decision = Decision.objects.filter(application=one).order_by("-pk").first()
    data["category"] = f"{data['home']['zone']}{data['programme']}"
    data["findings"] = findings(decision)
    data["amount"] = _amount(one, decision, on, staff)
    data["survey"] = _survey(one)
    data["opinion"] = _step(one, "give_opinion")
    data["reassessed"] = _step(one, "reassess")
    data["notice"] = _notice(one)
    data["decision"] = _decided(decision)
    return Content(f"{data['programme']}审核确认表", one.household.division, one.household_id, data)


def findings(decision: Decision | None) -> list[dict[str, str]]:
    """Every test of a decision with its finding."""
    if decision is None:
        return []
    return [{"what": words, "found": PASSED[passed]} for _, passed, words in decision.findings]


def _amount(
    one: Application, decision: Decision | None, on: dt.date, staff: Staff
) -> dict[str, Any] | None:
    """The first month's amount with its working; None where the programme has none."""
    card = PROGRAMMES[one.programme]
    if not card.rules or (decision is not None and decision.kind == Decision.Kind.REJECT):
        return None
    after = card.start is Start.AFTER_DECISION
    month = next_month(month_of(on)) if after else month_of(one.applied_on)
    if decision is not None and decision.effective is not None:
        month = decision.effective
    return tried(one.programme, month, one.household_id, one.person_id, staff)


def tried(
    programme: str, month: Month, household_id: int, person_id: int | None, staff: Staff
) -> dict[str, Any] | None:
    """An amount with its working, by what is recorded now."""
    found: Trial = trial(
        programme=programme, month=month, household_id=household_id, person_id=person_id, by=staff
    )
    if found.verdict is None:
        return None
    return {
        "month": month_text(month),
        "fen": yuan_grouped(found.fen),
        "capital": capital(found.fen),
        "lines": [{"what": words, "fen": yuan_grouped(fen)} for words, fen in found.lines],
        "documents": found.documents,
    }


def _step(one: Application, code: str) -> dict[str, str] | None:
    """The newest step of a code: when, by whom, what was said."""
    step = StepTaken.objects.filter(application=one, code=code).select_related("by").last()
    if step is None:
        return None
    return {"on": day(step.on), "who": step.by.name, "note": step.note}


def _survey(one: Application) -> dict[str, Any] | None:
    """The visit: when, by which two, and what they concluded."""
    step = _step(one, "complete_survey")
    visit = newest_visit(one)
    if step is None or visit is None:
        return step
    names = "、".join(row["name"] for row in signatures(visit))
    said = f"{visit.get_conclusion_display()}。{visit.note}"
    return {"on": day(visit.visited_on), "who": names, "note": said}


def _notice(one: Application) -> dict[str, str] | None:
    """The newest notice of an application: its days, and how many objected."""
    rows = NoticeRow.objects.filter(application=one).select_related("notice")
    row = rows.order_by("-pk").first()
    if row is None or row.notice.last_day is None:
        return None
    return {
        "first": day(row.notice.first_day),
        "last": day(row.notice.last_day),
        "length": row.notice.length,
        "objections": str(row.objections.count()),
    }


def _decided(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "kind": decision.get_kind_display(),
        "on": day(decision.decided_on),
        "from": month_text(decision.effective) if decision.effective else "",
        "reasons": [words.rstrip("。；") for words in reasons(decision)],
        "who": decision.decided_by.name,
    }


def decision_notice(decision_id: int, on: dt.date, staff: Staff) -> Content:
    """告知书: what was decided and why, the amount, and how to object (R-DB-18)."""
    mine = Decision.objects.filter(pk=decision_id, household__division__startswith=staff.division)
    parts = ("household", "person", "application", "decided_by", "entitlement")
    decision = mine.select_related(*parts).first()
    if decision is None:
        raise NotFound("没有找到这份决定，或不在您的管辖范围内。")
    card, home = PROGRAMMES[decision.programme], decision.household
    title = TITLES[Decision.Kind(decision.kind)]
    asked = decision.application if decision.kind in TESTED else None
    offset = _offset(decision)
    data = {
        "county": county(home.division),
        "township": township(home.division),
        "programme": card.name,
        "law": law_of(decision.programme),
        "decision": str(decision.pk),
        "kind": decision.get_kind_display(),
        "granted": decision.kind == Decision.Kind.CONFIRM,
        "stopped": decision.kind == Decision.Kind.STOP,
        "applied_on": day(asked.applied_on) if asked else "",
        "decided_on": day(decision.decided_on),
        "from": month_text(decision.effective) if decision.effective else "",
        "reasons": [] if offset else reasons(decision),
        "findings": findings(decision) if decision.kind in TESTED else [],
        "amount": _decided_amount(decision, staff),
        "before": _before(decision, staff),
        "offset": offset,
        "appeal": APPEAL,
        "review_body": f"{county(home.division)}人民政府",
        "office": office(decision.decided_by),
        "home": household(home, decision.person, decision.decided_on),
    }
    return Content(f"{card.name}{title}", home.division, home.pk, data)


def reasons(decision: Decision) -> list[str]:
    """Why: the failed tests, then what the officer wrote (a code is no reason to a citizen)."""
    if decision.kind == Decision.Kind.CONFIRM:
        return []
    failed = [words for _, passed, words in decision.findings if passed is False]
    said = [STOP_REASONS.get(decision.reason, decision.reason), decision.note]
    if decision.note.startswith(decision.reason) or decision.reason == "other":
        said = [decision.note or said[0]]  # a long reason is kept whole in the note
    return [*failed, *(words for words in dict.fromkeys(said) if words and not words.isascii())]


def _offset(decision: Decision) -> dict[str, str] | None:
    """What is withheld from each payment, and what had been overpaid by the decision."""
    found = Recovery.objects.filter(offset_decision=decision).first()
    if found is None or found.offset_fen is None:
        return None
    rows = found.entries.filter(recorded_on__lte=decision.decided_on).order_by("month")
    entries = [(month, fen) for month, fen in rows.values_list("month", "fen") if fen]
    total = sum(fen for _, fen in entries)
    return {
        "fen": yuan_grouped(found.offset_fen),
        "capital": capital(found.offset_fen),
        "total": yuan_grouped(total) if total > 0 else "",
        "months": "、".join(dict.fromkeys(month_text(month) for month, _ in entries)),
    }


def _decided_amount(decision: Decision, staff: Staff) -> dict[str, Any] | None:
    """The amount from the decision's month on; none for a refusal, a stop or a status."""
    without = (Decision.Kind.REJECT, Decision.Kind.STOP, Decision.Kind.OFFSET)
    if decision.kind in without or decision.effective is None:
        return None
    if not PROGRAMMES[decision.programme].rules:
        return None
    return tried(
        decision.programme, decision.effective, decision.household_id, decision.person_id, staff
    )


def _before(decision: Decision, staff: Staff) -> str:
    """What was owed in the month before the change took effect; empty where nothing was."""
    award = decision.entitlement
    if award is None or decision.effective is None or decision.kind == Decision.Kind.CONFIRM:
        return ""
    last = next_month(decision.effective, -1)
    dues = latest_dues([award.subject], last, last).filter(entitlement_id=award.pk)
    due = dues.filter(programme=award.programme).first()
    if due is not None:
        return yuan_grouped(due.fen)
    if award.period.isempty or last < award.period.lower or not PROGRAMMES[award.programme].rules:
        return ""
    owed = tried(award.programme, last, award.household_id, award.person_id, staff)
    return owed["fen"] if owed else ""
