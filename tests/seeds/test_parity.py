"""What the seed writes in bulk is what the actions write one by one."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models, transaction

from apps.casework import actions as casework
from apps.casework.models import Application, Decision, Entitlement, StepTaken
from apps.households import actions as households
from apps.households.models import BankAccount, Fact, Household, Member, Person
from apps.minimum_living.models import Determination, DeterminationMember
from apps.offices.actions import appoint
from apps.offices.demo_staff import LOGINS
from seeds import singles
from seeds.clock import morning
from seeds.county import _office
from seeds.families import Plan, build
from seeds.ledger import ACCOUNTS_FROM, GO_LIVE, Ledger, Office, number_all

WRITTEN = (
    Person,
    Household,
    Member,
    Fact,
    BankAccount,
    Application,
    StepTaken,
    Entitlement,
    Decision,
    Determination,
    DeterminationMember,
)
STAMPS = {"at", "recorded_at", "accounts_from"}  # when it was typed in; what taking over adds


def a_family(ledger: Ledger) -> None:
    build(ledger, Plan("rural", 4, 1500_00))


def an_urban_family(ledger: Ledger) -> None:
    build(ledger, Plan("urban", 2, 2500_00))


def a_destitute_person(ledger: Ledger) -> None:
    singles.destitute(ledger, "rural", "institutional", dt.date(1950, 5, 5), None)


def a_disabled_person(ledger: Ledger) -> None:
    singles.severely_disabled(ledger)


def an_old_person(ledger: Ledger) -> None:
    singles.aged(ledger, dt.date(1931, 2, 28))


def an_orphan(ledger: Ledger) -> None:
    singles.orphan(ledger, dt.date(2012, 8, 1))


def a_child_nobody_raises(ledger: Ledger) -> None:
    singles.unattended(ledger, dt.date(2013, 4, 9))


KINDS = (
    a_family,
    an_urban_family,
    a_destitute_person,
    a_disabled_person,
    an_old_person,
    an_orphan,
    a_child_nobody_raises,
)


def rows(table: type[models.Model]) -> list[dict[str, Any]]:
    """Every row as stored, without the moments of recording."""
    found = table._default_manager.order_by("pk").values()
    return [{k: v for k, v in row.items() if k not in STAMPS} for row in found]


def again(written: dict[Any, list[dict[str, Any]]], office: Office) -> None:
    """Register what was written in bulk once more, in the same order, through the actions."""
    for p in written[Person]:
        wanted = ("name", "born", "sex", "id_number", "phone")
        known = written[Member][0]["recorded_on"]
        households.new_person(**{k: p[k] for k in wanted}, by=office.clerk, recorded_on=known)
    zone = written[Fact][0]
    assert zone["kind"] == "zone"
    (home,) = written[Household]
    households.form_household(
        division=home["division"],
        zone=zone["code"],
        since=home["since"],
        address=home["address"],
        members=[
            (Person.objects.get(pk=m["person_id"]), m["relationship"]) for m in written[Member]
        ],
        by=office.clerk,
        recorded_on=zone["recorded_on"],
    )
    for fact in written[Fact][1:]:
        columns = {k: v for k, v in fact.items() if v not in (None, "") and k not in ("id", "kind")}
        columns.pop("recorded_by_id")
        households.record(fact["kind"], **columns, by=office.clerk)
    for account in written[BankAccount]:
        columns = {k: v for k, v in account.items() if k not in ("id", "version", "recorded_by_id")}
        households.open_account(**columns, by=office.clerk)
    for asked, decided in zip(written[Application], written[Decision], strict=True):
        application = casework.apply(
            asked["programme"],
            household_id=asked["household_id"],
            person_id=asked["person_id"],
            on=asked["applied_on"],
            by=office.clerk,
        )
        casework.accept(application.pk, on=asked["accepted_on"], by=office.clerk)
        casework.confirm(application.pk, on=decided["decided_on"], by=office.supervisor)


@pytest.fixture
def office(db: None) -> Office:
    for login in LOGINS:
        appoint(name=login.name, role=login.role, division=login.division)
    return _office()


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("number", range(3))
def test_bulk_rows_are_those_of_the_actions(
    office: Office, make: Callable[[Ledger], None], number: int
) -> None:
    with transaction.atomic():
        number_all()
        ledger = Ledger(random.Random(number), office, morning(GO_LIVE))
        make(ledger)
        ledger.write()
        bulk = {table: rows(table) for table in WRITTEN}
        assert set(Entitlement.objects.values_list("accounts_from", flat=True)) == {ACCOUNTS_FROM}
        transaction.set_rollback(True)
    number_all()
    again(bulk, office)
    for table in WRITTEN:
        assert rows(table) == bulk[table], table
