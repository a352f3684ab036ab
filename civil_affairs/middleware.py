"""拒绝的说法: what the actions refuse becomes a page or JSON that says why, in Chinese.

Beside it: the language of a page, and who is at work, for the trail (审计留痕).
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions, status

from apps.offices.doors.gate import NotConfirmed
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.refusals import words_of
from apps.offices.trail.acting import acting, acting_if_written, of_request


class Conflict(exceptions.APIException):
    """409: the thing is no longer in the state that the act needs."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "stale_state"


def refused_by_database(error: Exception) -> str | None:
    """The Chinese words of the constraint that two people at once have met; None for a fault."""
    if not isinstance(error, IntegrityError):
        return None
    words = words_of(error, *apps.get_models())
    usual = str(models.CheckConstraint.default_violation_error_message)
    return words if words and words != usual else None


class ChosenLanguage:
    """语言: the language chosen on the log-in page or in the header, else Chinese.

    Django's own LocaleMiddleware would ask the browser: an office computer set up in English
    would then show English to a clerk who never chose it. What a member of staff has chosen is
    known once the page knows who they are (apps.offices.perms.for_staff).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = chosen in dict(settings.LANGUAGES)
        translation.activate(chosen if chosen and known else settings.LANGUAGE_CODE)
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", translation.get_language() or "")
        return answer


class WhoActs:
    """经办人: the database is told who asks and for what, before anything is written for them.

    An unsafe request says so at once; a page that shows something says nothing, unless it puts
    down that it was looked at. Without either the database refuses what a page would write.
    """

    SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in self.SAFE:
            with acting_if_written(lambda: of_request(request)):
                return self.get_response(request)
        with acting(of_request(request)):
            return self.get_response(request)


class RefusalPages:
    """A refusal that no view has caught: 403, 404 or 409 with its words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a refusal; None for anything else, which stays an error."""
        words = {"words": str(error), "exception": str(error)}
        if isinstance(error, NotAllowed):
            return render(request, "403.html", words, status=403)
        if isinstance(error, NotFound):
            return render(request, "404.html", words, status=404)
        if isinstance(error, StaleState):
            return render(request, "409.html", words, status=409)
        refused = refused_by_database(error)
        if refused:
            return render(request, "409.html", {"words": refused}, status=409)
        return None


class RefusalJson(ExceptionHandler):
    """The same for the API, in the shape of every other error of it."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Our refusals as the API's exceptions; a ValueError of an action says what is wrong."""
        if isinstance(exc, NotConfirmed):
            return exceptions.PermissionDenied(str(exc), code="confirmation_required")
        if isinstance(exc, NotAllowed):
            return exceptions.PermissionDenied(str(exc))
        if isinstance(exc, NotFound):
            return exceptions.NotFound(str(exc))
        if isinstance(exc, StaleState):
            return Conflict(str(exc))
        refused = refused_by_database(exc)
        if refused:
            return Conflict(refused)
        # Our own refusals speak Chinese; any other ValueError is a fault and stays one.
        if isinstance(exc, ValueError) and not str(exc).isascii():
            return exceptions.ValidationError(str(exc))
        found: Exception = super().convert_known_exceptions(exc)
        return found

    def get_headers(self, exc: exceptions.APIException) -> dict[str, str]:
        """What is refused as stale is told the version of now."""
        etag = getattr(exc, "etag", "")
        return {**super().get_headers(exc), **({"ETag": etag} if etag else {})}
