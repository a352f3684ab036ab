"""恢复演练: a backup is worth what a restored database proves, so it is restored and asked."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civil_affairs import archive
from civil_affairs import home as places

# What the restored database must prove by itself.
PROOFS = (("账目", ["ledger", "--check"]), ("审计链", ["audit-chain", "--verify"]))


class Command(BaseCommand):
    help = "恢复演练：备份、恢复到旁边的库、核对账目，然后删去；现有数据不动。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="用这份备份演练；不填则现做一份")

    def handle(self, *_args: Any, file: Path | None, **_options: Any) -> None:
        began = time.monotonic()
        with _backup(file) as found:
            if file is None:
                self.stdout.write(f"备份 {found.stat().st_size / 2**20:.0f} MiB，{_since(began)}")
            restoring = time.monotonic()
            with archive.rehearsed(found) as url:
                self.stdout.write(f"恢复并与清单逐表相符，{_since(restoring)}")
                for words, command in PROOFS:
                    self._prove(words, command, url)
        self.stdout.write(f"演练通过，共{_since(began)}；现有数据没有改动。")

    def _prove(self, words: str, command: list[str], url: str) -> None:
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=places.ROOT,
            env=os.environ | {"DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        self.stdout.write(done.stdout.rstrip())
        if done.returncode:
            raise CommandError(f"恢复出的库{words}不成立：{done.stderr.strip()[-300:]}")
        self.stdout.write(f"{words}成立，{_since(began)}")


@contextmanager
def _backup(file: Path | None) -> Iterator[Path]:
    """The file that was named, or a fresh backup that is gone afterwards."""
    if file is not None:
        yield file.absolute()
        return
    with tempfile.TemporaryDirectory(dir=places.folder()) as folder:
        fresh = Path(folder, "drill.dump")
        archive.backup(fresh)
        yield fresh


def _since(began: float) -> str:
    return f"用时 {time.monotonic() - began:.1f} 秒"
