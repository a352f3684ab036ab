"""One deliberate fault per programme, and which test notices it.

    python -m tests.properties.faults

Each fault is put into a copy of the project (never into this one); the 算例 of the policy office
and then the casebook are run on the copy. The first that fails has noticed. Exit status 1 when a
fault is noticed by nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from civil_affairs.holding import services

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("apps", "civil_affairs", "fixtures", "static", "tests", "manage.py", "pyproject.toml")


class Fault(NamedTuple):
    """A line of a programme made wrong."""

    programme: str
    file: str
    right: str
    wrong: str
    what: str


FAULTS = (  # one a programme; a new programme adds its own
    Fault(
        "minimum_living",
        "minimum_living/rule.py",
        "    base = divide_half_up(exact, EXACT)",
        "    base = exact // EXACT",
        "去尾代替四舍五入",
    ),
    Fault(
        "minimum_living_supplement",
        "minimum_living/rule.py",
        "    rate, code = max(found)",
        "    rate, code = min(found)",
        "就低代替就高",
    ),
    Fault(
        "marginal_household",
        "minimum_living/examine.py",
        '    multiple = known.standards.amount("marginal_household.multiplier")',
        '    multiple = 2 * known.standards.amount("marginal_household.multiplier")',
        "倍数加倍",
    ),
    Fault(
        "rigid_expenditure_household",
        "minimum_living/examine.py",
        "    passed = spent * ONE * ONE > known.income * ratio",
        "    passed = spent * ONE * ONE >= known.income * ratio",
        "恰等于也算超出",
    ),
    Fault(
        "destitute_basic",
        "destitute_support/rule.py",
        "    key = basic_key(case.zone, case.mode)",
        "    key = basic_key(case.zone, 1)",
        "集中供养按分散发",
    ),
    Fault(
        "destitute_care",
        "destitute_support/rule.py",
        'return "partial" if failed <= 3 else "full"',
        'return "partial" if failed <= 4 else "full"',
        "四项仍算部分丧失",
    ),
    Fault(
        "destitute_funeral",
        "destitute_support/rule.py",
        "case.basic_fen * months)",
        "case.basic_fen * (months - 1))",
        "少一个月",
    ),
    Fault(
        "disability_living",
        "disability_subsidies/rule.py",
        "    if case.minimum_living == POOR:",
        "    if case.minimum_living is not None:",
        "不问低保",
    ),
    Fault(
        "disability_nursing",
        "disability_subsidies/rule.py",
        "return 1 <= grade <= 2 or",
        "return 1 <= grade <= 3 or",
        "三级也给",
    ),
    Fault(
        "old_age_allowance",
        "elderly_allowances/rule.py",
        "if age <= case.age]",
        "if age < case.age]",
        "满龄当月不算",
    ),
    Fault(
        "elder_service_subsidy",
        "elderly_allowances/rule.py",
        "    if case.age < SERVICE_AGE:",
        "    if case.age <= SERVICE_AGE:",
        "65岁不算",
    ),
    Fault(
        "orphan_allowance",
        "child_welfare/rule.py",
        '_standard("orphan_allowance", case,',
        '_standard("orphan_allowance", case._replace(mode=1),',
        "机构养育按散居发",
    ),
    Fault(
        "unattended_child_allowance",
        "child_welfare/rule.py",
        "    fen = divide_half_up(rest, case.heads)",
        "    fen = rest // case.heads",
        "补差去尾",
    ),
    Fault(
        "orphan_study_grant",
        "child_welfare/rule.py",
        '    key = "orphan_study_grant.per_school_year"',
        '    key = "orphan_allowance.scattered"',
        "取错标准",
    ),
    Fault(
        "temporary_relief",
        "temporary_relief/rule.py",
        "    if case.over_cap:",
        "    if case.over_cap or limit:",
        "不封顶",
    ),
)


def spoiled(fault: Fault, folder: Path) -> None:
    """Put the fault in; it must fit exactly once."""
    path = folder / "apps" / fault.file
    text = path.read_text(encoding="utf-8")
    if text.count(fault.right) != 1:
        raise SystemExit(f"{fault.programme}: the line to spoil is not there once: {fault.right}")
    path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")


def call(folder: Path, *words: str) -> tuple[int, str]:
    """Run something in the copy."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def noticed_by(folder: Path) -> str:
    """The first 算例 or case that fails; empty when nothing does."""
    code, out = call(
        folder, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
        "tests/test_examples.py",
    )  # fmt: skip
    if code:
        found = re.search(r"^FAILED \S+\[(.+?)\]", out, re.MULTILINE)
        return f"算例 {found[1]}" if found else "算例"
    code, out = call(folder, "manage.py", "casebook", "tests/casebook/cases")
    found = re.search(r"^不符\s+(\S+)\s+(\S+)", out, re.MULTILINE)
    return f"案例 {found[1]} {found[2]}" if code and found else ""


def main() -> int:
    """Every fault in turn; a table of who noticed."""
    survived = 0
    with services():
        for fault in FAULTS:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                for part in COPIED:
                    source = ROOT / part
                    copy = shutil.copytree if source.is_dir() else shutil.copy
                    copy(source, folder / part)
                spoiled(fault, folder)
                seen = noticed_by(folder)
            survived += not seen
            print(f"| {fault.programme} | {fault.what} | {seen or '没有发现'} |", flush=True)
    print(f"{len(FAULTS)} faults, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
