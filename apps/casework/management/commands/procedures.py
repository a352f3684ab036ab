"""./run procedures: the state graph of every programme, from their cards."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from apps.casework.actions import adopt_transitions
from apps.casework.graph import as_dot, as_text


class Command(BaseCommand):
    help = "打印各项目的办理流程（状态、步骤、岗位、须具备的条件），或把流转登记到数据库。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dot", action="store_true", help="输出 Graphviz 图")
        parser.add_argument(
            "--adopt", action="store_true", help="按卡片登记流转，数据库拒绝其余一切改动"
        )

    def handle(self, *args: Any, dot: bool, adopt: bool, **options: Any) -> None:
        if adopt:
            self.stdout.write(f"办理流程的流转 {adopt_transitions()} 条。")
            return
        self.stdout.write(as_dot() if dot else as_text(), ending="")
