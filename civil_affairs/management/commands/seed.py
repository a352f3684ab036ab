"""seed: fill an empty database with the demonstration county, paid through November 2024."""

from __future__ import annotations

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.offices.models import Division
from seeds.comparison import table
from seeds.county import NotEmpty, seed


class Command(BaseCommand):
    help = "在空库里生成演示县：人员、家庭、待遇，并发放 2024 年 1 至 11 月（全部为虚构）"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--county", choices=["small", "full"], default="small")
        parser.add_argument("--seed", type=int, default=430482, help="随机种子，同种子同数据")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        where = connection.settings_dict
        self.stdout.write(f"演示数据写入数据库 {where['NAME']}（{where['HOST'] or '本机'}）")
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            # Thousands of small acts: a seeding cut short is begun again, so none need wait for
            # the disk.
            cursor.execute("SET synchronous_commit TO off")
        if not Division.objects.filter(kind="village").exists():
            call_command("load_base", stdout=self.stdout)
        try:
            found = seed(options["county"], options["seed"], self.stdout.write)
        except NotEmpty as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(table(found))
        connection.close()  # what comes after waits for the disk again
        self.stdout.write(f"用时 {time.monotonic() - began:.0f} 秒。")
