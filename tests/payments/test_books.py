"""账簿: what became of every fen of a person-month is one sum, and nothing in it can be changed."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.payments import actions as payments
from apps.payments.books.checking import always
from apps.payments.books.models import Transfer, Voucher
from apps.payments.models import PaymentRun
from apps.payments.recoveries import actions as recoveries
from apps.payments.recoveries.models import Recovery
from tests import builders
from tests.pages.conftest import deaf
from tests.payments import test_recoveries
from tests.payments.answering import committed, said, sent
from tests.payments.paying import Four, account, approved, four, paid
from tests.payments.test_recoveries import ON, proposed

owing = test_recoveries.owing
tied_story = pytest.mark.usefixtures("tied")
pytestmark = pytest.mark.django_db
SUMS = "owed, issued, sent, paid, returned, recovered, open, overpaid"


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def three() -> list[tuple[Household, Person]]:
    """Three people with an account and the nursing subsidy (90 yuan) since June."""
    return [deaf(name) for name in ("甲一", "乙二", "丙三")]


@pytest.fixture
def june(people: Four, three: Any) -> PaymentRun:
    return paid(people, "2024-06", day=20)


def sums(subject: int, month: str = "2024-06") -> dict[str, int]:
    """What the books say of one person-month, without the zeros."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SUMS} FROM payments_ledgermonth WHERE subject = %s AND month = %s",
            [subject, builders.date(f"{month}-01")],
        )
        row = cursor.fetchone() or ()
    return {name: fen for name, fen in zip(SUMS.split(", "), row, strict=False) if fen}


def steps() -> list[str]:
    return list(Voucher.objects.order_by("pk").values_list("kind", flat=True))


@tied_story
def test_a_month_goes_from_owed_to_paid(people: Four, june: PaymentRun, three: Any) -> None:
    who = three[0][1].pk
    assert sums(who) == {"owed": 9000, "issued": 9000, "sent": 9000}
    committed(june, said(sent(june), "paid"), people.finance)
    assert sums(who) == {"owed": 9000, "issued": 9000, "sent": 9000, "paid": 9000}
    assert steps() == ["issue", "send", "result"]


@tied_story
def test_what_came_back_is_open_until_it_is_paid_again(
    people: Four, june: PaymentRun, three: Any
) -> None:
    committed(june, said(sent(june), "returned", "paid"), people.finance)
    (who,) = Transfer.objects.filter(target=2).values_list("subject", flat=True)
    once = {"owed": 9000, "issued": 9000, "sent": 9000, "returned": 9000, "open": 9000}
    assert sums(who) == once
    account(Person.objects.get(pk=who), "2024-07-20")
    july = paid(people, "2024-07", day=25)
    committed(july, said(sent(july), "paid"), people.finance)
    twice = {"owed": 9000, "issued": 18000, "sent": 18000, "returned": 9000, "paid": 9000}
    assert sums(who) == twice
    assert sums(who, "2024-07")["paid"] == 9000


@tied_story
def test_a_run_that_is_taken_back_leaves_nothing_issued(people: Four, three: Any) -> None:
    run = approved(people, "2024-06", day=20)
    payments.return_run(run.pk, by=people.approver, reason="再核一遍")
    assert sums(three[0][1].pk) == {}
    payments.compute_run(run.pk)
    payments.check_run(run.pk, by=people.checker)
    payments.approve_run(run.pk, by=people.approver)
    assert sums(three[0][1].pk) == {"owed": 9000, "issued": 9000}
    assert steps() == ["issue", "reversal", "issue"]


