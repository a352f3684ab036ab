"""./run fakebank FILE: the bank's answer to our file, for demonstrations and tests."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from seeds import fakebank

ENDINGS = {"csv-utf8": "csv"}


class Command(BaseCommand):
    help = "假银行：读我们的代发文件，写出回盘文件（同一种子结果相同）；只用于演示和测试。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="代发文件（csv、xlsx、txt、xml）")
        parser.add_argument("--form", choices=fakebank.FORMS, default="csv", help="回盘格式")
        parser.add_argument("--out", type=Path, help="写到哪里；默认在代发文件旁")
        parser.add_argument("--seed", type=int, default=1, help="种子")
        parser.add_argument("--on", type=dt.date.fromisoformat, help="回盘日期，默认今天")
        for name, usual, words in (
            ("returned", 0.01, "退回的比例"),
            ("processing", 0.0, "处理中的比例"),
            ("missing", 0.0, "没有回盘的比例"),
            ("duplicates", 0.0, f"重复的比例，最多 {fakebank.MOST_DUPLICATES} 行"),
        ):
            parser.add_argument(f"--{name}", type=float, default=usual, help=words)
        parser.add_argument(
            "--contradict", type=float, default=0.0, help="另写一份相反的回盘：多大比例与前一份相反"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        source: Path = options["file"]
        if not source.is_file():
            raise CommandError(f"没有这个文件：{source}")
        on, seed, form = options["on"] or timezone.localdate(), options["seed"], options["form"]
        sent = fakebank.read(source.read_bytes(), source.name)
        shares = fakebank.Shares(**{name: options[name] for name in fakebank.Shares._fields})
        answers = fakebank.answer(sent, shares, seed=seed, on=on)
        ending = ENDINGS.get(form, form)
        out = options["out"] or source.with_name(f"{source.stem}-result.{ending}")
        self._put(out, answers, form)
        if options["contradict"]:
            later = on + dt.timedelta(days=1)
            other = fakebank.contradict(answers, options["contradict"], seed=seed, on=later)
            self._put(out.with_name(f"{out.stem}-2{out.suffix}"), other, form)

    def _put(self, out: Path, answers: list[fakebank.Answer], form: str) -> None:
        out.write_bytes(fakebank.write(answers, form))
        states = [one.state for one in answers]
        said = "，".join(f"{words} {states.count(code)}" for code, words in fakebank.STATES.items())
        self.stdout.write(f"{out}：{len(answers)} 行（{said}）")
