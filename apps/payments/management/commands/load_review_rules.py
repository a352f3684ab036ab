"""load_review_rules: adopts the 核查规则 of review/rules.yaml that are not on record yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.payments.review.actions import load
from apps.payments.review.loading import BadRule


class Command(BaseCommand):
    help = "登记审批前核查的规则；已有的不动，可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            adopted = load(recorded_on=timezone.localdate())
        except BadRule as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"新登记核查规则 {adopted} 条。")
