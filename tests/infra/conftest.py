"""A state folder of its own for each test that starts real servers."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
Spawn = Callable[..., "subprocess.Popen[str]"]


def bare_environment(home: Path) -> dict[str, str]:
    """Ours without what names the services of the surrounding test run."""
    ours = ("DATABASE_URL", "REDIS_URL", "CIVIL_", "TEST_DATABASE", "PYTEST_", "DJANGO_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    return kept | {"CIVIL_HOME": str(home)}


def servers_of(home: Path) -> list[psutil.Process]:
    """The postmaster and the Valkey of that state folder, found without asking our own code."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            line = " ".join(process.cmdline())
            server = "bin/postgres -D" in line or "valkey-server" in line
            if server and str(home) in line and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def state_folder() -> Path:
    # Not tmp_path: its 0700 parent keeps out the account that PostgreSQL runs as under root.
    folder = Path(tempfile.mkdtemp(prefix="civil-test-"))
    folder.chmod(0o755)
    return folder


def clear_away(folder: Path) -> None:
    for server in servers_of(folder):
        with suppress(psutil.Error):
            server.send_signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown
            server.wait(10)
        with suppress(psutil.Error):
            server.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder in which nothing has ever been started."""
    folder = state_folder()
    yield folder
    clear_away(folder)


@pytest.fixture
def new(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, for code called in this very process."""
    for name in set(os.environ) - set(bare_environment(home)):
        if not name.startswith("PYTEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CIVIL_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def used() -> Iterator[Path]:
    """A state folder after its first start and stop: copying it is faster than initdb."""
    folder = state_folder()
    done = command(folder, "shell", "-c", "")
    assert done.returncode == 0, done.stderr
    yield folder
    clear_away(folder)


@pytest.fixture
def here(used: Path, new: Path) -> Path:
    """A state folder whose database has been made already, for code in this process."""
    subprocess.run(["cp", "-a", used / "postgres", new], check=True)
    return new


@pytest.fixture
def script(home: Path) -> Iterator[Spawn]:
    """Start a Python script in the state folder; what is still running at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def spawn(code: str, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)],
            cwd=ROOT,
            env=bare_environment(home) | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield spawn
    for process in started:
        process.kill()
        process.communicate()


def command(home: Path, *args: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """What `./run <args>` does once .venv stands."""
    return subprocess.run(
        [sys.executable, "-m", "civil_affairs.supervise", *args],
        cwd=ROOT,
        env=bare_environment(home) | env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
