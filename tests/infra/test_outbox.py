"""出件箱: the broker may be away, forget, or say things thrice; what was asked for is done once."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.offices import outbox
from apps.offices.models import Event, Outbox
from apps.payments import actions, tasks
from apps.payments.models import PaymentLine, PaymentRun
from apps.units import request_id
from civil_affairs import home as places
from civil_affairs.broker import celery_broker
from civil_affairs.celery import app
from civil_affairs.embedded import Valkey
from tests import builders
from tests.payments.paying import Four, account, four, opened

from .conftest import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


class Broker:
    """A Valkey of this test's own, that may be killed and come back with nothing."""

    def __init__(self, home: Path) -> None:
        self.server = Valkey(home)
        self.url = places.redis_url()
        self.server.start()

    def messages(self) -> list[dict[str, Any]]:
        """The arguments of all that waits in the queue, the oldest first."""
        with redis.Redis.from_url(self.url) as client:
            waiting = reversed(client.lrange("celery", 0, -1))
            bodies = [base64.b64decode(json.loads(one)["body"]) for one in waiting]
        return [json.loads(body)[1] for body in bodies]

    def forget(self) -> None:
        """All it holds is gone."""
        self.server.ask("FLUSHALL")

    def kill(self) -> None:
        """Killed, with its file: it will come back empty."""
        os.kill(int(self.server.pid_file.read_text()), signal.SIGKILL)
        until(lambda: not self.server.alive())
        for one in self.server.data.rglob("*"):
            if one.is_file():
                one.unlink()

    def start(self) -> None:
        """Back again."""
        self.server.start()


def until(met: Callable[[], bool], seconds: float = 20) -> None:
    """Wait; the test fails when it does not come about."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


@pytest.fixture
def broker(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """The broker, which our Celery app sends to."""
    monkeypatch.setenv("CIVIL_HOME", str(home))
    found = Broker(home)
    usual = app.conf.broker_url
    app.conf.broker_url = celery_broker(found.url)
    app._after_fork()  # forget the connections to the usual one
    yield found
    app.conf.broker_url = usual
    app._after_fork()
    found.server.stop()


@contextmanager
def process(
    broker: Broker, what: str, *args: str, log: Path | None = None, **env: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker or a beat on the test's database and this broker; what it logs goes to ``log``."""
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    named = {"DATABASE_URL": database, "REDIS_URL": broker.url, "PYTHONWARNINGS": "ignore"}
    level = "info" if log else "error"
    with (log or Path(os.devnull)).open("wb") as out:
        found = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "civil_affairs", what, "-l", level, *args],
            cwd=ROOT,
            env=os.environ | named | env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield found
    finally:
        kill(found)


