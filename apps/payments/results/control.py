"""控制数: a number and a sum that were told of something, to be compared with what is there."""

from __future__ import annotations

from typing import NamedTuple


class Control(NamedTuple):
    """A number of lines and their sum in fen, as told on some way; None: not told."""

    lines: int | None = None
    fen: int | None = None
