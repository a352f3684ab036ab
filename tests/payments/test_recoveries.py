"""追缴的处理: instalments, set-off and waiver by two people, and what a run then withholds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.casework.worklist import Asked, Task
from apps.households.models import Person
from apps.offices.calendar import current_calendar
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments import worklist
from apps.payments.models import PaymentLine, PaymentRun
from apps.payments.recoveries import actions
from apps.payments.recoveries.models import Recovery, Repayment, Treatment
from apps.standards.models import current_book
from tests import builders
from tests.pages.conftest import client_of
from tests.payments.paying import Four, account, arrived, bank_pays, four, lines, paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tied")]
ON = builders.date("2024-09-05")


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def owing(people: Four) -> Recovery:
    """Paid 90 yuan for June to August as grade 1, found since to be outside for June and July."""
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    account(who)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    arrived(people, "2024-07")
    builders.fact("other_benefit", who, "2024-05-10", known="2024-08-02", **INJURY)
    arrived(people, "2024-08")
    return Recovery.objects.get()


INJURY: dict[str, Any] = {
    "code": "work_injury_nursing",
    "amount_fen": 50000,
    "per": "month",
    "until": builders.date("2024-07-31"),
}


def left(recovery: Recovery) -> int:
    return actions.balance(recovery.programme, recovery.subject)


def proposed(recovery: Recovery, by: Staff, **more: Any) -> Treatment:
    given = {"way": "waiver", "fen": 5000, "note": "生活特别困难"} | more
    return actions.propose(recovery.pk, on=ON, by=by, **given)


def tasks(by: Staff, on: str = "2024-09-05") -> list[str]:
    asked = Asked(by, builders.date(on), current_calendar(), current_book())
    return [task.what for task in worklist.overpaid(asked)]


def test_a_waiver_counts_once_it_is_approved(
    owing: Recovery, clerk: Staff, supervisor: Staff
) -> None:
    assert left(owing) == 18000
    made = proposed(owing, clerk)
    assert left(owing) == 18000
    actions.approve(made.pk, on=ON, by=supervisor)
    assert left(owing) == 13000


def test_a_set_off_withholds_from_the_next_run_until_nothing_is_left(
    owing: Recovery, people: Four, clerk: Staff, supervisor: Staff
) -> None:
    actions.approve(proposed(owing, clerk, fen=10000).pk, on=ON, by=supervisor)
    actions.approve(proposed(owing, clerk, way="offset", fen=5000).pk, on=ON, by=supervisor)
    withheld = []
    for month in ("2024-09", "2024-10", "2024-11"):
        run = paid(people, month)
        assert (month, "regular", 9000) in lines(run)
        of_run = PaymentLine.objects.filter(calculation=run.calculation, month=run.month)
        withheld.append(of_run.get().offset_fen)
    assert withheld == [5000, 3000, 0]  # 180 less 100 waived
    assert left(owing) == 0


def test_instalments_are_followed_month_by_month(
    owing: Recovery, clerk: Staff, supervisor: Staff
) -> None:
    assert tasks(clerk) == ["决定追回方式"]
    made = proposed(owing, clerk, way="instalments", fen=6000)
    assert tasks(clerk) == []
    assert tasks(supervisor) == ["批准追缴处理"]
    actions.approve(made.pk, on=ON, by=supervisor)
    assert tasks(clerk) == []
    assert tasks(clerk, "2024-11-02") == ["催收分期退回款"]  # October's has not come
    actions.repaid(owing.pk, fen=6000, on=builders.date("2024-11-03"), by=clerk)
    assert tasks(clerk, "2024-11-04") == []
    actions.repaid(owing.pk, fen=12000, on=builders.date("2024-11-05"), by=clerk)
    assert tasks(clerk, "2025-03-01") == []
    assert left(owing) == 0


@pytest.fixture
def sent(people: Four) -> Recovery:
    """As ``owing``, but of July's run, which paid June and July, the bank has said nothing yet."""
    who = builders.person("周五", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    account(who)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    paid(people, "2024-07")
    builders.fact("other_benefit", who, "2024-05-10", known="2024-08-02", **INJURY)
    arrived(people, "2024-08")
    return Recovery.objects.get()


def test_nothing_is_asked_back_before_the_bank_has_said_it_was_paid(
    sent: Recovery, people: Four, clerk: Staff
) -> None:
    assert actions.standing(sent.programme, sent.subject) == (18000, 18000)
    assert tasks(clerk) == []
    for try_it in (
        lambda: proposed(sent, clerk),
        lambda: proposed(sent, clerk, way="offset"),
        lambda: actions.repaid(sent.pk, fen=100, on=ON, by=clerk),
    ):
        with pytest.raises(actions.Refused, match=r"另有180\.00元银行尚未反馈成功"):
            try_it()
    bank_pays(PaymentRun.objects.get(month=builders.month("2024-07")), people)
    assert actions.standing(sent.programme, sent.subject) == (18000, 0)
    assert tasks(clerk) == ["决定追回方式"]
    actions.repaid(sent.pk, fen=100, on=ON, by=clerk)


def test_a_page_says_what_awaits_the_bank(sent: Recovery, clerk: Staff) -> None:
    page = client_of(clerk).get(f"/recoveries/{sent.pk}/").content.decode()
    assert "其中 180.00 元银行尚未反馈成功" in page
    assert 'data-testid="propose"' not in page
    assert 'data-testid="repaid"' not in page
    assert "等银行反馈" in client_of(clerk).get("/recoveries/").content.decode()


def test_a_set_off_waits_for_the_bank_as_well(sent: Recovery, people: Four) -> None:
    actions.decide_offset(
        programme=sent.programme,
        subject=sent.subject,
        monthly_fen=5000,
        on=ON,
        by=people.approver,
        prepared_by=people.maker,
    )
    withheld = []
    for month in ("2024-09", "2024-10"):
        run = arrived(people, month)
        of_run = PaymentLine.objects.filter(calculation=run.calculation, month=run.month)
        withheld.append(of_run.get().offset_fen)
        if month == "2024-09":
            bank_pays(PaymentRun.objects.get(month=builders.month("2024-07")), people)
    assert withheld == [0, 5000]


def test_the_database_refuses_what_was_never_paid(sent: Recovery, people: Four) -> None:
    # August's 90 yuan has arrived: no more than that can have come back.
    about = {"programme": sent.programme, "subject": sent.subject, "on": ON, "by": people.finance}
    with pytest.raises(actions.Refused, match=r"尚未追回的只有90\.00元，不能登记退回90\.01元"):
        actions.record_repayment(fen=9001, **about)
    with pytest.raises(IntegrityError, match="未追回的只有 9000 分"), transaction.atomic():
        Repayment.objects.create(recovery=sent, fen=9001, paid_on=ON, recorded_by=people.finance)


def test_two_people_and_one_proposal_at_a_time(
    owing: Recovery, clerk: Staff, supervisor: Staff
) -> None:
    mine = proposed(owing, supervisor)
    with pytest.raises(NotAllowed, match="同一人"):
        actions.approve(mine.pk, on=ON, by=supervisor)
    with pytest.raises(NotAllowed, match="批准"):
        actions.approve(mine.pk, on=ON, by=clerk)
    with pytest.raises(actions.Refused, match="已有待批准"):
        proposed(owing, clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Treatment.objects.filter(pk=mine.pk).update(
            state="approved", decided_by=supervisor, decided_on=ON
        )


def test_no_more_than_is_left(owing: Recovery, clerk: Staff, supervisor: Staff) -> None:
    with pytest.raises(actions.Refused, match=r"不超过待追回的180\.00元"):
        proposed(owing, clerk, fen=18001)
    made = proposed(owing, clerk, fen=18000)
    actions.repaid(owing.pk, fen=5000, on=ON, by=clerk)
    with pytest.raises(StaleState, match=r"只剩130\.00元"):
        actions.approve(made.pk, on=ON, by=supervisor)
    actions.refuse(made.pk, on=ON, by=supervisor, reason="金额有变")
    with pytest.raises(actions.Refused, match=r"不超过待追回的130\.00元"):
        actions.repaid(owing.pk, fen=13001, on=ON, by=clerk)


def test_what_was_decided_stands(owing: Recovery, clerk: Staff, supervisor: Staff) -> None:
    made = proposed(owing, clerk)
    actions.approve(made.pk, on=ON, by=supervisor)
    with pytest.raises(DatabaseError), transaction.atomic():
        Treatment.objects.filter(pk=made.pk).update(fen=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Treatment.objects.filter(pk=made.pk).delete()


def test_outside_the_territory_there_is_none(owing: Recovery) -> None:
    far = builders.staff(Role.COUNTY_CLERK, "439999")
    with pytest.raises(NotFound):
        proposed(owing, far)
    assert client_of(far).get(f"/recoveries/{owing.pk}/").status_code == 404


def test_the_pages_propose_approve_and_take_money(
    owing: Recovery, clerk: Staff, supervisor: Staff
) -> None:
    path = f"/recoveries/{owing.pk}/"
    client, judge = client_of(clerk), client_of(supervisor)
    assert "180.00" in client.get("/recoveries/").content.decode()
    data = {"act": "propose", "way": "waiver", "fen": "五十", "note": "困难"}
    bad = client.post(path, data)
    assert bad.status_code == 400
    assert "困难" in bad.content.decode()
    client.post(path, data | {"fen": "50.00"})
    assert "由县级审核、审批批准" in client.get(path).content.decode()
    assert "已批准" in judge.post(path, {"act": "approve"}, follow=True).content.decode()
    assert judge.post(path, {"act": "approve"}).status_code == 409
    client.post(path, {"act": "repaid", "fen": "130.00"})
    assert "已结清" in client.get("/recoveries/").content.decode()


def test_an_account_that_is_missing_is_asked_for_until_it_is_there(people: Four) -> None:
    who: Person = builders.person("王五")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    builders.award("disability_nursing", home, who, "2024-06-03")
    paid(people, "2024-06")
    by = builders.staff(Role.TOWNSHIP_CLERK, home.division[:9])

    def waiting() -> list[Task]:
        asked = Asked(by, builders.date("2024-06-20"), current_calendar(), current_book())
        return list(worklist.accounts(asked))

    assert [task.what for task in waiting()] == ["登记收款账户"]
    account(who, "2024-06-20")
    assert waiting() == []
