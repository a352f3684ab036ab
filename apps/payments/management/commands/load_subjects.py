"""load_subjects: adopts the 预算科目, 资金来源 and example shares that are not held yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.payments.budgets.actions import load


class Command(BaseCommand):
    help = "登记预算科目、资金来源和示例分担比例；已有的不动，可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"新登记预算科目 {load(recorded_on=timezone.localdate())} 个。")
