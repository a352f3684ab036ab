"""预览 while the runs lag behind: only months a change can touch are worked out, none otherwise."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest

from apps.changes.promise import Promise
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.payments import whatif
from tests import builders
from tests.changes.reporting import Desk, approve, poor, rows
from tests.changes.test_promises import rich_in_awards
from tests.payments.paying import approved, four

pytestmark = pytest.mark.django_db


@pytest.fixture
def lagging(clock: Any) -> None:
    """The last run paid is of January 2023; the clock stands at 10 July 2024."""
    clock.move_to(dt.datetime(2023, 1, 25, 1, tzinfo=dt.UTC))
    approved(four(), "2023-01", day=20)
    clock.move_to(dt.datetime(2024, 7, 10, 1, tzinfo=dt.UTC))


def both(
    monkeypatch: pytest.MonkeyPatch, home: Household, kind: str, typed: dict[str, Any]
) -> tuple[Promise, Promise, list[int]]:
    """The promise as it is worked out now, the same with every month worked out, months of each."""
    desk, months = Desk(home, builders.staff(Role.COUNTY_CLERK)), [0]
    usual = whatif.write_dues

    def counted(calculation: Any, run: Any, plan: Any, *rest: Any) -> int:
        months[-1] += len(plan.months)
        return usual(calculation, run, plan, *rest)

    monkeypatch.setattr(whatif, "write_dues", counted)
    began = time.perf_counter()
    lean = desk.preview(kind, **typed)
    middle = time.perf_counter()
    months.append(0)
    monkeypatch.setattr(whatif, "_leaner", lambda plan, _first, _bases: plan)
    full = desk.preview(kind, **typed)
    print(f"{kind}: {middle - began:.2f} s, full {time.perf_counter() - middle:.2f} s", months)
    return lean, full, months


def stories(people: list[Person]) -> dict[str, dict[str, Any]]:
    """What may be reported of a household, of today and of long ago."""
    wage = {"person": people[1].pk, "code": "wage", "amount": "500", "per": "month"}
    return {
        "income": {**wage, "on": "2024-07-01"},
        "property": {"within": "no", "on": "2024-07-05"},
        "zone": {"zone": "rural", "on": "2024-07-01"},
        "leave": {"person": people[-1].pk, "on": "2024-06-01"},
        "death": {"person": people[-1].pk, "on": "2024-03-05"},
        "disability": {"person": people[1].pk, "code": "mental", "grade": 4, "on": "2024-05-20"},
    }


@pytest.mark.usefixtures("lagging")
@pytest.mark.parametrize("kind", ["income", "property", "zone", "leave", "death"])
def test_the_same_is_promised_as_if_every_month_were_worked_out(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    home, people = poor()
    lean, full, (few, many) = both(monkeypatch, home, kind, stories(people)[kind])
    assert rows(lean) == rows(full)
    assert (lean.past, lean.issues, lean.overpaid) == (full.past, full.issues, full.overpaid)
    assert few < many


@pytest.mark.usefixtures("lagging")
@pytest.mark.parametrize("kind", ["income", "leave", "disability"])
def test_an_award_that_lapses_is_followed_month_by_month_once(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    home, people = rich_in_awards()
    lean, full, (few, many) = both(monkeypatch, home, kind, stories(people)[kind])
    assert rows(lean) == rows(full)
    assert (lean.past, lean.issues) == (full.past, full.issues)
    assert few < many


@pytest.mark.usefixtures("lagging")
def test_a_grace_period_that_refers_to_a_month_left_out_is_worked_out_in_full_once(
    monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    home, people = poor()
    clock.move_to(dt.datetime(2024, 5, 10, 1, tzinfo=dt.UTC))
    wage = {"person": people[1].pk, "code": "wage", "amount": "5000", "per": "month"}
    desk = Desk(home)
    approve(desk.submit("income", **wage, on="2024-05-01", grace="6"))
    clock.move_to(dt.datetime(2024, 7, 10, 1, tzinfo=dt.UTC))
    lean, full, (few, many) = both(
        monkeypatch, home, "leave", {"person": people[-1].pk, "on": "2024-07-01"}
    )
    assert rows(lean) == rows(full)
    assert lean.rows == full.rows
    assert few < many
