"""暂停与恢复: payment waits, what is owed goes on, and a real run holds and pays it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from apps.casework.models import Entitlement
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.payments.models import Due, Held
from apps.reviews import actions
from apps.reviews.models import Suspension
from tests import builders
from tests.payments.paying import Four, account, computed, four, lines, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Four:
    return four()


@pytest.fixture
def deaf() -> Entitlement:
    """A nursing subsidy of 90 yuan a month since June 2024."""
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    account(who)
    return builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")


def suspended(award: Entitlement, clerk: Staff, supervisor: Staff) -> Suspension:
    found = actions.propose_suspension(
        award.pk, reason="no_contact", on=builders.date("2024-07-15"), by=clerk
    )
    return actions.approve_suspension(found.pk, on=builders.date("2024-07-16"), by=supervisor)


def test_a_suspended_award_is_held_and_paid_in_arrears_when_resumed(
    people: Four, deaf: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    assert lines(paid(people, "2024-07")) == [
        ("2024-06", "arrears", 9000),
        ("2024-07", "regular", 9000),
    ]
    held = suspended(deaf, clerk, supervisor)
    for month in ("2024-08", "2024-09"):
        run = paid(people, month)
        assert lines(run) == []
        assert {h.why for h in Held.objects.filter(calculation=run.calculation)} == {"suspended"}
        due = Due.objects.get(calculation=run.calculation, month=run.month)
        assert due.fen == 9000  # the entitlement goes on
    actions.propose_resumption(
        held.pk, on=builders.date("2024-10-08"), by=clerk, note="已联系上本人"
    )
    assert lines(computed(people, "2024-10")) == []  # not resumed before it is decided


def test_the_run_after_the_resumption_pays_what_waited(
    people: Four, deaf: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    paid(people, "2024-07")
    held = suspended(deaf, clerk, supervisor)
    paid(people, "2024-08")
    paid(people, "2024-09")
    actions.propose_resumption(held.pk, on=builders.date("2024-10-08"), by=clerk, note="已联系上")
    actions.approve_resumption(held.pk, on=builders.date("2024-10-09"), by=supervisor)
    assert lines(paid(people, "2024-10")) == [
        ("2024-08", "arrears", 9000),
        ("2024-09", "arrears", 9000),
        ("2024-10", "regular", 9000),
    ]
    assert lines(paid(people, "2024-11")) == [("2024-11", "regular", 9000)]


def test_a_run_that_was_computed_before_has_to_be_computed_again(
    people: Four, deaf: Entitlement, clerk: Staff, supervisor: Staff
) -> None:
    from apps.payments import actions as payments

    paid(people, "2024-07")
    run = computed(people, "2024-08")
    suspended(deaf, clerk, supervisor)
    with pytest.raises(StaleState, match="重新计算"):
        payments.check_run(run.pk, by=people.checker)


def test_nobody_approves_their_own(deaf: Entitlement, supervisor: Staff) -> None:
    found = actions.propose_suspension(
        deaf.pk, reason="doubt", on=builders.date("2024-07-15"), by=supervisor
    )
    with pytest.raises(NotAllowed, match="同一人"):
        actions.approve_suspension(found.pk, on=builders.date("2024-07-16"), by=supervisor)
    with pytest.raises(IntegrityError):
        Suspension.objects.filter(pk=found.pk).update(state="suspended", decided_by=supervisor)


def test_a_clerk_does_not_approve(deaf: Entitlement, clerk: Staff) -> None:
    found = actions.propose_suspension(
        deaf.pk, reason="doubt", on=builders.date("2024-07-15"), by=clerk
    )
    with pytest.raises(NotAllowed, match="批准暂停"):
        actions.approve_suspension(found.pk, on=builders.date("2024-07-16"), by=builders.staff())


def test_one_suspension_at_a_time(deaf: Entitlement, clerk: Staff, supervisor: Staff) -> None:
    suspended(deaf, clerk, supervisor)
    with pytest.raises(actions.Refused, match="正在暂停"):
        actions.propose_suspension(
            deaf.pk, reason="doubt", on=builders.date("2024-07-20"), by=clerk
        )


def test_outside_the_territory_there_is_nothing(deaf: Entitlement) -> None:
    far = builders.staff(Role.TOWNSHIP_CLERK, "430482999")
    with pytest.raises(NotFound):
        actions.propose_suspension(deaf.pk, reason="doubt", on=builders.date("2024-07-15"), by=far)


def test_an_unknown_reason_is_refused_in_words(deaf: Entitlement, clerk: Staff) -> None:
    for reason, said in (("mood", "清单"), ("other", "写明情况")):
        with pytest.raises(actions.Refused, match=said):
            actions.propose_suspension(
                deaf.pk, reason=reason, on=builders.date("2024-07-15"), by=clerk
            )
