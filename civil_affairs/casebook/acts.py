"""事件的办理: every event kind of the format, carried out by the actions the pages use."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from apps.casework import actions as casework
from apps.casework.beginning import Terms
from apps.casework.models import Application, Decision, Entitlement
from apps.casework.programme import PROGRAMMES
from apps.minimum_living import actions as minimum_living
from apps.payments import actions as payments
from apps.payments.recoveries import actions as recoveries
from apps.standards.actions import adopt
from apps.standards.models import current_book
from apps.units.money import parse_yuan
from apps.units.months import month_of, next_month, parse_month
from civil_affairs.casebook.cast import CannotPlay
from civil_affairs.casebook.recording import FACTS, Act, Event, month, on_of

if TYPE_CHECKING:
    from civil_affairs.casebook.player import Player


SCHOOL_BEGINS = 9  # a school year begins in September


# ---- decisions ----
def _decided_with(event: Event) -> str:
    """The programme whose decision an event is about: care goes with the basic allowance."""
    programme: str = event["programme"]
    card = PROGRAMMES.get(programme)
    return card.awarded_with if card and card.awarded_with else programme


FOLLOWS = "minimum_living_supplement"  # goes by itself with minimum living: nobody decides it


def _decided_already(play: Player, event: Event) -> bool:
    """Whether nothing is left to decide: it follows, or one decision of the day gave both."""
    if event["programme"] == FOLLOWS:
        return True
    for told, decision in play.decisions:
        same_file = _decided_with(told) == _decided_with(event)
        same_day = (told["subject"], told["on"]) == (event["subject"], event["on"])
        if same_file and same_day and told["programme"] != event["programme"]:
            play.decided(event, decision)
            return True
    return False


def apply(play: Player, event: Event) -> None:
    """申请: opens a file, unless one is open for the same decision."""
    if event["programme"] == FOLLOWS:
        return
    programme, key = _decided_with(event), event["subject"]
    if play.cast.open_application(programme, key) is not None:
        return  # the file is open already: one decision gives both
    _file(play, programme, key, on_of(event), event.get("basis", ""))


def _file(play: Player, programme: str, key: str, on: dt.date, basis: str) -> Application:
    home, person = play.cast.applicant(key, on)
    return casework.apply(
        programme, household_id=home, person_id=person, on=on, by=play.posts.clerk, basis=basis
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
        school_year=event.get("school_year", "") or _school_year(event),
    )


def _school_year(event: Event) -> str:
    """The school year of the day: a decide of the grant names none (FORMAT §7)."""
    if event["programme"] != "orphan_study_grant":
        return ""
    on = on_of(event)
    first = on.year if on.month >= SCHOOL_BEGINS else on.year - 1
    return f"{first}-{first + 1}"


def accepted(play: Player, event: Event) -> None:
    """受理 of the open file, and the start of the clocks."""
    found = play.cast.open_application(_decided_with(event), event["subject"])
    if found is not None and found.state == "submitted":
        casework.accept(found.pk, on=on_of(event), by=play.posts.clerk)
    clock(play, event)


def confirm(play: Player, event: Event) -> None:
    """确认 of the open file; of minimum living that is awarded already, a new determination."""
    if _decided_already(play, event):
        return
    award = play.cast.award(event["programme"], event["subject"])
    if event["programme"] == "minimum_living" and award is not None and _goes_on(award, event):
        redetermine(play, event)
        return
    application = _file_to_decide(play, event)
    decision = casework.confirm(
        application.pk, on=on_of(event), by=play.posts.supervisor, terms=_terms(event)
    )
    _decided(play, event, decision)


def _goes_on(award: Entitlement, event: Event) -> bool:
    """Whether an award reaches into the month after the decision."""
    following = next_month(month_of(on_of(event)))
    return not award.period.isempty and (award.period.upper or following) >= following


def reject(play: Player, event: Event) -> None:
    """不予确认 of the open file."""
    if _decided_already(play, event):
        return
    application = _file_to_decide(play, event)
    decision = casework.reject(
        application.pk,
        on=on_of(event),
        by=play.posts.supervisor,
        reason=event.get("reason", ""),
    )
    _decided(play, event, decision)


def decide(play: Player, event: Event) -> None:
    """按规则作出决定 on the open file."""
    if _decided_already(play, event):
        return
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
    """重新核定 of the newest award."""
    decision = minimum_living.redetermine(
        _award(play, event["programme"], event["subject"]).pk,
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
        effective=month(event.get("effective")),
    )
    play.decided(event, decision)


def stop(play: Player, event: Event) -> None:
    """停发 of the newest award."""
    if event["programme"] == FOLLOWS:
        return
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
    """渐退 of the newest award, of no more months than the limit of the day (R-DB-14)."""
    book = current_book().month(month_of(on_of(event)))
    most = book.optional("minimum_living.grace_max_months") or event["months"]
    minimum_living.grant_grace(
        _award(play, event["programme"], event["subject"]).pk,
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
        months=min(event["months"], most),
        cause=event["cause"],
    )


def sanction(play: Player, event: Event) -> None:
    """停发本人份额 in the household's newest award."""
    minimum_living.sanction(
        _award(play, "minimum_living", event["household"]).pk,
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
        person_id=play.cast.persons[event["person"]].pk,
        until=month(event.get("until")),
    )


def adopt_standard(play: Player, event: Event) -> None:
    """标准调整: one dated entry more."""
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
    """银行退票: everything that a run sent for a programme and subject."""
    payments.record_return(
        run_id=play.runs[event["run"]].pk,
        programme=event["programme"],
        subject=play.cast.subject(event["subject"]),
        reason=event["reason"],
        on=on_of(event),
        by=play.posts.finance,
    )


def offset_recovery(play: Player, event: Event) -> None:
    """抵扣追回决定, fen a month."""
    recoveries.decide_offset(
        programme=event["programme"],
        subject=play.cast.subject(event["subject"]),
        monthly_fen=parse_yuan(event["monthly"]),
        on=on_of(event),
        by=play.posts.supervisor,
        prepared_by=play.posts.clerk,
    )


def repayment(play: Player, event: Event) -> None:
    """退回款."""
    recoveries.record_repayment(
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


ACTS: dict[str, Act] = {
    **FACTS,
    "apply": apply,
    "accepted": accepted,
    "confirm": confirm,
    "reject": reject,
    "decide": decide,
    "redetermine": redetermine,
    "stop": stop,
    "grace_period": grace_period,
    "sanction": sanction,
    "offset_recovery": offset_recovery,
    "repayment": repayment,
    "adopt_standard": adopt_standard,
    "check_request_received": clock,
    "notice_posted": clock,
    "county_received": clock,
    "station_admission": clock,
    "bank_return": bank_return,
}
