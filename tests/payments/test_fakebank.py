"""./run fakebank: our file in, the bank's answer out; the same seed, the same bytes."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.payments import actions as payments
from apps.payments.banking.writing import file_bytes
from apps.payments.models import BankItem, PaymentRun
from apps.payments.results.models import Outcome
from apps.payments.results.reading import read
from tests.pages.conftest import deaf
from tests.payments.answering import ON, batch_of
from tests.payments.paying import Four, four, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def june(people: Four) -> PaymentRun:
    """June of thirty people, sent to the bank."""
    for n in range(30):
        deaf(f"甲{n}")
    return paid(people, "2024-06", day=20)


def answered(ours: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("fakebank", str(ours), on=ON, stdout=out, **options)
    return out.getvalue()


def test_every_outcome_by_share_and_the_same_for_the_same_seed(
    june: PaymentRun, tmp_path: Path
) -> None:
    ours = tmp_path / "ours.csv"
    ours.write_bytes(file_bytes(batch_of(june), "csv"))
    theirs = tmp_path / "ours-result.csv"
    shares = {"returned": 0.3, "processing": 0.2, "missing": 0.1, "duplicates": 0.1}
    said = answered(ours, seed=4, contradict=0.5, **shares)
    first = theirs.read_bytes()
    found = read(first, theirs.name, 30).lines
    numbers = {one.number for one in found}
    assert {one.said for one in found} == {"paid", "returned", "unknown"}
    assert len(numbers) < 30
    assert len(found) > len(numbers)
    assert all(one.code and one.on == ON for one in found if one.said == "returned")
    before = {one.number: one.said for one in found}
    other = read((tmp_path / "ours-result-2.csv").read_bytes(), "2.csv", 30).lines
    assert other
    assert all(one.said != before[one.number] for one in other)
    assert f"{len(found)} 行" in said
    answered(ours, seed=4, **shares)
    assert theirs.read_bytes() == first
    answered(ours, seed=5, **shares)
    assert theirs.read_bytes() != first


@pytest.mark.parametrize("ending", ["csv", "xlsx", "txt", "xml"])
@pytest.mark.parametrize("form", ["csv-utf8", "xlsx", "xml"])
def test_any_of_our_layouts_is_answered_in_any_format(
    ending: str, form: str, june: PaymentRun, tmp_path: Path
) -> None:
    ours = tmp_path / f"ours.{ending}"
    ours.write_bytes(file_bytes(batch_of(june), ending))
    answered(ours, form=form, returned=0.5)
    out = next(tmp_path.glob("ours-result.*"))
    found = read(out.read_bytes(), out.name, 30)
    assert (len(found.lines), found.fen) == (30, 30 * 9000)
    assert not [one for one in found.lines if one.problem]


def test_without_a_file_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个文件"):
        answered(tmp_path / "none.csv")


def test_what_was_returned_before_there_were_outcomes_gets_one(
    june: PaymentRun, people: Four
) -> None:
    """The migration's own statements, over an item that a person had recorded as returned."""
    guards = import_module("apps.payments.migrations.0007_results_guards")
    item = BankItem.objects.get(batch__run=june, number=1)
    about: dict[str, Any] = {"programme": item.programme, "subject": item.subject}
    payments.record_return(run_id=june.pk, reason="账户已销户", on=ON, by=people.finance, **about)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(guards.BACKWARD)
        cursor.execute("DELETE FROM payments_outcome")
        cursor.execute(guards.FORWARD)
    one = Outcome.objects.get()
    assert (one.item_id, one.said, one.words, one.on) == (item.pk, "returned", "账户已销户", ON)
