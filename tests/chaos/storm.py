"""A county whose servers are killed while it pays, month after month: `./run chaos --kills 60`.

Four people take month after month from draft to closed through the web. At random moments of
random steps something is killed, delivered again, forgotten, or dies at a named point. They try
again until it is done. Afterwards

- what must ALWAYS hold of the money holds (`./run ledger --check`);
- every month is, to the fen and to the bank's last word, that of a twin county nobody disturbed;
- what must SOMETIMES happen for this to mean anything did happen, and is counted.

The same seed draws the same faults; when each lands depends on the machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any, NamedTuple

import django

from civil_affairs import home as places

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")

WEB = ("web", "backend", "postmaster")
# What may befall each step. A point ("at …") is a name of apps.offices.crash.
FAULTS: dict[str, tuple[str, ...]] = {
    "open": WEB,
    "compute": (
        "worker", "worker", "worker", "broker", "flush", "deliver", "backend", "postmaster",
        "at dues", "at lines", "at computed", "at computed", "beat",
    ),
    "answer": WEB,
    "check": WEB,
    "approve": (*WEB, "web", "at sealed", "at sealed"),
    "export": ("web", "at exported"),
    "send": (*WEB, "at sent"),
    "upload": (*WEB, "at staged"),
    "commit": (*WEB, "web", "at settled", "at settled"),
    "close": (*WEB, "at closed"),
}  # fmt: skip
SOMETIMES = (
    "worker died while a month was being computed",
    "died inside the computing transaction (dues, lines)",
    "died after the commit, before the acknowledgement (computed)",
    "died while sealing (sealed)",
    "died while sending (sent)",
    "died while taking results in (staged, settled)",
    "the broker lost or forgot a wish that waited",
    "a task was delivered again",
    "a backend or the postmaster was killed",
    "the web was killed in a request",
)
INSIDE = {
    "dues": SOMETIMES[1], "lines": SOMETIMES[1], "computed": SOMETIMES[2], "sealed": SOMETIMES[3],
    "sent": SOMETIMES[4], "staged": SOMETIMES[5], "settled": SOMETIMES[5],
}  # fmt: skip
LINES = """
SELECT count(*), coalesce(sum(l.fen), 0),
       md5(string_agg(concat_ws('|', l.subject, l.programme, l.month, l.kind, l.fen, l.offset_fen),
                      E'\n' ORDER BY l.subject, l.programme, l.month, l.kind))
FROM payments_paymentline l JOIN payments_paymentrun r ON r.calculation_id = l.calculation_id
WHERE r.month = %s
"""
ITEMS = """
SELECT count(*), coalesce(sum(i.fen) FILTER (WHERE i.state = 'paid'), 0),
       coalesce(sum(i.fen) FILTER (WHERE i.state = 'returned'), 0),
       md5(string_agg(concat_ws('|', i.subject, i.programme, i.kind, i.fen, i.state),
                      E'\n' ORDER BY i.number))
