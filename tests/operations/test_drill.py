"""恢复演练: the whole way as its user goes it, on a state folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from civil_affairs.home import ROOT


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=env | {"CIVIL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_drill_proves_the_ledger_of_the_restored_database(home: Path) -> None:
    assert run(home, "seed", "--county", "small").returncode == 0
    done = run(home, "drill")
    assert done.returncode == 0, done.stderr
    assert "恢复并与清单逐表相符" in done.stdout
    assert "9 项全部成立" in done.stdout
    assert "审计链成立" in done.stdout
    assert "演练通过" in done.stdout
