"""./run reprove --month 2024-11: say every stored due of the month again."""

from __future__ import annotations

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.payments.reprove import reprove
from apps.units.money import yuan
from apps.units.months import parse_month


class Command(BaseCommand):
    help = "用当时的依据和标准把某月每一笔应发再算一遍，金额须分毫不差。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--month", required=True, help="所属月份，如 2024-11")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            month = parse_month(options["month"])
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        started = time.monotonic()
        with transaction.atomic():
            proof = reprove(month)
        seconds = time.monotonic() - started
        for item in proof.different[:50]:
            self.stdout.write(
                f"计算{item.calculation} {item.programme} 对象{item.subject}："
                f"存 {yuan(item.stored_fen)}，重算 {yuan(item.said_fen)}"
            )
        self.stdout.write(
            f"{options['month']}：重算 {proof.said} 笔，不一致 {len(proof.different)} 笔，"
            f"用时 {seconds:.1f} 秒"
        )
        if proof.different or not proof.said:
            raise CommandError("没有应发记录。" if not proof.said else "存在不一致，见上。")
