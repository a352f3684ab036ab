"""页面号: the hidden number of a page, so that a form sent twice does its work once."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

TOKEN_BITS = 62  # fits a bigint and is not guessed


def new_token() -> int:
    """A number for a page that is shown for the first time."""
    return secrets.randbits(TOKEN_BITS)


def token_of(request: HttpRequest) -> int | None:
    """The hidden number of the page that was sent; None when it has been lost."""
    text = request.POST.get("token", "")
    sound = text.isascii() and text.isdecimal() and len(text) < 20
    return int(text) if sound and int(text) < 2**TOKEN_BITS else None