FROM payments_bankitem i JOIN payments_bankbatch b ON b.id = i.batch_id AND b.state <> 'void'
JOIN payments_paymentrun r ON r.id = b.run_id
WHERE r.month = %s
"""


class Blow(NamedTuple):
    """One fault that was dealt: in which step, what, and whether it hit anything."""

    step: str
    fault: str
    delay: float
    hit: str


def months(first: dt.date) -> Any:
    """Month after month."""
    while True:
        yield first
        first = (first + dt.timedelta(days=31)).replace(day=1)


class Storm:
    """Deals the faults beside the people's work."""

    def __init__(self, servers: Any, kills: int, seed: int) -> None:
        self.servers, self.left = servers, kills
        self.dice = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.blows: list[Blow] = []
        self.usual: dict[str, float] = {}
        self.decks: dict[str, list[str]] = {}
        self.failed: list[Exception] = []

    def step(self, month: Any, name: str) -> None:
        """Take one step of a month, with a fault while there are any left."""
        began = time.monotonic()
        if self.left <= 0:
            month.take(name)
            return
        self.left -= 1
        fault = self.drawn(name)
        delay = self.dice.uniform(0, 1) * self.usual.get(name, 0.5)
        other = threading.Thread(target=self.dealt, args=(month, name, fault, delay))
        if fault.startswith("at "):
            self.servers.ask_to_crash(fault[3:])
        else:
            other.start()
        month.take(name)
        if not fault.startswith("at "):
            other.join()
            if self.failed:
                raise self.failed[0]
        elif self.servers.crashed():
            self.note(name, fault, 0.0, INSIDE.get(fault[3:], "died at a named point"))
        else:
            self.note(name, fault, 0.0, "")
        self.servers.look_after()
        took = time.monotonic() - began
        self.usual[name] = min(self.usual.get(name, took), took, 2.0)

    def drawn(self, name: str) -> str:
        """The next fault of a step's deck: by chance, but each comes before one comes twice."""
        if not self.decks.get(name):
            self.decks[name] = list(FAULTS[name])
            self.dice.shuffle(self.decks[name])
        return self.decks[name].pop()

    def dealt(self, month: Any, name: str, fault: str, delay: float) -> None:
        """Strike, and keep what went wrong in striking for the other thread."""
        try:
            self.strike(month, name, fault, delay)
        except Exception as error:  # noqa: BLE001 - raised again by the other thread
            self.failed.append(error)

    def strike(self, month: Any, name: str, fault: str, delay: float) -> None:
        """Deal one fault at its moment, and say what it hit."""
        time.sleep(delay)
        working = name == "compute" and self.wished(month)
        hit = ""
        if fault in ("worker", "beat", "web"):
            self.servers.kill_part(fault)
            if fault == "web":
                hit = SOMETIMES[9]
            elif fault == "worker" and working:
                hit = SOMETIMES[0]
        elif fault == "broker":
            self.servers.kill_broker()
            hit = SOMETIMES[6] if working else ""
        elif fault == "flush":
            self.servers.flush()
            hit = SOMETIMES[6] if working else ""
        elif fault == "deliver":
            deliver(month.run, times=3)
            hit = SOMETIMES[7]
        else:
            {"backend": self.servers.kill_backend, "postmaster": self.servers.kill_postmaster}[
                fault
            ]()
            hit = SOMETIMES[8]
        self.note(name, fault, delay, hit)

    def wished(self, month: Any) -> bool:
        """Whether the month's calculation is asked for and not there yet."""
        asked = "SELECT requested_at IS NOT NULL FROM payments_paymentrun WHERE id = %s"
        return bool(self.servers.row(asked, month.run) == (True,))

    def note(self, step: str, fault: str, delay: float, hit: str) -> None:
        self.blows.append(Blow(step, fault, delay, hit))
        if hit:
            self.seen[hit] += 1
        if hit == INSIDE["computed"]:
            self.seen[SOMETIMES[7]] += 1  # what was not acknowledged comes again
        print(f"  {len(self.blows):3} {step:8} {fault:14} {delay:5.2f} s  {hit}", flush=True)


def deliver(run_id: int, *, times: int) -> None:
    """The same task again, as a broker may."""
    from kombu.exceptions import OperationalError

    from apps.payments.tasks import compute_run

    for _ in range(times):
        try:
            # Past the outbox: this is the broker's own doing.
            compute_run.apply_async(kwargs={"run_id": run_id}, retry=False)
        except (OperationalError, OSError) as error:  # the broker may be down at this very moment
            print(f"      not delivered: {type(error).__name__}", flush=True)


def played(options: argparse.Namespace) -> dict[str, Any]:
    """Months played in this state folder, with or without a storm; what they came to."""
    from tests.chaos.clerks import PEOPLE, Clerk, Month
    from tests.chaos.servers import Servers

    servers = Servers()
    servers.start()
    storm = Storm(servers, options.kills, options.seed)
    done: list[dt.date] = []
    try:
        people = {who: Clerk(servers, who) for who in PEOPLE}
        for one in people.values():
            one.log_in()
        for first in months(dt.date(2024, 12, 1)):
            if storm.left <= 0 and len(done) >= options.months:
                break
            month = Month(servers, people, first)
            for name in month.STEPS:
                storm.step(month, name)
            done.append(first)
            print(f"{first:%Y-%m} closed", flush=True)
        return {
            "months": {f"{first:%Y-%m}": came_to(servers, first) for first in done},
            "seen": dict(storm.seen),
            "blows": len(storm.blows),
            "always": always(),
        }
    finally:
        servers.stop()


def came_to(servers: Any, month: dt.date) -> list[Any]:
    """Lines and bank items of a month: numbers, sums and a hash of each."""
    return [str(part) for sql in (LINES, ITEMS) for part in servers.row(sql, month)]


def always() -> str:
    """What `./run ledger --check` says."""
    env = os.environ | {"DATABASE_URL": places.database_url(), "REDIS_URL": places.redis_url()}
    done = subprocess.run(
        [sys.executable, "manage.py", "ledger", "--check", "--json"],
        cwd=places.ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() + (f" {done.stderr.strip()}" if done.returncode else "")


def main(argv: list[str] | None = None) -> int:
    """Play in the state folder of CIVIL_HOME; the last line is one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = places.database_url(), places.redis_url()
    django.setup()
    print(json.dumps(played(options)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
