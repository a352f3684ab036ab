"""月结: a run is closed when everything ties to the fen, and never when anything does not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments.closing.actions import close_run
from apps.payments.closing.models import MonthClose
from apps.payments.models import PaymentRun
from apps.payments.results import actions as results
from apps.payments.results.models import Dispute
from tests import builders
from tests.pages.conftest import client_of, deaf
from tests.payments.answering import committed, said, sent
from tests.payments.paying import Four, approved, four, paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tied")]
AT = dt.datetime(2024, 7, 15, 3, tzinfo=dt.UTC)


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def three() -> list[tuple[Household, Person]]:
    """Three people with the nursing subsidy (90 yuan) since June."""
    return [deaf(name) for name in ("甲一", "乙二", "丙三")]


@pytest.fixture
def june(people: Four, three: Any) -> PaymentRun:
    return paid(people, "2024-06", day=20)


def test_a_run_that_ties_is_closed_with_its_figures(people: Four, june: PaymentRun) -> None:
    committed(june, said(sent(june), "returned", "paid"), people.finance)
    made = close_run(june.pk, by=people.finance, at=AT)
    june.refresh_from_db()
    assert june.state == "closed"
    total = made.figures["total"]
    assert (total["fen"], total["sealed"], total["paid"], total["back"]) == (
        27000,
        27000,
        18000,
        9000,
    )
    assert len(made.digest) == 64
    with pytest.raises(StaleState):
        close_run(june.pk, by=people.finance, at=AT)


def test_what_the_bank_has_not_answered_needs_a_reason(people: Four, june: PaymentRun) -> None:
    committed(june, said(sent(june)[:2], "paid"), people.finance)
    with pytest.raises(StaleState, match="还有 1 笔没有回音"):
        close_run(june.pk, by=people.finance, at=AT, note="  ")
    made = close_run(june.pk, by=people.finance, at=AT, note="银行系统升级，下月补回")
    assert (made.note, made.figures["total"]["open"]) == ("银行系统升级，下月补回", 9000)


def test_an_open_dispute_is_decided_first(people: Four, june: PaymentRun) -> None:
    committed(june, said(sent(june), "paid"), people.finance)
    committed(june, said(sent(june)[:1], "returned"), people.finance)
    with pytest.raises(StaleState, match="1 条回盘争议"):
        close_run(june.pk, by=people.finance, at=AT)
    one = Dispute.objects.get()
    results.decide(one.pk, accept=False, note="电话核实", by=people.approver, at=timezone.now())
    close_run(june.pk, by=people.finance, at=AT)


def test_only_finance_closes_and_only_what_was_sent(people: Four, june: PaymentRun) -> None:
    with pytest.raises(NotAllowed):
        close_run(june.pk, by=people.approver, at=AT, note="x")
    with pytest.raises(NotFound):
        close_run(june.pk, by=builders.staff(Role.FINANCE, "439999"), at=AT, note="x")
    july = approved(people, "2024-07", day=20)
    with pytest.raises(StaleState, match="已送银行"):
        close_run(july.pk, by=people.finance, at=AT, note="x")


def test_the_database_closes_nothing_without_figures(june: PaymentRun) -> None:
    with pytest.raises(IntegrityError, match="没有月结凭据"), transaction.atomic():
        PaymentRun.objects.filter(pk=june.pk).update(state="closed")


def test_figures_once_kept_stay(people: Four, june: PaymentRun) -> None:
    close_run(june.pk, by=people.finance, at=AT, note="未回")
    with pytest.raises(DatabaseError, match="不可修改"), transaction.atomic():
        MonthClose.objects.update(note="别的")


def test_what_was_tampered_with_cannot_be_closed(people: Four, three: Any) -> None:
    june = paid(people, "2024-06", day=20)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_bankitem DISABLE TRIGGER USER")
        cursor.execute("UPDATE payments_bankitem SET fen = fen + 1 WHERE number = 1")
        with pytest.raises(StaleState, match="封存合计"):
            close_run(june.pk, by=people.finance, at=AT, note="x")
        cursor.execute("UPDATE payments_bankitem SET fen = fen - 1 WHERE number = 1")
        cursor.execute("ALTER TABLE payments_bankitem ENABLE TRIGGER USER")


def test_the_page_ties_and_closes(people: Four, june: PaymentRun) -> None:
    url = f"/payruns/{june.pk}/close/"
    client = client_of(people.finance)
    page = client.get(url).content.decode()
    assert "封存合计 = 到账 + 退回 + 未回" in page
    assert 'name="note"' in page
    refused = client.post(url, {"note": ""})
    assert refused.status_code == 409
    assert "还有 3 笔没有回音" in refused.content.decode()
    committed(june, said(sent(june), "paid"), people.finance)
    assert 'name="note"' not in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    page = client.get(url).content.decode()
    assert "月结凭据" in page
    assert 'data-testid="kept-digest"' in page
    looker = client_of(people.checker)
    assert looker.get(url).status_code == 200
    assert looker.post(url).status_code == 409
    assert MonthClose.objects.count() == 1
    far = client_of(builders.staff(Role.FINANCE, "439999"))
    assert far.get(url).status_code == 404


def test_results_that_come_while_the_page_is_open_are_seen_first(
    people: Four, june: PaymentRun
) -> None:
    url = f"/payruns/{june.pk}/close/"
    client = client_of(people.finance)
    token = client.get(url).context["seen"].token
    committed(june, said(sent(june), "paid"), people.finance)
    answer = client.post(url, {"note": "未回", "sight": token})
    assert answer.status_code == 409
    june.refresh_from_db()
    assert june.state == "sent"
