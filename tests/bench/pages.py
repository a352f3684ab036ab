"""What the main screens cost the server: `python -m tests.bench.pages`, on the configured database.

The database is that of `./run demo --county full` (or `./run seed`); nothing is written to it but
the log-ins. A load is one request in this process, from the URL to the last byte of the answer,
database included, and without the network; the first load of each page is not counted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import django
import time_machine

from civil_affairs.holding import services

LOADS = 20


class Asked(NamedTuple):
    """A screen, the log-in that opens it, and what §4.2 of the screens' design allows."""

    name: str
    who: str
    path: str
    ms: int | None = None
    questions: int | None = None


class Cost(NamedTuple):
    """Milliseconds of a load (median, 95th percentile), questions to the database, KiB of HTML."""

    p50: float
    p95: float
    questions: int
    kib: float


def screens() -> list[Asked]:
    """The golden household, the newest run, and the lists, by who works with them."""
    from apps.households.models import Person
    from apps.payments.models import PaymentRun

    golden = Person.objects.filter(name="周国华").order_by("pk").first()
    run = PaymentRun.objects.exclude(calculation=None).order_by("pk").last()
    if golden is None or run is None:
        raise SystemExit("库里没有演示县：先运行 ./run demo --county full")
    home = golden.memberships.get(relationship="applicant").household.number
    return [
        Asked("我的待办 worklist (township)", "township", "/", 200, 15),
        Asked("我的待办 worklist (county)", "clerk", "/", 200, 15),
        Asked("查找 search, initials", "township", "/search/?q=zgh", 150, 4),
        Asked("查找 search, tail of a number", "township", "/search/?q=0012", 150, 4),
        Asked("家庭 household", "township", f"/households/{home}/", 300, 25),
        Asked("登记 registration", "township", "/apply/"),
        Asked("批次 run, review", "approver", f"/payruns/{run.pk}/", 500),
        Asked("批次明细 lines of the run", "approver", f"/payruns/{run.pk}/lines/"),
        Asked("变动 changes of the run", "approver", f"/payruns/{run.pk}/changes/"),
        Asked("标准 standards", "supervisor", "/standards/"),
    ]


def counted(seen: list[str]) -> Callable[..., Any]:
    """An execute wrapper that keeps what is asked."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(str(sql))
        return execute(sql, params, many, context)

    return wrapper


def cost(page: Asked, loads: int) -> Cost:
    """What a page costs; stops when it does not answer with a page."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    gc.freeze()  # as in the web process (civil_affairs/wsgi.py)
    browser = Client()
    browser.force_login(get_user_model().objects.get(username=page.who))
    answer = browser.get(page.path)
    if answer.status_code != 200:
        raise SystemExit(f"{page.path}: {answer.status_code}")
    seen: list[str] = []
    with connection.execute_wrapper(counted(seen)):
        browser.get(page.path)
    took = []
    for _ in range(loads):
        began = time.perf_counter()
        answer = browser.get(page.path)
        took.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    return Cost(statistics.median(took), p95, len(seen), len(answer.content) / 1024)


def main() -> int:
    """Measure and print a table; 1 when a page takes longer than it may."""
    parser = argparse.ArgumentParser(description="主要页面的服务器用时和查询数")
    parser.add_argument("--loads", type=int, default=LOADS)
    parser.add_argument(
        "--on", type=dt.date.fromisoformat, help="时钟拨到这一天九点，如 2024-12-05；不写就是今天"
    )
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
    late = 0
    with services():
        django.setup()
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["testserver"]
        if asked.on:
            nine = dt.datetime.combine(asked.on, dt.time(9), tzinfo=ZoneInfo(settings.TIME_ZONE))
            time_machine.travel(nine, tick=True).start()
        print("| Page | p50 ms | p95 ms | bar ms | questions | bar | HTML KiB |")
        print("|---|---|---|---|---|---|---|")
        for page in screens():
            one = cost(page, asked.loads)
            late += page.ms is not None and one.p95 > page.ms
            bars = [str(bar or "") for bar in (page.ms, page.questions)]
            print(
                f"| {page.name} | {one.p50:.0f} | {one.p95:.0f} | {bars[0]} | {one.questions}"
                f" | {bars[1]} | {one.kib:.0f} |",
                flush=True,
            )
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
