"""./run audit-chain --verify: the trail proved again from its rows, against its owner as well."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.offices.trail import actions, chain

SHOWN = 20  # faults that are printed


class Command(BaseCommand):
    help = "审计留痕：--verify 重算整条链并与库外日根核对；--root 打印最新的根"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--verify", action="store_true", help="重算整条链，有一处不符即失败")
        what.add_argument("--root", action="store_true", help="先封存，再打印最新的根")
        parser.add_argument(
            "--anchors", type=Path, help="库外日根文件；不写时用 AUDIT_ROOTS，没有该文件则不比对"
        )
        parser.add_argument("--json", action="store_true", help="结果输出为一个 JSON 对象")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seal what may be sealed, then say the root or prove the chain."""
        if options["verify"]:
            self._verify(options["anchors"], as_json=options["json"])
            return
        actions.seal()
        actions.keep_root(on=timezone.localdate())
        root = chain.newest()
        if root is None:
            raise CommandError("还没有留痕。")
        self.stdout.write(root.line())

    def _verify(self, file: Path | None, *, as_json: bool) -> None:
        started = time.monotonic()
        anchors = _anchors(file)
        # Proved as it stands first: sealing would go on from whatever somebody left there.
        found = chain.verify(anchors)
        if not found.faults and actions.seal():
            found = chain.verify(anchors)
        seconds = time.monotonic() - started
        if as_json:
            told = {**found._asdict(), "root": found.root.line() if found.root else None}
            self.stdout.write(json.dumps({**told, "seconds": round(seconds, 2)}))
        else:
            self._said(found, seconds)
        if found.faults:
            raise CommandError(f"审计留痕不成立：{len(found.faults)} 处，第一处：{found.faults[0]}")

    def _said(self, found: chain.Verdict, seconds: float) -> None:
        for fault in found.faults[:SHOWN]:
            self.stdout.write(fault)
        if found.waiting:
            self.stdout.write(f"还有 {found.waiting} 行没有封存，最早的 {found.oldest} 秒前写入")
        if not found.faults:
            self.stdout.write(
                f"{found.links} 环 {found.rows} 行与封存时一致，"
                f"核对库外日根 {found.anchors} 个，用时 {seconds:.1f} 秒"
            )
        if found.root:
            self.stdout.write(f"最新的根：{found.root.line()}")


def _anchors(file: Path | None) -> list[chain.Anchor]:
    """The anchors to compare with; CommandError when a named file cannot be read."""
    wanted = file or Path(settings.AUDIT_ROOTS)
    if file is None and not wanted.exists():
        return []
    try:
        lines = wanted.read_text(encoding="utf-8").splitlines()
        return chain.read_anchors(lines, wanted.name)
    except (OSError, chain.BadAnchors) as fault:
        raise CommandError(str(fault)) from fault
