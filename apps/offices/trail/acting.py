"""经办人与来源: who is at work and from where, told to the database for the trail it keeps.

Session settings that the trail's trigger reads (migration 0013). They are taken back when the act
is over: a connection that is used again must never carry another's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import DatabaseError, connection
from django.http import HttpRequest

from apps.units import request_id

_SET = """
SELECT set_config('civil.actor', %s, FALSE), set_config('civil.login', %s, FALSE),
       set_config('civil.request', %s, FALSE), set_config('civil.web', %s, FALSE)
"""
# RESET, and not an empty text: a process may have been connected with a name of its own.
_TAKE_BACK = "RESET civil.actor; RESET civil.login; RESET civil.request; RESET civil.web"
WRITING = ("INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE")
# Written by pages that only show something, and without a trail (offices_trail_exempt).
UNTRAILED = (
    "django_session",
    "offices_sitting",
    "offices_attempt",
    "offices_keptanswer",
    "offices_touch",
)


class Acting(NamedTuple):
    """Whose act it is: the post's number and log-in, and the page, task or command."""

    staff_id: int | None
    login: str
    request: str
    web: bool  # the database then refuses a write that is nobody's

    def told(self) -> list[str]:
        """As the database is told."""
        who = str(self.staff_id) if self.staff_id else ""
        return [who, self.login[:150], self.request[:200], "on" if self.web else ""]


_now: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(who: Acting) -> Iterator[None]:
    """All that is written meanwhile, is written by them (one statement, and one to end it)."""
    before = _now.get()
    token = _now.set(who)
    _tell(who)
    try:
        yield
    finally:
        _now.reset(token)
        _tell(before)


@contextmanager
def acting_if_written(who: Callable[[], Acting]) -> Iterator[None]:
    """The same for a page that shows something: nothing is said unless it writes after all."""
    said = False

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal said
        if not said and sql.lstrip().startswith(WRITING) and not _untrailed(sql):
            said = True
            _tell(who())
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(watch):
            yield
    finally:
        if said:
            _tell(_now.get())


def become(who: Acting) -> None:
    """Inside ``acting``: it has turned out who it is (a token says it only in the API itself)."""
    _now.set(who)
    _tell(who)


def of_request(request: HttpRequest, user: Any = None) -> Acting:
    """Who asks, their address, and the number of the request.

    ``user``: who has just shown who they are, before the request is theirs (a log-in).
    """
    who = user or request.user
    staff = getattr(who, "staff", None)
    came = request.META.get("REMOTE_ADDR", "")
    words = f"{request.method} {request.path} {came} {request_id.current()}"
    return Acting(staff.pk if staff else None, who.get_username(), words.strip(), web=True)


def _untrailed(sql: str) -> bool:
    return any(table in sql for table in UNTRAILED)


def _tell(who: Acting | None) -> None:
    """Say it; a connection that cannot be told any more is closed rather than left with a name."""
    try:
        with connection.cursor() as cursor:
            if who is None:
                cursor.execute(_TAKE_BACK)
            else:
                cursor.execute(_SET, who.told())
    except DatabaseError:
        if who is not None:
            raise
        if not connection.in_atomic_block:  # inside of one its end takes the settings back
            connection.close()
