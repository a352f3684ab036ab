"""预算执行的导出: the table of a year as CSV or XLSX; always Chinese."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter

from apps.payments.budgets.forecast import Forecast
from apps.payments.budgets.models import TOTAL
from apps.payments.budgets.reading import State
from apps.units.language import in_chinese
from apps.units.money import yuan
from apps.units.months import month_code, month_text
from apps.units.sheets import as_csv

HEADINGS = (
    *("科目编码", "科目名称", "资金来源"),
    *("年预算（元）", "已发（元）", "余额（元）", "超支（元）", "说明"),
)
Money = int | None


def _rows(found: Iterable[State]) -> list[tuple[str, str, str, Money, Money, Money, Money, str]]:
    return [
        (
            one.code,
            one.name,
            one.source_name,
            one.planned,
            one.spent,
            None if one.left is None else max(one.left, 0),
            None if one.left is None else max(-one.left, 0),
            "；".join(_notes(one)),
        )
        for one in found
    ]


def _notes(one: State) -> list[str]:
    said = ["未下达预算"] if one.planned is None else []
    said += ["预算为示例值"] if one.example else []
    return said + (["编码待财政核实"] if not one.sure and one.source == TOTAL else [])


@in_chinese()
def csv_bytes(found: Iterable[State]) -> bytes:
    """The table as CSV, amounts in yuan with two decimals."""
    return as_csv(
        HEADINGS,
        [
            [yuan(cell) if isinstance(cell, int) else cell or "" for cell in row]
            for row in _rows(found)
        ],
    )


@in_chinese()
def xlsx_bytes(
    year: int, found: Iterable[State], ahead: Forecast | None, made_on: dt.date
) -> bytes:
    """Two sheets, 预算执行 and 十二个月预测; amounts are numbers in yuan."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    money = book.add_format({"num_format": "#,##0.00"})
    _sheet(
        book, "预算执行", [(f"{year}年预算执行", f"{made_on}导出"), HEADINGS, *_rows(found)], money
    )
    if ahead is not None:
        months = [month_code(one) for one in ahead.months]
        rows: list[tuple[Any, ...]] = [(f"以{month_text(ahead.base)}为基数的十二个月预测",)]
        rows.append(("科目编码", "科目名称", *months, "合计"))
        rows += [
            (one.code, one.name, *(cell.fen for cell in one.cells), one.fen) for one in ahead.rows
        ]
        rows.append(("", "合计", *ahead.sums, ahead.fen))
        _sheet(book, "十二个月预测", rows, money)
    book.close()
    return out.getvalue()


def _sheet(book: Any, title: str, rows: Iterable[tuple[Any, ...]], money: Any) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 15, 16)
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell / 100, money)  # spreadsheets know no fen
            elif cell is not None:
                sheet.write_string(line, column, str(cell))
