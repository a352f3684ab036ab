"""接口的版本: an edit says which version it has seen; what changed meanwhile is named box by box.

The ETag of a thing says what stood in the boxes that a page would remember (apps.offices.sight):
one mark for all of them, and a short one for each, so that a 412 can name those that changed.
The marks are keyed digests: nothing can be read out of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.models import Staff
from apps.offices.sight import Record, Worded, changed_by

HEADER = "If-Match"
SPACE = 20_483  # advisory locks of edits by the API
MARK, SHORT = 16, 5


class VersionMissing(exceptions.APIException):
    """428: an edit has to say which version it has seen."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "if_match_missing"


class VersionStale(exceptions.APIException):
    """412: somebody has changed it meanwhile: who, when, and which boxes."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale"

    def __init__(self, detail: Any, etag: str) -> None:
        super().__init__(detail)
        self.etag = etag


def etag_of(record: Record) -> str:
    """The version of a thing, as a header holds it."""
    marks = _marks(record.boxes)
    whole = _digest("|".join(f"{name}={mark}" for name, mark in sorted(marks.items())), MARK)
    return f'"{whole}.{"".join(f"{n}{m}" for n, m in marks.items())}"'


def _marks(boxes: Mapping[str, Any]) -> dict[str, str]:
    """By the mark of each box's name, that of its value."""
    return {_digest(name, SHORT): _digest(_said(value), SHORT * 2) for name, value in boxes.items()}


def _digest(text: str, length: int) -> str:
    return salted_hmac("api.version", text, algorithm="sha256").hexdigest()[:length]


def _said(value: Any) -> str:
    return value.value if isinstance(value, Worded) else str(value)


def told(data: Any, record: Record, status_code: int = 200) -> Response:
    """An answer with its version."""
    return Response(data, status=status_code, headers={"ETag": etag_of(record)})


def one_editor(kind: str, pk: int) -> None:
    """Edits of one thing by the API take turns until their transaction ends."""
    place = zlib.crc32(f"{kind} {pk}".encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SPACE, place])


def must_match(request: Request, record: Record, *, by: Staff) -> None:
    """Refuse an edit of what has changed since it was seen: 428 unsaid, 412 stale.

    Ask inside the transaction of the edit, after ``one_editor``.
    """
    seen = request.headers.get(HEADER, "").strip()
    if not seen or seen == "*":
        raise VersionMissing(
            gettext("请先取得这条记录，再在请求头 If-Match 中写明所见的版本（答复头 ETag）。")
        )
    now = etag_of(record)
    if seen == now:
        return
    raise VersionStale(_changed(seen, record, by), now)


def _changed(seen: str, record: Record, by: Staff) -> dict[str, list[exceptions.ErrorDetail]]:
    """Who has changed it, then each box that says something else now."""
    who = changed_by(record, by=by, at=timezone.now())
    found = {HEADER: [exceptions.ErrorDetail(f"{who}。", code="stale")]}
    then = _boxes(seen)
    for name, value in record.boxes.items():
        if then.get(_digest(name, SHORT)) != _digest(_said(value), SHORT * 2):
            shown = value.shown if isinstance(value, Worded) else value
            words = gettext("现在是：{shown}").format(shown=_words(shown))
            found[name] = [exceptions.ErrorDetail(words, code="changed")]
    return found


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "；".join(str(one) for one in value) or gettext("（空）")
    return gettext("（空）") if value in (None, "") else str(value)


def _boxes(etag: str) -> dict[str, str]:
    """The marks that a version carries; nothing where it is none of ours."""
    text = etag.strip('"').partition(".")[2]
    size = SHORT * 3
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    return {part[:SHORT]: part[SHORT:] for part in parts}
