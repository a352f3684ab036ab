"""The embedded PostgreSQL and Valkey: start, attach, stop, and outlive a kill -9.

Callers hold the start lock (holding.py): nothing here guards against a second starter.
"""

import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from civil_affairs import home as places
from civil_affairs.binaries import account_for, major_of, usable_postgres, usable_valkey
from civil_affairs.refusals import NO_SPACE, Refusal, disk_full

START_SECONDS = 90
ORPHANS, ORPHAN_TRIES = "pre-existing shared memory block", 60
CONF = """\
# Written at every start by civil_affairs/embedded.py; put your own settings into postgresql.conf.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 512MB
work_mem = 64MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
jit = off
synchronous_commit = on
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
lc_messages = 'C'
"""


def clean_environment() -> dict[str, str]:
    """What a server needs and no more: no PG* of the caller, no secrets, no marks of ours."""
    kept = ("PATH", "LD_LIBRARY_PATH", "HOME")
    return {k: os.environ[k] for k in kept if k in os.environ} | {"LC_ALL": "C", "TZ": "UTC"}


def tail(log: Path, size: int = 4000) -> str:
    """The end of a log; empty when there is none."""
    with suppress(OSError):
        return log.read_bytes()[-size:].decode(errors="replace")
    return ""


def lives(pid_file: Path, mark: str) -> bool:
    """Whether a pid file names that very server: not gone, not a zombie, not a reused number."""
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        return process.status() != psutil.STATUS_ZOMBIE and mark in " ".join(process.cmdline())
    except (OSError, ValueError, IndexError, psutil.Error):
        return False


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Server:
    """What both servers share: their folders and the account that owns them."""

    def __init__(self, home: Path, data_name: str) -> None:
        self.home = home
        self.data = home / data_name
        self.sockets = places.socket_dir()
        self.logs = home / "log"
        self.account = account_for(self.data)

    def prepare(self) -> None:
        for folder in (self.sockets, self.logs):
            folder.mkdir(exist_ok=True)
            # The sockets' folder may lie in /tmp, where anybody could have made it first.
            if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), self.account.uid}:
                raise Refusal(f"目录 {folder} 属于其他用户，请删除它或用 CIVIL_HOME 另指状态目录。")
            folder.chmod(0o700)
            self.account.give(folder)

    def make_data(self, path: Path) -> None:
        path.mkdir(exist_ok=True)
        path.chmod(0o700)
        self.account.give(path)

    def tool(self, program: Path, *args: str | Path, seconds: float = 120) -> bool:
        """Run one of the programs as the account; what it says goes to log/tools.log."""
        with (self.logs / "tools.log").open("ab") as out:
            done = subprocess.run(
                [program, *args],
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                timeout=seconds,
                env=clean_environment(),
                cwd="/",
                start_new_session=True,  # a Ctrl-C at the terminal is not meant for the server
                check=False,
                **self.account.for_subprocess,
            )
        return done.returncode == 0

    def failed(self, name: str, log: Path) -> Refusal:
        said = tail(log) + tail(self.logs / "tools.log")
        if NO_SPACE in said[-3000:] or shutil.disk_usage(self.home).free < 2**20:
            return disk_full(self.home)
        lines = [line for line in tail(log).splitlines() if "FATAL" in line or "Fatal" in line]
        return Refusal(f"{name} 启动失败，详见 {log}。{lines[-1] if lines else ''}")


