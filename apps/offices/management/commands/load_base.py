"""load_base: the reference data every installation needs; may be repeated at any time."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from apps.offices.actions import adopt_divisions


class Command(BaseCommand):
    help = (
        "登记基础数据：行政区划、各项目标准、预算科目、办理流程、核查规则；已有的不动，可重复执行"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with (Path(settings.BASE_DIR) / "fixtures" / "divisions.csv").open(
            encoding="utf-8"
        ) as file:
            count = adopt_divisions(csv.DictReader(file))
        self.stdout.write(f"行政区划 {count} 个。")
        call_command("load_standards", stdout=self.stdout)
        call_command("load_subjects", stdout=self.stdout)
        call_command("procedures", adopt=True, stdout=self.stdout)
        call_command("load_review_rules", stdout=self.stdout)
