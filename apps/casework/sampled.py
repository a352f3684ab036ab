"""随机抽查 (R-TK-06): what waits to be drawn among, and a draw as it can be proved. Only reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from random import Random
from typing import NamedTuple

from apps.casework.models import Application, Draw, StepTaken
from apps.casework.programme import PROGRAMMES, Programme
from apps.offices.models import Division, Role, Staff, divisions_visible_to
from apps.units.months import Month

COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
WHOLE = 10_000
TOWNSHIP = 9  # digits of a township's code


def drawn_of(pool: list[int], rate: int, seed: int) -> list[int]:
    """The drawn ones: the same for the same pool, rate (ten-thousandths) and seed."""
    wanted = -(-len(pool) * rate // WHOLE)
    return sorted(Random(seed).sample(sorted(pool), wanted))  # noqa: S311 - reproducible by law


def quarter_of(day: dt.date) -> Month:
    """The first month of the quarter."""
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def townships(staff: Staff) -> list[Division]:
    """The townships of the territory."""
    return list(divisions_visible_to(staff).filter(code__regex=rf"^\d{{{TOWNSHIP}}}$"))


def waiting(programme: str, township: str, on: dt.date, by: Staff) -> list[int]:
    """The applications before the county, received since the quarter began, in no pool yet."""
    return received([programme], on, by).get((programme, township), [])


def received(programmes: Iterable[str], on: dt.date, by: Staff) -> dict[tuple[str, str], list[int]]:
    """The same by programme and township (two queries)."""
    codes = list(programmes)
    pools = Draw.objects.filter(programme__in=codes).values_list("pool", flat=True)
    before = {pk for pool in pools for pk in pool}
    mine = Application.objects.visible_to(by).filter(programme__in=codes, state="reviewing")
    came = StepTaken.objects.filter(
        application__in=mine, target="reviewing", on__gte=quarter_of(on), on__lte=on
    )
    rows = came.values_list(
        "application_id", "application__programme", "application__household__division"
    )
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, programme, division in rows.order_by("application_id").distinct():
        if pk not in before:
            found[programme, division[:TOWNSHIP]].append(pk)
    return found


class Waiting(NamedTuple):
    """How many applications of a township wait to be drawn among."""

    programme: str
    code: str
    township: str
    division: str
    number: int


def waiting_by_township(
    cards: Iterable[Programme], staff: Staff, on: dt.date, names: Mapping[str, str]
) -> list[Waiting]:
    """Where a draw can be held today, in the order of the townships."""
    found = received([card.code for card in cards], on, staff)
    return [
        Waiting(PROGRAMMES[code].name, code, names.get(division, division), division, len(ids))
        for (code, division), ids in sorted(found.items(), key=lambda one: one[0][::-1])
    ]


class Told(NamedTuple):
    """A draw in words; ``share`` is of what was drawn, in ten-thousandths."""

    draw: Draw
    programme: str
    township: str
    share: int


def told(draw: Draw, names: Mapping[str, str]) -> Told:
    """A draw as the pages say it."""
    share = len(draw.drawn) * WHOLE // len(draw.pool)
    name = names.get(draw.township, draw.township)
    return Told(draw, PROGRAMMES[draw.programme].name, name, share)


class InPool(NamedTuple):
    """One application of a pool."""

    application: Application
    drawn: bool
    state: str


def pool_of(draw: Draw) -> list[InPool]:
    """Every application that stood in the pool, the drawn ones marked (one query)."""
    rows = Application.objects.filter(pk__in=draw.pool).select_related("household", "person")
    drawn = set(draw.drawn)
    return [InPool(one, one.pk in drawn, one.get_state_display()) for one in rows.order_by("pk")]
