"""测算的图: how the changes are spread, and bars of a chart drawn on the server. Plain values."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext

WIDTH, LEFT, ROW = 300, 116, 24
STEPS_FEN = (20_00, 50_00, 100_00, 200_00, 500_00)  # the classes of a change a month


class Bar(NamedTuple):
    """One bar: its words, its value in words, and where it lies, in units of the drawing."""

    label: str
    words: str
    width: int
    y: int
    down: bool


class Chart(NamedTuple):
    """All bars of a drawing, and its height."""

    bars: list[Bar]
    height: int


def chart(rows: Iterable[tuple[str, int, str, bool]]) -> Chart:
    """A bar for each (label, value, words, whether less); the greatest takes the whole width."""
    given = list(rows)
    most = max((abs(value) for _, value, _, _ in given), default=0) or 1
    bars = [
        Bar(label, words, _width(value, most), n * ROW, down)
        for n, (label, value, words, down) in enumerate(given)
    ]
    return Chart(bars, len(bars) * ROW)


def _width(value: int, most: int) -> int:
    return max(round(abs(value) * WIDTH / most), 1 if value else 0)


class Class(NamedTuple):
    """So many awards change by so much a month."""

    label: str
    cases: int
    down: bool


def spread(changes: Sequence[int]) -> list[Class]:
    """How many awards change by how much a month, from the greatest loss to the greatest gain."""
    counts = {True: [0] * (len(STEPS_FEN) + 1), False: [0] * (len(STEPS_FEN) + 1)}
    for fen in changes:
        if fen:
            counts[fen > 0][bisect_left(STEPS_FEN, abs(fen))] += 1
    edges = [0, *STEPS_FEN]
    words = [
        gettext("{low}–{high} 元").format(low=low // 100, high=high // 100)
        for low, high in pairwise(edges)
    ]
    words.append(gettext("{edges} 元以上").format(edges=edges[-1] // 100))
    less = [
        Class(gettext("减 {one}").format(one=one), n, True)
        for one, n in zip(words, counts[False], strict=True)
        if n
    ][::-1]
    more = [
        Class(gettext("增 {one}").format(one=one), n, False)
        for one, n in zip(words, counts[True], strict=True)
        if n
    ]
    return [*less, *more]
