"""定期核查与生存认证: opened by themselves once, closed by people, with what they came to."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from apps.casework import actions as casework
from apps.casework.models import Entitlement
from apps.households.models import Fact, Person
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments.models import Held
from apps.reviews import actions, tasks
from apps.reviews.models import Review
from apps.standards.actions import adopt
from tests import builders
from tests.payments.paying import account, four, lines, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def poor() -> Entitlement:
    """Minimum living, decided on 20 May 2024."""
    home = builders.household((builders.person(born="1990-01-01"), "applicant"), zone="rural")
    builders.fact("property", home, "2024-05-01", flag=True)
    account(home)
    return builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")


def opened(award: Entitlement, on: str) -> list[str]:
    actions.open_reviews(on=builders.date(on))
    rows = Review.objects.filter(entitlement=award).order_by("due_on")
    return [str(row.due_on) for row in rows]


def test_a_household_of_class_a_is_reviewed_a_year_after_its_decision(poor: Entitlement) -> None:
    assert opened(poor, "2025-05-01") == []  # due 1 June, counted from its first month: 31 days on
    assert opened(poor, "2025-05-02") == ["2025-06-01"]
    assert actions.open_reviews(on=builders.date("2025-05-03")) == 0


def test_class_b_comes_every_half_year(poor: Entitlement, clerk: Staff) -> None:
    actions.classify(poor.pk, category="B", on=builders.date("2024-06-05"), by=clerk)
    assert opened(poor, "2024-11-05") == ["2024-12-01"]


def test_the_cycle_is_a_dated_standard(poor: Entitlement, clerk: Staff) -> None:
    actions.classify(poor.pk, category="C", on=builders.date("2024-06-05"), by=clerk)
    adopt(
        "reviews.cycle",
        from_month=builders.month("2024-07"),
        value={"A": 12, "B": 6, "C": 3, "destitute_basic": 12},
        recorded_on=builders.date("2024-07-01"),
        by=clerk,
    )
    assert opened(poor, "2024-08-15") == ["2024-09-01"]


def test_the_task_opens_what_is_due_and_nothing_twice(
    poor: Entitlement, clock: object, clerk: Staff
) -> None:
    clock.move_to("2025-05-20T01:00:00+00:00")  # type: ignore[attr-defined]
    tasks.open_cycles()
    tasks.open_cycles()
    assert Review.objects.count() == 1


def test_unchanged_closes_it_and_the_next_comes_a_cycle_later(
    poor: Entitlement, clerk: Staff
) -> None:
    opened(poor, "2025-05-10")
    review = Review.objects.get()
    actions.finish_review(
        review.pk, outcome="unchanged", on=builders.date("2025-05-25"), by=clerk, note="入户无变化"
    )
    assert opened(poor, "2025-06-10") == ["2025-06-01"]
    assert opened(poor, "2026-05-10") == ["2025-06-01", "2026-05-25"]


def test_a_change_needs_the_decision_behind_it(
    poor: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    opened(poor, "2025-05-10")
    review = Review.objects.get()
    on = builders.date("2025-05-25")
    for outcome, verb in (("stopped", "停发"), ("redetermined", "重新核定")):
        with pytest.raises(actions.Refused, match=verb):
            actions.finish_review(review.pk, outcome=outcome, on=on, by=clerk, note="收入超标")
    casework.stop(poor.pk, on=on, by=supervisor, prepared_by=clerk, reason="income")
    done = actions.finish_review(review.pk, outcome="stopped", on=on, by=clerk, note="收入超标")
    assert done.decision is not None
    assert done.decision.reason == "income"
    with pytest.raises(StaleState):
        actions.finish_review(review.pk, outcome="unchanged", on=on, by=clerk, note="再看")


def test_an_award_that_has_ended_is_not_reviewed(
    poor: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    on = builders.date("2024-12-20")
    casework.stop(poor.pk, on=on, by=supervisor, prepared_by=clerk, reason="income")
    assert opened(poor, "2025-05-10") == []


def test_the_database_keeps_an_open_review_single(poor: Entitlement) -> None:
    opened(poor, "2025-05-10")
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.create(
            entitlement=poor,
            months=12,
            due_on=builders.date("2025-07-01"),
            opened_on=builders.date("2025-05-10"),
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.all().delete()


@pytest.fixture
def old() -> Person:
    """Eighty-five, with 50 yuan a month since June 2024."""
    who = builders.person("王奶奶", "1939-03-03")
    home = builders.household((who, "applicant"))
    account(who)
    builders.award("old_age_allowance", home, who, "2024-06-03", "2024-06-18")
    return who


def due_facts(who: Person) -> list[str]:
    rows = Fact.objects.filter(kind="life_certificate", code="due", person=who).order_by("day")
    return [str(row.day) for row in rows]


def test_a_cycle_of_certification_opens_once_and_waits(old: Person) -> None:
    assert actions.open_life_cycles(on=builders.date("2025-04-30")) == 0
    assert actions.open_life_cycles(on=builders.date("2025-05-02")) == 1
    assert actions.open_life_cycles(on=builders.date("2025-05-03")) == 0
    assert due_facts(old) == ["2025-06-01"]


def test_who_is_not_certified_is_held_and_paid_after(old: Person, clerk: Staff) -> None:
    people = four()
    paid(people, "2025-05")
    actions.open_life_cycles(on=builders.date("2025-05-02"))
    assert lines(paid(people, "2025-06")) == [("2025-06", "regular", 5000)]
    july = paid(people, "2025-07")
    assert {h.why for h in Held.objects.filter(calculation=july.calculation)} == {
        "life_certificate"
    }
    actions.certify([old.pk], on=builders.date("2025-07-20"), by=clerk)
    assert lines(paid(people, "2025-08")) == [
        ("2025-07", "arrears", 5000),
        ("2025-08", "regular", 5000),
    ]
    assert actions.open_life_cycles(on=builders.date("2025-08-01")) == 0
    assert actions.open_life_cycles(on=builders.date("2026-06-25")) == 1


def test_a_cycle_overdue_for_years_is_due_from_now_not_from_then(old: Person) -> None:
    actions.open_life_cycles(on=builders.date("2026-12-01"))
    assert due_facts(old) == ["2026-12-31"]


def test_the_dead_are_neither_asked_for_nor_certified(old: Person, clerk: Staff) -> None:
    builders.fact("death", old, "2025-04-20")
    assert actions.open_life_cycles(on=builders.date("2025-05-20")) == 0
    with pytest.raises(actions.Refused, match="死亡"):
        actions.certify([old.pk], on=builders.date("2025-05-20"), by=clerk)


def test_only_ones_own_village_is_certified(old: Person) -> None:
    far = builders.staff(Role.VILLAGE_HELPER, "430482999001")
    with pytest.raises(NotFound):
        actions.certify([old.pk], on=builders.date("2025-05-20"), by=far)
    with pytest.raises(NotAllowed):
        actions.certify([old.pk], on=builders.date("2025-05-20"), by=builders.staff(Role.FINANCE))