class Postgres(Server):
    """PostgreSQL on a unix socket that only its account and root may enter."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, "postgres")
        self.log = self.logs / "postgres.log"
        self.pid_file = self.data / "postmaster.pid"

    def alive(self) -> bool:
        """Decided by connecting: a pid may belong to a zombie or to somebody else."""
        try:
            psycopg.connect(places.database_url("postgres"), connect_timeout=3).close()
        except psycopg.OperationalError as error:
            return "connection slots" in str(error) or "too many clients" in str(error)
        return True

    def start(self) -> None:
        if not self.alive():
            self.prepare()
            bindir = usable_postgres(self.home)
            if not (self.data / "PG_VERSION").exists():
                self.make_cluster(bindir)
            self.check_major(bindir)
            self.write_conf()
            self.launch(bindir)
        self.make_database()

    def make_cluster(self, bindir: Path) -> None:
        """initdb beside, then rename: one cut short is thrown away and made again."""
        if self.data.exists():
            raise Refusal(f"{self.data} 不是完整的数据库目录，请移走它后再试。")
        beside = self.home / "postgres.new"
        shutil.rmtree(beside, ignore_errors=True)
        self.make_data(beside)
        builtin = ["--locale-provider=builtin"] if major_of(bindir / "postgres") >= 17 else []
        options = ["-U", "app", "-E", "UTF8", "--auth=trust", "--locale=C.UTF-8", *builtin]
        if not self.tool(bindir / "initdb", "-D", beside, "--data-checksums", *options):
            raise self.failed("PostgreSQL", self.log)
        with (beside / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'civil_affairs.conf'\n")
        beside.rename(self.data)

    def check_major(self, bindir: Path) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        now = major_of(bindir / "postgres")
        if made_by != now:
            raise Refusal(
                f"数据目录 {self.data} 由 PostgreSQL {made_by} 建立，当前程序是 {now}："
                "请先用旧版本 ./run backup，再在新目录 ./run restore（见 docs/backup.md）。"
            )

    def write_conf(self) -> None:
        conf = self.data / "civil_affairs.conf"
        if not conf.exists() or conf.read_text() != CONF:
            conf.write_text(CONF)
            self.account.give(conf)

    def launch(self, bindir: Path) -> None:
        """Start, or wait for one that is just starting or recovering."""
        for attempt in range(ORPHAN_TRIES):
            if lives(self.pid_file, str(self.data)):
                if wait_until(self.alive, START_SECONDS):
                    return
                raise Refusal(f"PostgreSQL 在 {START_SECONDS} 秒内没有就绪，详见 {self.log}。")
            # A killed server leaves these behind, and the next refuses to start over them.
            for left in (".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
                (self.sockets / left).unlink(missing_ok=True)
            self.pid_file.unlink(missing_ok=True)
            options = f"-k {shlex.quote(str(self.sockets))}"
            where: list[str | Path] = [
                "-D",
                self.data,
                "-l",
                self.log,
                "-w",
                "-t",
                str(START_SECONDS),
            ]
            if self.tool(bindir / "pg_ctl", *where, "-o", options, "start", seconds=120):
                return
            # The backends of a killed server may need a moment to notice that it is gone: those at
            # work finish their statement first, and until then its shared memory is in use.
            if attempt >= 2 and ORPHANS not in tail(self.log):
                break
            time.sleep(0.5)
        raise self.failed("PostgreSQL", self.log)

    def make_database(self) -> None:
        with psycopg.connect(places.database_url("postgres"), autocommit=True) as connection:
            asked = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(asked, [places.DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {places.DATABASE}")

    def stop(self) -> None:
        if lives(self.pid_file, str(self.data)):
            bindir = usable_postgres(self.home)
            how = ["-m", "fast", "-w", "-t", "60"]
            self.tool(bindir / "pg_ctl", "-D", self.data, *how, "stop")


class Valkey(Server):
    """Valkey on a unix socket, every write in its append-only file."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, "valkey")
        self.log = self.logs / "valkey.log"
        self.pid_file = self.sockets / "valkey.pid"
        self.socket = places.redis_socket()

    def ask(self, word: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(3)
            line.connect(str(self.socket))
            line.sendall(f"{word}\r\n".encode())
            return line.recv(100)

    def alive(self) -> bool:
        try:
            return self.ask("PING").startswith(b"+PONG")
        except OSError:
            return False

    def start(self) -> None:
        if self.alive():
            return
        self.prepare()
        self.make_data(self.data)
        if not lives(self.pid_file, str(self.socket)) and not self.launch():
            raise self.failed("Valkey", self.log)
        if not wait_until(self.alive, START_SECONDS if self.living() else 2):
            raise self.failed("Valkey", self.log)

    def living(self) -> bool:
        return wait_until(lambda: lives(self.pid_file, str(self.socket)), 2)

    def launch(self) -> bool:
        self.pid_file.unlink(missing_ok=True)
        return self.tool(
            usable_valkey(self.home),
            *("--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
            *("--dir", self.data, "--appendonly", "yes", "--save", ""),
            *("--databases", "64", "--maxmemory-policy", "noeviction"),
            *("--daemonize", "yes", "--pidfile", self.pid_file, "--logfile", self.log),
        )

    def stop(self) -> None:
        with suppress(OSError):
            self.ask("SHUTDOWN")
        wait_until(lambda: not lives(self.pid_file, str(self.socket)), 30)
