"""设想都确认了: what many families would get of a programme; nothing stays written.

Like a trial: recorded by the real actions inside a transaction that is always rolled back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from apps.casework import actions
from apps.casework.assess import programmes_of, scope_of
from apps.casework.engine import Result, calculate
from apps.casework.models import Entitlement
from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES, Programme
from apps.casework.trial import imagined_post, in_time_for, rolled_back
from apps.offices.models import Role
from apps.standards.book import Book
from apps.units.months import Month


class Would(NamedTuple):
    """What a family would get for a month; ``held``: a fact or a standard is missing."""

    fen: int
    heads: int
    held: bool


def would_get(
    card: Programme, households: Sequence[int], *, month: Month, books: Sequence[Book]
) -> list[dict[int, Would]]:
    """For each book what these households would get of ``card`` if all had been confirmed.

    With what is awarded together with it (分类施保). None of them may hold an award of the card.
    """
    codes = {c.code for c in PROGRAMMES.values() if card.code in (c.code, c.awarded_with)}
    found: list[dict[int, Would]] = []
    with rolled_back():
        clerk, decider = imagined_post(Role.COUNTY_CLERK), imagined_post(Role.COUNTY_SUPERVISOR)
        day = in_time_for(card, month)
        asked = actions.imagine_applications(card, households, on=day, prepared_by=clerk)
        actions.imagine_all(card, asked, on=day, prepared_by=clerk, by=decider)
        scope, mine = scope_of(households), set(households)
        homes = dict(
            Entitlement.objects.filter(application__in=asked).values_list("pk", "household_id")
        )
        only = programmes_of(scope)
        for book in books:
            sums: dict[int, Would] = {}
            for result in calculate(month, book=book, scope=scope, only=only):
                home = homes.get(result.case.entitlement_id)
                if home in mine and result.card.code in codes:
                    sums[home] = _added(sums.get(home), result, card)
            found.append(sums)
    return found


def _added(before: Would | None, result: Result, card: Programme) -> Would:
    one = before or Would(0, 0, False)
    heads = len(result.case.persons) if result.card.code == card.code else 0
    held = result.outcome.verdict is Verdict.HELD
    return Would(one.fen + result.outcome.fen, one.heads + heads, one.held or held)
