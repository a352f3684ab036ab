"""案例集: policy written as cases, played in a database of their own and compared."""

import argparse
import json
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from civil_affairs.casebook.playing import play_all
from civil_affairs.casebook.reading import CaseFile, Library, NothingToRead, read_library
from civil_affairs.casebook.report import as_json, lines
from civil_affairs.casebook.scratch import scratch_database
from civil_affairs.refusals import Refusal


class Command(BaseCommand):
    help = "逐例核对案例集（FORMAT 1）：校验、按登记日演出、比对；不改动任何已有数据"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, help="案例文件或文件夹")
        parser.add_argument("--json", action="store_true", help="每个案例一行 JSON")
        parser.add_argument("--case", action="append", default=[], help="只运行这个案例，可重复")
        parser.add_argument("--explain", action="store_true", help="列出每个应发金额的计算过程")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, stop_tidily)
        signal.signal(signal.SIGHUP, stop_tidily)
        began = time.monotonic()
        try:
            library = read_library(options["paths"])
        except NothingToRead as nothing:
            raise Refusal(str(nothing)) from None
        cases = chosen(library, options["case"])
        say = self.stderr if options["json"] else self.stdout
        for fault in library.faults:
            say.write(str(fault))
        failed = len(library.invalid)
        passed = 0
        if cases:
            try:
                passed, bad = self.play(cases, options)
            except BrokenPipeError:  # whoever read us (head, less) has seen enough
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())
                raise SystemExit(1) from None
            failed += bad
        seconds = time.monotonic() - began
        self.close(passed, failed, seconds, as_text=not options["json"])
        if failed or library.faults:
            raise SystemExit(1)

    def play(self, cases: list[CaseFile], options: dict[str, Any]) -> tuple[int, int]:
        """Play and tell; how many passed and how many did not."""
        passed = failed = 0
        with scratch_database():
            for told in play_all(cases, explain=options["explain"]):
                passed += told.passed
                failed += not told.passed
                told_lines: Iterable[str] = [as_json(told)] if options["json"] else lines(told)
                self.stdout.write("\n".join(told_lines))
                self.stdout.flush()
        return passed, failed

    def close(self, passed: int, failed: int, seconds: float, *, as_text: bool) -> None:
        """The closing line; in JSON it goes to stderr and an object closes stdout."""
        words = f"{passed} passed, {failed} failed"
        if as_text:
            self.stdout.write(f"用时 {seconds:.1f} 秒\n{words}")
            return
        summary = {"passed": passed, "failed": failed, "seconds": round(seconds, 1)}
        self.stdout.write(json.dumps(summary))
        self.stderr.write(words)


def chosen(library: Library, names: list[str]) -> list[CaseFile]:
    """The cases asked for by --case, or all; Refusal when one of the names is nowhere."""
    if not names:
        return library.cases
    known = {case.id for case in library.cases} | set(library.invalid)
    if missing := [name for name in names if name not in known]:
        raise Refusal(f"没有找到案例 {'、'.join(missing)}，请核对案例号和文件。")
    library.faults = [fault for fault in library.faults if fault.case in names]
    library.invalid = [name for name in library.invalid if name in names]
    return [case for case in library.cases if case.id in names]


def stop_tidily(_signum: int, _frame: FrameType | None) -> None:
    """SIGTERM and a closed terminal take the same way out as Ctrl-C: the database is dropped."""
    raise KeyboardInterrupt
