"""决定: confirm, reject, stop; who may, from when, and what they leave behind."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from apps.casework import actions
from apps.casework.actions import Refused
from apps.casework.models import Application, Decision, Entitlement
from apps.households.models import Household, Person
from apps.offices.models import Change, Event, Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from tests.builders import application, award, date, fact, household, month, person, staff

pytestmark = pytest.mark.django_db

ALLOWANCE = "old_age_allowance"


@pytest.fixture
def grandmother() -> Person:
    return person("王秀英", born="1940-02-01")


@pytest.fixture
def home(grandmother: Person) -> Household:
    return household((grandmother, "applicant"))


def span(entitlement: Entitlement) -> tuple[str, str | None]:
    entitlement.refresh_from_db()
    lower, upper = entitlement.period.lower, entitlement.period.upper
    return f"{lower:%Y-%m}", f"{upper:%Y-%m}" if upper else None


def test_an_award_begins_in_the_month_its_card_says(home: Household, grandmother: Person) -> None:
    found = award(ALLOWANCE, home, grandmother, on="2024-05-28", decided="2024-06-18")
    assert span(found) == ("2024-05", None)
    decision = found.decisions.get()
    assert (decision.kind, decision.effective) == ("confirm", month("2024-05"))


def test_a_confirmation_tells_the_next_run(home: Household, grandmother: Person) -> None:
    award(ALLOWANCE, home, grandmother, on="2024-05-28", decided="2024-06-18")
    change = Change.objects.latest("pk")
    assert (change.household_id, change.person_id) == (home.pk, grandmother.pk)
    assert change.from_month == month("2024-05")
    verbs = Event.objects.filter(household_id=home.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["申请", "确认高龄津贴"]


def test_a_rejection_gives_nothing(home: Household, grandmother: Person, supervisor: Staff) -> None:
    asked = application(ALLOWANCE, home, grandmother)
    decision = actions.reject(asked.pk, on=date("2024-06-01"), by=supervisor, reason="age")
    assert (decision.kind, decision.entitlement, decision.reason) == ("reject", None, "age")
    assert not Entitlement.objects.exists()
    asked.refresh_from_db()
    assert asked.state == Application.State.REJECTED


def test_who_prepares_does_not_decide(home: Household, grandmother: Person) -> None:
    boss = staff(Role.COUNTY_SUPERVISOR)
    asked = actions.apply(
        ALLOWANCE, household_id=home.pk, person_id=grandmother.pk, on=date("2024-05-01"), by=boss
    )
    with pytest.raises(NotAllowed, match="不得为同一人"):
        actions.confirm(asked.pk, on=date("2024-05-02"), by=boss)
    asked.refresh_from_db()
    assert asked.state == Application.State.SUBMITTED

    with pytest.raises(IntegrityError, match="decision_four_eyes"), transaction.atomic():
        Decision.objects.create(
            kind="confirm",
            programme=ALLOWANCE,
            household=home,
            person=grandmother,
            decided_on=date("2024-05-02"),
            prepared_by=boss,
            decided_by=boss,
        )


def test_a_clerk_does_not_decide(home: Household, grandmother: Person, clerk: Staff) -> None:
    asked = application(ALLOWANCE, home, grandmother)
    with pytest.raises(NotAllowed, match="县级审核"):
        actions.confirm(asked.pk, on=date("2024-05-06"), by=clerk)


def test_nobody_decides_outside_the_territory(home: Household, grandmother: Person) -> None:
    asked = application(ALLOWANCE, home, grandmother)
    elsewhere = staff(Role.TOWNSHIP_LEAD, division="430482109")
    with pytest.raises(NotFound):
        actions.confirm(asked.pk, on=date("2024-05-06"), by=elsewhere)
    with pytest.raises(NotFound):
        actions.apply(
            ALLOWANCE,
            household_id=home.pk,
            person_id=grandmother.pk,
            on=date("2024-05-06"),
            by=elsewhere,
        )


def test_a_case_is_decided_once(home: Household, grandmother: Person, supervisor: Staff) -> None:
    asked = application(ALLOWANCE, home, grandmother)
    actions.confirm(asked.pk, on=date("2024-05-06"), by=supervisor)
    with pytest.raises(StaleState, match="已确认"):
        actions.confirm(asked.pk, on=date("2024-05-06"), by=supervisor)
    with pytest.raises(StaleState):
        actions.reject(asked.pk, on=date("2024-05-06"), by=supervisor)


def test_a_second_award_at_the_same_time_is_refused(
    home: Household, grandmother: Person, supervisor: Staff
) -> None:
    award(ALLOWANCE, home, grandmother)
    again = application(ALLOWANCE, home, grandmother)
    with pytest.raises(Refused, match="已享受高龄津贴"):
        actions.confirm(again.pk, on=date("2024-05-06"), by=supervisor)


def test_an_award_that_has_lapsed_makes_room_for_a_new_one(
    home: Household, grandmother: Person
) -> None:
    first = award(ALLOWANCE, home, grandmother, on="2024-01-10")
    fact("residence", grandmother, "2024-03-20", flag=True)
    fact("residence", grandmother, "2024-06-02", flag=False)
    second = award(ALLOWANCE, home, grandmother, on="2024-07-08")
    assert span(first) == ("2024-01", "2024-07")
    assert span(second) == ("2024-07", None)


@pytest.mark.parametrize(
    ("programme", "whose", "words"),
    [
        ("no_such_programme", "person", "没有名为"),
        (ALLOWANCE, "household", "请选择人员"),
    ],
)
def test_an_application_must_make_sense(
    home: Household, grandmother: Person, clerk: Staff, programme: str, whose: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        actions.apply(
            programme,
            household_id=home.pk,
            person_id=grandmother.pk if whose == "person" else None,
            on=date("2024-05-05"),
            by=clerk,
        )


def test_the_dead_do_not_apply(home: Household, grandmother: Person) -> None:
    fact("death", grandmother, "2024-04-30")
    with pytest.raises(Refused, match="已于2024-04-30死亡"):
        application(ALLOWANCE, home, grandmother, on="2024-05-05")


def test_only_members_apply_through_a_household(home: Household) -> None:
    with pytest.raises(Refused, match="不是这一户的成员"):
        application(ALLOWANCE, home, person("李四", born="1930-01-01"))


def test_one_open_application_at_a_time(home: Household, grandmother: Person) -> None:
    application(ALLOWANCE, home, grandmother)
    with pytest.raises(Refused, match="已有正在办理的申请"):
        application(ALLOWANCE, home, grandmother)


def test_an_application_is_accepted_once_and_not_before_it_was_made(
    home: Household, grandmother: Person, clerk: Staff
) -> None:
    asked = application(ALLOWANCE, home, grandmother, on="2024-05-05")
    with pytest.raises(Refused, match="早于申请日期"):
        actions.accept(asked.pk, on=date("2024-05-04"), by=clerk)
    actions.accept(asked.pk, on=date("2024-05-07"), by=clerk)
    asked.refresh_from_db()
    assert (asked.state, asked.accepted_on) == ("accepted", date("2024-05-07"))
    with pytest.raises(StaleState):
        actions.accept(asked.pk, on=date("2024-05-08"), by=clerk)


def test_a_decision_does_not_precede_its_application(
    home: Household, grandmother: Person, supervisor: Staff
) -> None:
    asked = application(ALLOWANCE, home, grandmother, on="2024-05-05")
    with pytest.raises(Refused, match="早于申请日期"):
        actions.confirm(asked.pk, on=date("2024-05-04"), by=supervisor)


@pytest.mark.parametrize(
    ("effective", "remains"),
    [(None, ("2024-05", "2024-07")), ("2024-06", ("2024-05", "2024-06"))],
)
def test_a_stop_ends_the_award(
    home: Household,
    grandmother: Person,
    clerk: Staff,
    supervisor: Staff,
    effective: str | None,
    remains: tuple[str, str],
) -> None:
    found = award(ALLOWANCE, home, grandmother)
    actions.stop(
        found.pk,
        on=date("2024-06-20"),
        by=supervisor,
        prepared_by=clerk,
        reason="moved_out",
        effective=month(effective) if effective else None,
    )
    assert span(found) == remains
    assert Change.objects.latest("pk").from_month == month(remains[1])


def test_an_award_stopped_before_it_starts_keeps_an_empty_period(
    home: Household, grandmother: Person, clerk: Staff, supervisor: Staff
) -> None:
    found = award(ALLOWANCE, home, grandmother)
    actions.stop(
        found.pk,
        on=date("2024-06-20"),
        by=supervisor,
        prepared_by=clerk,
        reason="fraud",
        effective=month("2024-05"),
    )
    found.refresh_from_db()
    assert found.period.isempty
    with pytest.raises(Refused, match="已经终止"):
        actions.stop(
            found.pk, on=date("2024-06-21"), by=supervisor, prepared_by=clerk, reason="fraud"
        )


def test_a_stop_needs_two_people_and_a_reason_of_the_list(
    home: Household, grandmother: Person, clerk: Staff, supervisor: Staff
) -> None:
    found = award(ALLOWANCE, home, grandmother)
    with pytest.raises(NotAllowed, match="不得为同一人"):
        actions.stop(
            found.pk,
            on=date("2024-06-20"),
            by=supervisor,
            prepared_by=supervisor,
            reason="voluntary",
        )
    with pytest.raises(Refused, match="停发理由"):
        actions.stop(
            found.pk, on=date("2024-06-20"), by=supervisor, prepared_by=clerk, reason="whim"
        )
    with pytest.raises(NotAllowed, match="县级审核"):
        actions.stop(
            found.pk, on=date("2024-06-20"), by=clerk, prepared_by=supervisor, reason="voluntary"
        )
