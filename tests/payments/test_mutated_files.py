"""A10: whatever is wrong with a file, the state is unchanged or right, and it is said why."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from apps.offices.moves import StaleState
from apps.payments.models import BankItem, PaymentRun
from apps.payments.results import actions
from apps.payments.results.control import Control
from apps.payments.results.gate import Refused
from apps.payments.results.models import Dispute, Outcome, ResultFile
from seeds import fakebank
from tests.pages.conftest import deaf
from tests.payments.answering import batch_of, sent, states
from tests.payments.mutating import ITEMS, LATER, Mutated, content_of, expected, files
from tests.payments.paying import Four, four, paid

pytestmark = pytest.mark.django_db
MANY, FEW = 1000, 40
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


class Bank:
    """A batch that was sent, and one file after another about it."""

    def __init__(self, run: PaymentRun, people: Four) -> None:
        self.run, self.people = run, people
        self.batch, self.sent = batch_of(run), sent(run)

    def send(self, content: bytes, form: str, typed: Control) -> ResultFile:
        """The file, taken in and committed."""
        by, at = self.people.finance, timezone.now()
        name = "back." + {"csv-utf8": "csv"}.get(form, form)
        upload = actions.Upload(name, content)
        file = actions.take(self.batch.pk, upload, typed=typed, by=by, at=at)
        return actions.commit(file.pk, by=by, at=at)

    def typed(self, file: Mutated) -> Control:
        """What the bank told on another way of its right answer."""
        if not file.typed:
            return Control()
        return Control(len(self.sent), sum(one.fen for one in self.sent))


@pytest.fixture
def bank() -> Bank:
    people = four()
    for n in range(ITEMS):
        deaf(f"甲{n}")
    return Bank(paid(people, "2024-06", day=20), people)


def play(bank: Bank, file: Mutated, again: bool, second: bool) -> None:
    """The file, then perhaps the same bytes again, other bytes, and one that contradicts it."""
    want, content, before = expected(file, bank.sent), content_of(file), states(bank.run)
    if want.blocked:
        event("refused")
        with pytest.raises((Refused, StaleState), match=r"\S"):
            bank.send(content, file.form, bank.typed(file))
        assert states(bank.run) == before
    else:
        event("committed")
        bank.send(content, file.form, bank.typed(file))
        assert states(bank.run) == want.states
    told(file, want.faults)
    sound(bank)
    if again:
        same_again(bank, file, content)
    if second and not want.blocked:
        contradicted(bank, file)


def told(file: Mutated, faults: dict[int, str]) -> None:
    """Every line that does not fit is told with its number, what is wrong and what to do."""
    taken = ResultFile.objects.order_by("pk").first()
    if taken is None:  # it could not be read at all, and was refused in words
        assert file.cut is not None or not file.lines
        return
    lines = list(taken.lines.exclude(fault="").order_by("line"))
    if file.form != "xml":
        assert {line.line: line.fault for line in lines} == faults
    assert sorted(line.fault for line in lines) == sorted(faults.values())
    assert all(len(line.problem) > 8 for line in lines)


def sound(bank: Bank) -> None:
    """What the bank was sent is what became of it, and each state has the bank's word."""
    items = BankItem.objects.filter(batch=bank.batch)
    assert items.aggregate(n=Sum("fen"))["n"] == bank.batch.total_fen
    for item in items.exclude(state="sent"):
        said = set(Outcome.objects.filter(item=item).values_list("said", flat=True))
        assert item.state in said
        assert len(said & {"paid", "returned"}) <= 1


def same_again(bank: Bank, file: Mutated, content: bytes) -> None:
    """The same bytes are refused; the same answers in other bytes do nothing."""
    before, outcomes = states(bank.run), Outcome.objects.count()
    form = "xlsx" if file.form != "xlsx" else "csv"
    for bytes_, kind in ((content, file.form), (fakebank.write(file.lines, form), form)):
        if expected(file, bank.sent).blocked and bytes_ is not content:
            continue  # whole, it may be a right file where the cut one was not
        with pytest.raises((Refused, StaleState)):
            bank.send(bytes_, kind, bank.typed(file))
    assert states(bank.run) == before
    assert Outcome.objects.count() == outcomes


def contradicted(bank: Bank, file: Mutated) -> None:
    """A second file that says the opposite moves nothing, and opens a dispute for each item."""
    final = [
        fakebank.Answer(one, state, "", LATER)
        for one, state in zip(bank.sent, states(bank.run), strict=True)
        if state in ("paid", "returned")
    ]
    opposite = fakebank.contradict(final, 1.0, seed=1, on=LATER)
    if not opposite:
        return
    before = states(bank.run)
    bank.send(fakebank.write(opposite, "csv"), "csv", Control())
    assert states(bank.run) == before
    assert Dispute.objects.filter(why="contradicts", state="open").count() == len(final)


def played(bank: Bank, data: st.DataObject) -> None:
    """One example, and nothing left of it."""
    file = data.draw(files(bank.sent))
    with transaction.atomic():
        play(bank, file, data.draw(st.booleans()), data.draw(st.booleans()))
        transaction.set_rollback(True)


@settings(max_examples=FEW, deadline=None, suppress_health_check=QUIET, derandomize=True)
@given(data=st.data())
def test_some_mutated_files(bank: Bank, data: st.DataObject) -> None:
    played(bank, data)


@pytest.mark.slow
@settings(max_examples=MANY, deadline=None, suppress_health_check=QUIET, derandomize=True)
@given(data=st.data())
def test_a_thousand_mutated_files(bank: Bank, data: st.DataObject) -> None:
    played(bank, data)


@pytest.mark.parametrize("form", ["csv", "xml", "xlsx"])
def test_a_file_cut_anywhere_moves_nothing(form: str, bank: Bank) -> None:
    """At the end of each line and in the middle of some; the whole one is the right one."""
    answers = [fakebank.Answer(one, "paid", "", LATER) for one in bank.sent]
    content = fakebank.write(answers, form)
    places = {n + 1 for n, byte in enumerate(content) if byte == 10} | {
        len(content) * n // 7 for n in range(7)
    }
    for place in sorted(places - {len(content)}):
        with transaction.atomic(), pytest.raises((Refused, StaleState)):
            bank.send(content[:place], form, Control())
        assert states(bank.run) == ["sent"] * ITEMS
    bank.send(content, form, Control())
    assert states(bank.run) == ["paid"] * ITEMS
