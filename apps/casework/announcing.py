"""终止公示: how an ending that must be announced gets onto the village board, and how it stands.

Whoever keeps the board (公示) answers here; who decides on the ending (动态管理) asks here. Neither
imports the other (docs/decisions/0008).
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, Protocol

from apps.offices.models import Staff


class Posted(NamedTuple):
    """A notice that is up: its number, its last day, how long it lasts in words."""

    notice_id: int
    last_day: dt.date
    length: str


class Standing(NamedTuple):
    """How a notice stands: whether it was ended after its days, and who objected."""

    ended: bool
    words: str
    url: str
    objections: tuple[str, ...]  # what was said, in order
    unanswered: tuple[str, ...]  # of these, what nobody has looked into yet


class Board(Protocol):
    """The village board as seen by who ends an award."""

    def post(self, award_id: int, *, on: dt.date, by: Staff) -> Posted:
        """Put up the list with this award; refuses in words."""
        ...

    def take_down(self, notice_id: int, *, on: dt.date, by: Staff, reason: str) -> None:
        """Take a list down before its time; one that is over stays as it is."""
        ...

    def standing(self, notice_id: int) -> Standing:
        """How it stands now."""
        ...


BOARDS: list[Board] = []


def keep_board(board: Board) -> None:
    """Answer for the village board; called once at import."""
    BOARDS[:] = [board]


def board() -> Board:
    """The board that somebody keeps."""
    if not BOARDS:
        raise LookupError("nobody keeps the village board: apps.publicity is not installed")
    return BOARDS[0]
