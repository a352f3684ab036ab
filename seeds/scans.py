"""扫描件: one page and one photograph, made here and the same every time; nobody is on them."""

from __future__ import annotations

import struct
import zlib

TEXT = b"BT /F1 24 Tf 72 720 Td (Demonstration: a scanned paper) Tj ET"


def pdf() -> bytes:
    """A page of A4 that says what it is."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(TEXT), TEXT),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + table + tail % (len(objects) + 1, len(body))


def photo() -> bytes:
    """A grey board of 32 × 24 dots, as PNG."""
    rows = b"".join(b"\0" + bytes([200 - 2 * y]) * 32 for y in range(24))
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 24, 8, 0, 0, 0, 0))
    data = _chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + head + data + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG with its sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
