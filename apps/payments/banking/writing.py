"""代发文件的写法: a sealed batch in the layout that its ending stands for.

Tables are written by bank_file.py; here the fixed-width text and the ISO 20022 message.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.sax.saxutils import escape

from apps.payments import bank_file
from apps.payments.bank_file import (
    Column,
    Layout,
    Unwritable,
    code_of,
    named,
    refuse,
    rows,
    writable,
)
from apps.payments.models import BankBatch
from apps.units.language import in_chinese
from apps.units.money import yuan

# What XML cannot hold, however it is escaped.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>{message}</MsgId><CreDtTm>{made}</CreDtTm><NbOfTxs>{count}</NbOfTxs>\
<CtrlSum>{total}</CtrlSum><InitgPty><Nm>{debtor}</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>{batch}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>{count}</NbOfTxs>\
<CtrlSum>{total}</CtrlSum><ReqdExctnDt>{day}</ReqdExctnDt><Dbtr><Nm>{debtor}</Nm></Dbtr>\
<DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></DbtrAcct>\
<DbtrAgt><FinInstnId><Nm>{bank}</Nm></FinInstnId></DbtrAgt>
"""
ONE = """<CdtTrfTxInf><PmtId><InstrId>{number}</InstrId>\
<EndToEndId>{batch_code}-{number}</EndToEndId></PmtId>\
<Amt><InstdAmt Ccy="CNY">{yuan}</InstdAmt></Amt>\
<CdtrAgt><FinInstnId><Nm>{bank}</Nm></FinInstnId></CdtrAgt><Cdtr><Nm>{payee_name}</Nm></Cdtr>\
<CdtrAcct><Id><Othr><Id>{bank_number}</Id></Othr></Id></CdtrAcct>\
<RmtInf><Ustrd>{summary} {remark}</Ustrd></RmtInf></CdtTrfTxInf>
"""
TAIL = "</PmtInf></CstmrCdtTrfInitn></Document>\n"


def file_bytes(batch: BankBatch, ending: str) -> bytes:
    """The batch as a file of this ending; Unwritable names whose name it cannot hold.

    KeyError where no layout has the ending.
    """
    form = bank_file.layout_of(ending)
    if form is None:
        raise KeyError(ending)
    if form.form == "table":
        return (bank_file.csv_bytes if ending == "csv" else bank_file.xlsx_bytes)(batch, form)
    write: dict[str, Callable[[BankBatch, Layout], bytes]] = {
        "fixed": fixed_bytes,
        "pain.001": pain_bytes,
    }
    return write[form.form](batch, form)


@in_chinese()
def fixed_bytes(batch: BankBatch, form: Layout) -> bytes:
    """Lines of a fixed width in bytes; a name that does not fit is refused by name."""
    bad: list[str] = []
    wide: list[str] = []
    lines: list[bytes] = []
    end = form.line_end.encode()
    for row in rows(batch):
        texts = [(str(row[column.source]), column) for column in form.columns]
        if not writable("".join(text for text, _ in texts), form.charset):
            bad.append(named(row))
            continue
        cells = [_filled(text, column, form.charset) for text, column in texts]
        wide += [
            f"{named(row)}（{c.title}）"
            for cell, (_, c) in zip(cells, texts, strict=True)
            if len(cell) > c.width
        ]
        lines.append(b"".join(cells))
    refuse(bad, form.charset)
    if wide:
        raise Unwritable(f"以下内容超出版式的宽度，请与银行商定写法：{'；'.join(wide[:10])}")
    if form.totals:
        lines.append(f"T{batch.count:09d}{batch.total_fen:015d}".encode())
    return end.join([*lines, b""])


def _filled(text: str, column: Column, charset: str) -> bytes:
    """The text of a column as bytes; longer than the column when it does not fit."""
    if column.kind == "integer":
        return text.rjust(column.width, "0").encode(charset)
    return text.encode(charset).ljust(column.width)


@in_chinese()
def pain_bytes(batch: BankBatch, form: Layout) -> bytes:
    """The batch as pain.001: message and payment both tell count and sum."""
    about = {
        "message": f"YKT-{code_of(batch)}-{batch.digest[:8]}",
        "made": f"{batch.sealed_at:%Y-%m-%dT%H:%M:%S}",
        "day": f"{batch.sealed_at:%Y-%m-%d}",
        "batch": code_of(batch),
        "count": batch.count,
        "total": yuan(batch.total_fen),
        "debtor": escape(form.debtor["name"]),
        "account": escape(form.debtor["account"]),
        "bank": escape(form.debtor["bank"]),
    }
    parts = [HEAD.format(**about)]
    bad: list[str] = []
    for row in rows(batch):
        said = {name: escape(str(value)) for name, value in row.items()}
        one = ONE.format(**said)
        if NOT_XML.search(one):
            bad.append(named(row))
        parts.append(one)
    refuse(bad, form.charset)
    return "".join([*parts, TAIL]).encode(form.charset)
