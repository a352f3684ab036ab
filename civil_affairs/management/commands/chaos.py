"""./run chaos --kills 60 --seed 7: servers killed while a county pays; nothing twice, nothing lost.

Builds a small county in a state folder of its own, and a twin of it, so that nothing of this
installation is touched: own cluster, own broker, a port of the loopback (tests/chaos/storm.py).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civil_affairs import home as places

OURS = ("CIVIL_HOME", "DATABASE_URL", "REDIS_URL")


class Command(BaseCommand):
    help = "混沌测试：发放途中随机杀死进程，事后账目须成立，各月须与未受扰动的一县逐分相同。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--kills", type=int, default=60, help="故障次数，默认 60")
        parser.add_argument("--seed", type=int, help="种子；默认随机，会打印出来")
        parser.add_argument("--keep", action="store_true", help="留下状态目录以便查看")

    def handle(self, *_args: Any, kills: int, seed: int | None, **options: Any) -> None:
        seed = seed if seed is not None else random.SystemRandom().randrange(10**6)
        began = time.monotonic()
        folder = Path(tempfile.mkdtemp(prefix="chaos-", dir="/var/tmp"))
        folder.chmod(0o755)
        self.stdout.write(f"种子 {seed}，状态目录 {folder}")
        try:
            code = self._played(folder, kills, seed)
        finally:
            if not options["keep"]:
                shutil.rmtree(folder, ignore_errors=True)
        self.stdout.write(f"用时 {time.monotonic() - began:.0f} 秒")
        if code:
            raise CommandError("没有通过，见上。")

    def _played(self, folder: Path, kills: int, seed: int) -> int:
        storm, calm = folder / "storm", folder / "calm"
        _run(storm, str(places.ROOT / "run"), "seed", "--county", "small", quiet=True)
        shutil.copytree(storm / "postgres", calm / "postgres", symlinks=True)
        _own(storm / "postgres", calm / "postgres")
        play = (sys.executable, "-m", "tests.chaos.storm", "--seed", str(seed))
        found = _told(_run(storm, *play, "--kills", str(kills)))
        twin = _told(_run(calm, *play, "--months", str(len(found["months"]))))
        return self._judged(found, twin)

    def _judged(self, found: dict[str, Any], twin: dict[str, Any]) -> int:
        from tests.chaos.storm import SOMETIMES

        differing = [m for m, came in found["months"].items() if twin["months"].get(m) != came]
        missing = [words for words in SOMETIMES if not found["seen"].get(words)]
        self.stdout.write(f"故障 {found['blows']} 次，月份 {len(found['months'])} 个")
        self.stdout.write(f"与未受扰动的一县不同的月份：{differing or '没有'}")
        self.stdout.write(f"ALWAYS：{found['always']}")
        self.stdout.write("SOMETIMES：")
        for words in SOMETIMES:
            self.stdout.write(f"  {found['seen'].get(words, 0):3} × {words}")
        broken = "不成立" in found["always"] or "Error" in found["always"]
        return int(bool(differing or broken or missing))


def _run(home: Path, *command: str, quiet: bool = False) -> str:
    """A command in a state folder of its own; what it printed, shown as it comes."""
    home.mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    env |= {"CIVIL_HOME": str(home)}
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=places.ROOT, env=env, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            said.append(line)
            if not quiet and not line.startswith("{"):
                sys.stdout.write(line)
                sys.stdout.flush()
    if child.returncode:
        raise CommandError(f"{' '.join(command[-4:])} 失败：{''.join(said[-5:])}")
    return "".join(said)


def _told(said: str) -> dict[str, Any]:
    """The last line, as the object it is."""
    found: dict[str, Any] = json.loads(said.strip().rpartition("\n")[2])
    return found


def _own(model: Path, copy: Path) -> None:
    """The copied cluster belongs to whom the first belongs to."""
    owner = model.stat()
    for path in (copy, *copy.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
