"""备份: the whole database into one file."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from civil_affairs import archive


class Command(BaseCommand):
    help = "把整个数据库备份到一个文件，旁边的 .json 是清单"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        file = file.absolute()
        manifest = archive.backup(file)
        size_kib = file.stat().st_size // 1024
        rows = sum(manifest.rows.values())
        self.stdout.write(f"已备份 {len(manifest.rows)} 张表 {rows} 行，{size_kib} KiB：{file}")
