"""./run procedures: the state graph of every programme, from their cards."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from apps.casework.graph import as_dot, as_text


class Command(BaseCommand):
    help = "打印各项目的办理流程（状态、步骤、岗位、须具备的条件）。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dot", action="store_true", help="输出 Graphviz 图")

    def handle(self, *args: Any, dot: bool, **options: Any) -> None:
        self.stdout.write(as_dot() if dot else as_text(), ending="")
