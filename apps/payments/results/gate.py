"""文件闸口: whether a result file may be read at all. Pure; looks at the bytes, parses nothing.

What a file unpacks to is counted while it is unpacked piece by piece and thrown away, so that
neither its own headers nor its size on disk are believed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext

from apps.units.language import lazy as _

MIB = 2**20
# A packed file costs far more to read than it weighs; plain text weighs what it costs, and
# fifty thousand lines of it do not fit into five megabytes (docs/decisions/0016).
PACKED_BYTES, TEXT_BYTES = 5 * MIB, 32 * MIB
MEMBERS, UNPACKED_BYTES, RATIO = 200, 50 * MIB, 100
SUFFIXES = {"csv": "csv", "txt": "csv", "xlsx": "xlsx", "xml": "xml"}
PIECE = 2**16
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
XML = re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml|[A-Za-z_:]*Document)\b")
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
NOT_TEXT = (ZIP, OLD_OFFICE, b"%PDF", b"\x7fELF", b"MZ", b"\x1f\x8b", b"Rar!", b"<")
LONGEST_MARK = 16
# Parts by which a workbook brings a program, another file or another address along.
ACTIVE = re.compile(
    r"vbaProject|macrosheets|activeX|embeddings|externalLinks|customUI|ctrlProps|\.bin$",
    re.IGNORECASE,
)
MEND = _("请向银行索取 CSV、XLSX 或 pain.002（XML）格式的回盘文件。")


class Refused(ValueError):
    """回盘文件不能接收; the message says what is wrong and how to mend it."""


def inspect(content: bytes, name: str) -> str:
    """ "csv", "xlsx" or "xml" of a harmless file whose name says the same; else Refused."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    form = SUFFIXES.get(suffix, "")
    if not form:
        raise Refused(gettext("文件名没有可认的后缀。{mend}").format(mend=MEND))
    if not content:
        raise Refused(gettext("文件是空的（0 字节），请向银行重新索取。"))
    _sized(content, form)
    if content.startswith(OLD_OFFICE):
        raise Refused(
            gettext("文件加了密码，或是旧版 Excel（.xls）；请取消密码，另存为 .xlsx 后再上传。")
        )
    {"csv": _text, "xlsx": _workbook, "xml": _xml}[form](content)
    return form


def _sized(content: bytes, form: str) -> None:
    most = PACKED_BYTES if form == "xlsx" else TEXT_BYTES
    if len(content) > most:
        raise Refused(
            gettext(
                "文件有 {size:.1f} MB，超过 {most} MB 的上限；请向银行索取只含结果各列的文件"
                "，或改用 CSV。"
            ).format(size=len(content) / MIB, most=most // MIB)
        )


def _text(content: bytes) -> None:
    if content.startswith(NOT_TEXT) or b"\0" in content:
        raise Refused(gettext("后缀是文本，内容却不是。{mend}").format(mend=MEND))


def _xml(content: bytes) -> None:
    if not XML.match(content[:200]) or b"\0" in content[:200]:
        raise Refused(gettext("后缀是 XML，内容却不是 UTF-8 的 XML。{mend}").format(mend=MEND))
    _no_doctype(content)


def _no_doctype(piece: bytes) -> None:
    if DOCTYPE.search(piece):
        raise Refused(
            gettext("文件含有 DOCTYPE 或实体声明，银行的文件不需要它，不能接收。{mend}").format(
                mend=MEND
            )
        )


def _workbook(content: bytes) -> None:
    if not content.startswith(ZIP):
        raise Refused(gettext("后缀是 XLSX，内容却不是。{mend}").format(mend=MEND))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _listed(packed.infolist(), len(content))
            left = UNPACKED_BYTES
            for member in packed.infolist():
                left -= _unpacked(packed, member, left)
            if "xl/workbook.xml" not in packed.namelist():
                raise Refused(gettext("压缩包里没有工作簿，不是 XLSX。{mend}").format(mend=MEND))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as fault:
        raise Refused(
            gettext("文件已损坏、不完整或头部与内容不符，请向银行重新索取后再上传。")
        ) from fault


def _listed(members: list[zipfile.ZipInfo], size: int) -> None:
    """What the list of contents already gives away."""
    if len(members) > MEMBERS:
        raise Refused(
            gettext("压缩包里有 {n} 个文件，超过 {most} 个。{mend}").format(
                n=len(members), most=MEMBERS, mend=MEND
            )
        )
    if any(one.flag_bits & 1 for one in members):
        raise Refused(gettext("文件加了密码，请取消密码后再上传。"))
    active = next((one.filename for one in members if ACTIVE.search(one.filename)), "")
    if active:
        raise Refused(
            gettext("工作簿带有宏、控件或外部链接（{part}），请另存为不含宏的 .xlsx。").format(
                part=active[-60:]
            )
        )
    if sum(one.compress_size for one in members) > size:
        raise Refused(gettext("压缩包里的文件互相重叠，不能接收。{mend}").format(mend=MEND))
    if sum(one.file_size for one in members) > UNPACKED_BYTES:
        raise Refused(_too_big())


def _too_big() -> str:
    return gettext("文件解开后超过 {most} MB，请删去多余的行列，或改用 CSV。").format(
        most=UNPACKED_BYTES // MIB
    )


def _unpacked(packed: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """The bytes a member really unpacks to; Refused as soon as they are too many."""
    size, tail = 0, b""
    for piece in _pieces(packed, member):
        size += len(piece)
        if size > left:
            raise Refused(_too_big())
        if size > PIECE and size > RATIO * max(member.compress_size, 1):
            raise Refused(
                gettext("“{part}”压缩比超过 {most}，不像是银行的文件。{mend}").format(
                    part=member.filename[-60:], most=RATIO, mend=MEND
                )
            )
        if size == len(piece) and b"\0" in piece[:200] and member.filename.endswith(".xml"):
            raise Refused(gettext("工作簿不是 UTF-8 编码。{mend}").format(mend=MEND))
        _no_doctype(tail + piece)
        tail = piece[-LONGEST_MARK:]
    return size


def _pieces(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member unpacks to, a piece at a time; zipfile itself checks its sum at the end."""
    with packed.open(member) as opened:
        while piece := opened.read(PIECE):
            yield piece
