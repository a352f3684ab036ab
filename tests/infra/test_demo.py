"""`./run demo` as a whole: up, used, stopped, killed, up again."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from civil_affairs import home as places

from .conftest import ROOT, bare_environment, command, servers_of

pytestmark = pytest.mark.slow
READY = "社会救助系统已就绪"
# The base data is put down by a command, on the day it really is.
LAST = "SELECT max(at)::date::text FROM offices_event WHERE by_id IS NOT NULL"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(home: Path) -> list[psutil.Process]:
    found = servers_of(home)
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("CIVIL_DEMO") == str(home):
                found.append(process)
    return found


def said(home: Path) -> str:
    return (home / "demo.log").read_text()


def wait_for(true: Callable[[], bool], seconds: float = 180) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def start(here: Path) -> Iterator[Callable[[int], "subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []

    def begin(port: int) -> "subprocess.Popen[bytes]":
        with (here / "demo.log").open("wb") as log:
            demo = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(port)],
                cwd=ROOT,
                env=bare_environment(here),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(demo)
        assert wait_for(lambda: READY in said(here) or demo.poll() is not None)
        assert demo.poll() is None, said(here)
        return demo

    yield begin
    for demo in started:
        demo.kill()
        demo.wait()
    for process in processes_of(here):
        with suppress(psutil.Error):
            process.kill()


def keep(value: str) -> None:
    with psycopg.connect(places.database_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (value text PRIMARY KEY)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def test_stopping_ends_everything_and_a_second_start_keeps_everything(
    here: Path, start: Callable[[int], "subprocess.Popen[bytes]"]
) -> None:
    port = free_port()
    demo = start(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=10) as page:
        assert page.status == 200
        # The demo lives where its county's year ends.
        assert page.headers["Date"][5:16] in ("04 Dec 2024", "05 Dec 2024")  # UTC
    keep("一")
    # Another command uses the demo's services and leaves them running.
    assert command(here, "check").returncode == 0
    assert len(servers_of(here)) == 2
    # A second demo on the same data is refused in words.
    assert "演示系统已在运行" in command(here, "demo", "--port", str(port + 1)).stderr

    demo.send_signal(signal.SIGINT)
    assert demo.wait(30) == 0
    assert processes_of(here) == []

    began = time.monotonic()
    demo = start(port)
    assert time.monotonic() - began < 30
    with psycopg.connect(places.database_url()) as connection:
        assert connection.execute("SELECT value FROM kept").fetchall() == [("一",)]
        last = connection.execute(LAST).fetchone()
        assert last in (("2024-12-04",), ("2024-12-05",))  # UTC: China may be a day ahead
    demo.terminate()
    assert demo.wait(30) == 0
    assert processes_of(here) == []


def test_a_killed_demo_is_cleared_away_by_the_next(
    here: Path, start: Callable[[int], "subprocess.Popen[bytes]"]
) -> None:
    port = free_port()
    killed = start(port)
    killed.kill()
    killed.wait()
    orphans = {process.pid for process in processes_of(here)} - {
        server.pid for server in servers_of(here)
    }
    assert orphans
    demo = start(port)
    assert not orphans & {process.pid for process in processes_of(here)}
    demo.send_signal(signal.SIGHUP)  # the terminal was closed
    assert demo.wait(30) == 0
    assert processes_of(here) == []


def test_one_dying_part_stops_the_rest(
    here: Path, start: Callable[[int], "subprocess.Popen[bytes]"]
) -> None:
    demo = start(free_port())
    beat = next(p for p in processes_of(here) if "beat" in p.cmdline())
    beat.kill()
    assert demo.wait(30) == 1
    assert "意外退出" in said(here)
    assert processes_of(here) == []
