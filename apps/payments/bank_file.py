"""代发文件: a sealed batch as the bank reads it, in a configured layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
import yaml
from django.db import connection

from apps.casework.programme import PROGRAMMES
from apps.payments.models import BankBatch, Kind
from apps.units.language import in_chinese
from apps.units.money import yuan

LAYOUTS = Path(__file__).with_name("layouts.yaml")
# A spreadsheet runs a cell that begins like this; the full-width forms are folded by some.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

ROWS = """
SELECT i.number, i.programme, i.kind, i.fen, i.heads, i.months, i.first_month, i.last_month,
       i.holder_name, i.holder_id_number, i.payee_is, i.payee_name, i.payee_id_number, i.bank,
       i.bank_number, coalesce(c.name, ''), coalesce(t.name, ''), coalesce(v.name, ''),
       coalesce(p.phone, '')
FROM payments_bankitem i
JOIN households_household h ON h.id = i.household_id
LEFT JOIN households_person p ON p.id = i.subject
LEFT JOIN offices_division v ON v.code = h.division
LEFT JOIN offices_division t ON t.code = left(h.division, 9)
LEFT JOIN offices_division c ON c.code = left(h.division, 6)
WHERE i.batch_id = %s
ORDER BY i.number
"""


class Unwritable(Exception):
    """Some characters cannot be written in the bank's charset; the text names the people."""


class Column(NamedTuple):
    """One column of a layout: its title, the field it holds, how it is written."""

    title: str
    source: str
    kind: str  # text, integer or amount
    width: int = 0  # bytes, where the layout is fixed


class Layout(NamedTuple):
    """A configured layout: what it is made after, charset, line ends, totals row, columns."""

    name: str
    form: str  # table, fixed or pain.001
    endings: list[str]
    source: str
    example: bool  # made up, until the bank's own document is known
    charset: str
    line_end: str
    totals: bool
    columns: list[Column]
    debtor: dict[str, str]


@cache
def layouts() -> dict[str, Layout]:
    """Every layout of layouts.yaml by its name."""
    return {code: _layout(found) for code, found in _configured().items()}


def _configured() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(LAYOUTS.read_text(encoding="utf-8"))
    return found


def _layout(found: dict[str, Any]) -> Layout:
    columns = [
        Column(c["title"], c["from"], c["kind"], c.get("width", 0)) for c in found["columns"]
    ]
    plain = {name: found[name] for name in ("name", "form", "endings", "source", "charset")}
    return Layout(
        **plain,
        example=found.get("example", False),
        line_end=found["line_end"],
        totals=found["totals"],
        columns=columns,
        debtor=found.get("debtor", {}),
    )


def layout(code: str = "one_card") -> Layout:
    """The layout of that name from layouts.yaml; KeyError when there is none."""
    return layouts()[code]


def layout_of(ending: str) -> Layout | None:
    """The layout that files of this ending are written in; None when there is none."""
    return next((one for one in layouts().values() if ending in one.endings), None)


def rows(batch: BankBatch) -> Iterator[dict[str, Any]]:
    """One mapping an item, with every field a layout may name; one query, streamed."""
    month = batch.run.month
    names = {code: (card.name, card.short) for code, card in PROGRAMMES.items()}
    kinds = dict(Kind.choices)
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [batch.pk])
        for row in cursor:
            programme, kind, first, last = row[1], row[2], row[6], row[7]
            name, short = names.get(programme, (programme, programme[:4]))
            span = f"{first:%Y%m}" if first == last else f"{first:%Y%m}-{last:%Y%m}"
            estate = "；遗产，须核实收款人" if row[10] == "estate" else ""
            yield {
                "number": row[0],
                "programme": programme,
                "programme_name": name,
                "summary": short[:4],
                "year": f"{month:%Y}",
                "batch_code": code_of(batch),
                "fen": row[3],
                "yuan": yuan(row[3]),
                "heads": row[4],
                "months": row[5],
                "holder_name": row[8],
                "holder_id_number": row[9],
                "payee_name": row[11],
                "payee_id_number": row[12],
                "bank": row[13],
                "bank_number": row[14],
                "county": row[15],
                "township": row[16],
                "village": row[17],
                "phone": row[18],
                "remark": f"{kinds[kind]} {span}{estate}",
            }


def totals(batch: BankBatch) -> tuple[int, int]:
    """How many lines a file of the batch has and what they come to in fen, without writing it."""
    with connection.cursor() as cursor:
        lines = f"SELECT count(*), coalesce(sum(fen), 0)::bigint FROM ({ROWS}) f"
        cursor.execute(lines, [batch.pk])
        count, fen = cursor.fetchone()
    return count, fen


def code_of(batch: BankBatch) -> str:
    """The batch as our files and the bank's answers name it: 202412-1."""
    return f"{batch.run.month:%Y%m}-{batch.run.number}"


def file_name(batch: BankBatch, ending: str) -> str:
    """A name that says month, batch and digest, in ASCII."""
    return f"yikatong-{code_of(batch)}-{batch.digest[:8]}.{ending}"


@in_chinese()
def csv_bytes(batch: BankBatch, form: Layout) -> bytes:
    """The batch as CSV in the layout's charset; Unwritable names whose name cannot be written."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=form.line_end)
    writer.writerow([column.title for column in form.columns])
    bad: list[str] = []
    for row in rows(batch):
        cells = [_cell(row[one.source], one.kind) for one in form.columns]
        if not writable("".join(cells), form.charset):
            bad.append(named(row))
        writer.writerow(cells)
    refuse(bad, form.charset)
    if form.totals:
        writer.writerow(["合计", f"{batch.count}笔", yuan(batch.total_fen)])
    return text.getvalue().encode(form.charset)


@in_chinese()
def xlsx_bytes(batch: BankBatch, form: Layout) -> bytes:
    """The batch as XLSX: text cells are text, amounts numbers with two decimals."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(f"{batch.run.month:%Y%m}")
    money = book.add_format({"num_format": "0.00"})
    for at, column in enumerate(form.columns):
        sheet.write_string(0, at, column.title)
    line = 0
    for line, row in enumerate(rows(batch), start=1):
        for at, column in enumerate(form.columns):
            if column.kind == "amount":
                sheet.write_number(line, at, row["fen"] / 100, money)
            elif column.kind == "integer":
                sheet.write_number(line, at, row[column.source])
            else:
                sheet.write_string(line, at, str(row[column.source]))
    if form.totals:
        sheet.write_string(line + 1, 0, "合计")
        sheet.write_string(line + 1, 1, f"{batch.count}笔")
        sheet.write_number(line + 1, 2, batch.total_fen / 100, money)
    book.close()
    return out.getvalue()


def _cell(value: Any, kind: str) -> str:
    """A text cell that a spreadsheet will not run: a leading apostrophe disarms it."""
    text = str(value)
    if kind == "text" and text.startswith(FORMULA_STARTS):
        return f"'{text}"
    return text


def named(row: dict[str, Any]) -> str:
    """A row by its number and its people, as a refusal names it."""
    return f"第{row['number']}行 {row['holder_name']}/{row['payee_name']}"


def writable(text: str, charset: str) -> bool:
    """Whether the charset has every character of the text."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def refuse(bad: list[str], charset: str) -> None:
    """Unwritable when there is anybody to name."""
    if bad:
        shown = "；".join(bad[:10]) + (f" 等{len(bad)}人" if len(bad) > 10 else "")
        raise Unwritable(
            f"以下姓名含有银行字符集（{charset}）写不出的字，请与银行商定写法：{shown}"
        )
