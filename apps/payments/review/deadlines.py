"""核查时限: whose an exception is to settle, by which day, and how many days are left of it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from apps.offices.calendar import current_calendar
from apps.payments.review.rules import Rules, due_on, in_force, owner_words
from apps.units.calendar import WorkCalendar
from apps.units.months import Month


class Deadline(NamedTuple):
    """A day to settle something by; ``left`` in calendar days, below zero when it is overdue."""

    owner: str
    due: dt.date
    left: int
    estimated: bool  # the holidays of its year are not announced yet

    @property
    def overdue(self) -> int:
        """How many days it is late; 0 while it is not."""
        return max(-self.left, 0)


class Deadlines:
    """The deadlines of a month's rules as seen today (2 queries when it is made)."""

    def __init__(self, month: Month, today: dt.date) -> None:
        self.rules: Rules = in_force(month)
        self.today = today
        self._calendar: WorkCalendar = current_calendar()

    def of(self, code: str, asked_on: dt.date) -> Deadline | None:
        """The deadline of what a rule asked on a day; None where the rule is not in force."""
        rule = self.rules.get(code)
        if rule is None:
            return None
        due = due_on(rule, asked_on, self._calendar)
        left = (due - self.today).days
        return Deadline(owner_words(rule), due, left, self._calendar.is_estimated(due))

    def owned_by(self, owner: str) -> list[str]:
        """The codes of the rules that a post settles."""
        return [code for code, rule in self.rules.items() if rule.owner == owner]

    @property
    def owners(self) -> list[tuple[str, str]]:
        """Code and name of every post that settles something."""
        return sorted({rule.owner: owner_words(rule) for rule in self.rules.values()}.items())
