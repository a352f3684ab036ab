"""请求: each gets a number, one line in the log and its place in the figures."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.units import request_id
from civil_affairs import metrics

HEADER = "X-Request-ID"
# Probes ask every few seconds, and say nothing that anybody would look for.
QUIET = ("/healthz", "/readyz", "/metrics")
STATIC = "/static/"

log = logging.getLogger("civil_affairs.requests")


class Requests:
    """The outermost: whatever happens inside has a number, and the answer bears it.

    The line names the route, never the address: addresses hold what was searched for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        with request_id.under(request_id.fitting(request.headers.get(HEADER, ""))) as number:
            answer = self.get_response(request)
            answer.headers[HEADER] = number
            if request.path not in QUIET and not request.path.startswith(STATIC):
                _note(request, answer.status_code, time.perf_counter() - began)
        return answer


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    method = request.method if request.method in metrics.METHODS else "OTHER"
    route = request.resolver_match.route if request.resolver_match else ""
    metrics.REQUESTS.labels(method, route, str(status)).observe(seconds)
    # Only if somebody has asked who it is: the log must not cost a question.
    user = getattr(request, "_cached_user", None)
    log.log(
        logging.WARNING if status >= 500 else logging.INFO,
        "request",
        extra={
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000),
            "user": getattr(user, "pk", None),
        },
    )


def fault(request: HttpRequest) -> HttpResponse:
    """500: nothing but the number under which the log tells what happened."""
    return render(request, "500.html", {"reference": request_id.current()}, status=500)
