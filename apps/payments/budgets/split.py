"""分担: one sum split among its sources, so that the parts add up to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apps.units import money


class Portion(NamedTuple):
    """A source's share in ten-thousandths; ``place`` decides between equal remainders."""

    source: str
    place: int
    points: int


def split(fen: int, portions: Iterable[Portion]) -> dict[str, int]:
    """Each source's part in fen, by largest remainder: they add up, each within a fen of exact.

    Of equal remainders the source that comes first gets the fen; the order given does not matter.
    The database does the same for whole runs (migration budget_guards, actions.charge).
    """
    ordered = sorted(portions, key=lambda one: one.place)
    parts = money.split(fen, [one.points for one in ordered])
    return {one.source: part for one, part in zip(ordered, parts, strict=True)}