@tied_story
def test_what_is_owed_and_held_is_open(people: Four, three: Any) -> None:
    who = builders.person("丁四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    builders.award("disability_nursing", home, who, "2024-05-03", "2024-05-18")
    paid(people, "2024-06", day=20)
    assert sums(who.pk) == {"owed": 9000, "open": 9000}  # no account to pay it to
    account(who, "2024-07-01")
    paid(people, "2024-07", day=20)
    assert sums(who.pk) == {"owed": 9000, "issued": 9000, "sent": 9000}


@tied_story
def test_what_was_paid_too_much_is_settled_from_the_oldest_month(
    owing: Recovery, people: Four, clerk: Staff, supervisor: Staff
) -> None:
    who = owing.subject
    assert sums(who) == {"issued": 9000, "sent": 9000, "paid": 9000, "overpaid": 9000}
    recoveries.approve(proposed(owing, clerk, fen=5000).pk, on=ON, by=supervisor)  # waived
    recoveries.repaid(owing.pk, fen=6000, on=ON, by=clerk)
    assert sums(who)["recovered"] == 9000
    assert sums(who, "2024-07")["recovered"] == 2000
    recoveries.approve(proposed(owing, clerk, way="offset", fen=5000).pk, on=ON, by=supervisor)
    paid(people, "2024-09")
    assert sums(who, "2024-09") == {"owed": 9000, "issued": 9000, "sent": 4000}
    assert sums(who, "2024-07")["recovered"] == 7000
    assert recoveries.balance(owing.programme, owing.subject) == 18000 - 5000 - 6000 - 5000


@pytest.fixture
def clerk() -> Staff:
    return builders.staff(Role.COUNTY_CLERK)


@pytest.fixture
def supervisor() -> Staff:
    return builders.staff(Role.COUNTY_SUPERVISOR)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE payments_transfer SET fen = fen + 1",
        "DELETE FROM payments_transfer",
        "TRUNCATE payments_transfer",
        "UPDATE payments_voucher SET fen = fen + 1",
        "DELETE FROM payments_voucher",
    ],
)
def test_the_books_take_no_change(june: PaymentRun, tampering: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(f"SET CONSTRAINTS ALL IMMEDIATE; {tampering}")


def posted(voucher: int, fen: int) -> None:
    """One transfer more, by hand."""
    connection.cursor().execute(
        "INSERT INTO payments_transfer (subject, programme, month, voucher_id, source, target, fen)"
        " VALUES (1, 'disability_nursing', '2024-06-01', %s, 1, 3, %s)",
        [voucher, fen],
    )


def test_a_voucher_with_a_part_missing_cannot_be_committed(june: PaymentRun) -> None:
    made = Voucher.objects.create(kind="overpaid", source=1, count=2, fen=18000)
    posted(made.pk, 9000)
    with pytest.raises(IntegrityError, match="不完整"):
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_transfer_without_a_voucher_is_refused() -> None:
    with pytest.raises(IntegrityError, match="没有对应的凭证"), transaction.atomic():
        posted(999_999, 9000)


@pytest.mark.django_db(transaction=True)
def test_a_voucher_of_yesterday_takes_no_transfer(people: Four) -> None:
    deaf("甲一")
    paid(people, "2024-06", day=20)
    made = Voucher.objects.earliest("pk")
    with pytest.raises(DatabaseError, match="不可修改"):
        posted(made.pk, 100)
    assert made.posted_fen == Voucher.objects.get(pk=made.pk).posted_fen


def told(*words: str) -> str:
    out = StringIO()
    call_command("ledger", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_holds_and_what_became_of_a_month(
    people: Four, june: PaymentRun
) -> None:
    committed(june, said(sent(june), "returned", "paid"), people.finance)
    said_of = told("--check")
    assert "9 项全部成立" in said_of
    assert "借贷相平" in said_of
    assert "2024年6月  应发 270.00  已发 270.00  已送 270.00  到账 180.00  退回 90.00" in told()
    assert "没有这样的记录" in told("--month", "2020-01")
    with pytest.raises(CommandError, match="月份"):
        told("--month", "2024-13")


def test_what_somebody_with_all_rights_changed_is_found(june: PaymentRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("payments_transfer", "payments_bankitem"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("UPDATE payments_transfer SET fen = fen + 1 WHERE target = 4")
        cursor.execute("UPDATE payments_bankitem SET fen = fen + 1 WHERE number = 1")
    broken = {one.code: one.broken for one in always() if one.broken}
    assert set(broken) == {"A3", "A5", "A7", "A8"}
    with pytest.raises(CommandError, match="A3、A5、A7、A8"):
        told("--check")
