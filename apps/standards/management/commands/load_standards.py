"""load_standards: adopts what the apps' standards.yaml declare and is not held yet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.standards.actions import BadStandard, load
from apps.standards.loading import read, standards_files


class Command(BaseCommand):
    help = "登记各项目 standards.yaml 中的标准；已有的不动，可重复执行"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="默认为各应用的 standards.yaml")
        parser.add_argument("--check", action="store_true", help="只检查，不登记")

    def handle(self, *args: Any, files: list[Path], check: bool, **options: Any) -> None:
        chosen = files or standards_files()
        try:
            if check:
                self.stdout.write(f"标准文件无误，共 {len(read(chosen))} 项。")
                return
            adopted = load(chosen, recorded_on=timezone.localdate(), by=None)
        except BadStandard as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"新登记标准 {adopted} 条。")
