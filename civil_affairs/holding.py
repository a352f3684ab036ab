"""Hold the embedded services: the first to come starts them, the last to leave stops them.

Every user keeps a shared lock on users.lock for as long as it runs; the kernel drops it even on
kill -9. Who leaves asks for the exclusive lock, and who gets it was the last. start.lock makes
coming and leaving one at a time.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
import redis

from civil_affairs import home as places
from civil_affairs.embedded import Postgres, Valkey
from civil_affairs.refusals import Refusal, disk_full, out_of_space, unreachable

EXAMPLE_URL = "postgresql://用户:密码@主机:5432/库名"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One at a time, across processes."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lock_folder() -> Path:
    """Where the locks lie, in the state folder."""
    folder = places.make_folder() / "locks"
    folder.mkdir(exist_ok=True)
    return folder


class Hold:
    """A share in the services; `fd` may be handed to a child, which then holds it too."""

    def __init__(self, kinds: list[type[Postgres] | type[Valkey]]) -> None:
        self.home = places.make_folder()
        self.locks = lock_folder()
        self.kinds = kinds
        self.users: IO[str] | None = None

    @property
    def fd(self) -> int:
        assert self.users is not None, "not entered"
        return self.users.fileno()

    def enter(self) -> None:
        with locked(self.locks / "start.lock"):
            self.users = (self.locks / "users.lock").open("a")
            fcntl.flock(self.users, fcntl.LOCK_SH)
            try:
                for kind in self.kinds:
                    kind(self.home).start()
            except BaseException:
                self.step_out()
                raise

    def leave(self) -> None:
        with locked(self.locks / "start.lock"):
            self.step_out()

    def step_out(self) -> None:
        """Drop our share; with nobody else left, stop both servers, whoever started them."""
        assert self.users is not None, "not entered"
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            Valkey(self.home).stop()
            Postgres(self.home).stop()
        finally:
            self.users.close()


@contextmanager
def services(*, queue: bool = False) -> Iterator[list[int]]:
    """Services up, DATABASE_URL and REDIS_URL set; yields the descriptors a child should keep.

    What the environment names is not ours: it is only asked whether it answers, and the queue
    only by those who cannot do without it.
    """
    kinds: list[type[Postgres] | type[Valkey]] = []
    ours: dict[str, str] = {}
    if named := os.environ.get("DATABASE_URL"):
        answer_or_refuse(named)
    else:
        kinds.append(Postgres)
        ours["DATABASE_URL"] = places.database_url()
    if named := os.environ.get("REDIS_URL"):
        if queue:
            queue_answers_or_refuse(named)
    else:
        kinds.append(Valkey)
        ours["REDIS_URL"] = places.redis_url()
    if not kinds:
        yield []
        return
    hold = entered(kinds)
    os.environ.update(ours)
    try:
        yield [hold.fd]
    finally:
        for name in ours:
            os.environ.pop(name, None)
        hold.leave()


def entered(kinds: list[type[Postgres] | type[Valkey]]) -> Hold:
    """A hold with its services up; a full disk is said in words."""
    hold = Hold(kinds)
    try:
        hold.enter()
    except OSError as error:
        if out_of_space(error):
            raise disk_full(hold.home) from error
        raise
    return hold


def queue_answers_or_refuse(url: str) -> None:
    """Refuse a REDIS_URL that does not answer, without repeating its password."""
    try:
        redis.Redis.from_url(url, socket_connect_timeout=5).ping()
    except (redis.RedisError, ValueError) as error:
        place = url.rpartition("@")[2]  # without the password
        raise Refusal(f"连不上 Redis/Valkey {place}，请检查 REDIS_URL。原因：{error}") from error


def answer_or_refuse(url: str) -> None:
    """Refuse a DATABASE_URL that is none or does not answer."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise unreachable(url, error) from error
    except psycopg.ProgrammingError as error:
        raise Refusal(f"DATABASE_URL 不是有效的 PostgreSQL 地址，例：{EXAMPLE_URL}") from error
