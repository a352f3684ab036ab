"""恢复演练: the whole way as its user goes it, on a state folder of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.infra.conftest import ROOT, bare_environment


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "run"), *command],
        cwd=ROOT,
        env=bare_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_drill_proves_books_and_trail_of_the_restored_database(home: Path) -> None:
    made = run(home, "seed", "--county", "small")
    assert made.returncode == 0, made.stderr
    done = run(home, "drill")
    assert done.returncode == 0, done.stderr
    assert "恢复并与清单逐表相符" in done.stdout
    assert "9 项全部成立" in done.stdout
    assert "审计链成立" in done.stdout
    assert "演练通过" in done.stdout
