"""事件的登记: every event kind of the format, recorded through the actions the pages use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from apps.casework import actions as casework
from apps.casework.beginning import Terms
from apps.casework.models import Application, Decision, Entitlement
from apps.casework.programme import PROGRAMMES
from apps.households import actions as households
from apps.minimum_living import actions as minimum_living
from apps.payments import actions as payments
from apps.standards.actions import adopt
from apps.units.money import parse_yuan
from apps.units.months import Month, parse_month
from civil_affairs.casebook.cast import CannotPlay

if TYPE_CHECKING:
    from civil_affairs.casebook.player import Player

Event = dict[str, Any]
Act = Callable[["Player", Event], None]


def day(text: str | None) -> dt.date | None:
    """A date of a case, None where there is none."""
    return dt.date.fromisoformat(text) if text else None


def month(text: str | None) -> Month | None:
    """A month of a case, None where there is none."""
    return parse_month(text) if text else None


def on_of(event: Event) -> dt.date:
    """The day on which an event is true, or decided."""
    return dt.date.fromisoformat(event["on"])


# ---- facts ----
def _record(play: Player, event: Event, kind: str, **columns: Any) -> None:
    owners = {}
    if "person" in event or "child" in event:
        person = play.cast.persons[event.get("person") or event["child"]]
        owners["person_id"] = person.pk
    if "household" in event:
        owners["household_id"] = play.cast.home(event["household"])
    households.record(
        kind,
        on=on_of(event),
        recorded_on=play.day,
        by=play.posts.clerk,
        **owners,
        **{name: value for name, value in columns.items() if value is not None},
    )


def income(play: Player, event: Event) -> None:
    per = "month" if "monthly" in event else "year"
    fen = parse_yuan(event.get("monthly") or event["annual"])
    until = day(event.get("until"))
    _record(play, event, "income", code=event["source"], amount_fen=fen, per=per, until=until)


def deduction(play: Player, event: Event) -> None:
    fen, until = parse_yuan(event["monthly"]), day(event.get("until"))
    code = event["category"]
    _record(play, event, "deduction", code=code, amount_fen=fen, per="month", until=until)


def disability(play: Player, event: Event) -> None:
    until = day(event.get("expires"))
    _record(play, event, "disability", code=event["type"], number=event["grade"], until=until)


def death(play: Player, event: Event) -> None:
    _record(play, event, "death")
    play.clocks.note("death", on_of(event), "", event["person"])


def parent_status(play: Player, event: Event) -> None:
    _record(
        play,
        event,
        "parent",
        part=event["parent"],
        code=event["status"],
        number=event.get("months") or event.get("grade"),
        detail=event.get("disability_type"),
    )


def other_benefit(play: Player, event: Event) -> None:
    fen, until = parse_yuan(event["monthly"]), day(event.get("until"))
    code = event["benefit"]
    _record(play, event, "other_benefit", code=code, amount_fen=fen, per="month", until=until)


def expenditure(play: Player, event: Event) -> None:
    fen = parse_yuan(event["last_12_months"])
    _record(play, event, "expenditure", code=event["category"], amount_fen=fen, per="year")


def destitute_findings(play: Player, event: Event) -> None:
    for finding in ("no_source_of_living", "no_able_obligor"):
        _record(play, event, finding, flag=event[finding])


def report(play: Player, event: Event) -> None:
    _record(play, event, "report", code=event["matter"])
    play.clocks.note(f"report_{event['matter']}", on_of(event), "", event["person"])


def member_joined(play: Player, event: Event) -> None:
    relationship = event["relationship"]
    play.cast.join(event["household"], event["person"], relationship, on_of(event), play.day)


def member_left(play: Player, event: Event) -> None:
    play.cast.part(event["household"], event["person"], on_of(event), play.day)


def bank_account(play: Player, event: Event) -> None:
    play.cast.open_account(event["subject"], play.day)


# ---- decisions ----
def _decided_with(event: Event) -> str:
    """The programme whose decision an event is about: care goes with the basic allowance."""
    programme: str = event["programme"]
    card = PROGRAMMES.get(programme)
    return card.awarded_with if card and card.awarded_with else programme


def apply(play: Player, event: Event) -> None:
    programme, key = _decided_with(event), event["subject"]
    if play.cast.open_application(programme, key) is not None:
        return  # the file is open already: one decision gives both
    _file(play, programme, key, on_of(event), event.get("basis", ""))


def _file(play: Player, programme: str, key: str, on: dt.date, basis: str) -> Application:
    return casework.apply(
        programme, on=on, by=play.posts.clerk, basis=basis, **play.cast.applicant(key, on)
    )


def _file_to_decide(play: Player, event: Event) -> Application:
    """The open application; when the last one is decided already, it is filed again as it was."""
    programme, key = _decided_with(event), event["subject"]
    found = play.cast.open_application(programme, key)
    if found is not None:
        return found
    last = play.cast.last_application(programme, key)
    if last is None:
        raise CannotPlay(f"{key} 没有申请过 {programme}")
    return _file(play, programme, key, last.applied_on, last.basis)


def _terms(event: Event) -> Terms:
    assessed = event.get("assessed")
    return Terms(
        basis=event.get("basis", ""),
        arrears_from=month(event.get("arrears_from")),
        assessed_fen=parse_yuan(assessed) if assessed else None,
        relief_type=event.get("relief_type", ""),
        over_cap_approved=event.get("over_cap_approved", False),
        school_year=event.get("school_year", ""),
    )


def accepted(play: Player, event: Event) -> None:
    found = play.cast.open_application(_decided_with(event), event["subject"])
    if found is not None and found.state == "submitted":
        casework.accept(found.pk, on=on_of(event), by=play.posts.clerk)
    clock(play, event)


def confirm(play: Player, event: Event) -> None:
    application = _file_to_decide(play, event)
    decision = casework.confirm(
        application.pk, on=on_of(event), by=play.posts.supervisor, terms=_terms(event)
    )
    _decided(play, event, decision)


def reject(play: Player, event: Event) -> None:
    application = _file_to_decide(play, event)
    decision = casework.reject(
        application.pk,
        on=on_of(event),
        by=play.posts.supervisor,
        reason=event.get("reason", ""),
    )
    _decided(play, event, decision)


def decide(play: Player, event: Event) -> None:
    application = _file_to_decide(play, event)
    decision = casework.decide(
        application.pk, on=on_of(event), by=play.posts.supervisor, terms=_terms(event)
    )
    _decided(play, event, decision)


def _decided(play: Player, event: Event, decision: Decision) -> None:
    play.decided(event, decision)
    if decision.kind == Decision.Kind.CONFIRM:
        play.clocks.note("confirmed", on_of(event), event["programme"], event["subject"])


def _award(play: Player, programme: str, key: str) -> Entitlement:
    found = play.cast.award(programme, key)
    if found is None:
        raise CannotPlay(f"{key} 没有 {programme} 的待遇可以变更")
    return found


def redetermine(play: Player, event: Event) -> None:
    decision = minimum_living.redetermine(
        _award(play, event["programme"], event["subject"]).pk,
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
        effective=month(event.get("effective")),
    )
    play.decided(event, decision)


def stop(play: Player, event: Event) -> None:
    award = play.cast.award(_decided_with(event), event["subject"])
    if award is None:
        return  # a decide that was rejected left nothing to stop
    decision = casework.stop(
        award.pk,
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
        reason=event["reason"],
        effective=month(event.get("effective")),
    )
    play.decided(event, decision)


def grace_period(play: Player, event: Event) -> None:
    minimum_living.grant_grace(
        _award(play, event["programme"], event["subject"]).pk,
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
        months=event["months"],
        cause=event["cause"],
    )


def sanction(play: Player, event: Event) -> None:
    minimum_living.sanction(
        _award(play, "minimum_living", event["household"]).pk,
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
        person_id=play.cast.persons[event["person"]].pk,
        until=month(event.get("until")),
    )


def adopt_standard(play: Player, event: Event) -> None:
    adopt(
        event["key"],
        from_month=parse_month(event["from"]),
        value=plain_value(event["value"]),
        recorded_on=play.day,
        by=play.posts.supervisor,
    )


def plain_value(value: Any) -> Any:
    """The value of a standard with its bands named by text (a bare 80 is the band "80")."""
    return {str(k): v for k, v in value.items()} if isinstance(value, dict) else value


# ---- money ----
def bank_return(play: Player, event: Event) -> None:
    payments.record_return(
        run_id=play.runs[event["run"]].pk,
        programme=event["programme"],
        subject=play.cast.subject(event["subject"]),
        reason=event["reason"],
        on=on_of(event),
        by=play.posts.finance,
    )


def offset_recovery(play: Player, event: Event) -> None:
    payments.decide_offset(
        programme=event["programme"],
        subject=play.cast.subject(event["subject"]),
        monthly_fen=parse_yuan(event["monthly"]),
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
    )


def repayment(play: Player, event: Event) -> None:
    payments.record_repayment(
        programme=event["programme"],
        subject=play.cast.subject(event["subject"]),
        fen=parse_yuan(event["amount"]),
        on=on_of(event),
        by=play.posts.finance,
    )


# ---- procedure ----
def clock(play: Player, event: Event) -> None:
    """A step of procedure that only starts a clock."""
    programme, key = event.get("programme", ""), event.get("subject") or event["person"]
    play.clocks.note(event["kind"], on_of(event), programme, key)


def _plainly(kind: str, **columns: str) -> Act:
    """A fact whose columns are fields of the event: column=field."""

    def record(play: Player, event: Event) -> None:
        values = {column: event.get(field) for column, field in columns.items()}
        dates = {c: day(v) for c, v in values.items() if c in ("day", "until")}
        _record(play, event, kind, **{**values, **dates})

    return record


ACTS: dict[str, Act] = {
    "income": income,
    "deduction": deduction,
    "property": _plainly("property", flag="within_limits"),
    "disability": disability,
    "self_care": _plainly("self_care", number="failed_indicators"),
    "death": death,
    "custody_status": _plainly("custody", code="status"),
    "religious_residence": _plainly("religious", day="since"),
    "schooling": _plainly("schooling", code="level", until="until"),
    "illness": _plainly("illness", flag="listed"),
    "residence": _plainly("residence", flag="moved_out"),
    "household_class": _plainly("zone", code="class"),
    "member_joined": member_joined,
    "member_left": member_left,
    "co_residence": _plainly("co_residence", flag="long_term"),
    "dependent_adult": _plainly("dependent_adult", flag="finding"),
    "parent_status": parent_status,
    "care_mode": _plainly("care_mode", code="mode"),
    "other_benefit": other_benefit,
    "life_certificate": _plainly("life_certificate", code="status", day="due"),
    "bank_account": bank_account,
    "expenditure": expenditure,
    "destitute_findings": destitute_findings,
    "apply": apply,
    "accepted": accepted,
    "confirm": confirm,
    "reject": reject,
    "decide": decide,
    "redetermine": redetermine,
    "stop": stop,
    "grace_period": grace_period,
    "work_refusal": _plainly("work_refusal"),
    "sanction": sanction,
    "choose": _plainly("choice", code="programme", detail="over"),
    "offset_recovery": offset_recovery,
    "repayment": repayment,
    "adopt_standard": adopt_standard,
    "report": report,
    "check_request_received": clock,
    "notice_posted": clock,
    "county_received": clock,
    "station_admission": clock,
    "bank_return": bank_return,
}
