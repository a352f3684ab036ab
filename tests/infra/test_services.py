"""The embedded services as real processes: start, share, kill -9, stop."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from civil_affairs import home as places
from civil_affairs.embedded import Postgres, Server, Valkey
from civil_affairs.holding import services
from civil_affairs.refusals import NO_SPACE, Refusal

from .conftest import Spawn, servers_of

HOLD = """
    from civil_affairs.holding import services
    with services():
        print("in", flush=True)
        input()
    print("out", flush=True)
"""


def enter(spawn: Spawn) -> "subprocess.Popen[str]":
    process = spawn(HOLD)
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    return process


def leave(process: "subprocess.Popen[str]") -> None:
    assert process.communicate("\n")[0] == "out\n"


def query(statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(places.database_url()) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def kill(server: Server) -> None:
    pid = int((server.pid_file).read_text().split()[0])  # type: ignore[attr-defined]
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while server.alive() and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.05)


def test_the_first_starts_them_and_the_last_stops_them(here: Path, script: Spawn) -> None:
    first = enter(script)
    second = enter(script)
    assert len(servers_of(here)) == 2
    leave(first)
    assert Postgres(here).alive()
    assert Valkey(here).alive()
    leave(second)
    assert servers_of(here) == []


def test_a_killed_user_leaves_no_claim(here: Path, script: Spawn) -> None:
    killed = enter(script)
    other = enter(script)
    killed.kill()
    killed.wait()
    assert Postgres(here).alive()
    leave(other)
    assert servers_of(here) == []


def test_servers_whose_only_user_was_killed_are_taken_over(here: Path, script: Spawn) -> None:
    killed = enter(script)
    before = {server.pid for server in servers_of(here)}
    killed.kill()
    killed.wait()
    later = enter(script)
    assert {server.pid for server in servers_of(here)} == before
    leave(later)
    assert servers_of(here) == []


def test_two_first_users_at_once_start_one_pair(new: Path, script: Spawn) -> None:
    both = [script(HOLD), script(HOLD)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
    assert len(servers_of(new)) == 2
    for process in both:
        leave(process)
    assert servers_of(new) == []


def test_killed_servers_come_back_with_everything_committed(here: Path) -> None:
    with services():
        query("CREATE TABLE kept (name text)")
        query("INSERT INTO kept VALUES ('䶮·阿依古丽')")
        Valkey(here).ask("SET kept 1")
        kill(Postgres(here))
        kill(Valkey(here))
        assert not Postgres(here).alive()
        for kind in (Postgres, Valkey):
            kind(here).start()
        assert query("SELECT name FROM kept") == [("䶮·阿依古丽",)]
        assert b"1" in Valkey(here).ask("GET kept")
    assert servers_of(here) == []


def test_a_pid_that_now_belongs_to_another_program_is_no_server(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with services():
        kill(Postgres(here))
        pid_file = Postgres(here).pid_file
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        Postgres(here).start()
        assert query("SELECT 1") == [(1,)]
    assert servers_of(here) == []


def test_a_first_start_cut_short_is_begun_again(new: Path) -> None:
    (new / "postgres.new").mkdir()
    (new / "postgres.new" / "PG_VERSION").write_text("18\n")
    with services():
        assert query("SHOW jit") == [("off",)]
        assert query("SHOW TimeZone") == [("Asia/Shanghai",)]
        assert query("SHOW max_connections") == [("100",)]
        assert query("SELECT current_database()") == [("civil_affairs",)]


def test_only_their_account_may_reach_the_sockets(here: Path) -> None:
    with services():
        assert places.socket_dir().stat().st_mode & 0o777 == 0o700
        assert Postgres(here).data.stat().st_mode & 0o777 == 0o700
        assert psutil.Process(os.getpid()).uids().real in {0, places.socket_dir().stat().st_uid}
        listening = [c for s in servers_of(here) for c in s.net_connections(kind="inet")]
        assert listening == []


def test_a_long_path_gets_short_sockets(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = here / ("很长的目录名" * 6)
    long.mkdir(mode=0o755)
    monkeypatch.setenv("CIVIL_HOME", str(long))
    assert len(os.fsencode(places.socket_dir())) <= places.LONGEST_SOCKET_DIR
    with services():
        assert query("SELECT 1") == [(1,)]
    assert servers_of(long) == []
    places.socket_dir().rmdir()


def test_data_of_another_major_version_is_refused_in_words(here: Path) -> None:
    (here / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Refusal, match="PostgreSQL 17 建立，当前程序是 18"), services():
        pass
    assert servers_of(here) == []


def test_a_full_disk_is_named_with_its_folder(new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(self: Server, *_args: object, **_options: object) -> bool:
        (self.logs / "tools.log").write_text(f"initdb: error: could not write: {NO_SPACE}\n")
        return False

    monkeypatch.setattr(Server, "tool", no_space)
    with pytest.raises(Refusal, match=f"磁盘空间不足：{new}"), services():
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_is_really_full(new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = new / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed new")
    try:
        monkeypatch.setenv("CIVIL_HOME", str(small))
        with pytest.raises(Refusal, match=f"磁盘空间不足：{small}"), services():
            pass
        assert servers_of(small) == []
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_refused_in_words(
    new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIVIL_HOME", "/proc/civil")
    with pytest.raises(Refusal, match="CIVIL_HOME"), services():
        pass


def test_the_secret_key_is_made_once_and_kept_private(new: Path) -> None:
    key = places.secret_key()
    assert places.secret_key() == key
    assert len(key) >= 50
    assert (new / "secret_key").stat().st_mode & 0o777 == 0o600
