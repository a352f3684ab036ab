"""kill -9 of the worker at random moments of a run: nothing twice, nothing missing.

    python -m tests.chaos.kill_worker --month 2024-12 --kills 20 --seed 7

It starts the services itself, and seeds the full county where the database is still empty.

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
from typing import Any

from civil_affairs.holding import services

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
os.environ["STALE_RUN_SECONDS"] = "2"

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


def digest(run: Any) -> tuple[Any, ...]:
    """Count, sum, distinct keys and a hash of the run's live lines."""
    from django.db import connection

    run.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(DIGEST, [run.calculation_id])
        return tuple(cursor.fetchone())


def ask(run: Any) -> None:
    """What the page does: wish and errand are committed together."""
    from django.db import transaction
    from django.utils import timezone

    from apps.payments import actions, tasks

    with transaction.atomic():
        actions.request_compute(run.pk, by=run.maker, at=timezone.now())
        tasks.hand_over_computing(run.pk)


def wait_until_computed(run: Any, version: int, seconds: float) -> bool:
    """True when a newer calculation is there; the sweeper is called as beat would call it."""
    from apps.payments import tasks

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run.refresh_from_db()
        if run.calculation and run.calculation.version > version and run.requested_at is None:
            return True
        tasks.pick_up_stale_runs()
        time.sleep(0.2)
    return False


def opened(month: Any) -> Any:
    """The run of the month: the open one, or a new draft."""
    from apps.offices.models import Role, Staff
    from apps.payments import actions
    from apps.payments.models import PaymentRun
    from apps.units.months import last_day

    run = PaymentRun.objects.filter(month=month, state__in=("draft", "computed")).first()
    if run is None:
        maker = Staff.objects.filter(role=Role.COUNTY_CLERK).order_by("pk")[0]
        run = actions.open_run(
            month=month, cutoff=last_day(month), division=maker.division, by=maker
        )
    return run


def one_kill(run: Any, moment: float) -> tuple[bool, bool]:
    """(the run was being worked on when the worker died, a newer calculation was made)."""
    worker = start_worker()
    run.refresh_from_db()
    version = run.calculation.version
    time.sleep(2.5)  # the worker connects
    ask(run)
    time.sleep(moment)
    run.refresh_from_db()
    working = run.requested_at is not None
    kill(worker)
    worker = start_worker()
    done = wait_until_computed(run, version, 90)
    kill(worker)
    return working, done


def county() -> None:
    """The demo county, in a database that has none."""
    from django.core.management import call_command

    from apps.households.models import Household

    call_command("migrate", verbosity=0)
    if not Household.objects.exists():
        call_command("seed", county="full")


def rounds(options: argparse.Namespace) -> int:
    """Run the kills; how many ended differently from the undisturbed run (or none hit a run)."""
    from apps.payments import actions
    from apps.units.months import parse_month

    dice = random.Random(options.seed)
    run = opened(parse_month(options.month))
    started = time.monotonic()
    actions.compute_run(run.pk)
    took = time.monotonic() - started
    undisturbed = digest(run)
    print(f"undisturbed: {undisturbed[0]} lines, {undisturbed[1]} fen, {took:.2f} s", flush=True)
    inside = wrong = 0
    for number in range(1, options.kills + 1):
        working, done = one_kill(run, dice.uniform(0, took * 1.1))
        same = done and digest(run) == undisturbed
        inside += working
        wrong += not same
        place = "inside" if working else "after"
        print(f"kill {number}: {place} the run, same lines: {same}", flush=True)
    print(f"{options.kills} kills, {inside} inside a run, {wrong} wrong")
    return wrong if inside else 1


def main(argv: list[str] | None = None) -> int:
    """Exit status 1 when any round differs from the undisturbed run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--month", default="2024-12")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args(argv)
    print(f"seed {options.seed}", flush=True)
    with services(queue=True):
        import django

        django.setup()
        county()
        return 1 if rounds(options) else 0


if __name__ == "__main__":
    sys.exit(main())
