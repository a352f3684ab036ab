"""A programme is one folder: the files of docs/add-a-programme.md, put into a copy, pay a month."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
FILE = re.compile(r"(?ms)^## `(apps/heating_allowance/[^`]+)`.*?^```\w+\n(.*?)^```")

PAY = """
import datetime as dt, io
from django.core.management import call_command
from django.db import transaction
from tests import builders
from tests.payments.paying import account, four, lines, paid
from apps.households import actions as households
from apps.standards.models import Standard

with transaction.atomic():
    call_command("load_base", verbosity=0, stdout=io.StringIO())
    who = builders.person("钱七", "1950-01-01")
    home = builders.household((who, "applicant"))
    account(who); account(home)
    builders.fact("property", home, "2024-01-01", flag=True)
    builders.award("minimum_living", home, None, "2024-09-05")
    builders.award("heating_allowance", home, who, "2024-09-05")
    people = four()
    print(lines(paid(people, "2024-10")))
    print(lines(paid(people, "2024-11")))
    transaction.set_rollback(True)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with the seventh programme in it."""
    for folder in ("apps", "civil_affairs", "fixtures", "seeds", "static", "tests"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("manage.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    found = FILE.findall((ROOT / "docs" / "add-a-programme.md").read_text(encoding="utf-8"))
    assert len(found) == 6
    for name, text in found:
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (tmp_path / "apps" / "heating_allowance" / "__init__.py").touch()
    return tmp_path


def call(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run something in the copy, on this test's own database."""
    parts = connection.get_connection_params()
    url = f"postgresql://{parts.get('user') or ''}@/{parts['dbname']}?host={parts['host']}"
    if not str(parts["host"]).startswith("/"):
        secret = parts.get("password") or ""
        url = (
            f"postgresql://{parts['user']}:{secret}@{parts['host']}:{parts.get('port', 5432)}"
            f"/{parts['dbname']}"
        )
    return subprocess.run(
        [sys.executable, *words],
        cwd=copy,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_a_folder_of_six_files_is_paid_like_any_other(copy: Path) -> None:
    done = call(copy, "manage.py", "shell", "-v", "0", "-c", PAY)
    assert done.returncode == 0, done.stderr[-3000:]
    october, november = done.stdout.strip().splitlines()
    assert "6000" not in october
    assert "('2024-11', 'regular', 6000)" in november


@pytest.mark.django_db(transaction=True)
def test_it_needs_no_migration(copy: Path) -> None:
    done = call(copy, "manage.py", "makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_examples_work(copy: Path) -> None:
    done = call(
        copy,
        "-m",
        "pytest",
        "-q",
        "tests/test_examples.py",
        "-k",
        "heating",
        "-p",
        "no:cacheprovider",
    )
    assert "1 passed" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_floors_contract_asks_for_its_name(copy: Path) -> None:
    pytest.importorskip("importlinter")
    lint = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert lint is not None
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    without = subprocess.run(
        [lint], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert without.returncode != 0
    assert "heating_allowance" in without.stdout
    text = (copy / "pyproject.toml").read_text(encoding="utf-8")
    named = text.replace("| temporary_relief", "| temporary_relief | heating_allowance")
    (copy / "pyproject.toml").write_text(named, encoding="utf-8")
    with_name = subprocess.run(
        [lint], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert with_name.returncode == 0, with_name.stdout
