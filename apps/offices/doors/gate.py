"""再次验证: before an act that cannot be called back, who sits here is asked once more.

Asked when the log-in, or the last answer, is older than STEP_UP_MINUTES. The question stands at
the address of the act itself and carries all that was sent there along, so nothing is kept on the
server, nothing that was typed is lost, two windows do not meet, and no script is needed. Answered,
the same request goes on as if nothing had been.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from apps.offices.doors import actions
from apps.offices.doors.lockout import locked_until, subject_of
from apps.offices.doors.models import Attempt
from apps.offices.doors.need import REAL
from apps.offices.doors.whence import address_of
from apps.offices.models import Staff

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Staff, P], HttpResponse]
When = Callable[..., bool]
MARK = "confirm-"  # of the boxes that belong to the question
PASSWORD, CODE, KEY, METHOD, BACK = (
    f"{MARK}{name}" for name in ("password", "code", "key", "method", "back")
)
ELEMENT = re.compile(r"[A-Za-z][\w-]{0,60}")


class NotConfirmed(Exception):
    """The last proof of who sits here is too old for this act (API: 403, confirmation_required)."""


def always(*_args: Any, **_kwargs: Any) -> bool:
    """Every request of the view."""
    return True


def confirmed(when: When = always) -> Callable[[View[P]], View[P]]:
    """A view whose act needs a fresh proof of who sits here.

    ``when(request, **kwargs of the address)`` says which requests are such acts. Stands below
    ``for_staff`` and the like, above ``require_POST`` and ``require_safe``.
    """

    def gate(view: View[P]) -> View[P]:
        @wraps(view)
        def page(
            request: HttpRequest, staff: Staff, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if _answers(request):
                refused = _judge(request)
                if refused is not None:
                    return refused
                if request.POST.get(METHOD) == "GET":
                    return redirect(request.get_full_path())
                _strip(request)
            elif when(request, **kwargs) and not is_fresh(request):
                return _ask(request)
            return view(request, staff, *args, **kwargs)

        return page

    return gate


def acts(*codes: str) -> When:
    """The POST requests of a page of several acts that do one of these (``act`` names it)."""

    def when(request: HttpRequest, **_kwargs: Any) -> bool:
        return request.method == "POST" and request.POST.get("act", "") in codes

    return when


def is_fresh(request: Any) -> bool:
    """Whether the last proof is young enough; always, where STEP_UP_MINUTES is 0."""
    if not settings.STEP_UP_MINUTES:
        return True
    at = request.session.get(actions.CONFIRMED)
    if not isinstance(at, float | int):
        return False
    age = timezone.now().timestamp() - at
    return 0 <= age <= settings.STEP_UP_MINUTES * 60


def need_fresh(request: Any) -> None:
    """NotConfirmed unless the last proof is young enough; for the API, which shows no page."""
    if not is_fresh(request):
        raise NotConfirmed(
            gettext("这一步须先再次验证身份：请在任一页面办理一次需要验证的事项，或重新登录。")
        )


def _answers(request: HttpRequest) -> bool:
    return request.method == "POST" and METHOD in request.POST


def _strip(request: HttpRequest) -> None:
    """The request as it was first sent."""
    sent = request.POST.copy()
    for name in [name for name in sent if name.startswith(MARK)]:
        del sent[name]
    sent._mutable = False  # noqa: SLF001 - as Django's own parser leaves it
    request.POST = sent  # type: ignore[assignment]


def _judge(request: HttpRequest) -> HttpResponse | None:
    """None when the answer is right; else the question again, or the log-in once it is locked."""
    user, now = request.user, timezone.now()
    name, where = user.get_username(), address_of(request)
    found = actions.attempt(
        Attempt.Kind.CONFIRM, name, address=where, at=now, check=lambda: _proof(request, now)
    )
    if found is None:
        if locked_until(subject_of(name), where, at=now) is None:
            return _ask(request, wrong=True)
        logout(request)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401)
        return redirect_to_login("/")
    actions.confirm(request.session, at=now, factor=isinstance(found, Authenticator))
    return None


def _proof(request: HttpRequest, now: dt.datetime) -> Any:
    """The factor that was shown, or True for the right password of who has no factor."""
    user: Any = request.user
    if _kinds(user):
        if request.POST.get(KEY):
            form = AuthenticateWebAuthnForm(user=user, data={"credential": request.POST[KEY]})
            if not form.is_valid():
                return None
            found = form.cleaned_data["credential"]
            post_authentication(request, found, reauthenticated=True)
            return found
        return actions.code_of(user, request.POST.get(CODE, ""), at=now)
    return user.check_password(request.POST.get(PASSWORD, "")) or None


def _kinds(user: Any) -> set[str]:
    rows = Authenticator.objects.filter(user=user, type__in=REAL)
    return set(rows.values_list("type", flat=True))


def _ask(request: HttpRequest, *, wrong: bool = False) -> HttpResponse:
    """The question: a page of its own, or a piece of the page that asked."""
    kinds = _kinds(request.user)
    options = begin_authentication(request.user) if Authenticator.Type.WEBAUTHN in kinds else None
    target = request.headers.get("HX-Target", "")
    context = {
        "wrong": wrong,
        "sent": _sent(request.POST),
        "method": request.POST.get(METHOD) or request.method,
        "path": request.get_full_path(),
        "back": _back(request),
        "by_factor": bool(kinds),
        "options": json.dumps(options) if options else "",
        "minutes": settings.STEP_UP_MINUTES,
        "target": target if ELEMENT.fullmatch(target) else "",
    }
    part = request.headers.get("HX-Request") == "true"
    name = "offices/doors/confirm_part.html" if part else "offices/doors/confirm.html"
    answer = render(request, name, context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sent(data: QueryDict) -> list[tuple[str, str]]:
    """Every box that was sent, in its order, but for those of the question itself."""
    return [
        (name, value)
        for name, values in data.lists()
        if not name.startswith(MARK) and name != "csrfmiddlewaretoken"
        for value in values
        if isinstance(value, str)
    ]


def _back(request: HttpRequest) -> str:
    """The page it was asked from, so that one may think better of it."""
    came = request.POST.get(BACK) or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came, {request.get_host()}, request.is_secure())
    return came if safe else "/"
