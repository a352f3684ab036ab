"""预算: what may be spent, by whom it is said, and what a run may not do without a decision."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from apps.casework import actions as casework
from apps.offices.models import Role
from apps.offices.moves import NotAllowed, StaleState
from apps.payments import actions as payments
from apps.payments.budgets import actions
from apps.payments.budgets.forecast import forecast
from apps.payments.budgets.models import BudgetRow, Charge, OverBudget
from apps.payments.holding import actions as holding
from apps.payments.models import BankBatch, PaymentRun
from apps.standards import actions as standards
from tests import builders
from tests.pages.conftest import deaf
from tests.payments.answering import committed, said, sent
from tests.payments.budgeting import (
    AT,
    NURSING,
    Desk,
    beyond,
    confirmed,
    desk,
    enough,
    entered,
    state,
)
from tests.payments.paying import Four, approved, computed, four, paid

pytestmark = pytest.mark.django_db
COUNTY_ONLY = {"county": 10_000}


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def office() -> Desk:
    return desk()


def three() -> None:
    """Three people with 90 yuan a month each."""
    for name in ("甲一", "乙二", "丙三"):
        deaf(name)


def shared(people: Desk, since: str) -> None:
    actions.share(
        NURSING,
        from_month=builders.month(since),
        points=COUNTY_ONLY,
        document="县级负担的通知",
        on=AT.date(),
        by=people.finance,
    )


def parts(run: PaymentRun) -> dict[str, int]:
    """What a run takes of each source, in yuan."""
    rows = Charge.objects.filter(calculation_id=run.calculation_id)
    return {row.source: row.fen // 100 for row in rows}


def test_a_budget_counts_once_somebody_else_has_confirmed_it(office: Desk) -> None:
    row = entered(office, 1_000)
    assert not BudgetRow.objects.confirmed()
    with pytest.raises(NotAllowed, match="不得为同一人"):
        actions.decide(row.pk, "confirm", by=office.finance, at=AT)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        BudgetRow.objects.filter(pk=row.pk).update(
            state="confirmed", decided_by=office.finance, decided_at=AT
        )
    actions.decide(row.pk, "confirm", by=office.second, at=AT)
    assert state().planned == 1_000_00


def test_a_refused_budget_says_why_and_does_not_count(office: Desk) -> None:
    row = entered(office, 1_000)
    with pytest.raises(actions.Refused, match="请写明退回的理由"):
        actions.decide(row.pk, "refuse", by=office.second, at=AT)
    actions.decide(row.pk, "refuse", by=office.second, at=AT, reason="金额写错")
    assert not BudgetRow.objects.confirmed()
    confirmed(office, 2_000)
    assert state().planned == 2_000_00


def test_a_budget_changes_by_a_further_row_and_never_below_zero(office: Desk) -> None:
    with pytest.raises(actions.Refused, match="还没有已确认的年初预算"):
        entered(office, 100, kind="change")
    confirmed(office, 1_000)
    with pytest.raises(actions.Refused, match="已有年初预算"):
        entered(office, 500)
    confirmed(office, -400, kind="change")
    assert state().planned == 600_00
    with pytest.raises(actions.Refused, match=r"现有预算 600\.00 元"):
        entered(office, -601, kind="change")


def test_the_database_keeps_budget_rows_as_they_were_entered(office: Desk) -> None:
    row = confirmed(office, 1_000)
    for change in ({"fen": 1}, {"document": "另一份"}, {"state": "refused"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BudgetRow.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


def test_a_run_is_charged_to_its_sources_and_ties_with_the_bank_batch(people: Four) -> None:
    three()
    june = approved(people, "2024-06", day=20)
    assert parts(june) == {"province": 108, "city": 27, "county": 135}
    batch = BankBatch.objects.get(run=june)
    assert batch.total_fen == 270_00
    with pytest.raises(IntegrityError, match="列支合计"), transaction.atomic():
        BankBatch.objects.filter(pk=batch.pk).update(total_fen=270_01)


def test_what_is_held_by_hand_is_not_charged(people: Four) -> None:
    three()
    june = computed(people, "2024-06", day=20)
    _, who = deaf("丁四")
    payments.compute_run(june.pk)
    about = {"programme": "disability_nursing", "subject": who.pk, "reason": "再核实"}
    holding.hold(june.pk, by=people.checker, **about)
    june.refresh_from_db()
    assert parts(june) == {"province": 108, "city": 27, "county": 135}


def test_new_shares_leave_approved_runs_alone(people: Four, office: Desk) -> None:
    three()
    june = approved(people, "2024-06", day=20)
    shared(office, "2024-01")
    july = approved(people, "2024-07")
    assert parts(june) == {"province": 108, "city": 27, "county": 135}
    assert parts(july) == {"county": 270}
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.filter(calculation_id=june.calculation_id).update(fen=1)


def test_a_run_computed_with_old_shares_is_computed_again_before_approval(
    people: Four, office: Desk
) -> None:
    three()
    june = computed(people, "2024-06", day=20)
    payments.check_run(june.pk, by=people.checker)
    shared(office, "2024-06")
    with pytest.raises(StaleState, match="分担比例在计算后有变动"):
        payments.approve_run(june.pk, by=people.approver)
    payments.return_run(june.pk, by=people.approver, reason="比例有变")
    payments.compute_run(june.pk)
    payments.check_run(june.pk, by=people.checker)
    payments.approve_run(june.pk, by=people.approver)
    june.refresh_from_db()
    assert parts(june) == {"county": 270}


def test_shares_that_are_not_the_whole_are_refused(office: Desk) -> None:
    with pytest.raises(actions.Refused, match=r"须为 100%，现在是 99\.5%"):
        actions.share(
            NURSING,
            from_month=builders.month("2024-06"),
            points={"county": 9_950},
            document="通知",
            on=AT.date(),
            by=office.finance,
        )


def test_what_the_bank_returns_is_left_again(people: Four, office: Desk) -> None:
    three()
    enough(office, 1_000)
    june = paid(people, "2024-06", day=20)
    assert (state().issued, state().left) == (270_00, 730_00)
    committed(june, said(sent(june), "returned", "paid"), people.finance)
    assert (state().issued, state().left) == (180_00, 820_00)
    assert state(source="county").issued == 90_00


def test_a_run_beyond_its_budget_waits_for_a_decision(people: Four, office: Desk) -> None:
    three()
    enough(office, 200)
    june = computed(people, "2024-06", day=20)
    payments.check_run(june.pk, by=people.checker)
    assert (state(june).left, state(june).over) == (-70_00, 70_00)
    with pytest.raises(NotAllowed, match="审批"):
        payments.approve_run(june.pk, by=people.finance)
    with pytest.raises(StaleState, match=r"残疾人生活和护理补贴 70\.00 元"):
        payments.approve_run(june.pk, by=people.approver)
    with pytest.raises(NotAllowed, match="超预算决定"):
        beyond(office, june, by=office.finance)
    beyond(office, june)
    payments.approve_run(june.pk, by=people.approver)
    june.refresh_from_db()
    assert june.state == "approved"
    assert OverBudget.objects.filter(calculation=june.calculation_id).count() == 4


def test_the_database_refuses_a_run_beyond_its_budget(people: Four, office: Desk) -> None:
    three()
    enough(office, 200)
    june = computed(people, "2024-06", day=20)
    payments.check_run(june.pk, by=people.checker)
    rows = PaymentRun.objects.filter(pk=june.pk)
    with pytest.raises(IntegrityError, match="没有超预算决定"), transaction.atomic():
        rows.update(state="approved", approver=people.approver)
    beyond(office, june)
    # whoever decided it may not approve it
    with pytest.raises(IntegrityError, match="没有超预算决定"), transaction.atomic():
        rows.update(state="approved", approver=office.leader)
    rows.update(state="approved", approver=people.approver)


def test_a_decision_holds_for_one_calculation_only(people: Four, office: Desk) -> None:
    three()
    enough(office, 200)
    june = computed(people, "2024-06", day=20)
    beyond(office, june)
    with pytest.raises(StaleState, match="没有超出预算，或已有决定"):
        beyond(office, june)
    payments.compute_run(june.pk)
    payments.check_run(june.pk, by=people.checker)
    with pytest.raises(StaleState, match="超出预算"):
        payments.approve_run(june.pk, by=people.approver)


def test_one_source_may_be_used_up_while_the_subject_is_not(people: Four, office: Desk) -> None:
    three()
    confirmed(office, 1_000, "province")
    confirmed(office, 100, "county")
    june = computed(people, "2024-06", day=20)
    payments.check_run(june.pk, by=people.checker)
    with pytest.raises(StaleState, match=r"护理补贴 县级 35\.00 元"):
        payments.approve_run(june.pk, by=people.approver)
    confirmed(office, 35, "county", kind="change")
    payments.approve_run(june.pk, by=people.approver)


def test_without_a_budget_a_run_is_refused_only_where_the_county_says_so(people: Four) -> None:
    three()
    june = computed(people, "2024-06", day=20)
    payments.check_run(june.pk, by=people.checker)
    standards.adopt(
        "payment.budget_required",
        from_month=builders.month("2024-06"),
        value=True,
        recorded_on=dt.date(2024, 6, 1),
        by=None,
    )
    payments.return_run(june.pk, by=people.checker, reason="标准有变")
    payments.compute_run(june.pk)
    payments.check_run(june.pk, by=people.checker)
    with pytest.raises(StaleState, match="没有下达2024年预算"):
        payments.approve_run(june.pk, by=people.approver)


def test_an_earlier_run_shows_what_was_left_then(people: Four, office: Desk) -> None:
    three()
    enough(office, 1_000)
    june, july = approved(people, "2024-06", day=20), approved(people, "2024-07")
    assert (state(june).issued, state(june).left) == (0, 730_00)
    assert (state(july).issued, state(july).left) == (270_00, 460_00)


def test_the_forecast_goes_on_as_the_last_run_and_says_when_the_budget_ends(
    people: Four, office: Desk
) -> None:
    assert forecast() is None
    three()
    enough(office, 1_000)
    _, who = deaf("丁四")
    approved(people, "2024-06", day=20)
    award = who.entitlement_set.get()
    decided = builders.date("2024-06-25")
    casework.stop(
        award.pk,
        on=decided,
        effective=builders.month("2024-08"),
        reason="voluntary",
        prepared_by=people.maker,
        by=builders.staff(Role.COUNTY_SUPERVISOR),
    )
    found = forecast()
    assert found is not None
    (row,) = found.rows
    assert [one.fen for one in row.cells][:3] == [360_00, 270_00, 270_00]
    assert (row.out, found.ending) == (builders.month("2024-09"), 1)
    assert [one.left for one in row.cells if one.month.year == 2025] == [None] * 6


def test_loading_the_subjects_again_changes_nothing() -> None:
    assert actions.load(recorded_on=AT.date()) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(points) FROM budget_shares('2024-06-01')")
        assert cursor.fetchone() == (34, 500)
