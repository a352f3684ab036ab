"""走访间隔和时限: the dated figures of the registers for a day, as parameters of a query."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext

from apps.registers import words
from apps.standards.book import Book
from apps.units.months import month_of


def visit_params(book: Book, today: dt.date) -> dict[str, Any]:
    """The months between visits by register and level; NULL where nothing is configured."""
    figures = book.month(month_of(today)).bands("registers.visit_months")
    return {
        f"{register}_{level}": figures.get(f"{register}_{level}")
        for register in words.REGISTERS
        for level in words.LEVELS
    }


def age_limits(book: Book, today: dt.date) -> dict[str, Any]:
    """The ages below which a child may be on a register; NULL where nothing is configured."""
    figures = book.month(month_of(today)).bands("registers.child_age")
    return {f"{register}_age": figures.get(register) for register in words.REGISTERS}


def days(book: Book, today: dt.date, key: str) -> int | None:
    """A number of days of the registers; None: not configured, so nothing is due."""
    return book.month(month_of(today)).optional(f"registers.{key}")


def words_of_visits(book: Book, today: dt.date, register: str, level: str) -> str:
    """How often a child of this register and level is visited, in words."""
    months = visit_params(book, today).get(f"{register}_{level}")
    return (
        gettext("每{months}个月走访一次").format(months=months)
        if months
        else gettext("未设走访间隔")
    )
