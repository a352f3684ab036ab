"""What a month costs: `python -m tests.bench.month --people 52000 1000000 --json`.

For each size a county of its own in a scratch database beside the configured one, dropped at the
end. A round is our run (in a fresh process) and the floor under it, one after the other; a
rerun after approval must issue nothing. docs/performance.md says how to read the table.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from civil_affairs import home as places
from civil_affairs.holding import services
from civil_affairs.refusals import plain_words
from civil_affairs.supervise import stop_tidily

MONTH = dt.date(2024, 12, 1)
ORM_CASES = 2_000
RESET = (
    "ALTER TABLE payments_paymentline DISABLE TRIGGER USER",
    "ALTER TABLE payments_calculation DISABLE TRIGGER USER",
    "ALTER TABLE payments_charge DISABLE TRIGGER USER",
    "UPDATE payments_paymentrun SET state = 'draft', calculation_id = NULL",
    "TRUNCATE payments_due, payments_paymentline, payments_held, payments_doubt, payments_charge",
    "DELETE FROM payments_calculation",
    "ALTER TABLE payments_paymentline ENABLE TRIGGER USER",
    "ALTER TABLE payments_calculation ENABLE TRIGGER USER",
    "ALTER TABLE payments_charge ENABLE TRIGGER USER",
    "VACUUM ANALYZE payments_due",
    "VACUUM ANALYZE payments_paymentline",
)
PAID = """
SELECT count(DISTINCT person) FROM (
    SELECT subject AS person FROM payments_paymentline WHERE subject > 0
    UNION ALL
    SELECT m.person_id FROM payments_paymentline l
    JOIN minimum_living_determination d ON d.entitlement_id = l.entitlement_id
    JOIN minimum_living_determinationmember m ON m.determination_id = d.id AND m.counted
    WHERE l.programme = 'minimum_living' AND l.subject < 0) p
"""


class Size(NamedTuple):
    """What the rounds of one size came to."""

    people: int
    paid: int
    rounds: int
    floor: tuple[float, float, float]  # medians of reading, writing, indexing
    floor_s: float
    run_s: float
    ratio: float
    child: dict[str, Any]
    rerun: dict[str, Any]

    def reported(self) -> dict[str, Any]:
        """The object of the last line."""
        return {
            "people": self.people,
            "lines": self.child["lines"],
            "floor_s": round(self.floor_s, 2),
            "run_s": round(self.run_s, 2),
            "ratio": round(self.ratio, 2),
            "us_per_line": round(self.run_s / self.child["lines"] * 1e6, 1),
            "peak_mib": round(self.child["peak_mib"]),
            "queries": self.child["statements"],
        }


def main() -> int:
    """Measure every size asked for; 0 when it could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[52_000, 1_000_000])
    parser.add_argument("--rounds", type=int, help="of each size; else 3, and 1 above 250,000")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--no-rerun", action="store_true", help="leave out the second run")
    asked = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_tidily)
    try:
        with services() as keep:
            report(asked, keep)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        words = plain_words(error)
        if words is None:
            raise
        print(words, file=sys.stderr)
        return 1
    return 0


