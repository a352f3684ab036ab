"""语言: the words of the interface, said in the language of whoever reads them.

Chinese is the source. A word is marked where it is defined (``lazy``) and said at the edge, so
one table of labels serves every language. What is stored, counted into a digest or printed is
always Chinese: ``chinese``, ``in_chinese``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

from django.utils.functional import Promise
from django.utils.functional import lazy as lazy_text
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, override

from apps.units.months import Month

SOURCE = "zh-hans"

# A lazy word stands wherever a str does, but str.join, json and a raw SQL parameter want str().
lazy = cast("Callable[[str], str]", gettext_lazy)


def worded(words: str, /, **values: object) -> str:
    """Lazy words with values in their places, as lazy as they are."""
    return cast("str", format_lazy(words, **values))


def later(say: Callable[..., str], *args: object) -> str:
    """What ``say`` answers, asked anew in the language of each reader."""
    return _later(say)(*args)


@cache
def _later(say: Callable[..., str]) -> Callable[..., str]:
    """Made once for each: to make it takes as long as a thousand words."""
    return lazy_text(say, str)


def month_words(month: Month) -> str:
    """The month as a page names it: 2024年12月."""
    # English writes a month in two digits: xgettext:no-python-brace-format
    return gettext("{year}年{month}月").format(year=month.year, month=month.month)


def chinese(words: object) -> str:
    """The words as they are stored, whatever the reader's language."""
    with override(SOURCE):
        return str(words)


def plain(data: Any) -> Any:
    """The same data with every lazy word in it said in Chinese: to be stored or printed."""
    if isinstance(data, Promise):
        return chinese(data)
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    return [plain(one) for one in data] if isinstance(data, list | tuple) else data


@contextmanager
def in_chinese() -> Iterator[None]:
    """Within it (``with``), or inside the function it decorates, every word is Chinese."""
    with override(SOURCE):  # one of its own for each call: threads must not share it
        yield


def listed(words: Iterable[object]) -> str:
    """The words one after another, as the reader's language lists them."""
    return gettext("、").join(str(one) for one in words)
