"""指标: what Prometheus reads at /metrics. Counts and ages only, nothing about anybody.

Those of requests are each process's own (with PROMETHEUS_MULTIPROC_DIR, of all of them); those of
the work are asked of the database when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from prometheus_client import (
    CollectorRegistry,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REQUESTS = Histogram(
    "civil_request_seconds",
    "Seconds of requests",
    ["method", "route", "status"],
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)

# (name, what it is, label names, SQL that gives label values and then the number)
WORK: tuple[tuple[str, str, list[str], str], ...] = (
    (
        "civil_payment_runs",
        "Payment runs by state",
        ["state"],
        "SELECT state, count(*) FROM payments_paymentrun GROUP BY state",
    ),
    (
        "civil_bank_items_waiting",
        "Bank items that were sent and not answered",
        [],
        "SELECT count(*) FROM payments_bankitem i JOIN payments_bankbatch b ON b.id = i.batch_id"
        " WHERE b.state = 'sent' AND i.state IN ('sent', 'unknown')",
    ),
    (
        "civil_disputes_open",
        "Contradicting or late bank results nobody has decided",
        [],
        "SELECT count(*) FROM payments_dispute WHERE state = 'open'",
    ),
    (
        "civil_outbox_waiting",
        "Errands not done",
        [],
        "SELECT count(*) FROM offices_outbox WHERE done_at IS NULL",
    ),
    (
        "civil_outbox_oldest_seconds",
        "Age of the oldest errand not done",
        [],
        "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)"
        " FROM offices_outbox WHERE done_at IS NULL",
    ),
    (
        "civil_database_bytes",
        "Size of the database",
        [],
        "SELECT pg_database_size(current_database())",
    ),
)


class Work(Collector):
    """The state of the work, by the database."""

    def collect(self) -> Iterable[Metric]:
        """One family a question."""
        for name, words, labels, sql in WORK:
            family = GaugeMetricFamily(name, words, labels=labels)
            for *values, number in _rows(sql):
                family.add_metric([str(value) for value in values], float(number))
            yield family


def _rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def exposed(folder: str) -> bytes:
    """Everything, in the text format; ``folder``: where processes put theirs together, or empty."""
    own = REGISTRY
    if folder:
        own = CollectorRegistry()
        multiprocess.MultiProcessCollector(own, folder)  # type: ignore[no-untyped-call]
    work = CollectorRegistry()
    work.register(Work())
    return generate_latest(own) + generate_latest(work)
