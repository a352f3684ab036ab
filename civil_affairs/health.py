"""健康: whether the process lives, whether it can serve, and the figures for the monitor.

Answered to whoever asks (a load balancer has no log-in), so they say no more than which part fails.
"""

from __future__ import annotations

import hmac

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from civil_affairs import metrics

OK, DOWN, BEHIND = "ok", "down", "behind"


@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """存活: this process answers; the database is not asked."""
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """就绪: 503 while pages cannot be served: no database, or one of another version.

    Without the queue pages work and errands wait in the outbox, so that is said and is no 503.
    """
    parts = {"database": _database(), "queue": _queue()}
    fit = parts["database"] == OK
    return JsonResponse({"status": OK if fit else DOWN, **parts}, status=200 if fit else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return OK if _migrated() else BEHIND
    except (DatabaseError, PoolTimeout):
        return DOWN


# True once the database was found to be of this version: reading all migrations takes a while,
# and no database goes back under a running process.
_known_fit = {"migrated": False}


def _migrated() -> bool:
    if not _known_fit["migrated"]:
        executor = MigrationExecutor(connection)
        left = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _known_fit["migrated"] = not left
    return _known_fit["migrated"]


def _queue() -> str:
    try:
        cache.get("civil.ready")
    except (RedisError, OSError):
        return DOWN
    return OK


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """指标: for the monitor on this machine, or with METRICS_TOKEN; 404 for everybody else."""
    if not _may_read(request):
        raise Http404
    folder = settings.PROMETHEUS_MULTIPROC_DIR
    return HttpResponse(
        metrics.exposed(folder), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        offered = request.headers.get("Authorization", "")
        return hmac.compare_digest(offered.encode(), f"Bearer {token}".encode())
    # The proxy in front stands on the same machine; what it passes on says so.
    passed_on = "X-Forwarded-For" in request.headers
    return not passed_on and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
