"""设想的标准: what may be tried, as typed into an address, and as values of a book. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.assess import ordered
from apps.casework.programme import PROGRAMMES
from apps.standards.book import Book, Value
from apps.standards.loading import MONEY, BadStandard, Entry, catalogue
from apps.standards.models import Unit
from apps.standards.saying import band_words, value_typed, value_words
from apps.units.months import Month

MOST = 6  # standards changed at once
NUMBERS = (*MONEY, Unit.RATE, Unit.COUNT)


class Option(NamedTuple):
    """One value that may be tried: its code in the address, its name, and what holds now."""

    code: str  # the key, with its band after a colon
    words: str
    now: str


class Group(NamedTuple):
    """The values that the rule of one programme reads."""

    title: str
    options: list[Option]


class Draft(NamedTuple):
    """One value tried."""

    entry: Entry
    band: str
    value: int

    @property
    def code(self) -> str:
        """As in the address."""
        return f"{self.entry.key}:{self.band}" if self.band else self.entry.key

    @property
    def label(self) -> str:
        """The name of the standard with its band."""
        band = band_words(self.entry.key, self.band)
        label = self.entry.title
        return gettext("{label}（{band}）").format(label=label, band=band) if band else label

    @property
    def words(self) -> str:
        """The value in words."""
        return value_words(self.entry.key, self.entry.unit, self.value)

    @property
    def typed(self) -> str:
        """The value as it is typed into the form of standards."""
        return value_typed(self.entry.unit, self.value)

    @property
    def yearly_fen(self) -> int | None:
        """Fen a year for one person; None where the value is no sum of money a person."""
        return {Unit.FEN_YEAR: self.value, Unit.FEN_MONTH: self.value * 12}.get(self.entry.unit)


class Typed(NamedTuple):
    """One row of the form as typed, and what is wrong with it."""

    code: str
    text: str
    problem: str


def options(book: Book, month: Month) -> list[Group]:
    """Every number that a rule reads, by programme; each once."""
    standards, seen, found = book.month(month), set(), []
    for card in ordered(PROGRAMMES.values()):
        group = Group(card.name, [])
        for key in card.standards if card.rules else ():
            entry = catalogue().get(key)
            if entry is None or key in seen or entry.unit not in NUMBERS:
                continue
            seen.add(key)
            for band in _bands(entry, standards.bands(key)):
                now = value_words(key, entry.unit, standards.optional(key, band))
                draft = Draft(entry, band, 0)
                group.options.append(Option(draft.code, draft.label, now))
        if group.options:
            found.append(group)
    return found


def _bands(entry: Entry, held: Iterable[str]) -> list[str]:
    return [""] if entry.bands is None else list(entry.bands) or sorted(held)


def read(codes: Sequence[str], texts: Sequence[str]) -> tuple[list[Draft], list[Typed]]:
    """The drafts of an address, and every row as typed; an empty row says nothing."""
    drafts: list[Draft] = []
    typed: list[Typed] = []
    for code, text in list(zip(codes, texts, strict=False))[:MOST]:
        if not code and not text.strip():
            continue
        problem = ""
        try:
            draft = _draft(code, text.strip())
            if any(one.code == draft.code for one in drafts):
                raise BadStandard(gettext("这项标准已在上面填过，请删去其一。"))
            drafts.append(draft)
        except BadStandard as fault:
            problem = str(fault)
        typed.append(Typed(code, text, problem))
    return drafts, typed


def _draft(code: str, text: str) -> Draft:
    key, _, band = code.partition(":")
    entry = catalogue().get(key)
    if entry is None or entry.unit not in NUMBERS or (entry.bands is None) is bool(band):
        raise BadStandard(gettext("请从清单中选择要改的标准。"))
    if not text:
        raise BadStandard(gettext("请填写{label}的设想值。").format(label=entry.title))
    raw = int(text) if entry.unit is Unit.COUNT and text.isdecimal() else text
    number, _ = entry.parsed(raw)
    assert number is not None
    return Draft(entry, band, number)


def with_drafts(book: Book, drafts: Iterable[Draft], month: Month) -> Book:
    """The book as it would be if the drafts held from the month on."""
    for one in drafts:
        value = Value(
            one.entry.key, one.band, month, None, one.value, "", one.entry.unit, "设想值", False
        )
        book = book.with_value(value)
    return book


def without(book: Book, draft: Draft) -> Book:
    """The book without the value: whoever needs it finds none."""
    return Book(row for row in book if (row.key, row.band) != (draft.entry.key, draft.band))
