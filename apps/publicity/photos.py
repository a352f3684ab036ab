"""公示照片的检查: what a file really is, by its first bytes, not by its name."""

from __future__ import annotations

from django.utils.translation import gettext

LARGEST = 8 * 1024 * 1024  # bytes; a phone's picture is 2 to 6 MB
_SIGNS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class BadPhoto(ValueError):
    """照片不能用; the message says why and what to do."""


def mime_of(content: bytes) -> str:
    """The picture's type; BadPhoto when it is none, or too large."""
    if not content:
        raise BadPhoto(gettext("照片是空文件，请重新选择。"))
    if len(content) > LARGEST:
        raise BadPhoto(
            gettext("照片有{count:.1f}MB，超过8MB，请压缩后再传。").format(
                count=len(content) / 1024 / 1024
            )
        )
    for sign, mime in _SIGNS.items():
        if content.startswith(sign):
            return mime
    raise BadPhoto(gettext("这个文件不是 JPEG 或 PNG 图片，请用手机拍照后直接上传。"))
