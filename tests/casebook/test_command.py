"""The command as people run it: a database of its own, gone afterwards; nothing else touched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.db import connection

from civil_affairs.casebook.scratch import PREFIX
from tests.casebook.conftest import CASES

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ONE = str(CASES / "relief_and_status.yaml")


def url() -> str:
    """The test database as an address: the configured one, as far as the command knows."""
    at = connection.get_connection_params()
    assert str(at["dbname"]).startswith("test_")
    account = quote(at["user"]) + (f":{quote(at['password'])}" if at.get("password") else "")
    reach = urlencode({key: at[key] for key in ("host", "port") if at.get(key)})
    return f"postgresql://{account}@/{at['dbname']}?{reach}"


def start(*args: str) -> subprocess.Popen[str]:
    env = os.environ | {"DATABASE_URL": url()}
    return subprocess.Popen(
        [sys.executable, "manage.py", "casebook", *args],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite started in the background of a shell inherits an ignored Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def run(*args: str) -> tuple[int, str, str]:
    process = start(*args)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def scratch_databases() -> set[str]:
    with psycopg.connect(url(), autocommit=True) as at:
        rows = at.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{PREFIX}"])
        return {name for (name,) in rows}


def rows_of_every_table() -> dict[str, int]:
    with psycopg.connect(url(), autocommit=True) as at:
        tables = at.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = sorted(name for (name,) in tables)
        return {n: at.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}


def test_it_passes_and_leaves_nothing() -> None:
    before = rows_of_every_table()
    process = start(ONE)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    assert "通过  C094  火灾急难型临时救助，不影响低保" in out
    assert out.rstrip().splitlines()[-1] == "4 passed, 0 failed"
    assert rows_of_every_table() == before
    assert f"{PREFIX}{process.pid}" not in scratch_databases()


def test_a_wrong_expectation_fails_with_our_working(tmp_path: Path) -> None:
    text = Path(ONE).read_text(encoding="utf-8").replace('"7000.00"', '"7000.01"')
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    code, out, _err = run(str(tmp_path), "--case", "C095")
    assert code == 1
    assert "不符  C095  支出型临时救助封顶" in out
    assert "预期 7000.01，实得 one_off 7000.00（2024-06）" in out
    assert out.rstrip().endswith("0 passed, 1 failed")


def test_json_is_one_object_a_line_and_the_closing_line_is_apart() -> None:
    code, out, err = run(ONE, "--json", "--explain")
    *cases, summary = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [case["id"] for case in cases] == ["C094", "C095", "C097", "C098"]
    assert all(case["passed"] for case in cases)
    assert cases[0]["explained"][0]["working"][0]["words"]
    assert (summary["passed"], summary["failed"]) == (4, 0)
    assert summary["seconds"] > 0
    assert err.rstrip().splitlines()[-1] == "4 passed, 0 failed"


def test_a_broken_file_is_told_and_the_others_are_still_played(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("format: [\n", encoding="utf-8")
    code, out, _err = run(ONE, str(tmp_path / "broken.yaml"))
    assert code == 1
    assert "broken.yaml:2：YAML 语法错误" in out
    assert out.rstrip().endswith("4 passed, 1 failed")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("nowhere",), "nowhere：没有这个文件或文件夹"),
        ((ONE, "--case", "C999"), "没有找到案例 C999"),
    ],
)
def test_what_is_not_there_is_one_line(args: tuple[str, ...], words: str) -> None:
    code, out, err = run(*args)
    assert code == 1
    assert not out
    (line,) = err.strip().splitlines()
    assert words in line


def test_ctrl_c_drops_the_database() -> None:
    process = start(str(CASES))
    assert process.stdout is not None
    assert process.stdout.readline().startswith("通过")
    mine = f"{PREFIX}{process.pid}"
    assert mine in scratch_databases()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert mine not in scratch_databases()


def test_what_a_killed_run_left_is_swept_by_the_next() -> None:
    process = start(str(CASES))
    assert process.stdout is not None
    process.stdout.readline()
    mine = f"{PREFIX}{process.pid}"
    assert mine in scratch_databases()
    process.kill()
    process.communicate(timeout=60)
    time.sleep(1)  # until PostgreSQL notices that its client is gone
    assert run(ONE)[0] == 0
    assert mine not in scratch_databases()
