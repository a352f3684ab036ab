"""恢复: a backup takes the place of the database, after it has been checked."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from civil_affairs import archive


class Command(BaseCommand):
    help = "从备份文件恢复；数据库不是空的时需要 --replace"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="用备份代替现有的全部数据")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        connections.close_all()  # our own connection would count as a user of the database
        file = file.absolute()
        rows = archive.restore(file, replace=replace)
        checked = (
            "，与清单逐表相符" if archive.manifest_path(file).exists() else "（没有清单可核对）"
        )
        self.stdout.write(f"已恢复 {len(rows)} 张表 {sum(rows.values())} 行{checked}。")
        self.stdout.write("如果程序比备份新，请接着运行 ./run migrate。")
