"""Small words for stories of change: a county paid through June 2024, and pages as people use them.

The clock stands at 10 July 2024: the next run is July's, a decision of today counts from August.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import Client

from apps.changes.models import FamilyChange
from apps.changes.promise import Promise
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.payments.models import PaymentLine, PaymentRun
from apps.payments.recoveries.models import RecoveryEntry
from apps.payments.whatif import Key
from tests import builders
from tests.pages.conftest import HERE, client_of
from tests.payments.paying import Four, account, approved, four

TOKENS = count(1_000_000)


def family(
    *people: tuple[str, str, str], zone: str = "urban", division: str = HERE
) -> tuple[Household, list[Person]]:
    """A household with an account: (name, birth, relationship) of each."""
    persons = [builders.person(name, born) for name, born, _ in people]
    roles = [relationship for _, _, relationship in people]
    home = builders.household(*zip(persons, roles, strict=True), zone=zone, division=division)
    account(home)
    builders.fact("property", home, "2024-01-01", flag=True)
    return home, persons


def poor(zone: str = "urban", **more: Any) -> tuple[Household, list[Person]]:
    """张三, spouse and child on minimum living since February 2024."""
    home, people = family(
        ("张三", "1980-05-05", "applicant"),
        ("李四", "1982-03-03", "spouse"),
        ("张小", "2013-09-01", "child"),
        zone=zone,
        **more,
    )
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    return home, people


def paid_through_june() -> Four:
    """June paid to everybody there is, with all that was owed before it."""
    people = four()
    approved(people, "2024-06", day=20)
    return people


class Desk:
    """A member of staff at the pages of one household."""

    def __init__(self, home: Household, staff: Staff | None = None) -> None:
        self.home = home
        self.staff = staff or builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
        self.client: Client = client_of(self.staff)
        self.path = f"/households/{home.number}/change/"

    def preview(self, kind: str, **typed: Any) -> Any:
        """The promise the page shows; the words of its refusal when there is none."""
        page = self.client.post(self.path, self._form(kind, "preview", typed))
        assert page.status_code == 200, page.content.decode()
        return page.context["promise"] or (*page.context["problems"], *_faults(page))

    def submit(self, kind: str, **typed: Any) -> FamilyChange:
        """Submitted; fails the test when the page refuses."""
        form = self._form(kind, "submit", typed)
        answer = self.client.post(self.path, form)
        assert answer.status_code == 302, (answer.context["problems"], _faults(answer))
        return FamilyChange.objects.get(token=form["token"])

    def refused(self, kind: str, **typed: Any) -> str:
        """The page that refuses a submit, as text."""
        answer = self.client.post(self.path, self._form(kind, "submit", typed))
        assert answer.status_code == 400, answer
        return str(answer.content.decode())

    def _form(self, kind: str, do: str, typed: dict[str, Any]) -> dict[str, Any]:
        token = typed.pop("token", None) or next(TOKENS)
        return {"kind": kind, "do": do, "token": token, **typed}


def _faults(page: Any) -> list[str]:
    return [str(word) for words in page.context["form"].errors.values() for word in words]


def approve(change: FamilyChange, by: Staff | None = None) -> FamilyChange:
    """Decided by a county supervisor, through the page."""
    client = client_of(by or builders.staff(Role.COUNTY_SUPERVISOR))
    answer = client.post(f"/changes/{change.pk}/", {"act": "approve"})
    assert answer.status_code == 302, answer.context["problems"]
    change.refresh_from_db()
    return change


def done(change: FamilyChange) -> FamilyChange:
    """In force, by whoever it takes."""
    return approve(change) if change.state == FamilyChange.State.SUBMITTED else change


def issued(run: PaymentRun) -> dict[Key, int]:
    """Every line of a run by programme, subject and month."""
    found: dict[Key, int] = {}
    for row in PaymentLine.objects.filter(calculation_id=run.calculation_id):
        key = (row.programme, row.subject, row.month)
        found[key] = found.get(key, 0) + row.fen
    return found


def kept(promise: Promise, people: Four) -> PaymentRun:
    """The run that was looked ahead to issues and asks back exactly what was promised."""
    before = set(RecoveryEntry.objects.values_list("pk", flat=True))
    run = approved(people, f"{promise.month:%Y-%m}", day=20)
    assert issued(run) == promise.issues
    asked = {
        (entry.recovery.programme, entry.recovery.subject, entry.month): entry.fen
        for entry in RecoveryEntry.objects.exclude(pk__in=before).select_related("recovery")
    }
    assert asked == promise.overpaid
    return run


def rows(promise: Promise) -> dict[str, tuple[int | None, int | None, str]]:
    """Programme and person → now, then and since when, of what changes."""
    return {
        f"{row.programme} {row.who}": (row.now, row.then, f"{row.since:%Y-%m}")
        for row in promise.rows
        if row.since
    }


def follows(promise: Promise, people: Four) -> None:
    """The runs up to the month looked ahead to pay what the rows say; services are not paid."""
    kept(promise, people)
    run = approved(people, f"{promise.through:%Y-%m}", day=20)
    paid = {key[:2]: fen for key, fen in issued(run).items() if key[2] == promise.through}
    said = {
        (row.code, row.subject): row.then
        for row in promise.rows
        if row.then and not row.in_kind and not row.words
    }
    assert paid == said
