"""One person, month after month: 首发, 补发, 追缴, 重发 and a rerun are one comparison."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum

from apps.households import actions as households
from apps.households.models import Household, Person
from apps.offices.moves import NotAllowed, StaleState
from apps.payments import actions as payments
from apps.payments.derive import derive
from apps.payments.models import Due, Held, PaymentLine, PaymentRun
from apps.payments.recoveries import actions as recoveries
from apps.payments.recoveries.models import RecoveryEntry
from apps.standards import actions as standards
from tests import builders
from tests.payments.paying import (
    Four,
    account,
    approved,
    arrived,
    computed,
    four,
    items,
    lines,
    opened,
    paid,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tied")]


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def deaf() -> Person:
    """Someone with a second-grade hearing certificate and an account: 90 yuan a month."""
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    account(who)
    builders.award("disability_nursing", home, who, "2024-05-28", "2024-06-18")
    return who


def test_the_first_run_pays_its_month_and_the_months_before_it(people: Four, deaf: Person) -> None:
    assert lines(paid(people, "2024-07")) == [
        ("2024-05", "arrears", 9000),
        ("2024-06", "arrears", 9000),
        ("2024-07", "regular", 9000),
    ]


def test_the_bank_is_asked_once_a_kind(people: Four, deaf: Person) -> None:
    assert items(paid(people, "2024-07")) == [("arrears", 18000, 2), ("regular", 9000, 1)]


def test_a_second_run_of_the_month_issues_nothing(people: Four, deaf: Person) -> None:
    paid(people, "2024-07")
    assert lines(paid(people, "2024-07", day=20)) == []


def test_a_raise_entered_late_is_paid_back_to_its_first_month(people: Four, deaf: Person) -> None:
    paid(people, "2024-07")
    paid(people, "2024-08")
    standards.adopt(
        "disability_nursing.monthly",
        from_month=builders.month("2024-06"),
        value="100.00",
        recorded_on=builders.date("2024-09-02"),
        by=people.maker,
    )
    assert lines(paid(people, "2024-09")) == [
        ("2024-06", "arrears", 1000),
        ("2024-07", "arrears", 1000),
        ("2024-08", "arrears", 1000),
        ("2024-09", "regular", 10000),
    ]


def test_a_death_reported_late_opens_a_recovery_and_pays_nothing(
    people: Four, deaf: Person
) -> None:
    paid(people, "2024-07")
    paid(people, "2024-08")
    builders.fact("death", deaf, "2024-06-20", known="2024-09-02")
    assert lines(paid(people, "2024-09")) == []
    recorded = RecoveryEntry.objects.order_by("month").values_list("month", "fen")
    assert [(f"{m:%Y-%m}", fen) for m, fen in recorded] == [("2024-07", 9000), ("2024-08", 9000)]
    assert recoveries.balance("disability_nursing", deaf.pk) == 18000


def test_a_death_found_to_be_an_error_is_paid_again_and_the_recovery_goes_back(
    people: Four, deaf: Person
) -> None:
    paid(people, "2024-07")
    death = builders.fact("death", deaf, "2024-06-20", known="2024-08-02")
    paid(people, "2024-08")
    households.void(
        death.pk, on=builders.date("2024-09-02"), by=people.maker, reason="同名，登记有误"
    )
    assert lines(paid(people, "2024-09")) == [
        ("2024-08", "arrears", 9000),
        ("2024-09", "regular", 9000),
    ]
    assert RecoveryEntry.objects.aggregate(s=Sum("fen"))["s"] == 0


def test_a_returned_payment_waits_for_an_account_and_is_then_reissued(
    people: Four, deaf: Person
) -> None:
    july = paid(people, "2024-07")
    payments.record_return(
        run_id=july.pk,
        programme="disability_nursing",
        subject=deaf.pk,
        reason="account_closed",
        on=builders.date("2024-07-13"),
        by=people.finance,
    )
    august = paid(people, "2024-08")
    assert lines(august) == []
    assert {h.why for h in Held.objects.filter(calculation=august.calculation)} == {
        "account_returned"
    }
    account(deaf, "2024-08-20")
    assert lines(paid(people, "2024-09")) == [
        ("2024-05", "reissue", 9000),
        ("2024-06", "reissue", 9000),
        ("2024-07", "reissue", 9000),
        ("2024-08", "arrears", 9000),
        ("2024-09", "regular", 9000),
    ]


def test_without_an_account_the_amount_is_held_and_paid_later(people: Four) -> None:
    who = builders.person()
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    builders.award("disability_nursing", home, who, "2024-06-03")
    june = paid(people, "2024-06")
    held = Held.objects.get(calculation=june.calculation)
    assert (lines(june), held.why, held.fen) == ([], "no_account", 9000)
    account(who, "2024-06-20")
    assert lines(paid(people, "2024-07")) == [
        ("2024-06", "arrears", 9000),
        ("2024-07", "regular", 9000),
    ]


def test_a_missing_fact_holds_the_case_and_later_runs_list_it_again(people: Four) -> None:
    who = builders.person("王五", "1950-01-01")
    home = builders.household((who, "applicant"), zone="rural")
    account(who)
    builders.award("destitute_basic", home, who, "2024-05-06")
    for month in ("2024-06", "2024-07"):
        run = paid(people, month)
        held = Held.objects.filter(calculation=run.calculation, programme="destitute_care")
        assert {(f"{h.month:%Y-%m}", h.fen) for h in held} >= {("2024-06", None)}
    builders.fact("self_care", who, "2024-05-20", known="2024-08-02", number=0)
    assert ("2024-06", "arrears", 15500) in lines(paid(people, "2024-08"))


def test_offset_withholds_a_decided_part_until_the_balance_is_gone(
    people: Four, deaf: Person
) -> None:
    arrived(people, "2024-07")
    builders.fact("residence", deaf, "2024-05-10", known="2024-08-02", flag=True)
    arrived(people, "2024-08")
    assert recoveries.balance("disability_nursing", deaf.pk) == 18000
    recoveries.record_repayment(
        programme="disability_nursing",
        subject=deaf.pk,
        fen=5000,
        on=builders.date("2024-08-15"),
        by=people.finance,
    )
    assert recoveries.balance("disability_nursing", deaf.pk) == 13000


def test_lines_of_a_month_are_what_is_owed_plus_what_is_recorded_as_overpaid(
    people: Four, deaf: Person
) -> None:
    paid(people, "2024-07")
    builders.fact("disability", deaf, "2024-06-10", known="2024-08-02", code="hearing", number=3)
    paid(people, "2024-08")
    for month in ("2024-05", "2024-06", "2024-07", "2024-08"):
        first = builders.month(month)
        posted = PaymentLine.objects.filter(month=first).aggregate(s=Sum("fen"))["s"] or 0
        over = RecoveryEntry.objects.filter(month=first).aggregate(s=Sum("fen"))["s"] or 0
        due = Due.objects.filter(month=first).order_by("-calculation_id")[0]
        assert posted == due.fen + over


def test_a_due_is_said_again_word_for_word_after_the_standard_changed(
    people: Four, deaf: Person
) -> None:
    run = approved(people, "2024-07")
    due = Due.objects.get(calculation=run.calculation, month=run.month)
    before = derive(due).working.lines
    standards.adopt(
        "disability_nursing.monthly",
        from_month=builders.month("2024-01"),
        value="120.00",
        recorded_on=builders.date("2024-08-02"),
        by=people.maker,
    )
    assert derive(due).working.lines == before
    assert before[-1][1] == 9000


def test_four_different_people(people: Four, deaf: Person) -> None:
    run = computed(people, "2024-07")
    with pytest.raises(NotAllowed):
        payments.check_run(run.pk, by=people.maker)
    payments.check_run(run.pk, by=people.checker)
    with pytest.raises(NotAllowed):
        payments.approve_run(run.pk, by=people.checker)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentRun.objects.filter(pk=run.pk).update(approver=people.checker)


def test_approval_is_refused_when_something_was_recorded_since(people: Four, deaf: Person) -> None:
    run = computed(people, "2024-07")
    payments.check_run(run.pk, by=people.checker)
    builders.fact("death", deaf, "2024-06-20", known="2024-07-11")
    with pytest.raises(StaleState, match="重新计算"):
        payments.approve_run(run.pk, by=people.approver)


def test_a_run_computed_again_after_return_pays_the_same_and_keeps_the_old_version(
    people: Four, deaf: Person
) -> None:
    run = approved(people, "2024-07")
    first = lines(run)
    payments.return_run(run.pk, by=people.approver, reason="核对名单")
    assert payments.compute_run(run.pk)
    run.refresh_from_db()
    assert lines(run) == first
    assert run.calculations.count() == 2


def test_only_one_run_is_open(people: Four) -> None:
    opened(people, "2024-07")
    with pytest.raises(StaleState):
        opened(people, "2024-08")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_paymentline SET fen = 1",
        "DELETE FROM payments_paymentline",
        "TRUNCATE payments_paymentline",
        "UPDATE payments_due SET fen = 1",
        "UPDATE payments_bankitem SET fen = 1",
        "INSERT INTO payments_paymentline SELECT subject, programme, month, calculation_id,"
        " 'arrears', -1, fen, 0, budget FROM payments_paymentline",
    ],
)
def test_the_database_refuses_to_rewrite_money(statement: str, people: Four, deaf: Person) -> None:
    from django.db import connection

    paid(people, "2024-07")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_a_month_after_death(people: Four, deaf: Person) -> None:
    run = paid(people, "2024-07")
    builders.fact("death", deaf, "2024-06-20", known="2024-08-02")
    line = PaymentLine.objects.filter(calculation=run.calculation)[0]
    with pytest.raises(IntegrityError, match="死亡"), transaction.atomic():
        PaymentLine.objects.create(
            subject=line.subject,
            programme=line.programme,
            month=builders.month("2024-08"),
            calculation_id=line.calculation_id,
            kind="arrears",
            entitlement_id=line.entitlement_id,
            fen=9000,
        )


def test_households_of_a_family_do_not_change_what_another_is_paid(
    people: Four, deaf: Person
) -> None:
    other: Household = builders.household((builders.person("赵六"), "applicant"))
    account(other)
    assert len(lines(paid(people, "2024-07"))) == 3
