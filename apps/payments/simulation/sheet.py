"""测算的导出: the figures of a simulation as XLSX, with what they rest on."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter

from apps.payments.simulation.drawing import spread
from apps.payments.simulation.reckoning import Simulation
from apps.units.language import in_chinese
from apps.units.months import month_text

Cell = str | int | float
MONTHLY = ("现行（元/月）", "设想（元/月）", "差额（元/月）")


@in_chinese()
def xlsx(found: Simulation, assumptions: list[str], made_on: dt.date) -> bytes:
    """Four sheets: 结果、分项目、分乡镇、增减分布; amounts are numbers in yuan."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    money = book.add_format({"num_format": "#,##0.00"})
    for title, rows in _sheets(found, assumptions, made_on).items():
        sheet = book.add_worksheet(title)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 8, 16)
        for n, row in enumerate(rows):
            for column, cell in enumerate(row):
                _write(sheet, n, column, cell, money)
    book.close()
    return out.getvalue()


def _write(sheet: Any, line: int, column: int, cell: Cell, money: Any) -> None:
    if isinstance(cell, float):
        sheet.write_number(line, column, cell, money)
    elif isinstance(cell, int):
        sheet.write_number(line, column, cell)
    else:
        sheet.write_string(line, column, str(cell))


def _yuan(fen: int) -> float:
    """A number for a spreadsheet, which knows no whole fen."""
    return fen / 100


def _sheets(
    found: Simulation, assumptions: list[str], made_on: dt.date
) -> dict[str, list[list[Cell]]]:
    parts: list[list[Cell]] = [["项目", "户、人", "人数", *MONTHLY, "增加", "减少"]]
    for part in found.parts:
        fen = [_yuan(part.now_fen), _yuan(part.then_fen), _yuan(part.change_fen)]
        parts.append([part.card.name, part.awards, part.heads, *fen, part.raised, part.lowered])
    towns: list[list[Cell]] = [["乡镇", "变动户、人", "人数", *MONTHLY]]
    for town in found.towns:
        fen = [_yuan(town.now_fen), _yuan(town.then_fen), _yuan(town.change_fen)]
        towns.append([town.name, town.awards, town.heads, *fen])
    steps: list[list[Cell]] = [["每月增减", "户、人"]]
    steps += [[one.label, one.cases] for one in spread(found.steps)]
    result = _result(found, assumptions, made_on)
    return {"结果": result, "分项目": parts, "分乡镇": towns, "增减分布": steps}


def _result(found: Simulation, assumptions: list[str], made_on: dt.date) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [f"{month_text(found.month)}标准测算", f"{made_on}测算，未写入任何数据"],
        ["标准", "现行", "设想", "涉及人数", "上限：每人足额补差（元/年）"],
    ]
    for one in found.bounds:
        most = "—" if one.fen is None else _yuan(one.fen)
        rows.append([one.draft.label, one.now_words, one.draft.words, one.heads, most])
    rows += [
        [],
        ["", "每月增支（元）", "每年增支（元）"],
        ["存量", _yuan(found.stock_fen), _yuan(found.stock_fen * 12)],
        ["新增", _yuan(found.newly_fen), _yuan(found.newly_fen * 12)],
        ["合计", _yuan(found.fen), _yuan(found.fen * 12)],
        [],
        ["测算前提"],
    ]
    rows += [[words] for words in assumptions]
    return rows
