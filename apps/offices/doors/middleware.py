"""门卫: every request of somebody who has logged in passes here; it asks the database nothing.

What it needs has been read with the session and the account: when the session was opened and last
used, the post, and what the session knows of the log-in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from apps.offices.doors import actions
from apps.offices.doors.need import needs_factor
from apps.offices.doors.whence import address_of, browser_of

V = TypeVar("V", bound=Callable[..., Any])
POLLED, OPEN = "is_polled", "is_open"


def polled(view: V) -> V:
    """A view that pages ask for by themselves: that it is asked for shows nobody is there."""
    setattr(view, POLLED, True)
    return view


def first_of_all(view: V) -> V:
    """A view that is open to who has yet to change a password or to register a factor."""
    setattr(view, OPEN, True)
    return view


class Door:
    """Ends sessions that have had their time, and leads who owes something to it first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """None: the view goes on, perhaps for nobody any more."""
        if not request.user.is_authenticated:
            return None
        staff, now = getattr(request.user, "staff", None), timezone.now()
        why = _closed(staff) or _over(request, now)
        if why:
            _leave(request, why)
            return None
        if not getattr(view, OPEN, False):
            owed = _owed(request, staff)
            if owed is not None:
                return owed
        if not (getattr(view, POLLED, False) and request.method == "GET"):
            _touch(request, now)
        return None


def _closed(staff: Any) -> str:
    """A post that was closed while somebody was in ends at once."""
    return "" if staff is None or staff.active else gettext("您的岗位已经停用，已退出登录。")


def _over(request: HttpRequest, now: dt.datetime) -> str:
    """Why the session is over, in words; empty while it is not. No limit is a limit of 0."""
    sitting = vars(request.session).get("sitting")
    idle, whole = settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS
    if sitting is None:
        return ""
    if idle and now - sitting.seen_at > dt.timedelta(minutes=idle):
        return gettext("{n}分钟没有操作，已退出登录，请重新登录。").format(n=idle)
    if whole and now - sitting.opened_at > dt.timedelta(hours=whole):
        return gettext("登录已满{n}小时，请重新登录。").format(n=whole)
    return ""


def _leave(request: HttpRequest, why: str) -> None:
    logout(request)
    # A piece of a page, or a program, shows no messages: the page that opens next would.
    if request.headers.get("HX-Request") != "true" and not request.path.startswith("/api/"):
        messages.info(request, why)


def _owed(request: HttpRequest, staff: Any) -> HttpResponse | None:
    if request.session.get(actions.OWES) == "password":
        return _lead(request, "password", "password_change_required", gettext("请先修改密码。"))
    if needs_factor(staff) and not request.session.get(actions.FACTOR):
        words = gettext("您的岗位须先登记两步验证。")
        return _lead(request, "mfa_index", "factor_required", words)
    return None


def _lead(request: HttpRequest, name: str, code: str, words: str) -> HttpResponse:
    """To what is owed: a page by a redirect, a piece of one by htmx's, a program by a refusal."""
    if request.path.startswith("/api/"):
        error = {"code": code, "detail": words, "attr": None}
        return JsonResponse({"type": "client_error", "errors": [error]}, status=403)
    where = reverse(name)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    if request.method == "GET" and request.path != "/":
        where += "?" + urlencode({"next": request.get_full_path()})
    return redirect(where)


def _touch(request: HttpRequest, now: dt.datetime) -> None:
    """Once a minute at most; a session of before there were sittings gets one."""
    if not (settings.SESSION_IDLE_MINUTES or settings.SESSION_HOURS):
        return
    session: Any = request.session
    if session.sitting is None:
        where, what = address_of(request), browser_of(request)
        session.sitting = actions.adopt(session, request.user, address=where, browser=what, at=now)
    elif (now - session.sitting.seen_at).total_seconds() > actions.SEEN_EVERY:
        actions.touch(session.sitting, at=now)
