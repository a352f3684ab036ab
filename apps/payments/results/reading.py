"""读回盘: what each line of a result file says, as typed values; what cannot be read is told.

The file itself is read by a child process (child.py) that is bounded in memory and time; here its
rows of text become lines. Nothing is looked up and nothing is written.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.conf import settings
from django.utils.translation import gettext

from apps.payments.results.control import Control
from apps.payments.results.gate import MEND, Refused, inspect
from apps.payments.results.models import Said
from apps.units.language import lazy as _
from apps.units.money import parse_yuan

LAYOUTS = Path(__file__).with_name("layouts.yaml")
WALL_SECONDS = 60  # of a machine that does other things; the child is bound to 30 s of work
SPARE_ROWS, COLUMNS, HEAD_WITHIN = 10, 40, 6
NUMBER_DIGITS = 9
Rows = list[tuple[int, list[str]]]
EPOCH = dt.date(1899, 12, 30)  # day 0 of a spreadsheet
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")
CODE = re.compile(r"[A-Z]{2}\d{2}")
NEEDED = {"batch", "number", "account", "yuan", "state"}
TOTAL = ("合计", "总计", "总笔数")
# Why the child stopped, by its key; {about} says where.
WHY = {
    "rows": _("文件多于所选批次的笔数（最多读到第 {about} 行），请核对是否选错了批次或文件。"),
    "columns": _("{about} 处超出了应有的列，请删去多余的列后再上传。"),
    "formula": _("{about} 是公式；银行的文件只应有文字和数字，请另存为“值”后再上传。"),
    "sheets": _("工作簿里有内容的工作表是 {about} 张，应恰好一张。"),
    "cells": _("{about} 处读不出或过长，请向银行重新索取文件。"),
    "charset": _("第 {about} 行有既不是 UTF-8 也不是 GB18030 的字，请另存为 UTF-8 后再上传。"),
    "xml": _("XML 在第 {about} 行不完整或有错，请向银行重新索取文件。"),
    "doctype": _("文件含有 DOCTYPE，银行的文件不需要它，不能接收。"),
    "memory": _("文件展开后过大，请向银行索取只含结果各列的文件，或改用 CSV。"),
}


class Told(NamedTuple):
    """One line as read; ``problem`` says what could not be read."""

    line: int
    batch: str
    number: int | None
    account: str
    fen: int | None
    said: str
    code: str
    words: str
    on: dt.date | None
    problem: str


class Contents(NamedTuple):
    """A result file as read: its lines, and the totals that it tells of itself."""

    form: str
    lines: list[Told]
    told: Control
    sent: Control  # what a pain.002 says of the message that it answers
    peak: int  # KiB that the child held at most

    @property
    def fen(self) -> int:
        """What the lines come to."""
        return sum(one.fen or 0 for one in self.lines)


class Words(NamedTuple):
    """The titles and words of layouts.yaml, turned round: word → what it means."""

    titles: Mapping[str, str]
    states: Mapping[str, str]
    reasons: Mapping[str, str]


@cache
def words() -> Words:
    """The configured titles, states and reasons."""
    found = yaml.safe_load(LAYOUTS.read_text(encoding="utf-8"))
    titles = {title: name for name, titles in found["columns"].items() for title in titles}
    states = {word.upper(): code for code, several in found["states"].items() for word in several}
    return Words(titles, states, found["reasons"])


def read(content: bytes, name: str, items: int) -> Contents:
    """What a file about a batch of ``items`` says; Refused when it may not or cannot be read."""
    form = inspect(content, name)
    rows, last = _in_child(form, content, items + SPARE_ROWS)
    lines, totals = _lines(rows)
    told = last["told"]
    if not lines:
        raise Refused(gettext("文件里没有逐笔结果。{mend}").format(mend=MEND))
    if "count" in told:
        totals = Control(int(told["count"]), _fen(told.get("yuan", "")))
    count = told.get("sent_count", "")
    sent = Control(int(count) if count.isdecimal() else None, _fen(told.get("sent_yuan", "")))
    return Contents(form, lines, totals, sent, last["peak"])


def _in_child(form: str, content: bytes, rows: int) -> tuple[Rows, dict[str, Any]]:
    """The rows that the child reads and its last word; Refused as it says, or when it dies."""
    asked = [sys.executable, "-m", "apps.payments.results.child", form, str(rows), str(COLUMNS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of it is typed by anybody
            asked,
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(str(WHY["memory"])) from None
    rows_read = done.stdout.splitlines()
    if done.returncode or not rows_read:  # it was stopped at its bound of memory or time
        raise Refused(str(WHY["memory"]))
    last = last_word(json.loads(rows_read.pop()))
    return [json.loads(row) for row in rows_read], last


def last_word(last: dict[str, Any]) -> dict[str, Any]:
    """What the child says at its end; Refused when it has stopped."""
    if "refused" in last:
        raise Refused(str(WHY[last["refused"]]).format(about=last["about"]))
    return last


def _lines(rows: Rows) -> tuple[list[Told], Control]:
    """The lines below the head, and the totals of the row that says 合计."""
    place, begin = _head(rows)
    found: list[Told] = []
    totals = Control()
    for line, cells in rows[begin:]:
        if cells[0].strip().startswith(TOTAL):
            totals = _totals(cells)
        else:
            found.append(_told(line, cells, place))
    return found, totals


def _head(rows: Rows) -> tuple[dict[str, int], int]:
    """Where each column stands, and the first row below the head; Refused names what is missing."""
    titles = words().titles
    best: dict[str, int] = {}
    for n, (_line, cells) in enumerate(rows[:HEAD_WITHIN]):
        place = {titles[c.strip()]: at for at, c in enumerate(cells) if c.strip() in titles}
        if not NEEDED - place.keys():
            return place, n + 1
        best = place if len(place) > len(best) else best
    first: dict[str, str] = {}
    for title, name in titles.items():
        first.setdefault(name, title)
    lacking = [title for name, title in first.items() if name in NEEDED - best.keys()]
    raise Refused(
        gettext("没有找到表头，缺少列：{columns}。请让银行按约定的回盘格式提供。").format(
            columns="、".join(lacking)
        )
    )


def _totals(cells: Sequence[str]) -> Control:
    """Count and fen of a row like 合计, 52000笔, 9360000.00."""
    count: int | None = None
    fen: int | None = None
    for cell in (cell.strip() for cell in cells[1:]):
        if count is None and re.fullmatch(r"\d{1,9}笔?", cell):
            count = int(cell.removesuffix("笔"))
        elif fen is None and cell:
            fen = _fen(cell)
    return Control(count, fen)


def _fen(text: str) -> int | None:
    try:
        return parse_yuan(text)
    except ValueError:
        return None


def _told(line: int, cells: list[str], place: Mapping[str, int]) -> Told:
    """One row as typed values; the first thing that cannot be read is said."""

    def cell(name: str) -> str:
        at = place.get(name, len(cells))
        return cells[at].strip() if at < len(cells) else ""

    number = cell("number")
    account = cell("account").lstrip("'").replace(" ", "")
    said = words().states.get(cell("state").upper(), "")
    on = day(cell("on"))
    code, reason = _reason(cell("reason"))
    fen = _fen(cell("yuan"))
    problem = next(_unread(cell, number, fen, said, on), "")
    return Told(
        line,
        cell("batch").lstrip("'")[:40],
        int(number) if number.isdecimal() and len(number) <= NUMBER_DIGITS else None,
        account[:60],
        fen,
        said,
        code,
        reason,
        on,
        problem[:160],
    )


def _unread(
    cell: Any, number: str, fen: int | None, said: str, on: dt.date | None
) -> Iterator[str]:
    """What of a row cannot be read, and how to mend it."""
    if not cell("batch"):
        yield gettext("没有批次号，请让银行按代发文件原样填回")
    if not number.isdecimal() or len(number) > NUMBER_DIGITS:
        yield gettext("序号“{text}”不是数字，请按代发文件的序号填写").format(text=number[:20])
    if fen is None:
        yield gettext("金额“{text}”不是金额，请写成 1234.50 的样子").format(text=cell("yuan")[:20])
    if not said:
        yield gettext("状态“{text}”不认识，请写成功、失败或处理中").format(text=cell("state")[:20])
    if said == Said.RETURNED and on is None:
        yield gettext("退回的没有回盘日期（“{text}”），请补上日期").format(text=cell("on")[:20])


def _reason(text: str) -> tuple[str, str]:
    """The bank's code, if it gives one, and the reason in plain Chinese."""
    reasons = words().reasons
    found = CODE.match(text.upper())
    code = found[0] if found else ""
    if code in reasons:
        return code, reasons[code]
    plain = text.removeprefix(code).strip()
    known = next((key for key, said in reasons.items() if said == plain), "")
    return code or known, plain[:100]


def day(text: str) -> dt.date | None:
    """The day of 2024-12-05, 20241205, 2024/12/5, 2024年12月5日 or a spreadsheet's number."""
    if re.fullmatch(r"\d{5}", text):
        return EPOCH + dt.timedelta(days=int(text))
    found = DAY.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
