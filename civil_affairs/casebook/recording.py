"""事实的登记: the facts among the events of a case, through households' own actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from apps.households import actions as households
from apps.units.money import parse_yuan
from apps.units.months import Month, parse_month

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
    """收入: monthly or annual, in fen of that period."""
    per = "month" if "monthly" in event else "year"
    fen = parse_yuan(event.get("monthly") or event["annual"])
    until = day(event.get("until"))
    _record(play, event, "income", code=event["source"], amount_fen=fen, per=per, until=until)


def deduction(play: Player, event: Event) -> None:
    """收入扣减 of a person or a household, fen a month."""
    fen, until = parse_yuan(event["monthly"]), day(event.get("until"))
    code = event["category"]
    _record(play, event, "deduction", code=code, amount_fen=fen, per="month", until=until)


def disability(play: Player, event: Event) -> None:
    """残疾人证: type and grade, valid until its last day."""
    until = day(event.get("expires"))
    _record(play, event, "disability", code=event["type"], number=event["grade"], until=until)


def death(play: Player, event: Event) -> None:
    """死亡: a fact, and the start of a clock for members of a minimum-living household."""
    _record(play, event, "death")
    play.clocks.note("death", on_of(event), "", event["person"])


def parent_status(play: Player, event: Event) -> None:
    """父母状况: ``number`` holds the term in months, or the grade."""
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
    """系统外待遇: fen a month."""
    fen, until = parse_yuan(event["monthly"]), day(event.get("until"))
    code = event["benefit"]
    _record(play, event, "other_benefit", code=code, amount_fen=fen, per="month", until=until)


def expenditure(play: Player, event: Event) -> None:
    """刚性支出 of the twelve months before, as fen a year."""
    fen = parse_yuan(event["last_12_months"])
    _record(play, event, "expenditure", code=event["category"], amount_fen=fen, per="year")


def destitute_findings(play: Player, event: Event) -> None:
    """特困其他两项认定: the two findings are two facts."""
    for finding in ("no_source_of_living", "no_able_obligor"):
        _record(play, event, finding, flag=event[finding])


def report(play: Player, event: Event) -> None:
    """变化报告: a fact, and the start of the reassessment clock."""
    _record(play, event, "report", code=event["matter"])
    play.clocks.note(f"report_{event['matter']}", on_of(event), "", event["person"])


def member_joined(play: Player, event: Event) -> None:
    """成员增加, as soon as no other household has the person."""
    relationship = event["relationship"]
    play.cast.join(event["household"], event["person"], relationship, on_of(event), play.day)


def member_left(play: Player, event: Event) -> None:
    """成员减少, and whoever waited for the person takes them in."""
    play.cast.part(event["household"], event["person"], on_of(event), play.day)


def bank_account(play: Player, event: Event) -> None:
    """收款账户更正: a newer version of the subject's account."""
    play.cast.open_account(event["subject"], play.day)


def plainly(kind: str, **columns: str) -> Act:
    """A fact whose columns are fields of the event: column=field."""

    def record(play: Player, event: Event) -> None:
        values = {column: event.get(field) for column, field in columns.items()}
        dates = {c: day(v) for c, v in values.items() if c in ("day", "until")}
        _record(play, event, kind, **{**values, **dates})

    return record


FACTS: dict[str, Act] = {
    "income": income,
    "deduction": deduction,
    "property": plainly("property", flag="within_limits"),
    "disability": disability,
    "self_care": plainly("self_care", number="failed_indicators"),
    "death": death,
    "custody_status": plainly("custody", code="status"),
    "religious_residence": plainly("religious", day="since"),
    "schooling": plainly("schooling", code="level", until="until"),
    "illness": plainly("illness", flag="listed"),
    "residence": plainly("residence", flag="moved_out"),
    "household_class": plainly("zone", code="class"),
    "member_joined": member_joined,
    "member_left": member_left,
    "co_residence": plainly("co_residence", flag="long_term"),
    "dependent_adult": plainly("dependent_adult", flag="finding"),
    "parent_status": parent_status,
    "care_mode": plainly("care_mode", code="mode"),
    "other_benefit": other_benefit,
    "life_certificate": plainly("life_certificate", code="status", day="due"),
    "bank_account": bank_account,
    "expenditure": expenditure,
    "destitute_findings": destitute_findings,
    "work_refusal": plainly("work_refusal"),
    "choose": plainly("choice", code="programme", detail="over"),
    "report": report,
}
