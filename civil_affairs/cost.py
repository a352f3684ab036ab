"""页面的花费: how long a page took the server and how many questions it asked, in its footer.

For those who look after the system: with DEBUG for everybody, else for the log-ins of
``TESTERS`` ("*": all of them, as in the demo).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse


class Cost:
    """What a request has cost so far: milliseconds and questions to the database."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.questions = 0

    def count(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Let a question through and count it."""
        self.questions += 1
        return execute(sql, params, many, context)

    @property
    def ms(self) -> int:
        """Milliseconds since the request came in."""
        return round((time.perf_counter() - self.began) * 1000)


class PageCost:
    """Counts along with a request, and hands the count to the page and to Server-Timing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (settings.DEBUG or settings.TESTERS):
            return self.get_response(request)
        cost = Cost()
        request.cost = cost  # type: ignore[attr-defined]
        with connection.execute_wrapper(cost.count):
            answer = self.get_response(request)
        if shown(request):
            answer.headers["Server-Timing"] = f'app;dur={cost.ms}, db;desc="{cost.questions}"'
        return answer


def shown(request: HttpRequest) -> Cost | None:
    """The cost so far, if whoever asks is told of it."""
    cost: Cost | None = getattr(request, "cost", None)
    name = request.user.get_username() if hasattr(request, "user") else ""
    told = settings.DEBUG or (name and {"*", name} & set(settings.TESTERS))
    return cost if told else None


def page_cost(request: HttpRequest) -> dict[str, Any]:
    """For the footer; asked when the footer is written, so that what the page asked is in it."""
    return {"page_cost": lambda: shown(request)}
