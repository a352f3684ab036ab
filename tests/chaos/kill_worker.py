"""kill -9 of the worker at random moments of a run: nothing twice, nothing missing.

    ./run shell is not needed: run it with the services up and a seeded county, as
    `python -m tests.chaos.kill_worker --month 2024-12 --kills 20 --seed 7`

Each round asks for the month to be computed, kills the whole worker process group at a random
moment, starts a new worker and lets the sweeper (pick_up_stale_runs) find the orphaned run.
The lines must then be those of an undisturbed run, to the byte.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
os.environ["STALE_RUN_SECONDS"] = "2"

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.offices.models import Role, Staff  # noqa: E402
from apps.payments import actions, tasks  # noqa: E402
from apps.payments.models import PaymentRun  # noqa: E402
from apps.units.months import last_day, parse_month  # noqa: E402

DIGEST = """
SELECT count(*), coalesce(sum(fen), 0), count(DISTINCT (subject, programme, month, kind)),
       md5(string_agg(concat_ws('|', subject, programme, month, kind, fen), E'\n'
                      ORDER BY subject, programme, month, kind))
FROM payments_paymentline WHERE calculation_id = %s
"""


def start_worker() -> subprocess.Popen[bytes]:
    """A real Celery worker in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "civil_affairs", "worker", "-c", "1", "-l", "error"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(worker: subprocess.Popen[bytes]) -> None:
    """kill -9 of the worker and every child of it."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def digest(run: PaymentRun) -> tuple[object, ...]:
    """Count, sum, distinct keys and a hash of the run's live lines."""
    run.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(DIGEST, [run.calculation_id])
        return tuple(cursor.fetchone())


def ask(run: PaymentRun) -> None:
    """What the page does: the wish is committed, then the task is sent."""
    with transaction.atomic():
        actions.request_compute(run.pk, by=run.maker, at=timezone.now())
        transaction.on_commit(lambda: tasks.compute_run.delay(run_id=run.pk))


def wait_until_computed(run: PaymentRun, version: int, seconds: float) -> bool:
    """True when a newer calculation is there; the sweeper is called as beat would call it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run.refresh_from_db()
        if run.calculation and run.calculation.version > version and run.requested_at is None:
            return True
        tasks.pick_up_stale_runs()
        time.sleep(0.2)
    return False


def main(argv: list[str] | None = None) -> int:
    """Run the rounds; exit status 1 when any differs from the undisturbed run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--month", default="2024-12")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args(argv)
    print(f"seed {options.seed}")
    dice = random.Random(options.seed)
    month = parse_month(options.month)
    run = PaymentRun.objects.filter(month=month, state__in=("draft", "computed")).first()
    if run is None:
        maker = Staff.objects.filter(role=Role.COUNTY_CLERK).order_by("pk")[0]
        run = actions.open_run(
            month=month, cutoff=last_day(month), division=maker.division, by=maker
        )
    started = time.monotonic()
    actions.compute_run(run.pk)
    took = time.monotonic() - started
    undisturbed = digest(run)
    print(f"undisturbed: {undisturbed[0]} lines, {undisturbed[1]} fen, {took:.2f} s")
    inside = wrong = 0
    for number in range(1, options.kills + 1):
        worker = start_worker()
        run.refresh_from_db()
        assert run.calculation is not None
        version = run.calculation.version
        time.sleep(1.5)  # the worker connects
        ask(run)
        time.sleep(dice.uniform(0, took * 1.1))
        run.refresh_from_db()
        working = run.requested_at is not None
        inside += working
        kill(worker)
        worker = start_worker()
        done = wait_until_computed(run, version, 60)
        kill(worker)
        same = done and digest(run) == undisturbed
        wrong += not same
        print(f"kill {number}: {'inside' if working else 'after'} the run, same lines: {same}")
    print(f"{options.kills} kills, {inside} inside a run, {wrong} wrong")
    return 1 if wrong or not inside else 0


if __name__ == "__main__":
    sys.exit(main())