def report(asked: argparse.Namespace, keep: list[int]) -> None:
    """The table, then the JSON line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
    import django

    django.setup()
    from civil_affairs.casebook.scratch import scratch_database

    sizes: list[Size] = []
    over: dict[int, float] = {}
    for people in asked.people:
        with scratch_database():
            rounds = asked.rounds or (3 if people <= 250_000 else 1)
            size = measured(people, rounds, keep, rerun=not asked.no_rerun)
            if people == min(asked.people):
                over[people] = orm_over_run(size)
            if not asked.no_rerun:
                size = size._replace(rerun=run_again(keep))
        sizes.append(size)
        show(size)
    print(f"逐户 ORM / 本系统 ORM loop over run: {next(iter(over.values())):.0f}")
    if asked.json:
        found = {"sizes": [s.reported() for s in sizes]}
        print(json.dumps({**found, "orm_over_run": round(next(iter(over.values())))}))


def measured(people: int, rounds: int, keep: list[int], *, rerun: bool) -> Size:
    """Rounds of run and floor over one county; medians of all of them."""
    from tests.bench import county, floor

    tell(f"{people} 人：造数 making the county …")
    county.make_county(people)
    run_id = new_run()
    floors: list[floor.Floor] = []
    children: list[dict[str, Any]] = []
    for n in range(rounds):
        execute(*RESET, "CHECKPOINT")
        children.append(child(run_id, keep))
        if n == 0:
            floor.make_ready()
        floors.append(floor.measure())
        tell(f"  {n + 1}: run {children[-1]['seconds']:.2f} s, floor {floors[-1].whole:.2f} s")
    return Size(
        people,
        one(PAID),
        rounds,
        tuple(median(f[i] for f in floors) for i in range(3)),  # type: ignore[arg-type]
        median(f.whole for f in floors),
        median(c["seconds"] for c in children),
        median(c["seconds"] / f.whole for c, f in zip(children, floors, strict=True)),
        {**children[-1], "peak_mib": max(c["peak_mib"] for c in children)},
        {},
    )


def new_run() -> int:
    """A draft of the month."""
    from apps.payments import actions
    from tests.bench import county

    run = actions.open_run(
        month=MONTH, cutoff=MONTH.replace(day=10), division=county.COUNTY, by=county.maker()
    )
    return run.pk


def child(run_id: int, keep: list[int]) -> dict[str, Any]:
    """Compute a run in a fresh process on the scratch database; what it said last."""
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])
    path = "/" + quote(str(connection.settings_dict["NAME"]))
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.child", str(run_id)],
        env={**os.environ, "DATABASE_URL": urlunsplit(url._replace(path=path))},
        cwd=places.ROOT,
        pass_fds=keep,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def orm_over_run(size: Size) -> float:
    """The naive loop's time for as many lines as the run issued, in runs."""
    from tests.bench import orm_loop

    tell(f"  ORM：{ORM_CASES} 例 …")
    loop = orm_loop.measure(MONTH, ORM_CASES)
    tell(
        f"  ORM: {loop.seconds:.1f} s, {loop.cases} cases, {loop.lines} lines,"
        f" {loop.different} different, {loop.queries / loop.cases:.1f} queries a case"
    )
    return loop.seconds / loop.lines * size.child["lines"] / size.run_s


def run_again(keep: list[int]) -> dict[str, Any]:
    """Approve the run and compute the month a second time: nothing may be issued."""
    from apps.offices.actions import appoint
    from apps.offices.models import Role
    from apps.payments import actions
    from apps.payments.models import PaymentRun
    from tests.bench.county import COUNTY

    checker = appoint(name="复核", role=Role.CHECKER, division=COUNTY)
    approver = appoint(name="审批", role=Role.APPROVER, division=COUNTY)
    run = PaymentRun.objects.get()
    actions.check_run(run.pk, by=checker)
    started = time.perf_counter()
    actions.approve_run(run.pk, by=approver)
    approved = time.perf_counter() - started
    again = child(new_run(), keep)
    assert again["lines"] == 0, again
    return {**again, "approve_s": approved}


def show(size: Size) -> None:
    """One size for people."""
    read, write, index = size.floor
    made, again = size.child, size.rerun
    print(
        f"\n{size.people:>9,} 人 people ({size.paid:,} paid, {size.rounds} rounds)\n"
        f"  明细 lines       {made['lines']:>10,}   待补 held {made['held']:,}\n"
        f"  底线 floor       {size.floor_s:>10.2f} s ="
        f" read {read:.2f} + write {write:.2f} + index {index:.2f}\n"
        f"  计算 run         {size.run_s:>10.2f} s = {size.ratio:.2f} x floor,"
        f" {size.run_s / made['lines'] * 1e6:.1f} us a line\n"
        f"  内存峰值 peak    {made['peak_mib']:>10.0f} MiB\n"
        f"  语句 statements  {made['statements']:>10}   {made['copies']} of them COPY"
    )
    if again:
        print(
            f"  审批封存 approve {again['approve_s']:>10.2f} s\n"
            f"  再算 rerun       {again['seconds']:>10.2f} s, {again['lines']} lines"
        )


def tell(words: str) -> None:
    """Progress, to stderr."""
    print(words, file=sys.stderr, flush=True)


def execute(*statements: str) -> None:
    """Each by itself, committed."""
    from django.db import connection

    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def one(sql: str) -> int:
    """The one number a query gives."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


median: Callable[[Any], float] = lambda values: statistics.median(list(values))  # noqa: E731


if __name__ == "__main__":
    sys.exit(main())
