"""请求号: one number for everything that one request sets off, also in the background."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What a proxy in front may hand us: anything else could forge lines in the log.
_FIT = re.compile(r"[0-9A-Za-z-]{8,36}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The number of the request or errand under way; empty outside of one."""
    return _current.get()


def fitting(offered: str) -> str:
    """The number that was offered, if it is fit to be one; else a new one."""
    return offered if _FIT.fullmatch(offered) else uuid.uuid4().hex


def begin(number: str) -> None:
    """Whatever comes next in this thread belongs to this request; "" for none."""
    _current.set(number)


@contextmanager
def under(number: str) -> Iterator[str]:
    """Everything inside belongs to this request."""
    token = _current.set(number)
    try:
        yield number
    finally:
        _current.reset(token)
