"""二人同时办理一个批次: two hundred races of each kind; one effect, one refusal in words.

Two threads with connections of their own start every round from a barrier, on a real database. The
runs are put back between rounds by the acts of the house, never by SQL.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from apps.households.models import Person
from apps.offices.actions import note_change
from apps.offices.models import Change, Event, Outbox
from apps.offices.moves import NotAllowed, StaleState
from apps.payments import actions, tasks
from apps.payments.holding import actions as holding
from apps.payments.holding.models import Hold
from apps.payments.models import BankBatch, BankItem, Calculation, PaymentLine, PaymentRun
from apps.payments.results import actions as results
from apps.payments.results.models import Outcome, ResultFile
from apps.payments.seal import digest_now
from tests import builders
from tests.payments.answering import ON, sent, taken
from tests.payments.answering import said as answers
from tests.payments.paying import Four, account, four, opened, paid

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 200
FEWER = 60  # of the pairs that nobody asked to see two hundred times
CLEAN = (StaleState, NotAllowed, actions.Busy)
Act = Callable[[], object]
HAN = re.compile(r"[\u4e00-\u9fff]")
# Who waits for the disk is of no matter here: what others see of a commit is the same.
QUICK = "SET synchronous_commit = off"


class Pair:
    """Two people, each at a desk (a thread, a connection) of their own."""

    def __init__(self) -> None:
        self.gate = threading.Barrier(3)
        self.acts: list[Act] = []
        self.raised: list[BaseException | None] = [None, None]
        self.dice = random.Random(7)
        self.delays = (0.0, 0.0)
        self.desks = [threading.Thread(target=self._work, args=(place,)) for place in range(2)]
        for desk in self.desks:
            desk.start()

    def race(self, one: Act, other: Act) -> list[BaseException | None]:
        """What each raised; who starts first, and by how much, is drawn anew every time."""
        self.acts, self.raised = [one, other], [None, None]
        late = self.dice.choice((0.0, self.dice.uniform(0, 0.004)))
        self.delays = (late, 0.0) if self.dice.random() < 0.5 else (0.0, late)
        self.gate.wait(30)
        self.gate.wait(30)
        return self.raised

    def home(self) -> None:
        """The day is over."""
        self.acts = []
        self.gate.wait(30)
        for desk in self.desks:
            desk.join(30)

    def _work(self, place: int) -> None:
        try:
            connection.cursor().execute(QUICK)
            while True:
                self.gate.wait(120)
                if not self.acts:
                    return
                time.sleep(self.delays[place])
                try:
                    self.acts[place]()
                except BaseException as fault:  # noqa: BLE001 - it is what the test asks about
                    self.raised[place] = fault
                self.gate.wait(30)
        finally:
            connection.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(QUICK)
    found = Pair()
    yield found
    found.home()
    connection.close()


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def deaf() -> Person:
    """Someone with a hearing certificate and an account: 90 yuan a month."""
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    account(who)
    builders.award("disability_nursing", home, who, "2024-05-28", "2024-06-18")
    return who


@pytest.fixture
def run(people: Four, deaf: Person) -> PaymentRun:
    """A draft of July, which owes three months."""
    return opened(people, "2024-07")


def checked(run: PaymentRun, people: Four) -> PaymentRun:
    """Computed anew and checked."""
    actions.compute_run(run.pk)
    actions.check_run(run.pk, by=people.checker)
    run.refresh_from_db()
    return run


def back(run: PaymentRun, people: Four) -> None:
    """To draft, from wherever it is."""
    run.refresh_from_db()
    if run.state != "draft":
        actions.return_run(run.pk, by=people.maker, reason="再赛一轮")


def one_won(raised: list[BaseException | None]) -> int:
    """Who had the effect; the other was refused in words."""
    for fault in raised:
        assert fault is None or isinstance(fault, CLEAN), repr(fault)
    assert raised.count(None) == 1, raised
    loser = next(fault for fault in raised if fault is not None)
    assert isinstance(loser, actions.Busy) or any(
        "\u4e00" <= sign <= "\u9fff" for sign in str(loser)
    )
    return raised.index(None)


def tell(what: str, won: Counter[Any], began: float) -> None:
    """Both must have won at times, or the race was none."""
    print(f"\n{what}: {sum(won.values())} races, won {dict(won)}, {time.monotonic() - began:.1f} s")
    assert len(won) == 2, "one of them never won"


def tie(run: PaymentRun) -> None:
    """A live batch holds the lines of its calculation to the fen, and is as it was sealed."""
    run.refresh_from_db()
    live = BankBatch.objects.filter(run=run).exclude(state="void")
    assert live.count() == (run.state in ("approved", "sent", "closed"))
    for batch in live:
        lines = PaymentLine.objects.filter(calculation=batch.calculation)
        due = lines.aggregate(fen=Sum("fen"))["fen"] or 0
        items = BankItem.objects.filter(batch=batch).aggregate(n=Count("pk"), fen=Sum("fen"))
        assert batch.calculation_id == run.calculation_id
        assert (items["n"], items["fen"] or 0) == (batch.count, batch.total_fen)
        assert batch.total_fen == due
        assert batch.digest == digest_now(batch.pk)
    settled = Change.objects.filter(settled_by=run.pk).exists()
    assert not settled or run.state in ("approved", "sent", "closed")


def events(run: PaymentRun, verb: str) -> int:
    return Event.objects.filter(kind="payments.paymentrun", object_id=run.pk, verb=verb).count()


def test_approve_against_approve(pair: Pair, run: PaymentRun, people: Four) -> None:
    other = four().approver
    won: Counter[Any] = Counter()
    began = time.monotonic()
    for number in range(1, ROUNDS + 1):
        checked(run, people)
        won[
            one_won(
                pair.race(
                    lambda: actions.approve_run(run.pk, by=people.approver),
                    lambda: actions.approve_run(run.pk, by=other),
                )
            )
        ] += 1
        tie(run)
        assert run.approver_id in (people.approver.pk, other.pk)
        assert events(run, "审批") == BankBatch.objects.count() == number
        back(run, people)
        tie(run)
    tell("approve against approve", won, began)


def test_approve_against_return(pair: Pair, run: PaymentRun, people: Four) -> None:
    """Who returns has seen a run that was checked, not one that was approved."""

    def returned() -> None:
        with transaction.atomic():
            actions.stand_still(run.pk, state="checked")
            actions.return_run(run.pk, by=people.checker, reason="乡镇有异议")

    won: Counter[Any] = Counter()
    began = time.monotonic()
    for _ in range(ROUNDS):
        checked(run, people)
        winner = one_won(
            pair.race(lambda: actions.approve_run(run.pk, by=people.approver), returned)
        )
        won[winner] += 1
        tie(run)
        assert run.state == ("approved", "draft")[winner]
        back(run, people)
        tie(run)
    tell("approve against return", won, began)


def test_approve_against_a_return_that_does_not_look(
    pair: Pair, run: PaymentRun, people: Four
) -> None:
    """A return from any state: one after the other, it undoes the approval whole."""
    began, both = time.monotonic(), 0
    for _ in range(FEWER):
        checked(run, people)
        raised = pair.race(
            lambda: actions.approve_run(run.pk, by=people.approver),
            lambda: actions.return_run(run.pk, by=people.checker, reason="乡镇有异议"),
        )
        assert raised[1] is None
        assert raised[0] is None or isinstance(raised[0], StaleState)
        both += raised[0] is None
        tie(run)
        assert run.state == "draft"
    print(f"\nblind return: {FEWER} races, {both} undone, {time.monotonic() - began:.1f} s")


def test_approve_against_a_change(pair: Pair, run: PaymentRun, people: Four, deaf: Person) -> None:
    """A change is never refused: the approval knows of it, or the next run does."""
    began, won = time.monotonic(), Counter[Any]()

    def change() -> None:
        with transaction.atomic():
            note_change(on=builders.date("2024-06-01"), what="残疾等级", person_id=deaf.pk)

    for _ in range(ROUNDS):
        checked(run, people)
        raised = pair.race(lambda: actions.approve_run(run.pk, by=people.approver), change)
        assert raised[1] is None
        assert raised[0] is None or "1处变动" in str(raised[0]), repr(raised[0])
        won["approved" if raised[0] is None else "refused"] += 1
        tie(run)
        newest = Change.objects.latest("pk")
        assert newest.settled_by is None, "the change is still to be reckoned with"
        assert run.state == ("approved" if raised[0] is None else "checked")
        back(run, people)
    tell("approve against a change", won, began)


def test_approve_against_a_hold(pair: Pair, run: PaymentRun, people: Four, deaf: Person) -> None:
    """Approved are the sums the approver saw, or nothing; what is held is in no batch."""
    began, won = time.monotonic(), Counter[Any]()
    for _ in range(FEWER):
        seen = checked(run, people).calculation
        assert seen is not None

        def approve(version: int = seen.version) -> None:
            with transaction.atomic():
                actions.stand_still(run.pk, version=version)
                actions.approve_run(run.pk, by=people.approver)

        winner = one_won(
            pair.race(
                approve,
                lambda: holding.hold(
                    run.pk,
                    programme="disability_nursing",
                    subject=deaf.pk,
                    reason="待核实",
                    by=people.checker,
                ),
            )
        )
        won[winner] += 1
        tie(run)
        assert run.state == ("approved", "checked")[winner]
        lines = PaymentLine.objects.filter(calculation=run.calculation).count()
        assert lines == (3, 0)[winner]
        back(run, people)
        for held in Hold.objects.standing():
            actions.compute_run(run.pk)
            holding.release(held.pk, run.pk, reason="已核实", by=people.maker, at=timezone.now())
    tell("approve against a hold", won, began)


def test_two_computes_of_one_month(pair: Pair, run: PaymentRun, people: Four) -> None:
    """Two deliveries of one errand, as two workers get them."""
    began, won = time.monotonic(), Counter[Any]()
    both = [0, 0]

    def deliver(place: int) -> None:
        before = Calculation.objects.count()
        tasks.compute_run(run_id=run.pk)
        both[place] += Calculation.objects.count() > before

    for number in range(1, ROUNDS + 1):
        with transaction.atomic():
            actions.request_compute(run.pk, by=people.maker, at=timezone.now())
            Outbox.objects.create(
                topic="t", key=actions.errand_of(run.pk), payload={"run_id": run.pk}
            )
        raised = pair.race(lambda: deliver(0), lambda: deliver(1))
        assert raised == [None, None]
        run.refresh_from_db()
        assert Calculation.objects.count() == events(run, "计算") == number
        assert run.calculation is not None
        assert (run.calculation.version, run.requested_at) == (number, None)
        assert PaymentLine.objects.filter(calculation=run.calculation).count() == 3
        assert not Outbox.objects.filter(done_at=None).exists()
    won.update({place: n for place, n in enumerate(both) if n})
    tell("two computes", won, began)


def test_two_computes_that_nobody_asked_for(pair: Pair, run: PaymentRun) -> None:
    """The action itself, twice: one version after the other, or Busy; never two of one number."""
    began, busy = time.monotonic(), 0
    for _ in range(FEWER):
        before = Calculation.objects.count()
        raised = pair.race(*[lambda: actions.compute_run(run.pk)] * 2)
        assert all(fault is None or isinstance(fault, actions.Busy) for fault in raised), raised
        busy += 2 - raised.count(None)
        run.refresh_from_db()
        assert Calculation.objects.count() == before + raised.count(None)
        assert run.calculation is not None
        assert run.calculation.version == Calculation.objects.count()
        assert PaymentLine.objects.filter(calculation=run.calculation).count() == 3
    print(f"\nbare computes: {FEWER} races, {busy} busy, {time.monotonic() - began:.1f} s")


def test_check_against_a_wish_to_compute(pair: Pair, run: PaymentRun, people: Four) -> None:
    """What is checked has been computed, and nobody is computing it anew."""
    began, won = time.monotonic(), Counter[Any]()
    for _ in range(FEWER):
        actions.compute_run(run.pk)
        winner = one_won(
            pair.race(
                lambda: actions.check_run(run.pk, by=people.checker),
                lambda: actions.request_compute(run.pk, by=people.maker, at=timezone.now()),
            )
        )
        won[winner] += 1
        run.refresh_from_db()
        assert (run.state, run.requested_at is None) == (("checked", True), ("computed", False))[
            winner
        ]
        back(run, people)
    tell("check against compute", won, began)


def test_two_open_a_run(pair: Pair, people: Four) -> None:
    other = four().maker
    began, won = time.monotonic(), Counter[Any]()
    for _ in range(ROUNDS):
        raised = pair.race(
            lambda: opened(people, "2024-07"),
            lambda: opened(people._replace(maker=other), "2024-07"),
        )
        won[one_won(raised)] += 1
        standing = PaymentRun.objects.get(state="draft")
        actions.cancel_run(standing.pk, by=people.maker, reason="再赛一轮")
    assert PaymentRun.objects.count() == ROUNDS
    tell("two open", won, began)


def test_send_against_return(pair: Pair, people: Four, deaf: Person) -> None:
    """Sent to the bank, or back in draft with its batch void; never one of each."""
    began, won = time.monotonic(), Counter[Any]()
    run = opened(people, "2024-07")
    for _ in range(FEWER):
        checked(run, people)
        actions.approve_run(run.pk, by=people.approver)
        winner = one_won(
            pair.race(
                lambda pk=run.pk: actions.send_run(pk, by=people.finance),
                lambda pk=run.pk: actions.return_run(pk, by=people.checker, reason="账户有误"),
            )
        )
        won[winner] += 1
        tie(run)
        assert run.state == ("sent", "draft")[winner]
        gone = BankItem.objects.filter(batch__run=run, state="sent")
        live = BankItem.objects.filter(batch__run=run, batch__state="sent")
        assert set(gone.values_list("pk")) == set(live.values_list("pk"))
        if winner == 0:
            # The bank sends it back, so that the next run has something to pay again.
            actions.record_return(
                run_id=run.pk,
                programme="disability_nursing",
                subject=deaf.pk,
                reason="账户已销户",
                on=ON,
                by=people.finance,
            )
            account(deaf, "2024-07-20")
            run = opened(people, "2024-07", day=25)
    tell("send against return", won, began)


def test_one_result_file_is_committed_by_two(pair: Pair, people: Four) -> None:
    """Each item moves once, with one outcome, whoever committed."""
    for number in range(ROUNDS):
        who = builders.person(f"李{number}", "1980-05-05")
        home = builders.household((who, "applicant"))
        builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
        account(who)
        builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    run = paid(people, "2024-06", day=20)
    other = four().finance
    files = one_file_a_line(run, people)
    began, won = time.monotonic(), Counter[Any]()
    for number, file in enumerate(files, 1):
        raised = pair.race(
            lambda pk=file.pk: results.commit(pk, by=people.finance, at=timezone.now()),
            lambda pk=file.pk: results.commit(pk, by=other, at=timezone.now()),
        )
        won[one_won(raised)] += 1
        assert Outcome.objects.count() == number
        assert BankItem.objects.filter(batch__run=run, state="paid").count() == number
        assert Event.objects.filter(kind="payments.resultfile", verb="回盘入账").count() == number
    tell("commit against commit", won, began)
    total = BankItem.objects.filter(batch__run=run).aggregate(fen=Sum("fen"))["fen"]
    assert total == BankBatch.objects.get(run=run).total_fen == ROUNDS * 9000


def one_file_a_line(run: PaymentRun, people: Four) -> list[ResultFile]:
    """The bank's answer, one file for each item."""
    return [taken(run, answers([one], "paid"), people.finance) for one in sent(run)]


# ---- not a matter of luck: who is first is arranged ----


def test_a_change_that_was_under_way_while_the_run_was_computed_is_not_lost(
    run: PaymentRun, people: Four, deaf: Person
) -> None:
    """It has a smaller number than changes the run has seen, and is committed after them."""
    written, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            note_change(on=builders.date("2024-06-01"), what="残疾等级", person_id=deaf.pk)
            written.set()
            go.wait(20)
        connection.close()

    clerk = threading.Thread(target=slow)
    clerk.start()
    written.wait(20)
    note_change(on=builders.date("2024-06-01"), what="后到先存", person_id=deaf.pk)
    actions.compute_run(run.pk)
    go.set()
    clerk.join(20)
    run.refresh_from_db()
    assert actions.changed_since(run) == 1
    with pytest.raises(StaleState, match="1处变动"):
        actions.check_run(run.pk, by=people.checker)
    checked(run, people)
    actions.approve_run(run.pk, by=people.approver)
    assert Change.objects.get(what="残疾等级").settled_by == run.pk
