"""字库: which characters our one font can print, and those of a paper that it cannot.

The font is vendored (docs/vendored.md). Its own table of characters is read, so that what is
said here is what will be printed: a character it lacks would come out as an empty box.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "fonts"
FILE = FOLDER / "NotoSerifCJKsc-Regular.otf"
BLANK = "〔　〕"
_SEGMENTS = 12  # the cmap format that names characters beyond 65,535
_LAYOUT = {"\n", "\t"}
LABELS = {
    "name": "姓名",
    "address": "住址",
    "village": "村（社区）",
    "payee": "收款人",
    "bank": "开户行",
    "note": "说明",
}


class Rare(NamedTuple):
    """A character the font lacks: which, and whose name (or what) it stands in."""

    character: str
    where: str

    @property
    def words(self) -> str:
        """For people: the character, its code, and where it is."""
        return f"{self.where}中的“{self.character}”（U+{ord(self.character):04X}）"


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Every character (code point) the font has a glyph for."""
    content = FILE.read_bytes()
    tables = struct.unpack(">H", content[4:6])[0]
    for n in range(tables):
        tag, _, offset, _ = struct.unpack(">4sIII", content[12 + 16 * n : 28 + 16 * n])
        if tag == b"cmap":
            return frozenset(_characters(content, offset))
    raise ValueError("the font has no table of characters")


def _characters(content: bytes, cmap: int) -> Iterator[int]:
    count = struct.unpack(">H", content[cmap + 2 : cmap + 4])[0]
    for n in range(count):
        at = cmap + 4 + 8 * n
        start = cmap + struct.unpack(">I", content[at + 4 : at + 8])[0]
        if struct.unpack(">H", content[start : start + 2])[0] == _SEGMENTS:
            yield from _segments(content, start)


def _segments(content: bytes, start: int) -> Iterator[int]:
    groups = struct.unpack(">I", content[start + 12 : start + 16])[0]
    for n in range(groups):
        at = start + 16 + 12 * n
        first, last, _glyph = struct.unpack(">III", content[at : at + 12])
        yield from range(first, last + 1)


def lacking(text: str) -> list[str]:
    """The characters of a text that the font cannot print, each once, in order."""
    known = covered()
    return list(dict.fromkeys(c for c in text if c not in _LAYOUT and ord(c) not in known))


def rare(data: Any, key: str = "") -> list[Rare]:
    """Every character of a paper's data that the font lacks, each with its place, once."""
    found = dict.fromkeys(
        Rare(character, f"{LABELS.get(where, '内容')}“{text}”")
        for where, text in _texts(data, key)
        for character in lacking(text)
    )
    return list(found)


def _texts(data: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield key, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from _texts(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value, key)


def blanked(data: Any) -> Any:
    """The same data with an open bracket, to be written in by hand, for each such character."""
    if isinstance(data, str):
        missing = lacking(data)
        return "".join(BLANK if c in missing else c for c in data) if missing else data
    if isinstance(data, dict):
        return {name: blanked(value) for name, value in data.items()}
    if isinstance(data, list):
        return [blanked(value) for value in data]
    return data
