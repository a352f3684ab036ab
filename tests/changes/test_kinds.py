"""Every kind of change through its page: what the preview promised is what the next runs issue."""

from __future__ import annotations

import pytest

from apps.payments.models import RecoveryEntry
from tests.builders import month
from tests.changes.reporting import Desk, done, issued, paid_through_june, poor
from tests.payments.paying import approved

pytestmark = pytest.mark.django_db


def kept(desk: Desk, promise, people) -> None:
    """The next run issues exactly what was promised, and records exactly what was to be asked."""
    before = set(RecoveryEntry.objects.values_list("pk", flat=True))
    run = approved(people, f"{promise.month:%Y-%m}", day=20)
    assert issued(run) == promise.issues
    asked = {
        (e.recovery.programme, e.recovery.subject, e.month): e.fen
        for e in RecoveryEntry.objects.exclude(pk__in=before).select_related("recovery")
    }
    assert asked == promise.overpaid


def test_a_death_reported_late_shows_what_is_to_be_recovered() -> None:
    home, (_, spouse, _) = poor()
    people = paid_through_june()
    desk = Desk(home)
    typed = {"person": spouse.pk, "on": "2024-05-20"}
    promise = desk.preview("death", **typed)
    assert not promise.decided
    assert promise.since == month("2024-06")
    assert promise.back == 70000
    change = desk.submit("death", **typed)
    assert change.state == "done"
    kept(desk, promise, people)


def test_a_new_income_is_decided_by_a_second_person_and_counts_from_the_month_after() -> None:
    home, (who, *_) = poor()
    people = paid_through_june()
    desk = Desk(home)
    typed = {"person": who.pk, "code": "wage", "amount": "500", "per": "month", "on": "2024-07-01"}
    promise = desk.preview("income", **typed)
    assert promise.decided
    assert promise.since == month("2024-08")
    (row,) = [r for r in promise.rows if r.programme == "最低生活保障"]
    assert (row.now, row.then) == (210000, 160000)
    change = desk.submit("income", **typed)
    assert change.state == "submitted"
    assert not who.facts.filter(kind="income").exists()
    done(change)
    kept(desk, promise, people)
    august = issued(approved(people, "2024-08", day=20))
    assert august == {("minimum_living", -home.pk, month("2024-08")): 160000}
