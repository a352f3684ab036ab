"""行与格: the rows of a text, a workbook or a walk through XML, bounded; every cell is text.

Only ever used inside the child process that reads a file, and therefore on the standard library
alone: it starts quickly, and there is little in it to attack.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import IO, Any, Protocol
from xml.parsers import expat

CELL = 500  # characters; the longest thing a bank says is a reason
LINE, PIECE = 2**15, 2**16
Row = tuple[int, list[str]]


class Stop(Exception):
    """The file is refused: a key, and what it is about."""


class Bounds:
    """How many rows and columns may be read at most."""

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns

    def row(self, number: int) -> None:
        """Stop beyond the last row that can be meant."""
        if number > self.rows:
            raise Stop("rows", str(self.rows))

    def column(self, number: int, where: str) -> None:
        """Stop beyond the last column that can be meant."""
        if number > self.columns:
            raise Stop("columns", where)


def text_rows(content: bytes, bounds: Bounds) -> Iterator[Row]:
    """Rows of a delimited text in UTF-8 or GB18030; the first line shows the delimiter."""
    charset = _charset(content)
    with io.TextIOWrapper(io.BytesIO(content), charset, newline="") as text:
        head = text.readline(LINE)
        text.seek(0)
        csv.field_size_limit(CELL)
        reader = csv.reader(_lines(text), delimiter=max(",\t|", key=head.count), strict=True)
        count = 0
        try:
            for cells in reader:
                if not any(cells):
                    continue
                count += 1
                bounds.row(count)
                bounds.column(len(cells), str(reader.line_num))
                yield reader.line_num, cells
        except csv.Error as fault:
            raise Stop("cells", f"{reader.line_num}: {fault}") from None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Line by line; a line without an end is not waited for."""
    number = 0
    while line := text.readline(LINE):
        number += 1
        if len(line) == LINE:
            raise Stop("cells", str(number))
        yield line


def _charset(content: bytes) -> str:
    """Which of the two it is, found piece by piece; Stop at the first line that is neither."""
    where = 0
    for charset in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(charset)()
        try:
            for at in range(0, len(content), PIECE):
                decoder.decode(content[at : at + PIECE], at + PIECE >= len(content))
        except UnicodeDecodeError as fault:
            end = min(at + fault.start, len(content))
            where = max(where, content.count(b"\n", 0, end) + 1)
        else:
            return charset
    raise Stop("charset", str(where))


