"""进门: what follows when somebody is known: the session's record, and where they are led."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import ngettext

from apps.offices.doors import actions
from apps.offices.doors.passwords import days_left, was_given
from apps.offices.doors.whence import address_of, browser_of


def entered(request: HttpRequest, user: Any, *, factor: bool, then: str) -> HttpResponse:
    """登录完成: to the page that was asked for, or to the password that has to be changed.

    ``then`` is an address of this site (the form has made sure). A password that will run out
    soon is spoken of on a page before, once a log-in, which may be passed by.
    """
    now = timezone.now()
    ended = actions.enter(
        request.session,
        user,
        address=address_of(request),
        browser=browser_of(request),
        at=now,
        factor=factor,
    )
    staff = getattr(user, "staff", None)
    language = staff.language if staff is not None else ""
    with translation.override(language or translation.get_language()):
        if ended:
            messages.info(request, _ended(ended))
        answer = redirect(_first(request, user, then))
    remember(answer, language)
    return answer


def _ended(count: int) -> str:
    return ngettext(
        "同时登录的数目已满，最早的{n}个登录已退出。",
        "同时登录的数目已满，最早的{n}个登录已退出。",
        count,
    ).format(n=count)


def _first(request: HttpRequest, user: Any, then: str) -> str:
    left = days_left(user, timezone.now())
    if was_given(user) or left == 0:
        request.session[actions.OWES] = "password"
    elif left is None or left > settings.PASSWORD_WARN_DAYS:
        return then
    return reverse("password") + "?" + urlencode({"next": then})


def owes_password(request: HttpRequest) -> bool:
    """Whether nothing else may be done before the password is changed."""
    return bool(request.session.get(actions.OWES) == "password")


def remember(answer: HttpResponse, language: str) -> None:
    """Keep the language for pages before log-in and for those without a post, if one is chosen."""
    if language:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
