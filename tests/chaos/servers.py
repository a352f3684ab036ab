"""A county's servers of their own, to be killed: database, broker, web, worker and beat.

Everything lives in one state folder (CIVIL_HOME must name it before this is imported) on unix
sockets; the web listens on the loopback alone. Nothing here touches the installation's servers.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import redis

from civil_affairs import demo
from civil_affairs import home as places
from civil_affairs.embedded import Postgres, Valkey

HOST = "127.0.0.1"
PARTS = ("web", "worker", "beat")
SWEEP = {"STALE_RUN_SECONDS": "3", "SWEEP_SECONDS": "2", "OUTBOX_RESEND_SECONDS": "3"}
BUSY = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
ORDER BY xact_start NULLS LAST, query_start DESC LIMIT 1
"""


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Servers:
    """All of them; each can be killed and is started again."""

    def __init__(self) -> None:
        self.home = places.make_folder()
        self.database, self.broker = Postgres(self.home), Valkey(self.home)
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.asked = self.home / "crash"
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.commands = demo.commands(self.home, HOST, self.port)

    def start(self) -> None:
        """Everything up, and the web answering."""
        self.database.start()
        self.broker.start()
        for name in PARTS:
            self.launch(name)
        assert demo.web_answers(f"{self.url}/login/"), "the web does not answer"

    def launch(self, name: str) -> None:
        """One part in a process group of its own."""
        env = (
            os.environ
            | SWEEP
            | {
                "DATABASE_URL": places.database_url(),
                "REDIS_URL": places.redis_url(),
                "CIVIL_CRASH_FILE": str(self.asked),
                "CIVIL_ROLE": "web" if name == "web" else "",
                "PYTHONWARNINGS": demo.QUIET,
            }
        )
        log = (self.home / f"{name}.log").open("ab")
        self.parts[name] = subprocess.Popen(
            ["/bin/sh", "-c", self.commands[name]],
            cwd=places.ROOT, env=env, start_new_session=True, stdout=log, stderr=log,
        )  # fmt: skip

    def look_after(self) -> list[str]:
        """Start again what has died; the names of it."""
        dead = [name for name, part in self.parts.items() if part.poll() is not None]
        for name in dead:
            self.launch(name)
        return dead

    def stop(self) -> None:
        """Everything down."""
        for part in self.parts.values():
            with suppress(ProcessLookupError):
                os.killpg(part.pid, signal.SIGKILL)
            part.wait()
        self.broker.stop()
        self.database.stop()

    # ---- what can be done to them ----

    def kill_part(self, name: str) -> None:
        """kill -9 of a part with every child of it, and a new one."""
        with suppress(ProcessLookupError):
            os.killpg(self.parts[name].pid, signal.SIGKILL)
        self.parts[name].wait()
        self.launch(name)

    def kill_broker(self) -> None:
        """kill -9 of Valkey; it comes back without what it had not yet written."""
        _kill(self.broker.pid_file)
        self.broker.start()

    def kill_postmaster(self) -> None:
        """kill -9 of the postmaster: its backends die with it, recovery follows."""
        _kill(self.database.pid_file)
        self.database.start()

    def kill_backend(self) -> None:
        """kill -9 of the backend that is longest at work: PostgreSQL restarts all of them."""
        with suppress(psycopg.Error), self.connect() as connection:
            if row := connection.execute(BUSY).fetchone():
                with suppress(ProcessLookupError):
                    os.kill(row[0], signal.SIGKILL)

    def flush(self) -> None:
        """FLUSHALL: Valkey forgets everything it holds."""
        with suppress(redis.RedisError):
            redis.Redis(unix_socket_path=str(places.redis_socket())).flushall()

    def ask_to_crash(self, point: str) -> None:
        """Who passes this point next dies there."""
        beside = Path(f"{self.asked}.new")
        beside.write_text(point)
        beside.rename(self.asked)

    def crashed(self) -> bool:
        """Whether somebody did; the wish is taken back if nobody has."""
        hit = self.asked.with_suffix(".hit")
        found = hit.exists()
        for path in (hit, self.asked):
            path.unlink(missing_ok=True)
        return found

    # ---- what stands in the database ----

    def connect(self) -> psycopg.Connection[Any]:
        """A connection of our own."""
        return psycopg.connect(places.database_url(), connect_timeout=5, autocommit=True)

    def row(self, sql: str, *params: Any, seconds: float = 60) -> tuple[Any, ...] | None:
        """The first row of a question, asked again while the database is down."""
        end = time.monotonic() + seconds
        while True:
            try:
                with self.connect() as connection:
                    return connection.execute(sql, params).fetchone()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2 + random.random() / 10)


def _kill(pid_file: Path) -> None:
    with suppress(OSError, ValueError, IndexError):
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
