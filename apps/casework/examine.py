"""审核: the tests of an application said aloud, in the order of the law; nothing is written.

Person-level programmes are tested by the conditions of the day and by what the person holds in
the next month: recorded choices first (择一), programmes that exclude each other, the card's own
tests, and last the slot in which only the highest is paid (择高).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from apps.casework.assess import Assessment, assess, scope_of
from apps.casework.engine import Result
from apps.casework.models import Application
from apps.casework.outcome import Test
from apps.casework.programme import PROGRAMMES, Computed, Examination, Programme
from apps.households.models import Fact
from apps.standards.book import Book, MissingStandard
from apps.units.language import in_chinese
from apps.units.money import yuan
from apps.units.months import Month, month_of, month_text, next_month

MISSING = "missing_standard"


class _Ahead:
    """The dues of those concerned through the next month, computed once when first asked."""

    def __init__(self, application: Application, day: dt.date, book: Book) -> None:
        self.application, self.book = application, book
        self.through = next_month(month_of(day))
        self._found: Assessment | None = None

    def assessment(self, through: Month) -> Assessment:
        """Every month through the next one (or a later one, when asked)."""
        if self._found is None or through > self.through:
            self.through = max(self.through, through)
            person = self.application.person_id
            scope = scope_of([self.application.household_id], [person] if person else ())
            self._found = assess(scope, through=self.through, book=self.book)
        return self._found

    def computed(self, month: Month) -> Computed:
        """What each person shares in that month; nothing where nobody has an award."""
        return self.assessment(month).computed.get(month) or Computed()

    def results(self, month: Month) -> list[Result]:
        return self.assessment(month).results.get(month, [])


class _Asked(NamedTuple):
    """An examination with what the generic tests need beside it."""

    card: Programme
    x: Examination
    ahead: _Ahead
    month: Month  # the next month


@in_chinese()
def examine(application: Application, *, day: dt.date, book: Book) -> list[Test]:
    """Every test of the application on that day; a missing standard is a test of its own.

    ``passed`` False refuses, None is left to the officer; code ``missing_standard`` holds it.
    """
    card = PROGRAMMES[application.programme]
    ahead = _Ahead(application, day, book)
    x = Examination(application, day, book, ahead.computed)
    asked = _Asked(card, x, ahead, next_month(month_of(day)))
    tests: list[Test] = []
    try:
        for part in (_chosen, _excluded, _own, _slot):
            tests.extend(part(asked))
    except MissingStandard as missing:
        tests.append(Test(MISSING, None, f"待补：{missing}"))
    return tests


def first_failed(tests: list[Test]) -> Test | None:
    """The test that refuses the application, if any."""
    return next((test for test in tests if test.passed is False), None)


def _own(asked: _Asked) -> list[Test]:
    return asked.card.examine(asked.x) if asked.card.examine else []


def _chosen(asked: _Asked) -> Iterator[Test]:
    """A recorded choice (择一, R-TK-05): the newest between two programmes holds."""
    person, card = asked.x.application.person_id, asked.card
    if person is None:
        return
    given_up: dict[str, bool] = {}
    choices = Fact.objects.known_now().filter(kind="choice", person_id=person, on__lte=asked.x.day)
    for chosen, other in choices.order_by("on", "pk").values_list("code", "detail"):
        if card.code == other or chosen in card.chosen_against:
            given_up[chosen] = True
        elif card.code == chosen:
            given_up[other] = False
    for chosen in (code for code, refused in given_up.items() if refused):
        name = PROGRAMMES[chosen].name if chosen in PROGRAMMES else chosen
        yield Test("chosen_other", False, f"本人已选择享受{name}，放弃{card.name}")


def _excluded(asked: _Asked) -> Iterator[Test]:
    """Programmes that may not be held beside this one, by what is held in the next month."""
    person, card = asked.x.application.person_id, asked.card
    if person is None or not card.excluded_by:
        return
    computed, standards = asked.x.computed(asked.month), asked.x.book.month(asked.month)
    found = False
    for exclusion in card.excluded_by:
        if exclusion.switch and not standards.on(exclusion.switch):
            continue
        if computed.holds(exclusion.programme, person):
            name = PROGRAMMES[exclusion.programme].name
            words = f"{month_text(asked.month)}享受{name}，不能同时享受{card.name}"
            yield Test(
                "excluded", False, f"{words}（{exclusion.note}）" if exclusion.note else words
            )
            found = True
    if not found:
        yield Test("excluded", True, f"没有与{card.name}互斥的待遇")


def _slot(asked: _Asked) -> Iterator[Test]:
    """择高: what this award would be next month, against the others of its slot (R-CJ-07)."""
    card, standards = asked.card, asked.x.book.month(asked.month)
    if card.bid is None or not _competes(card, asked):
        return
    mine = card.bid(asked.x)
    for rival in asked.ahead.results(asked.month):
        if rival.case.subject != asked.x.application.person_id or not _rivals(card, rival.card):
            continue
        theirs = rival.outcome.fen
        if not theirs or not _competes(rival.card, asked):
            continue
        if (theirs, -rival.card.number) > (mine, -card.number):
            words = (
                f"{month_text(standards.month)}享受{rival.card.name}{yuan(theirs)}元，"
                f"{card.name}为{yuan(mine)}元，两者择高，不再享受{card.name}"
            )
            yield Test("higher_nursing_benefit", False, words)


def _rivals(card: Programme, other: Programme) -> bool:
    mine, theirs = card.slot, other.slot
    return card.code != other.code and bool(mine and theirs and mine.name == theirs.name)


def _competes(card: Programme, asked: _Asked) -> bool:
    if card.slot is None:
        return False
    return card.slot.switch is None or asked.x.book.month(asked.month).on(card.slot.switch)
