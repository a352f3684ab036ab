"""时限: the acts of a case that start a clock, and the days on which the clocks run out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from apps.casework.deadlines import deadlines
from apps.minimum_living.examine import valid_to
from apps.minimum_living.models import DeterminationMember
from apps.standards.models import current_book
from apps.units.calendar import WorkCalendar
from apps.units.months import month_of

if TYPE_CHECKING:
    from civil_affairs.casebook.cast import Cast

RIGID = "rigid_expenditure_household"


def calendar_of(profile: dict[str, Any]) -> WorkCalendar:
    """The working calendar of a profile (CV-07)."""
    said = profile["calendar"]
    holidays = [(_day(span["from"]), _day(span["to"])) for span in said["holidays"]]
    return WorkCalendar(holidays, [_day(text) for text in said["makeup_workdays"]])


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Clocks:
    """Acts as they happen, by the name casework.deadlines knows them by."""

    def __init__(self, cast: Cast, calendar: WorkCalendar) -> None:
        self.cast, self.calendar = cast, calendar
        self._acts: dict[str, list[dt.date]] = {}

    def note(self, act: str, on: dt.date, programme: str, key: str) -> None:
        """An act of the case; only those that start a clock are kept."""
        if act == "death":
            act = "death_of_member" if self._on_minimum_living(key, on) else ""
        if act == "confirmed":
            act = "rigid_expenditure_confirmed" if programme == RIGID else ""
        if act:
            self._acts.setdefault(act, []).append(on)

    def _on_minimum_living(self, key: str, on: dt.date) -> bool:
        """Whether the person is counted in an award of minimum living in the month of a day."""
        month = month_of(on)
        return DeterminationMember.objects.filter(
            person_id=self.cast.persons[key].pk,
            counted=True,
            determination__period__contains=month,
            determination__entitlement__period__contains=month,
        ).exists()

    def found(self) -> dict[str, list[dt.date]]:
        """The days on which each started clock runs out; several where an act was repeated."""
        found: dict[str, list[dt.date]] = {}
        book = current_book()
        for act, days in self._acts.items():
            for day in days:
                for key, end in deadlines({act: day}, self.calendar, book).items():
                    if end not in found.setdefault(key, []):
                        found[key].append(end)
        self._with_configured_term(found)
        return found

    def _with_configured_term(self, found: dict[str, list[dt.date]]) -> None:
        """The term of a recognised household is a standard, twelve months unless it says else."""
        book = current_book()
        days = self._acts.get("rigid_expenditure_confirmed", [])
        ends = [valid_to(day, book.month(month_of(day))) for day in days]
        configured = [end for end in ends if end is not None]
        if configured:
            found["valid_to"] = configured
