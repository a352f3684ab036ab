"""./run month 2024-12: compute a month's payments and say what came out."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Sum
from django.utils import timezone

from apps.offices.models import Role, Staff
from apps.payments import actions
from apps.payments.models import Held, PaymentLine, PaymentRun
from apps.payments.progress import ProgressWatch
from apps.units.money import yuan_grouped
from apps.units.months import Month, last_day, month_text, parse_month


class Printing(ProgressWatch):
    """Tells the terminal as well as the database how far it is."""

    def __init__(self, run_id: int, out: Any) -> None:
        super().__init__(run_id)
        self._out = out

    def step(self, programme: str, done: int) -> None:
        """Raises Cancelled when somebody asked to stop on the page."""
        super().step(programme, done)
        self._out.write(f"\r  已算 {done} 行  {programme:<28}")
        self._out.flush()


class Command(BaseCommand):
    help = "计算某月的发放批次（建立或接着现有的未办结批次），不审批。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("month", help="发放月份，如 2024-12")
        parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            month = parse_month(options["month"])
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        started = time.monotonic()
        run = self._run(month)
        before = _totals(run)
        if run.state in ("draft", "computed") and self._wanted(run):
            with Printing(run.pk, sys.stderr if options["json"] else self.stdout) as watch:
                actions.compute_run(run.pk, watch=watch)
            run.refresh_from_db()
            sys.stderr.write("\n")
        self._report(run, before, time.monotonic() - started, as_json=options["json"])

    def _run(self, month: Month) -> PaymentRun:
        """The open run of the month, else the last one of the month, else a new draft."""
        open_runs = PaymentRun.objects.filter(state__in=("draft", "computed", "checked"))
        run = open_runs.filter(month=month).first()
        other = open_runs.exclude(month=month).first()
        if run:
            return run
        done = PaymentRun.objects.issued().filter(month=month).order_by("-number").first()
        if done and not _open_changes(done):
            return done
        if other:
            raise CommandError(
                f"{month_text(other.month)}批次还没有办结，请先审批或撤销，再计算{month_text(month)}。"
            )
        maker = Staff.objects.filter(role=Role.COUNTY_CLERK, active=True).order_by("pk").first()
        if maker is None:
            raise CommandError("还没有县级经办，请先运行 ./run seed 或在系统里建立岗位。")
        cutoff = min(timezone.localdate(), last_day(month))
        return actions.open_run(month=month, cutoff=cutoff, division=maker.division, by=maker)

    def _wanted(self, run: PaymentRun) -> bool:
        return run.state == "draft" or actions.changed_since(run) > 0

    def _report(
        self, run: PaymentRun, before: dict[str, Any], seconds: float, *, as_json: bool
    ) -> None:
        """Only what is newly issued: a second call of an unchanged month issues nothing."""
        after = _totals(run)
        fresh = {
            code: after["fen"].get(code, 0) - before["fen"].get(code, 0)
            for code in sorted(after["fen"] | before["fen"])
        }
        lines = after["lines"] - before["lines"]
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        "month": f"{run.month:%Y-%m}",
                        "lines": lines,
                        "fen": fresh,
                        "held": after["held"],
                        "seconds": round(seconds, 2),
                    }
                )
            )
            return
        self.stdout.write(f"{month_text(run.month)}第{run.number}批：{run.get_state_display()}")
        for code, fen in after["fen"].items():
            self.stdout.write(f"  {code:<28}{yuan_grouped(fen):>18} 元")
        self.stdout.write(
            f"本次新增明细 {lines} 行，待补与暂缓 {after['held']} 条，用时 {seconds:.1f} 秒"
        )


def _totals(run: PaymentRun) -> dict[str, Any]:
    """Lines, fen a programme and held of the run's calculation."""
    if run.calculation_id is None:
        return {"lines": 0, "fen": {}, "held": 0}
    lines = PaymentLine.objects.filter(calculation_id=run.calculation_id)
    rows = lines.values("programme").annotate(n=Count("subject"), fen=Sum("fen"))
    return {
        "lines": sum(row["n"] for row in rows),
        "fen": {row["programme"]: row["fen"] for row in rows},
        "held": Held.objects.filter(calculation_id=run.calculation_id).count(),
    }


def _open_changes(run: PaymentRun) -> bool:
    return actions.changed_since(run) > 0