def worker(broker: Broker, log: Path | None = None, **env: str) -> Any:
    """A worker that takes one task at a time."""
    quick = ["-c", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return process(broker, "worker", *quick, log=log, **env)


def kill(found: subprocess.Popen[bytes]) -> None:
    """kill -9 of the process and its children."""
    if found.poll() is None:
        os.killpg(found.pid, signal.SIGKILL)
        found.wait()


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def run(people: Four) -> PaymentRun:
    """A draft; one deaf person is owed 90 yuan a month since May."""
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    account(who)
    builders.award("disability_nursing", home, who, "2024-05-28", "2024-06-18")
    return opened(people, "2024-07")


def ask(run: PaymentRun) -> None:
    """What the button of the run page does."""
    with transaction.atomic():
        actions.request_compute(run.pk, by=run.maker, at=timezone.now())
        tasks.hand_over_computing(run.pk)


def computed_once(run: PaymentRun) -> bool:
    """One calculation, three lines, one event, and nobody waits any more."""
    run.refresh_from_db()
    lines = PaymentLine.objects.filter(calculation__run=run).count()
    events = Event.objects.filter(kind="payments.paymentrun", target="computed").count()
    return (run.calculations.count(), lines, events, run.requested_at) == (1, 3, 1, None)


# ---- the row ----


def test_an_errand_is_written_in_the_transaction_that_wants_it(broker: Broker) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        outbox.hand_over(tasks.compute_run, key="compute:1", run_id=1)


def test_a_wish_that_is_rolled_back_is_never_sent(broker: Broker) -> None:
    with transaction.atomic():
        outbox.hand_over(tasks.compute_run, key="compute:1", run_id=1)
        transaction.set_rollback(True)
    assert not Outbox.objects.exists()
    assert broker.messages() == []


def test_what_is_committed_is_sent_at_once(broker: Broker) -> None:
    with transaction.atomic():
        outbox.hand_over(tasks.compute_run, key="compute:1", run_id=1)
        assert broker.messages() == []
    assert broker.messages() == [{"run_id": 1}]
    row = Outbox.objects.get()
    assert (row.topic, row.tries) == ("apps.payments.tasks.compute_run", 1)
    assert row.sent_at is not None


@pytest.mark.parametrize("value", ["430482198005050011", 1.5, True, None])
def test_only_ids_travel(value: Any) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        outbox.hand_over(tasks.compute_run, key="compute:1", run_id=value)


def test_the_database_refuses_what_is_not_an_id() -> None:
    with pytest.raises(DatabaseError, match="errand_carries_ids_only"):
        Outbox.objects.create(topic="a", key="b", payload={"name": "李四"})


def test_an_errand_that_is_asked_for_again_is_one_errand(broker: Broker) -> None:
    for _ in range(2):
        with transaction.atomic():
            outbox.hand_over(tasks.compute_run, key="compute:1", run_id=1)
    assert Outbox.objects.get().tries == 2
    outbox.done("compute:1")
    with transaction.atomic():
        outbox.hand_over(tasks.compute_run, key="compute:1", run_id=1)
    assert Outbox.objects.filter(done_at=None).count() == 1
    assert Outbox.objects.count() == 2


def test_an_errand_stays_done() -> None:
    Outbox.objects.create(topic="a", key="b", payload={}, done_at=timezone.now())
    with pytest.raises(DatabaseError):
        Outbox.objects.update(done_at=None)


def test_old_errands_are_forgotten_once_they_are_done() -> None:
    long_ago = timezone.now() - dt.timedelta(days=40)
    Outbox.objects.create(topic="a", key="done", payload={}, done_at=long_ago)
    Outbox.objects.create(topic="a", key="undone", payload={}, created_at=long_ago)
    outbox.forget_done(30)
    assert Outbox.objects.get().key == "undone"


# ---- the broker is away, or forgets ----


def test_a_broker_that_is_down_costs_a_wait_and_nothing_else(broker: Broker) -> None:
    broker.kill()
    began = time.monotonic()
    with transaction.atomic():
        outbox.hand_over(tasks.compute_run, key="compute:1", run_id=1)
    assert time.monotonic() - began < 2
    row = Outbox.objects.get()
    assert (row.sent_at, row.tries) == (None, 0)
    assert outbox.relay() == 0
    broker.start()
    assert outbox.relay() == 1
    assert broker.messages() == [{"run_id": 1}]
    assert outbox.relay() == 0


def test_what_the_broker_forgot_is_sent_again(broker: Broker, settings: Any) -> None:
    with transaction.atomic():
        outbox.hand_over(tasks.compute_run, key="compute:1", run_id=1)
    broker.forget()
    assert outbox.relay() == 0  # it may still be under way
    settings.OUTBOX_RESEND_SECONDS = 0
    assert outbox.relay() == 1
    assert broker.messages() == [{"run_id": 1}]
    outbox.done("compute:1")
    assert outbox.relay() == 0


def test_the_wait_doubles_with_every_sending(settings: Any) -> None:
    ago = timezone.now() - dt.timedelta(seconds=100)
    for tries, key in ((1, "a"), (3, "b"), (4, "c")):
        Outbox.objects.create(topic="t", key=key, payload={}, sent_at=ago, tries=tries)
    settings.OUTBOX_RESEND_SECONDS = 20  # 20, 80 and 160 seconds
    claimed = outbox._claim(outbox._WAITING, [settings.OUTBOX_RESEND_SECONDS, outbox.DOUBLINGS])
    assert len(claimed) == 2


def test_two_relays_at_once_send_each_errand_once(broker: Broker) -> None:
    rows = [Outbox(topic="t", key=str(n), payload={"n": n}) for n in range(450)]
    Outbox.objects.bulk_create(rows)
    went: list[int] = []

    def relay() -> None:
        went.append(outbox.relay())
        connection.close()

    both = [threading.Thread(target=relay) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(went) == 450
    assert sorted(message["n"] for message in broker.messages()) == list(range(450))


# ---- the effect ----


def test_delivered_thrice_a_run_is_computed_once(broker: Broker, run: PaymentRun) -> None:
    ask(run)
    for _ in range(2):
        app.send_task("apps.payments.tasks.compute_run", kwargs={"run_id": run.pk})
    assert len(broker.messages()) == 3
    with worker(broker):
        until(lambda: computed_once(run) and not broker.messages())
        time.sleep(0.3)
    assert computed_once(run)
    assert Outbox.objects.get().done_at is not None


def test_eight_deliveries_at_one_moment_compute_once(broker: Broker, run: PaymentRun) -> None:
    ask(run)
    gate, faults = threading.Barrier(8), []

    def deliver() -> None:
        try:
            gate.wait(10)
            tasks.compute_run(run_id=run.pk)
        except BaseException as fault:  # noqa: BLE001 - it is what the test asks about
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    assert computed_once(run)


def test_a_delivery_beside_the_work_leaves_its_progress_alone(run: PaymentRun) -> None:
    ask(run)

    def work() -> None:
        with transaction.atomic():
            actions._take_lock(run.pk)
            gate.wait(10)
            gate.wait(10)
        connection.close()

    gate = threading.Barrier(2)
    other = threading.Thread(target=work)
    other.start()
    gate.wait(10)
    tasks.compute_run(run_id=run.pk)
    run.progress.refresh_from_db()
    assert run.progress.started_at is None
    gate.wait(10)
    other.join()
    assert Outbox.objects.get().done_at is None


def test_a_worker_that_starts_finds_what_its_broker_forgot(broker: Broker, run: PaymentRun) -> None:
    ask(run)
    broker.forget()
    with worker(broker, OUTBOX_RESEND_SECONDS="0"):
        until(lambda: computed_once(run))


def test_a_worker_logs_under_the_number_of_the_request(
    broker: Broker, run: PaymentRun, tmp_path: Path
) -> None:
    with request_id.under("aaaaaaaa-1"):
        ask(run)
    log = tmp_path / "log"
    with worker(broker, log=log, LOG_JSON="1", LOG_LEVEL="INFO"):
        until(lambda: computed_once(run) and b"succeeded" in log.read_bytes())
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    (ended,) = [one for one in lines if "succeeded" in one["event"]]
    assert ended["request_id"] == "aaaaaaaa-1"


def test_what_a_killed_worker_left_undone_is_done_by_the_next(
    broker: Broker, run: PaymentRun
) -> None:
    ask(run)
    with transaction.atomic():
        # Its very last step waits for us, so that it dies with all but the commit done.
        PaymentRun.objects.select_for_update().get(pk=run.pk)
        with worker(broker) as first:
            until(_waits_for_a_lock)
            kill(first)
    until(lambda: not _waits_for_a_lock())
    assert not computed_once(run)
    assert Outbox.objects.get().done_at is None
    broker.forget()
    with worker(broker, OUTBOX_RESEND_SECONDS="0"):
        until(lambda: computed_once(run))
    assert Outbox.objects.get().done_at is not None


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def test_a_stop_ends_the_errand_unless_somebody_asked_again(
    broker: Broker, run: PaymentRun
) -> None:
    ask(run)
    actions.request_stop(run.pk, by=run.maker)
    tasks.compute_run(run_id=run.pk)
    assert Outbox.objects.get().done_at is not None
    ask(run)
    actions.nobody_waits(run.pk)
    assert Outbox.objects.filter(done_at=None).count() == 1


@pytest.mark.slow
def test_beat_and_worker_outlive_a_broker_that_comes_back_empty(
    broker: Broker, run: PaymentRun, tmp_path: Path
) -> None:
    """Killed with all it held while both run; nothing but beat tells anybody that work waits."""
    schedule = ["--schedule", str(tmp_path / "beat"), "--pidfile="]
    with worker(broker) as hand, process(broker, "beat", *schedule) as drum:
        time.sleep(4)
        broker.kill()
        ask(run)
        assert Outbox.objects.get().sent_at is None
        time.sleep(6)
        broker.start()
        began = time.monotonic()
        until(lambda: computed_once(run), 60)
        print(f"computed {time.monotonic() - began:.1f} s after the broker was back")
        assert hand.poll() is None
        assert drum.poll() is None
