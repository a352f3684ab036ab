"""Money through the API: a run by four people, what is held, the bank's answer, recoveries."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from apps.offices.models import Role
from apps.payments.models import BankBatch, BankItem, PaymentRun
from apps.payments.recoveries.models import Recovery, RecoveryEntry, Treatment
from seeds import fakebank
from tests import builders
from tests.api.conftest import Call, Caller, faults
from tests.pages.conftest import HERE, County
from tests.payments.answering import batch_of, said, sent
from tests.payments.paying import bank_pays, four

pytestmark = pytest.mark.django_db


def maker(county: County) -> Caller:
    """The one who made the run, by a token."""
    return Caller(county.people.maker)


# ---- runs ----


def test_a_run_is_walked_line_by_line(county: County) -> None:
    one = maker(county)
    of = f"runs/{county.july.pk}/"
    found = one.get(of).json()
    assert found["fen"] == {"disability_nursing": 27000, "minimum_living": 45000}
    lines, following = [], f"{of}lines/?limit=1"
    while following:
        page = one.get(following).json()
        lines += page["results"]
        following = page["next"]
    assert len(lines) == found["lines"] == 4
    assert sum(line["fen"] for line in lines) == sum(found["fen"].values())
    only = one.get(f"{of}lines/", programme="minimum_living").json()["results"]
    assert {line["programme"] for line in only} == {"minimum_living"}
    assert one.get(f"{of}lines/", version=9).status_code == 404


def test_a_township_sees_no_run_but_what_its_households_got(county: County, caller: Call) -> None:
    near = caller(Role.TOWNSHIP_CLERK, HERE[:9])
    assert near.get(f"runs/{county.july.pk}/").status_code == 404
    home = county.poor[0]
    (paid,) = near.get(f"households/{home.number}/payments/").json()["results"]
    assert (paid["run_month"], paid["programme"], paid["state"]) == (
        "2024-06",
        "minimum_living",
        "sent",
    )
    assert paid["account"].startswith("···")
    assert near.get(f"households/{county.far[0].number}/payments/").status_code == 404
    why = near.get(
        f"households/{home.number}/why/",
        programme="minimum_living",
        subject=paid["subject"],
        month="2024-06",
    )
    assert why.status_code == 200, why.content.decode()
    assert why.json()["fen"] == paid["fen"]
    assert why.json()["explained"][0]["working"]


def test_a_line_is_held_and_released(county: County) -> None:
    one = maker(county)
    of = f"runs/{county.july.pk}/"
    body = {"programme": "minimum_living", "subject": -county.poor[0].pk, "reason": "核实中"}
    seen = one.get(of)["ETag"]
    held = one.post(f"{of}holds/", body, seen=seen)
    assert (held.status_code, held.json()["version"]) == (201, 2)
    again = one.post(f"{of}holds/", body, seen=seen)
    assert again.status_code == 412
    assert faults(again)["version"] == "现在是：2"
    (row,) = one.get(f"{of}held/").json()["results"]
    assert row["household"] == county.poor[0].number
    release = f"{of}holds/{row['hold']}/release/"
    done = one.edit(release, {"reason": "已核实"}, of=of)
    assert (done.status_code, done.json()["version"]) == (200, 3)
    assert one.get(f"{of}held/").json()["results"] == []


def test_whoever_did_a_step_does_not_do_the_next(county: County) -> None:
    of = f"runs/{county.july.pk}/"
    checker = Caller(county.people.checker)
    assert checker.edit(f"{of}check/", of=of).json()["state"] == "checked"
    assert maker(county).edit(f"{of}approve/", of=of).status_code == 403
    sent_back = checker.edit(f"{of}return/", {"reason": ""}, of=of)
    assert faults(sent_back) == {"reason": "退回须写明理由。"}
    assert PaymentRun.objects.get(pk=county.july.pk).state == "checked"


# ---- the bank's answer ----


def test_the_banks_answer_is_looked_at_then_committed(county: County) -> None:
    answers = said(sent(county.june), "paid", "returned", "paid")
    content = base64.b64encode(fakebank.write(answers, "csv")).decode()
    finance = Caller(county.people.finance)
    body = {"batch": batch_of(county.june).pk, "name": "回盘.csv", "content": content}
    made = finance.post("bank-results/", body)
    assert made.status_code == 201, made.content.decode()
    assert {fate["code"]: fate["count"] for fate in made.json()["fates"]}["returned"] == 1
    assert not BankItem.objects.filter(state="paid").exists()
    of = f"bank-results/{made.json()['id']}/"
    done = finance.edit(f"{of}commit/", of=of)
    assert (done.status_code, done.json()["state"]) == (200, "committed")
    assert BankItem.objects.filter(state="returned").count() == 1
    assert finance.edit(f"{of}drop/", {"reason": "错"}, of=of).status_code == 409


@pytest.mark.parametrize("content", ["不是", "####", "YQ"])
def test_what_is_no_file_is_refused(content: str, county: County) -> None:
    batch = BankBatch.objects.get(run=county.june)
    finance = Caller(county.people.finance)
    answer = finance.post("bank-results/", {"batch": batch.pk, "name": "a.csv", "content": content})
    assert answer.status_code == 400
    assert finance.get("bank-results/").json()["results"] == []


def test_a_file_is_for_finance_alone(county: County) -> None:
    batch = BankBatch.objects.get(run=county.june)
    body = {"batch": batch.pk, "name": "a.csv", "content": "YQ=="}
    assert maker(county).post("bank-results/", body).status_code == 403


# ---- recoveries ----


@pytest.fixture
def recovery(county: County) -> Recovery:
    """Somebody was paid 500 yuan too much in June, and the bank has said so."""
    bank_pays(county.june, four())
    home = county.poor[0]
    made = Recovery.objects.create(
        programme="minimum_living",
        subject=-home.pk,
        household=home,
        opened_on=builders.date("2024-07-01"),
    )
    RecoveryEntry.objects.create(
        recovery=made,
        month=builders.month("2024-06"),
        fen=50000,
        recorded_on=builders.date("2024-07-01"),
    )
    return made


def test_a_recovery_is_treated_by_two(recovery: Recovery, county: County, caller: Call) -> None:
    one, chief = maker(county), caller(Role.COUNTY_SUPERVISOR)
    of = f"recoveries/{recovery.pk}/"
    assert one.get(of).json()["left_fen"] == 50000
    body = {"way": "instalments", "fen": "100.00", "note": "家庭困难"}
    seen = one.get(of)["ETag"]
    made = one.post(f"{of}propose/", body, seen=seen)
    assert made.status_code == 200, made.content.decode()
    assert made.json()["treatments"][0]["fen"] == 10000
    stale = one.post(f"{of}propose/", body, seen=seen)
    assert stale.status_code == 412
    assert chief.edit(f"{of}approve/", of=of).status_code == 200
    assert Treatment.objects.get().state == "approved"
    nothing = chief.edit(f"{of}approve/", of=of)
    assert nothing.status_code == 409


@pytest.mark.parametrize(
    ("act", "body", "attr"),
    [
        ("propose", {"way": "instalments", "note": "难"}, "fen"),
        ("propose", {"way": "gift", "fen": "1", "note": "难"}, "way"),
        ("repaid", {"fen": "一百"}, "fen"),
        ("repaid", {"fen": "1.00", "note": "x"}, "note"),
        ("refuse", {}, "reason"),
    ],
)
def test_what_is_wrong_with_a_treatment_is_said_by_field(
    act: str, body: Any, attr: str, recovery: Recovery, county: County
) -> None:
    of = f"recoveries/{recovery.pk}/"
    answer = maker(county).edit(f"{of}{act}/", body, of=of)
    assert answer.status_code == 400
    assert attr in faults(answer)


# ---- budgets, standards ----


def test_the_budget_is_the_countys(county: County, caller: Call) -> None:
    found = maker(county).get("budgets/", year=2024).json()
    assert found["year"] == 2024
    assert any(row["issued_fen"] for row in found["results"])
    assert caller(Role.TOWNSHIP_CLERK, HERE[:9]).get("budgets/").status_code == 403


def test_a_standard_is_entered_by_the_supervisor_over_what_was_seen(caller: Call) -> None:
    chief, clerk, other = caller(Role.COUNTY_SUPERVISOR), caller(), caller(Role.COUNTY_SUPERVISOR)
    of = "standards/disability_nursing.monthly/"
    before = clerk.get(of).json()
    bands = sorted({value["band"] for value in before["values"]})
    body = {
        "from_month": "2025-01",
        "source": "测算示例",
        "example": True,
        "values": [{"band": band, "value": "120.00"} for band in bands],
    }
    assert clerk.edit(f"{of}values/", body, of=of).status_code == 403
    seen = other.get(of)["ETag"]
    made = chief.edit(f"{of}values/", body, of=of)
    assert made.status_code == 201, made.content.decode()
    coming = [value for value in made.json()["values"] if value["since"] == "2025-01"]
    assert {(value["value"], value["example"]) for value in coming} == {("120.00", True)}
    stale = other.post(f"{of}values/", body, seen=seen)
    assert stale.status_code == 412
    assert chief.staff.name in faults(stale)["If-Match"]
    wrong = chief.edit(f"{of}values/", body | {"values": [{"band": "moon", "value": "1"}]}, of=of)
    assert set(faults(wrong)) == {"values.0.band"}


def test_payments_are_masked(county: County) -> None:
    whole = set(BankItem.objects.values_list("bank_number", flat=True))
    text = maker(county).get(f"households/{county.poor[0].number}/payments/").content.decode()
    assert not any(number in text for number in whole)