class Walker(Protocol):
    """What is told of an XML file as it is walked."""

    parser: Any  # expat's, which knows the line

    def start(self, name: str, about: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def walk(opened: IO[bytes], walker: Walker) -> None:
    """Walk an XML file, as UTF-8 whatever it says of itself; a DOCTYPE stops it."""
    parser = walker.parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.text
    parser.StartDoctypeDeclHandler = _doctype
    try:
        while piece := opened.read(PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise Stop("xml", str(fault.lineno)) from None


def local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def _doctype(*_: Any) -> None:
    raise Stop("doctype", "")


class Words:
    """sharedStrings.xml: the texts that the cells of a workbook point to."""

    def __init__(self, most: int) -> None:
        self.found: list[str] = []
        self.parser: Any = None
        self._most, self._parts, self._inside, self._aside = most, [""], False, False

    def start(self, name: str, _about: dict[str, str]) -> None:
        """si begins a text, t a part of it; rPh is how it is pronounced."""
        name = local(name)
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._aside = True
        elif name == "t":
            self._inside = not self._aside

    def end(self, name: str) -> None:
        """Put a finished text at its place."""
        name = local(name)
        if name == "t":
            self._inside = False
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self.found.append("".join(self._parts))
            if len(self.found) > self._most:
                raise Stop("rows", "sharedStrings")

    def text(self, data: str) -> None:
        """A piece of a part."""
        if self._inside:
            self._parts.append(data)


class Sheet:
    """A worksheet: rows of text; a formula, a far cell or a row too many stops it.

    Half a million cells go through here, five calls each: the plain case is kept short.
    """

    def __init__(self, bounds: Bounds, words: list[str], put: Callable[[Row], None]) -> None:
        self.bounds, self.words, self.put = bounds, words, put
        self.parser: Any = None
        self._rows = self._row = 0
        self._cells: list[str] = []
        self._places: dict[str, int] = {}
        self._at, self._kind, self._where = 0, "", ""
        self._parts: list[str] = []
        self._inside = False

    def start(self, name: str, about: dict[str, str]) -> None:
        """row, c (a cell), v or t (what it holds), f (a formula)."""
        name = local(name)
        if name in ("v", "t"):
            self._inside = True
        elif name == "c":
            self._parts, self._kind = [], about.get("t", "n")
            where = self._where = about.get("r", "")
            letters = where.rstrip("0123456789")
            self._at = self._places.get(letters) or self._place(letters)
        elif name == "row":
            self._rows += 1
            self.bounds.row(self._rows)
            self._row = int(about.get("r", self._row + 1))
            self.bounds.row(self._row)
            self._cells = []
        elif name == "f":
            raise Stop("formula", self._where[:12])

    def _place(self, letters: str) -> int:
        """Which column the letters name; without any, the next one."""
        if not letters:
            at = len(self._cells) + 1
            self.bounds.column(at, str(self._row))
            return at
        at = 0
        for letter in letters[:8]:
            at = at * 26 + ord(letter) - 64
        self.bounds.column(at if at > 0 else 2**20, self._where[:12])
        self._places[letters] = at
        return at

    def end(self, name: str) -> None:
        """A finished cell goes to its column, a finished row to the reader."""
        name = local(name)
        if name in ("v", "t"):
            self._inside = False
        elif name == "c":
            cells, text = self._cells, "".join(self._parts)
            while len(cells) < self._at:
                cells.append("")
            cells[self._at - 1] = text if self._kind == "inlineStr" else self._value(text)
            if len(text) > CELL:
                raise Stop("cells", self._where[:12])
        elif name == "row" and any(self._cells):
            self.put((self._row, self._cells))

    def _value(self, text: str) -> str:
        if self._kind == "s":
            if not text.isdecimal() or int(text) >= len(self.words):
                raise Stop("cells", self._where[:12])
            text = self.words[int(text)]
            if len(text) > CELL:
                raise Stop("cells", self._where[:12])
        elif self._kind == "n" and text:
            text = plain_number(text)
        return text

    def text(self, data: str) -> None:
        """A piece of what a cell holds."""
        if self._inside:
            self._parts.append(data)


def plain_number(text: str) -> str:
    """A number as a person would write it: 90 of 90.000000000000014, no 6.2E+18."""
    try:
        number = Decimal(text)
        if not number.is_finite() or abs(number) >= 10**30:
            return text
        cents = number.quantize(Decimal("0.01"))
    except InvalidOperation:
        return text
    if abs(number - cents) < Decimal("0.000001"):
        number = cents
    whole = number == number.to_integral_value()
    return format(number.to_integral_value() if whole else number.normalize(), "f")


def sheet_rows(content: bytes, bounds: Bounds) -> Iterator[Row]:
    """The rows of the one worksheet that holds anything."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        sheets = sorted(n for n in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n))
        held = [name for name in sheets if _holds(packed, name)]
        if len(held) != 1:
            raise Stop("sheets", str(len(held)))
        words = Words(bounds.rows * bounds.columns)
        if "xl/sharedStrings.xml" in names:
            with packed.open("xl/sharedStrings.xml") as opened:
                walk(opened, words)
        rows: list[Row] = []
        sheet = Sheet(bounds, words.found, rows.append)
        with packed.open(held[0]) as opened:
            walk(opened, sheet)
    yield from rows


def _holds(packed: zipfile.ZipFile, name: str) -> bool:
    """Whether a worksheet has any cell."""
    tail = b""
    with packed.open(name) as opened:
        while piece := opened.read(PIECE):
            if re.search(rb"<(\w+:)?c[\s>]", tail + piece):
                return True
            tail = piece[-40:]
    return False
