"""文件查验: what a file really is, by its content alone. Pure; reads nothing but the bytes.

A file is taken only when it is one whole PDF, JPEG or PNG and nothing besides: what follows the
end, or hides in the notes of a picture, makes it a second thing (polyglot), and it is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext

from apps.units.language import lazy as _

SUFFIXES = {"pdf": ("pdf",), "jpeg": ("jpg", "jpeg"), "png": ("png",)}
CONTENT_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
NAME_LENGTH = 120
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# Code that a browser or a server might run; a scan or a photograph holds none in its notes.
CODE = re.compile(rb"<\s*(script|html|svg|iframe|\?php|!doctype)", re.IGNORECASE)
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
KNOWN = (
    (b"PK\x03\x04", _("压缩包或 Office 文档")),
    (b"\xd0\xcf\x11\xe0", _("旧版 Office 文档")),
    (b"GIF8", _("GIF 图片")),
    (b"BM", _("BMP 图片")),
    (b"RIFF", _("WebP 图片或音视频")),
    (b"MZ", _("程序")),
    (b"\x7fELF", _("程序")),
    (b"Rar!", _("压缩包")),
)
MEND = _("请上传 PDF、JPEG（.jpg）或 PNG 文件。")


class BadFile(ValueError):
    """文件不能接收; the message says what is wrong and how to mend it."""


def clean_name(name: str) -> str:
    """The name without any path or control characters; only ever shown, never opened."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    if len(plain) > NAME_LENGTH:
        stem, _, suffix = plain.rpartition(".")
        plain = f"{stem[: NAME_LENGTH - len(suffix) - 1]}.{suffix}"[-NAME_LENGTH:]
    return plain


def sniff(content: bytes, name: str) -> str:
    """ "pdf", "jpeg" or "png" of a whole and single file whose name says the same; else BadFile."""
    shown = clean_name(name)
    if not content:
        raise BadFile(
            gettext("“{shown}”是空文件（0 字节），请重新扫描或拍照后再上传。").format(shown=shown)
        )
    media = _media(content, shown)
    suffix = shown.rpartition(".")[2].lower() if "." in shown else ""
    if suffix not in SUFFIXES[media]:
        wanted = gettext(" 或 ").join(f".{one}" for one in SUFFIXES[media])
        raise BadFile(
            gettext(
                "“{shown}”的内容是 {media}，扩展名却是“{suffix}”。"
                "请确认没有选错文件，并把扩展名改为 {wanted}。"
            ).format(
                shown=shown, media=media.upper(), suffix=suffix or gettext("无"), wanted=wanted
            )
        )
    fault = CHECKS[media](content)
    if fault:
        raise BadFile(f"“{shown}”{fault}")
    return media


def _media(content: bytes, shown: str) -> str:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(PNG_HEAD):
        return "png"
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        raise BadFile(
            gettext(
                "“{shown}”是 HEIC 照片。"
                "请在手机“相机—格式”中选“兼容性最佳”，或另存为 JPEG 后再上传。"
            ).format(shown=shown)
        )
    kind = next((words for magic, words in KNOWN if content.startswith(magic)), "")
    kind = kind or (
        gettext("网页或 SVG 图形") if CODE.search(content[:2048]) else gettext("其他格式")
    )
    raise BadFile(
        gettext("“{shown}”的内容不是 PDF、JPEG 或 PNG（像是{kind}）。{MEND}").format(
            shown=shown, kind=kind, MEND=MEND
        )
    )


# ---- PDF ---------------------------------------------------------------------------------------


def _pdf(content: bytes) -> str:
    """Empty, or what is wrong with a PDF."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        return gettext("不完整（PDF 没有结尾），可能没有传完，请重新扫描或下载。")
    if content[end + 5 :].strip(b"\r\n\t \x00"):
        return gettext("在 PDF 结尾之后还附带了其他内容，请重新打印为 PDF 后再上传。")
    if CODE.search(content[:2048]):
        return gettext("在 PDF 中夹带了网页代码，不能接收。请重新扫描为 PDF。")
    if ACTIVE.search(content):
        return gettext("含有脚本、附件或动态表单，不能接收。请打印为普通 PDF 后再上传。")
    if b"/Encrypt" in content:
        return gettext("是加密的 PDF，办理人员无法查看。请去除密码后再上传。")
    return ""


# ---- JPEG --------------------------------------------------------------------------------------


def _jpeg(content: bytes) -> str:
    """Empty, or what is wrong with a JPEG; a second picture behind it (as phones add) may stand."""
    at = 0
    while content[at : at + 3] == b"\xff\xd8\xff":
        end, notes = _one_jpeg(content, at)
        if end < 0:
            return gettext("不完整或已损坏（JPEG 没有结尾），请重新拍照或扫描。")
        if CODE.search(notes):
            return gettext("在照片信息中夹带了网页代码，不能接收。请重新拍照。")
        at = end
    if content[at:].strip(b"\x00"):
        return gettext(
            "在照片之后还附带了其他内容（如动态照片、压缩包）。"
            "请在相机中关闭“动态照片”，或另存为普通 JPEG 后再上传。"
        )
    return ""


def _one_jpeg(content: bytes, at: int) -> tuple[int, bytes]:
    """The end of the picture that begins at ``at`` (-1: none), and the notes in it."""
    notes = bytearray()
    at += 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2, bytes(notes)
        if marker == 0xFF:
            at += 1
            continue
        size = int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xFE or 0xE0 <= marker <= 0xEF:
            notes += content[at + 4 : at + 2 + size]
        at += 2 + size
        if marker == 0xDA:
            at = _after_scan(content, at)
    return (at + 2 if content[at : at + 2] == b"\xff\xd9" else -1), bytes(notes)


_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _after_scan(content: bytes, at: int) -> int:
    """Where the compressed data ends: the next marker that is none of its own."""
    found = _MARKER.search(content, at)
    return found.start() if found else len(content)


# ---- PNG ---------------------------------------------------------------------------------------


def _png(content: bytes) -> str:
    """Empty, or what is wrong with a PNG: its chunks in order, their sums right, nothing behind."""
    names: list[bytes] = []
    at = len(PNG_HEAD)
    for name, body, end in _chunks(content):
        names.append(name)
        at = end
        if name != b"IDAT" and CODE.search(body):
            return gettext("在图片信息中夹带了网页代码，不能接收。请重新截图或扫描。")
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names:
        return gettext("不完整或已损坏（PNG 校验不符），请重新截图或扫描。")
    if content[at:]:
        return gettext("在图片结尾之后还附带了其他内容，请另存为普通 PNG 后再上传。")
    return ""


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, body and end of each sound chunk, up to the last one or the first that is broken."""
    at = len(PNG_HEAD)
    while at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        end = at + 12 + size
        if zlib.crc32(name + body) != int.from_bytes(content[end - 4 : end]) or end > len(content):
            return
        yield name, body, end
        if name == b"IEND":
            return
        at = end


CHECKS = {"pdf": _pdf, "jpeg": _jpeg, "png": _png}
