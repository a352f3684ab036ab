"""缺了谁用: which work cannot go on for want of a standard. Apps above say it in lacking.py."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping

# day → key of a standard that has no value → what is held up by it, in words
Lacking = Callable[[dt.date], Mapping[str, list[str]]]
_SAID: list[Lacking] = []


def lacking(find: Lacking) -> Lacking:
    """Lay an answer on the table; called at import of an app's lacking.py."""
    if find not in _SAID:
        _SAID.append(find)
    return find


def held_up(today: dt.date) -> dict[str, list[str]]:
    """By key, everything that waits for its value."""
    found: dict[str, list[str]] = defaultdict(list)
    for find in _SAID:
        for key, words in find(today).items():
            found[key] += words
    return dict(found)
