"""回盘: the bank's word moves each item once, is compared and never adopted, and is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.casework.worklist import Asked
from apps.households.models import Household, Person
from apps.offices.calendar import current_calendar
from apps.offices.models import Change, Event, Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments import actions as payments
from apps.payments import worklist
from apps.payments.closing.actions import close_run
from apps.payments.models import BankItem, PaymentRun
from apps.payments.recoveries import actions as recoveries
from apps.payments.results import actions, matching
from apps.payments.results.control import Control
from apps.payments.results.gate import Refused
from apps.payments.results.models import Dispute, Outcome, ResultFile, ResultLine
from apps.standards.models import current_book
from seeds import fakebank
from tests import builders
from tests.pages.conftest import deaf
from tests.payments.answering import ON, batch_of, committed, said, sent, states, taken
from tests.payments.paying import Four, account, four, lines, paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tied")]
LATER = builders.date("2024-07-15")


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def three() -> list[tuple[Household, Person]]:
    """Three people with an account and the nursing subsidy since June."""
    return [deaf(name) for name in ("甲一", "乙二", "丙三")]


@pytest.fixture
def june(people: Four, three: Any) -> PaymentRun:
    """June, sent to the bank: three items of 90 yuan."""
    return paid(people, "2024-06", day=20)


@pytest.mark.parametrize("form", fakebank.FORMS)
def test_what_the_bank_says_moves_each_item(form: str, people: Four, june: PaymentRun) -> None:
    file = committed(june, said(sent(june), "paid", "returned", "unknown"), people.finance, form)
    assert states(june) == ["paid", "returned", "unknown"]
    assert file.summary == {"paid": [1, 9000], "returned": [1, 9000], "unknown": [1, 9000]}
    back = BankItem.objects.get(state="returned")
    assert (back.returned_why, back.returned_on) == ("账户已销户", ON)
    assert Outcome.objects.count() == 3


def test_an_item_in_process_gets_its_word_later(people: Four, june: PaymentRun) -> None:
    committed(june, said(sent(june), "unknown"), people.finance)
    committed(june, said(sent(june), "paid", "returned", "paid", on=LATER), people.finance)
    assert states(june) == ["paid", "returned", "paid"]


def test_what_came_back_waits_for_an_account_and_is_paid_again(
    people: Four, june: PaymentRun, three: Any
) -> None:
    committed(june, said(sent(june), "returned", "paid"), people.finance)
    back = BankItem.objects.get(state="returned")
    assert [task.what for task in waiting(back.household)] == ["更换退票账户"]
    who = Person.objects.get(pk=back.subject)
    account(who, "2024-07-20")
    assert waiting(back.household) == []
    july = paid(people, "2024-07", day=25)
    assert lines(july) == [
        ("2024-06", "reissue", 9000),
        *([("2024-07", "regular", 9000)] * 3),
    ]


def waiting(home: Household) -> list[Any]:
    """The accounts that the township of a household has to mend."""
    by = builders.staff(Role.TOWNSHIP_CLERK, home.division[:9])
    asked = Asked(by, builders.date("2024-07-16"), current_calendar(), current_book())
    return list(worklist.accounts(asked))


def test_each_return_is_told_to_the_run_and_to_the_family(people: Four, june: PaymentRun) -> None:
    committed(june, said(sent(june), "returned"), people.finance)
    items = BankItem.objects.filter(batch__run=june)
    told = Event.objects.filter(kind="payments.bankitem", verb="退票")
    assert {e.household_id for e in told} == {i.household_id for i in items}
    changed = Change.objects.filter(what__startswith="退票")
    assert {c.from_month for c in changed} == {builders.month("2024-06")}


def test_the_same_bytes_are_taken_once(people: Four, june: PaymentRun) -> None:
    answers = said(sent(june), "paid")
    committed(june, answers, people.finance)
    with pytest.raises(StaleState, match="同一份文件只收一次"):
        taken(june, answers, people.finance)


def test_the_same_answers_in_other_bytes_change_nothing(people: Four, june: PaymentRun) -> None:
    answers = said(sent(june), "paid", "returned", "unknown")
    committed(june, answers, people.finance)
    again = taken(june, answers, people.finance, "xlsx")
    assert matching.counts(again.pk) == {"repeat": (3, 27000)}
    with pytest.raises(StaleState, match="没有新的结果"):
        actions.commit(again.pk, by=people.finance, at=timezone.now())
    assert Outcome.objects.count() == 3


def test_lines_that_do_not_fit_are_told_and_the_others_count(
    people: Four, june: PaymentRun
) -> None:
    one, two, three = said(sent(june), "paid")
    file = committed(
        june,
        [
            one._replace(sent=one.sent._replace(account="6217990000000000099")),
            two._replace(sent=two.sent._replace(fen=9001)),
            three,
            three,
            three._replace(sent=three.sent._replace(number=77)),
        ],
        people.finance,
    )
    assert states(june) == ["sent", "sent", "paid"]
    told = {line.line: (line.fault, line.problem) for line in file.lines.order_by("line")}
    assert told[2] == ("account", "序号 1 的账号与送出的不一致，请银行查明后重出")
    assert told[3] == ("amount", "序号 2 送出 90.00 元，文件是 90.01 元，请银行查明后重出")
    assert told[4] == ("", "")
    assert told[5] == ("duplicate", "与第 4 行是同一笔，只认第一行")
    assert told[6] == ("unmatched", "代发文件里没有序号 77，请向银行核对序号")


def test_two_words_about_one_item_in_a_file_count_for_nothing(
    people: Four, june: PaymentRun
) -> None:
    paid_, back = said(sent(june)[:1], "paid"), said(sent(june)[:1], "returned")
    file = taken(june, [*paid_, *back, *said(sent(june)[1:], "paid")], people.finance)
    assert list(
        file.lines.filter(fault="opposed").order_by("line").values_list("line", flat=True)
    ) == [2, 3]
    actions.commit(file.pk, by=people.finance, at=timezone.now())
    assert states(june) == ["sent", "paid", "paid"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (Control(4, 27000), "另行告知 4 笔，读出 3 笔"),
        (Control(3, 27001), "另行告知合计 270.01 元，读出 270.00 元"),
    ],
)
def test_what_the_bank_told_otherwise_must_agree(
    typed: Control, words: str, people: Four, june: PaymentRun
) -> None:
    file = taken(june, said(sent(june), "paid"), people.finance, typed=typed)
    with pytest.raises(StaleState, match=words):
        actions.commit(file.pk, by=people.finance, at=timezone.now())
    assert states(june) == ["sent"] * 3


def csv_of(answers: list[fakebank.Answer], totals: bool = True) -> bytes:
    """The CSV of some answers, its last line left out on wish."""
    text = fakebank.write(answers, "csv-utf8").decode("utf-8-sig")
    return (text if totals else text[: text.index("合计")]).encode()


def test_a_file_without_totals_needs_those_the_bank_told(people: Four, june: PaymentRun) -> None:
    upload = actions.Upload("back.csv", csv_of(said(sent(june), "paid"), totals=False))
    batch, now, by = batch_of(june).pk, timezone.now(), people.finance
    file = actions.take(batch, upload, typed=Control(), by=by, at=now)
    with pytest.raises(StaleState, match="没有合计行"):
        actions.commit(file.pk, by=by, at=now)
    actions.drop(file.pk, reason="另填合计", by=by)
    file = actions.take(batch, upload, typed=Control(3, 27000), by=by, at=now)
    actions.commit(file.pk, by=by, at=now)
    assert states(june) == ["paid"] * 3


def test_a_file_about_another_batch_is_known_before_anything_moves(
    people: Four, june: PaymentRun, three: Any
) -> None:
    july = paid(people, "2024-07")
    file = taken(july, said(sent(june), "paid"), people.finance)
    with pytest.raises(StaleState, match="其他批次的（第 2 行起，“202406-1”）"):
        actions.commit(file.pk, by=people.finance, at=timezone.now())
    assert states(june) == states(july) == ["sent"] * 3


def test_a_report_on_another_message_is_refused_when_it_is_taken_in(
    people: Four, june: PaymentRun
) -> None:
    content = fakebank.write(said(sent(june), "paid"), "xml").replace(
        b"<OrgnlMsgNmId>", b"<OrgnlNbOfTxs>5</OrgnlNbOfTxs><OrgnlMsgNmId>"
    )
    with pytest.raises(Refused, match="答复的是 5 笔"):
        actions.take(
            batch_of(june).pk,
            actions.Upload("back.xml", content),
            typed=Control(),
            by=people.finance,
            at=timezone.now(),
        )


def disputed(people: Four, june: PaymentRun) -> Dispute:
    """The bank said it was paid, and later that it came back."""
    committed(june, said(sent(june), "paid"), people.finance)
    file = committed(june, said(sent(june)[:1], "returned", on=LATER), people.finance)
    assert file.summary == {"contradicts": [1, 9000]}
    return Dispute.objects.get()


def test_a_word_that_contradicts_an_earlier_one_is_a_dispute(
    people: Four, june: PaymentRun
) -> None:
    one = disputed(people, june)
    assert states(june) == ["paid"] * 3
    assert (one.why, one.stood, one.said, one.code) == ("contradicts", "paid", "returned", "AC04")
    again = taken(june, said(sent(june)[:1], "returned", on=LATER), people.finance, "xlsx")
    assert matching.counts(again.pk) == {"disputed": (1, 9000)}


def test_who_believes_the_new_word_is_not_who_loaded_it(people: Four, june: PaymentRun) -> None:
    one = disputed(people, june)
    now = timezone.now()
    with pytest.raises(NotAllowed):
        actions.decide(one.pk, accept=True, note="银行来函", by=people.finance, at=now)
    with pytest.raises(StaleState, match="理由"):
        actions.decide(one.pk, accept=True, note=" ", by=people.approver, at=now)
    actions.decide(one.pk, accept=True, note="银行来函", by=people.approver, at=now)
    assert states(june) == ["returned", "paid", "paid"]
    account(Person.objects.get(pk=one.item.subject), "2024-07-20")
    assert ("2024-06", "reissue", 9000) in lines(paid(people, "2024-07", day=25))
    with pytest.raises(StaleState):
        actions.decide(one.pk, accept=False, note="再想", by=people.approver, at=now)


def test_a_dispute_upheld_leaves_the_item(people: Four, june: PaymentRun) -> None:
    one = disputed(people, june)
    actions.decide(one.pk, accept=False, note="银行更正", by=people.approver, at=timezone.now())
    assert states(june) == ["paid"] * 3


def test_paid_after_all_is_taken_back_by_the_difference(people: Four, june: PaymentRun) -> None:
    """What was returned, paid again, and then turns out to have arrived is an overpayment."""
    committed(june, said(sent(june), "returned", "paid"), people.finance)
    back = BankItem.objects.get(state="returned")
    account(Person.objects.get(pk=back.subject), "2024-07-20")
    paid(people, "2024-07", day=25)
    committed(june, said(sent(june)[:1], "paid", on=LATER), people.finance)
    one = Dispute.objects.get()
    actions.decide(one.pk, accept=True, note="银行来函", by=people.approver, at=timezone.now())
    assert states(june) == ["paid"] * 3
    paid(people, "2024-08")
    assert recoveries.balance(back.programme, back.subject) == 9000


def test_what_comes_after_the_run_is_closed_is_a_dispute(people: Four, june: PaymentRun) -> None:
    committed(june, said(sent(june)[:2], "paid"), people.finance)
    close_run(june.pk, by=people.finance, at=timezone.now(), note="月底未回")
    file = committed(june, said(sent(june)[2:], "returned", on=LATER), people.finance)
    assert file.summary == {"late": [1, 9000]}
    assert states(june) == ["paid", "paid", "sent"]
    one = Dispute.objects.get()
    actions.decide(one.pk, accept=True, note="银行来函", by=people.approver, at=timezone.now())
    assert states(june) == ["paid", "paid", "returned"]


def test_a_return_recorded_by_hand_is_a_word_like_any_other(people: Four, june: PaymentRun) -> None:
    item = BankItem.objects.get(batch__run=june, number=1)
    about: dict[str, Any] = {"programme": item.programme, "subject": item.subject}
    by_hand = {**about, "reason": "账户已销户", "on": ON, "by": people.finance}
    assert payments.record_return(run_id=june.pk, **by_hand) == 1
    assert Outcome.objects.get().by == people.finance
    with pytest.raises(NotFound):
        payments.record_return(run_id=june.pk, **by_hand)
    file = taken(june, said(sent(june), "paid"), people.finance)
    assert matching.counts(file.pk) == {"contradicts": (1, 9000), "paid": (2, 18000)}


def test_only_finance_takes_results_in(people: Four, june: PaymentRun) -> None:
    for by in (people.maker, people.checker, people.approver):
        with pytest.raises(NotAllowed):
            taken(june, said(sent(june), "paid"), by)
    with pytest.raises(NotFound):
        taken(june, said(sent(june), "paid"), builders.staff(Role.FINANCE, "439999"))


def test_a_file_that_was_dropped_has_done_nothing(people: Four, june: PaymentRun) -> None:
    file = taken(june, said(sent(june), "paid"), people.finance)
    actions.drop(file.pk, reason="选错批次", by=people.finance)
    with pytest.raises(StaleState):
        actions.commit(file.pk, by=people.finance, at=timezone.now())
    assert states(june) == ["sent"] * 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_bankitem SET state = 'paid' WHERE state = 'sent'",
        "UPDATE payments_bankitem SET state = 'paid' WHERE state = 'unknown'",
        "UPDATE payments_bankitem SET state = 'sent' WHERE state = 'unknown'",
        "UPDATE payments_bankitem SET state = 'sent' WHERE state = 'paid'",
        "UPDATE payments_bankitem SET state = 'unknown' WHERE state = 'paid'",
        "UPDATE payments_outcome SET said = 'returned'",
        "DELETE FROM payments_outcome",
        "TRUNCATE payments_outcome",
        "UPDATE payments_resultline SET fen = 1",
        "DELETE FROM payments_resultline",
        "UPDATE payments_resultfile SET fen = 1",
        "DELETE FROM payments_resultfile",
        "INSERT INTO payments_outcome (item_id, said, code, words, at)"
        " SELECT id, 'paid', '', '', now() FROM payments_bankitem WHERE state = 'sent'",
    ],
)
def test_the_database_refuses_what_the_bank_has_not_said(
    statement: str, people: Four, june: PaymentRun
) -> None:
    committed(june, said(sent(june)[:2], "paid", "unknown"), people.finance)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_commit_totals_that_differ(people: Four, june: PaymentRun) -> None:
    file = taken(june, said(sent(june), "paid"), people.finance, typed=Control(4, 27000))
    with pytest.raises(IntegrityError, match="totals_agree"):
        ResultFile.objects.filter(pk=file.pk).update(
            state="committed", committed_by=people.finance, committed_at=timezone.now()
        )


def test_the_number_of_queries_does_not_grow_with_the_lines(people: Four, june: PaymentRun) -> None:
    def asked(lines: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            committed(june, said(sent(june)[:lines], "returned", on=LATER), people.finance)
        return len(queries)

    assert asked(1) == asked(3)
    assert ResultLine.objects.count() == 4
