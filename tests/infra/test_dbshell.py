"""./run dbshell: psql on the embedded database, or one line that says what is missing."""

import subprocess
import sys
from pathlib import Path

from civil_affairs.binaries import postgres_bindir

from .conftest import ROOT, bare_environment

ASK = "SELECT current_setting('unix_socket_directories'), current_database()"


def dbshell(home: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """The command as somebody types it, on a machine without a psql of its own."""
    command = [sys.executable, "run", "dbshell", "--", "-XAt", "-c", ASK]
    environment = bare_environment(home) | {"PATH": str(home)} | more
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_psql_is_led_to_the_embedded_database(home: Path) -> None:
    answer = dbshell(home)
    assert answer.returncode == 0, answer.stderr
    folder, database = answer.stdout.strip().split("|")
    assert database == "civil_affairs"
    assert folder == str(home / "run")


def test_where_psql_is_missing_one_line_says_so(home: Path) -> None:
    programs = home / "programs"
    programs.mkdir()
    for program in postgres_bindir().iterdir():
        if program.name != "psql":
            (programs / program.name).symlink_to(program)
    answer = dbshell(home, PG_BINDIR=str(programs))
    assert (answer.returncode, answer.stdout) == (1, ""), answer.stderr
    (line,) = answer.stderr.strip().splitlines()
    assert line.startswith("没有 psql，请先安装")
