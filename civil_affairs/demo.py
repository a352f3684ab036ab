"""The demo's processes: one demo per state folder, and nothing of it left behind."""

import fcntl
import multiprocessing
import os
import shlex
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
from honcho.manager import Manager

from civil_affairs import home as places
from civil_affairs.holding import lock_folder
from civil_affairs.refusals import Refusal

# Root is told so on the first screen of docs/deploy.md; once in every worker's log is too often.
QUIET = "ignore:You're running the worker with superuser privileges"
# Carried in the environment of every process of the demo, and of nothing else.
MARK = "CIVIL_DEMO"
WEB_SECONDS = 90


def stop_tidily(_signum: int, _frame: FrameType | None) -> None:
    """A signal handler: take the same way out as Ctrl-C."""
    raise KeyboardInterrupt


def marked() -> list[psutil.Process]:
    """The processes a demo of this state folder started, however they were orphaned."""
    found = []
    mine = {process.pid for process in [psutil.Process(), *psutil.Process().parents()]}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid not in mine and process.environ().get(MARK) == str(places.folder()):
                found.append(process)
    return found


def sweep() -> None:
    """End what a demo started: politely, then for good."""
    processes = marked()
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    _gone, alive = psutil.wait_procs(processes, timeout=6)
    for process in [*alive, *marked()]:
        with suppress(psutil.Error):
            process.kill()
    for runner in multiprocessing.active_children():
        runner.kill()


@contextmanager
def only_demo(address: str) -> Iterator[None]:
    """One demo at a time; the orphans of one that was killed are ended first."""
    path = lock_folder() / "demo.lock"
    with path.open("a+") as file:
        if not taken(file.fileno()):
            file.seek(0)
            pid, _, other = file.read().strip().partition(" ")
            if pid.isdigit() and psutil.pid_exists(int(pid)) and not zombie(int(pid)):
                raise Refusal(f"演示系统已在运行：{other}（进程 {pid}），先在那里按 Ctrl-C 停止。")
        sweep()
        deadline = time.monotonic() + 15
        while not taken(file.fileno()):
            if time.monotonic() > deadline:
                raise Refusal("上次演示的进程还没有退出，请稍后再试。")
            time.sleep(0.2)
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def taken(descriptor: int) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def zombie(pid: int) -> bool:
    """Whether a process is dead in all but name."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True


def check_port(host: str, port: int) -> None:
    """Refuse a port that cannot be served, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise Refusal(
                f"端口 {port} 不能使用（{reason}），可能已被其他程序占用；"
                f"可换一个：./run demo --port {port + 1}"
            ) from error
        except OverflowError as error:
            raise Refusal(f"端口 {port} 不存在，请用 1 到 65535。") from error


def web_answers(url: str, *, seconds: float = WEB_SECONDS) -> bool:
    """Any answer counts, also a refusal: it shows that the web process serves."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False


def commands(home: Path, host: str, port: int) -> dict[str, str]:
    """What runs under the supervisor; each `exec`s, so that signals reach it and not a shell."""
    beat = home / "beat"
    beat.mkdir(exist_ok=True)
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "civil_affairs"]
    web = [sys.executable, "-m", "gunicorn", "civil_affairs.wsgi:application"]
    bind = ["--bind", f"{host}:{port}", "--log-level", "warning"]
    shape = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    patience = ["--timeout", "120", "--graceful-timeout", "3"]
    quiet = ["--loglevel", "WARNING"]
    alone = ["--concurrency", "2", "--without-gossip", "--without-mingle"]
    schedule = ["--schedule", str(beat / "schedule"), "--pidfile="]
    parts = {
        "web": [*web, *bind, *shape, *patience],
        "worker": [*celery, "worker", *quiet, *alone],
        "beat": [*celery, "beat", *quiet, *schedule],
    }
    return {name: f"exec {shlex.join(command)}" for name, command in parts.items()}


class Supervisor(Manager):  # type: ignore[misc]  # honcho has no types
    """honcho's manager, which calls us once everything has been started."""

    def __init__(self, after_start: Callable[[], None]) -> None:
        super().__init__()
        self.after_start = after_start

    def _killall(self, force: bool = False) -> None:
        """Asked to stop before every part has told its pid: leave it to the sweep."""
        if not self._all_started():
            raise KeyboardInterrupt
        super()._killall(force)

    def _start(self) -> None:
        super()._start()
        # Only now: honcho forks, and forking with a second thread running is unsafe.
        threading.Thread(target=self.after_start, daemon=True).start()


def supervise(parts: dict[str, str], env: dict[str, Any], after_start: Callable[[], None]) -> int:
    """Run until Ctrl-C, SIGTERM, a closed terminal, or the end of one of the parts."""
    manager = Supervisor(after_start)
    for name, command in parts.items():
        own = {"CIVIL_ROLE": "web"} if name == "web" else {"PYTHONWARNINGS": QUIET}
        manager.add_process(name, command, env={**env, **own}, cwd=str(places.ROOT))
    # A closed terminal is one more way of asking to stop; honcho knows only two.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    return int(manager.returncode or 0)
