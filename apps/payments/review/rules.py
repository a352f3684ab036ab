"""核查规则的取值: which rules hold in a month, which of them ask, and by when they are settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext

from apps.offices.models import Role
from apps.payments.review.models import ReviewRule
from apps.standards.book import Standards
from apps.units.calendar import WorkCalendar
from apps.units.months import Month

Rules = dict[str, ReviewRule]


def in_force(month: Month) -> Rules:
    """The rules of a month by code, in the order they were first loaded (1 query)."""
    rows = ReviewRule.objects.filter(from_month__lte=month).order_by("code", "-from_month")
    newest: Iterable[ReviewRule] = rows.distinct("code")
    return {row.code: row for row in sorted(newest, key=lambda row: row.pk) if row.asked}


def asking(rules: Rules, standards: Standards) -> Rules:
    """Those whose every threshold is configured; a switch off, or 0 months, asks nothing."""
    return {
        code: rule
        for code, rule in rules.items()
        if all(_set(standards, key) for key in rule.standards)
    }


def _set(standards: Standards, key: str) -> bool:
    value = standards.optional(key)
    return value is not None and (value > 0 or standards.row(key).unit == "rate")


def said(rule: ReviewRule) -> tuple[str, str]:
    """Its short name and its words in the reader's language; stored they are Chinese."""
    return gettext(rule.short), gettext(rule.words)


def owner_words(rule: ReviewRule) -> str:
    """Whose it is to settle."""
    return str(Role(rule.owner).label)


def due_on(rule: ReviewRule, asked_on: dt.date, calendar: WorkCalendar) -> dt.date:
    """The last day to settle it: working days after the day it was asked."""
    return calendar.add_workdays(asked_on, rule.days)
