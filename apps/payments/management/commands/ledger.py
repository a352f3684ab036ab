"""./run ledger --check: what must always hold of the money, asked of the database by one script."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.payments.books.checking import SCRIPT, always
from apps.units.money import yuan_grouped
from apps.units.months import month_text, parse_month

COLUMNS = ("owed", "issued", "sent", "paid", "returned", "recovered", "open", "at_bank", "overpaid")
WORDS = ("应发", "已发", "已送", "到账", "退回", "追回", "欠发", "在途", "多发")
SUMS = f"""
SELECT month, {", ".join(f"sum({one})::bigint" for one in COLUMNS)} FROM payments_ledgermonth
WHERE (%(month)s::date IS NULL OR month = %(month)s)
  AND (%(subject)s::bigint IS NULL OR subject = %(subject)s)
GROUP BY month ORDER BY month
"""


class Command(BaseCommand):
    help = "账簿：按所属月份列出应发、已发、已送、到账、退回、追回；--check 核对全部账目。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="核对全部账目，有一项不成立即失败")
        parser.add_argument("--json", action="store_true", help="核对结果输出为一个 JSON 对象")
        parser.add_argument("--sql", action="store_true", help="只打印核对所用的 SQL")
        parser.add_argument("--month", help="只列一个所属月份，如 2024-11")
        parser.add_argument("--subject", type=int, help="只列一个对象（人员号，或负的家庭号）")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["sql"]:
            self.stdout.write(SCRIPT.read_text(encoding="utf-8"))
        elif options["check"]:
            self._check(as_json=options["json"])
        else:
            self._list(options["month"], options["subject"])

    def _check(self, *, as_json: bool) -> None:
        started = time.monotonic()
        found = always()
        seconds = time.monotonic() - started
        if as_json:
            told: dict[str, Any] = {one.code: one.broken for one in found}
            self.stdout.write(json.dumps({**told, "seconds": round(seconds, 2)}))
        for one in found if not as_json else []:
            state = "成立" if not one.broken else f"不成立 {one.broken} 处，例：{one.example}"
            self.stdout.write(f"{one.code}  {one.says}：{state}")
        broken = [one.code for one in found if one.broken]
        if broken:
            raise CommandError(f"账目核对不成立：{'、'.join(broken)}")
        if not as_json:
            self.stdout.write(f"{len(found)} 项全部成立，用时 {seconds:.1f} 秒")

    def _list(self, month: str | None, subject: int | None) -> None:
        try:
            asked = parse_month(month) if month else None
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        with connection.cursor() as cursor:
            cursor.execute(SUMS, {"month": asked, "subject": subject})
            rows = cursor.fetchall()
        if not rows:
            self.stdout.write("账簿里没有这样的记录。")
        for of, *sums in rows:
            said = "  ".join(
                f"{words} {yuan_grouped(fen)}" for words, fen in zip(WORDS, sums, strict=True)
            )
            self.stdout.write(f"{month_text(of)}  {said}")
