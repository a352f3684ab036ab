"""假银行: answers our file of a batch with a result file, with every outcome a bank can have.

Pure: the same file, seed and shares give the same answer. For the demonstration and the tests; it
reads what the bank would read, the file alone, and knows nothing of the database.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from itertools import starmap
from typing import NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter
from python_calamine import CalamineWorkbook

from apps.payments.bank_file import Layout, layout
from apps.units.money import parse_yuan, yuan

FORMS = ("csv", "csv-utf8", "xlsx", "xml")
TITLES = ["发放批次", "序号", "收款人姓名", "银行账号", "金额", "处理状态", "失败原因", "回盘日期"]
STATES = {"paid": "成功", "returned": "失败", "unknown": "处理中"}
ISO_STATES = {"paid": "ACSC", "returned": "RJCT", "unknown": "PDNG"}
REASONS = {
    "AC01": "账号有误",
    "AC04": "账户已销户",
    "AC06": "账户已冻结或止付",
    "BE01": "户名与账号不符",
    "MD07": "收款人已死亡",
}
MOST_DUPLICATES = 8  # a result file is read to ten rows beyond the batch


class Sent(NamedTuple):
    """One line of our file."""

    batch: str
    number: int
    account: str
    name: str
    fen: int


class Answer(NamedTuple):
    """What the bank says of one line."""

    sent: Sent
    state: str
    code: str
    on: dt.date


class Shares(NamedTuple):
    """Which part of the lines comes out how; the rest is paid."""

    returned: float = 0.01
    processing: float = 0.0
    missing: float = 0.0
    duplicates: float = 0.0


def read(content: bytes, name: str) -> list[Sent]:
    """The lines of our file, by the ending of its name."""
    ending = name.rpartition(".")[2].lower()
    return {"csv": _csv, "xlsx": _xlsx, "txt": _fixed, "xml": _pain}[ending](content)


def _csv(content: bytes) -> list[Sent]:
    form = layout("one_card")
    return _table(form, csv.reader(io.StringIO(content.decode(form.charset))))


def _xlsx(content: bytes) -> list[Sent]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return _table(layout("one_card"), ([_text(c) for c in row] for row in sheet.to_python()))


def _text(cell: object) -> str:
    return yuan(round(cell * 100)) if isinstance(cell, float) else str(cell)


def _table(form: Layout, rows: Iterable[list[str]]) -> list[Sent]:
    place = {column.source: at for at, column in enumerate(form.columns)}
    names = ("batch_code", "number", "bank_number", "payee_name", "yuan")
    batch, number, account, name, fen = (place[one] for one in names)
    return [
        Sent(
            row[batch],
            int(row[number].partition(".")[0]),
            row[account].lstrip("'"),
            row[name],
            parse_yuan(row[fen]),
        )
        for row in list(rows)[1:]
        if row[0] != "合计"
    ]


def _fixed(content: bytes) -> list[Sent]:
    form, found = layout("fixed_width"), []
    for line in content.split(form.line_end.encode()):
        if not line or line.startswith(b"T"):
            continue
        cells, at = {}, 0
        for column in form.columns:
            cells[column.source] = line[at : at + column.width].decode(form.charset).strip()
            at += column.width
        found.append(
            Sent(
                cells["batch_code"],
                int(cells["number"]),
                cells["bank_number"],
                cells["payee_name"],
                int(cells["fen"]),
            )
        )
    return found


def _pain(content: bytes) -> list[Sent]:
    found = []
    # our own file, a moment old
    for _, one in ET.iterparse(io.BytesIO(content)):  # noqa: S314
        if not one.tag.endswith("}CdtTrfTxInf"):
            continue
        reference = one.findtext("{*}PmtId/{*}EndToEndId", "")
        batch, _, number = reference.rpartition("-")
        account = one.findtext("{*}CdtrAcct/{*}Id/{*}Othr/{*}Id", "")
        amount = parse_yuan(one.findtext("{*}Amt/{*}InstdAmt", ""))
        found.append(Sent(batch, int(number), account, one.findtext("{*}Cdtr/{*}Nm", ""), amount))
        one.clear()
    return found


def answer(sent: Iterable[Sent], shares: Shares, *, seed: int, on: dt.date) -> list[Answer]:
    """What becomes of each line, by chance of the seed."""
    rng = random.Random(seed)
    found: list[Answer] = []
    again = 0
    for one in sent:
        drawn = rng.random()
        code, twice = rng.choice(sorted(REASONS)), rng.random() < shares.duplicates
        if drawn < shares.missing:
            continue
        if drawn < shares.missing + shares.returned:
            said = Answer(one, "returned", code, on)
        elif drawn < shares.missing + shares.returned + shares.processing:
            said = Answer(one, "unknown", "", on)
        else:
            said = Answer(one, "paid", "", on)
        found.append(said)
        if twice and again < MOST_DUPLICATES:
            found.append(said)
            again += 1
    return found


def contradict(first: Iterable[Answer], share: float, *, seed: int, on: dt.date) -> list[Answer]:
    """A second file: a share of what was paid comes back, of what came back is paid after all."""
    rng = random.Random(seed + 1)
    found = []
    for one in first:
        if one.state == "unknown" or rng.random() >= share:
            continue
        back = one.state == "paid"
        found.append(Answer(one.sent, *(("returned", "AC04") if back else ("paid", "")), on))
    return found


def write(answers: list[Answer], form: str) -> bytes:
    """The result file in one of FORMS."""
    if form == "xml":
        return _status_report(answers)
    rows = [TITLES, *map(_row, answers)]
    total = yuan(sum(one.sent.fen for one in answers))
    rows.append(["合计", f"{len(answers)}笔", total])
    if form == "xlsx":
        return _book(rows)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig" if form == "csv-utf8" else "gb18030")


def _row(one: Answer) -> list[str]:
    sent = one.sent
    reason = f"{one.code} {REASONS[one.code]}" if one.code else ""
    begin = [sent.batch, str(sent.number), sent.name, sent.account, yuan(sent.fen)]
    return [*begin, STATES[one.state], reason, one.on.isoformat()]


def _book(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("回盘")
    for line, row in enumerate(rows):
        for at, text in enumerate(row):
            sheet.write_string(line, at, text)
    book.close()
    return out.getvalue()


def _status_report(answers: list[Answer]) -> bytes:
    """pain.002: count and sum by status, then each transaction."""
    on = answers[0].on if answers else dt.date.min
    sums = {state: [a.sent.fen for a in answers if a.state == state] for state in STATES}
    per = "".join(
        f"<NbOfTxsPerSts><DtldNbOfTxs>{len(found)}</DtldNbOfTxs>"
        f"<DtldSts>{ISO_STATES[state]}</DtldSts><DtldCtrlSum>{yuan(sum(found))}</DtldCtrlSum>"
        "</NbOfTxsPerSts>\n"
        for state, found in sums.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>\n'
        f"<GrpHdr><MsgId>R{on:%Y%m%d}</MsgId><CreDtTm>{on}T18:00:00</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>\n{per}"
        "</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>\n"
        + "".join(starmap(_transaction, answers))
        + "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n"
    ).encode()


def _transaction(sent: Sent, state: str, code: str, on: dt.date) -> str:
    why = f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{sent.batch}-{sent.number}</OrgnlEndToEndId>"
        f"<TxSts>{ISO_STATES[state]}</TxSts>{why}<AccptncDtTm>{on}T09:00:00</AccptncDtTm>"
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{yuan(sent.fen)}</InstdAmt></Amt>'
        f"<CdtrAcct><Id><Othr><Id>{escape(sent.account)}</Id></Othr></Id></CdtrAcct>"
        "</OrgnlTxRef></TxInfAndSts>\n"
    )
