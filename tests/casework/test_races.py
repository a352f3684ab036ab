"""两人同时办理: whatever the order of the threads, exactly one decision stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from apps.casework import actions
from apps.casework.models import Application, Decision, Entitlement, StepTaken
from apps.households import actions as households
from apps.households.models import BankAccount, Household, Member, Person
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, StaleState
from apps.standards.actions import adopt
from apps.standards.models import Standard, current_book
from tests.builders import application, date, household, month, person, staff

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object], patience: int = 30) -> list[BaseException | None]:
    """Run the acts in threads that start together; what each raised."""
    gate = threading.Barrier(len(acts))
    raised: list[BaseException | None] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            act()
        except BaseException as fault:  # noqa: BLE001 - it is what the test asks about
            raised[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=patience)
    return raised


def refusals(raised: Sequence[BaseException | None]) -> list[type]:
    return [type(fault) for fault in raised if fault is not None]


@pytest.fixture
def grandmother() -> Person:
    return person("王秀英", born="1940-02-01")


@pytest.fixture
def home(grandmother: Person) -> Household:
    return household((grandmother, "applicant"))


def test_two_confirm_the_same_application(home: Household, grandmother: Person) -> None:
    asked = application("old_age_allowance", home, grandmother)
    deciders = [staff(Role.COUNTY_SUPERVISOR) for _ in range(2)]
    raised = at_once(
        *(lambda by=by: actions.confirm(asked.pk, on=date("2024-05-06"), by=by) for by in deciders)
    )
    assert refusals(raised) == [StaleState]
    assert Entitlement.objects.count() == Decision.objects.count() == 1


def test_one_confirms_while_another_rejects(home: Household, grandmother: Person) -> None:
    asked = application("old_age_allowance", home, grandmother)
    one, other = (staff(Role.COUNTY_SUPERVISOR) for _ in range(2))
    raised = at_once(
        lambda: actions.confirm(asked.pk, on=date("2024-05-06"), by=one),
        lambda: actions.reject(asked.pk, on=date("2024-05-06"), by=other),
    )
    assert refusals(raised) == [StaleState]
    decision = Decision.objects.get()
    assert Entitlement.objects.exists() is (decision.kind == "confirm")


ROUNDS = 200


@pytest.mark.parametrize("other", ["confirm", "reject"])
def test_two_approvers_of_two_hundred_cases_one_decides_each_and_the_other_is_told_by_whom(
    other: str,
) -> None:
    """Two people go through the same hundred cases at once, each case from a common start."""
    cases = [asked.pk for asked in _cases(ROUNDS // 2)]
    deciders = [staff(Role.COUNTY_SUPERVISOR) for _ in range(2)]
    gate = threading.Barrier(2)
    told: list[list[BaseException | None]] = [[], []]

    def go_through(place: int, by: Staff, code: str) -> None:
        for pk in cases:
            gate.wait(timeout=30)
            told[place].append(_tried(pk, code, by))

    raised = at_once(
        lambda: go_through(0, deciders[0], "confirm"),
        lambda: go_through(1, deciders[1], other),
        patience=300,
    )
    assert raised == [None, None]
    for pk, first, second in zip(cases, *told, strict=True):
        decision = Decision.objects.get(application_id=pk)
        winner = deciders.index(decision.decided_by)
        losing = (first, second)[1 - winner]
        assert (first, second)[winner] is None
        assert isinstance(losing, StaleState)
        assert f"{decision.decided_by.name}于2024-05-06办理" in str(losing)
        given = Entitlement.objects.filter(application_id=pk).count()
        assert given == (decision.kind == "confirm")
        assert Application.objects.get(pk=pk).version == 1
        assert StepTaken.objects.filter(application_id=pk).count() == 1
    won = Decision.objects.filter(decided_by=deciders[0]).count()
    print(
        f"confirm against {other}: {len(cases)} cases, {won} won by one, {len(cases) - won} by two"
    )


def _tried(pk: int, code: str, by: Staff) -> BaseException | None:
    """What a decision on the version that was seen came to."""
    act = actions.confirm if code == "confirm" else actions.reject
    try:
        act(pk, on=date("2024-05-06"), by=by, seen=0)
    except (StaleState, NotAllowed, actions.Refused) as refusal:
        return refusal
    return None


def _cases(number: int) -> list[Application]:
    """So many applications, each of another person."""
    clerk = staff()
    people = [person(f"王{n}", born="1940-02-01") for n in range(number)]
    return [
        actions.apply(
            "old_age_allowance",
            household_id=household((one, "applicant")).pk,
            person_id=one.pk,
            on=date("2024-05-05"),
            by=clerk,
        )
        for one in people
    ]


def test_two_open_the_same_application(home: Household, grandmother: Person) -> None:
    clerks = [staff() for _ in range(2)]
    raised = at_once(
        *(
            lambda by=by: actions.apply(
                "old_age_allowance",
                household_id=home.pk,
                person_id=grandmother.pk,
                on=date("2024-05-06"),
                by=by,
            )
            for by in clerks
        )
    )
    assert refusals(raised) == [actions.Refused]
    assert Application.objects.count() == 1


def test_two_households_admit_the_same_person() -> None:
    son = person("张小明", born="2010-03-03")
    homes = [household((person(), "applicant")) for _ in range(2)]
    raised = at_once(
        *(
            lambda home=home: households.admit(
                household_id=home.pk,
                person_id=son.pk,
                relationship="child",
                on=date("2024-05-06"),
                recorded_on=date("2024-05-06"),
                by=None,
            )
            for home in homes
        )
    )
    assert refusals(raised) == [households.BadFact]
    assert Member.objects.known_now().filter(person=son).count() == 1


def test_two_accounts_are_two_versions(home: Household) -> None:
    raised = at_once(
        *(
            lambda number=number: households.open_account(
                household_id=home.pk,
                payee_name="王秀英",
                bank="农村商业银行",
                number=number,
                recorded_on=date("2024-05-06"),
                by=None,
            )
            for number in ("6217000100000001", "6217000100000002")
        )
    )
    assert refusals(raised) == []
    assert sorted(BankAccount.objects.values_list("version", flat=True)) == [1, 2]


def test_two_adopt_a_standard_of_the_same_month() -> None:
    key = "elder_service_subsidy.monthly"
    raised = at_once(
        *(
            lambda value=value: adopt(
                key,
                from_month=month("2025-01"),
                value=value,
                recorded_on=date("2024-12-02"),
                by=None,
            )
            for value in ("60.00", "70.00")
        )
    )
    assert refusals(raised) == []
    assert current_book().month(month("2025-06")).amount(key) in (60_00, 70_00)
    first = Standard.objects.in_force().filter(programme="elder_service_subsidy", name="monthly")
    assert first.filter(period__contains=month("2025-01")).count() == 1
