"""计算过程: how a rule says each step, and who listens."""

from collections.abc import Callable
from typing import TypeAlias

Say: TypeAlias = Callable[[str, int], int]


def silent(_words: str, amount: int) -> int:
    """The amount (fen) unchanged, the words unheard: for the monthly run."""
    return amount


class Working:
    """计算过程: hears every step of a rule, in the order said; amounts in fen."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    def __call__(self, words: str, amount: int) -> int:
        """The amount (fen) unchanged, written down with its words."""
        self.lines.append((words, amount))
        return amount
