"""./run audit --month 2024-11: the month computed a second way, compared line by line."""

from __future__ import annotations

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.payments.audit.compare import Difference, audit
from apps.payments.derive import derive
from apps.payments.models import Calculation, Due, PaymentRun
from apps.units.money import yuan
from apps.units.months import Month, parse_month


class Command(BaseCommand):
    help = "用独立的 SQL 把某月批次整体再算一遍，逐笔比对。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--month", required=True, help="发放月份，如 2024-11")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            month = parse_month(options["month"])
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        runs = PaymentRun.objects.filter(month=month, calculation__isnull=False)
        run = runs.exclude(state="cancelled").order_by("-number").first()
        if run is None or run.calculation is None:
            raise CommandError(f"{options['month']} 还没有计算过的发放批次。")
        started = time.monotonic()
        with transaction.atomic():
            found = audit(run.calculation, month)
        seconds = time.monotonic() - started
        for difference in found.differences[:20]:
            self._show(run.calculation, month, difference)
        self.stdout.write(
            f"{options['month']}：规则算得 {found.by_rule} 笔，SQL 算得 {found.by_sql} 笔，"
            f"不一致 {len(found.differences)} 笔，用时 {seconds:.1f} 秒"
        )
        if found.differences:
            raise CommandError("两种算法不一致，见上。")

    def _show(self, calculation: Calculation, month: Month, difference: Difference) -> None:
        """Both workings of a disagreement: the rule's words, and what the SQL came to."""
        programme, subject, by_rule, by_sql = difference
        self.stdout.write(f"{programme} 对象{subject}：规则 {_yuan(by_rule)}，SQL {_yuan(by_sql)}")
        dues = Due.objects.filter(
            calculation=calculation, subject=subject, programme=programme, month=month
        ).select_related("calculation")
        for due in dues:
            for words, fen in derive(due).working.lines:
                self.stdout.write(f"    {words}：{yuan(fen)}")


def _yuan(fen: int | None) -> str:
    return "无" if fen is None else yuan(fen)
