"""Bad input at the terminal: one clear line each, and nothing started."""

import errno
import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from civil_affairs import broker, refusals
from civil_affairs.refusals import Refusal, plain_words

from .conftest import ROOT, bare_environment, command, servers_of

WRONG = "postgresql://clerk:sekret@127.0.0.1:1/civil"


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 1, done.stderr
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def load_run() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("run_script", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader("run_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_port_in_use(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_line(command(home, "demo", "--port", str(port)))
    assert f"端口 {port} 不能使用" in said
    assert not (home / "postgres").exists() or servers_of(home) == []


def test_a_port_that_cannot_be(home: Path) -> None:
    assert "端口 70000 不存在" in one_line(command(home, "demo", "--port", "70000"))


def test_an_unreachable_database(home: Path) -> None:
    said = one_line(command(home, "check", DATABASE_URL=WRONG))
    assert "连不上数据库 127.0.0.1:1/civil" in said
    assert "sekret" not in said
    assert servers_of(home) == []


def test_a_database_address_that_is_none(home: Path) -> None:
    said = one_line(command(home, "check", DATABASE_URL="mysql//x"))
    assert "不是有效的 PostgreSQL 地址" in said


def test_an_unreachable_queue(home: Path) -> None:
    said = one_line(command(home, "test", REDIS_URL="redis://:sekret@127.0.0.1:1/0"))
    assert "连不上 Redis/Valkey 127.0.0.1:1/0" in said
    assert "sekret" not in said


def test_manage_py_alone_says_how_to_get_a_database(home: Path) -> None:
    for env, words in (({}, "请用 ./run"), ({"DATABASE_URL": WRONG}, "连不上数据库")):
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate"],
            cwd=ROOT,
            env=bare_environment(home) | env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert words in one_line(done)


def test_a_database_without_its_tables(home: Path) -> None:
    blank = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres"))
    said = one_line(command(home, "month", "2024-12", DATABASE_URL=blank))
    assert "先运行 ./run migrate" in said


def test_an_unknown_command_is_left_to_django(home: Path) -> None:
    done = command(home, "nosuch")
    assert done.returncode == 1
    assert "Unknown command: 'nosuch'" in done.stderr
    assert servers_of(home) == []


def test_the_exit_code_of_a_command_comes_through(home: Path) -> None:
    assert command(home, "shell", "-c", "import sys; sys.exit(7)").returncode == 7


def test_run_says_when_pip_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = load_run()
    monkeypatch.setattr(run.shutil, "which", lambda _name: None)
    monkeypatch.setattr(run.subprocess, "call", lambda *_a, **_k: 1)
    assert run.installer() is None
    assert "sudo apt install python3-pip" in run.NO_PIP


def test_run_says_when_python_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    run = load_run()
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    assert "Python 3.11" in run.main()


def test_run_needs_nothing_but_the_standard_library() -> None:
    names = {
        line.split()[1].split(".")[0]
        for line in (ROOT / "run").read_text().splitlines()
        if line.strip().startswith(("import ", "from "))
    }
    assert names <= set(sys.stdlib_module_names)


def test_a_defect_keeps_its_traceback() -> None:
    assert plain_words(ValueError("a defect")) is None
    assert plain_words(Refusal("一句话")) == "一句话"


def test_a_full_disk_in_the_middle_of_a_command() -> None:
    assert "磁盘空间不足" in str(plain_words(OSError(errno.ENOSPC, "full")))
    assert "磁盘空间不足" in str(plain_words(psycopg.errors.DiskFull("full")))


def test_passwords_are_not_repeated() -> None:
    assert refusals.where(WRONG) == "127.0.0.1:1/civil"


@pytest.mark.parametrize(
    ("url", "queue", "cache"),
    [
        ("redis://:p@host:6379/0", "redis://:p@host:6379/0", "redis://:p@host:6379/1"),
        ("redis://host", "redis://host", "redis://host/1"),
        (
            "unix:///a/b.sock?db=4",
            "redis+socket:///a/b.sock?virtual_host=4",
            "unix:///a/b.sock?db=5",
        ),
    ],
)
def test_one_address_for_queue_and_cache(url: str, queue: str, cache: str) -> None:
    assert broker.celery_broker(url) == queue
    assert broker.cache_url(url) == cache


def test_redelivery_options_only_where_they_are_understood() -> None:
    assert broker.celery_transport_options("unix:///a?db=0", visibility_timeout=9) == {
        "visibility_timeout": 9,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
    assert broker.celery_transport_options("sqla+sqlite://", visibility_timeout=9) == {}
