"""For any change on any day: what the preview promises is what the next runs pay and ask back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.changes.promise import Promise
from apps.households.models import Household, Person
from tests import builders
from tests.changes.reporting import Desk, done, family, follows, paid_through_june
from tests.payments.paying import account
from tests.properties.effort import examples

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAYS = st.dates(dt.date(2024, 3, 1), dt.date(2024, 7, 10))
YUAN = st.integers(0, 3000).map(str)


def rich_in_awards() -> tuple[Household, list[Person]]:
    """A household on minimum living whose people have awards of their own beside it."""
    home, people = family(
        ("张三", "1970-05-05", "applicant"),
        ("李四", "1972-03-03", "spouse"),
        ("张奶奶", "1930-02-02", "parent"),
        ("张小", "2012-09-01", "child"),
    )
    _, spouse, granny, _ = people
    builders.fact("co_residence", granny, "2023-01-01", household_id=home.pk, flag=True)
    builders.fact("disability", spouse, "2020-06-01", code="mental", number=2)
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    builders.award("disability_nursing", home, spouse, "2024-01-05")
    builders.award("disability_living", home, spouse, "2024-02-05")
    builders.award("old_age_allowance", home, granny, "2024-01-05")
    account(granny)
    return home, people


def typed(kind: str, draw: Any, people: list[Person]) -> dict[str, Any]:
    """What somebody might report."""
    on = {"on": draw(DAYS).isoformat()}
    who = {"person": draw(st.sampled_from(people)).pk}
    if kind == "income":
        source = draw(st.sampled_from(["wage", "pension", "social_relief"]))
        return {**who, **on, "code": source, "amount": draw(YUAN), "per": "month"}
    if kind == "disability":
        return {**who, **on, "code": "mental", "grade": draw(st.integers(1, 4))}
    if kind == "property":
        return {**on, "within": draw(st.sampled_from(["yes", "no"]))}
    if kind == "zone":
        return {**on, "zone": draw(st.sampled_from(["urban", "rural"]))}
    if kind == "leave":
        return {**on, "person": draw(st.sampled_from(people[1:])).pk}
    return {**who, **on}


@given(
    kind=st.sampled_from(
        ["death", "income", "leave", "disability", "move_out", "zone", "property"]
    ),
    data=st.data(),
)
@examples(6)
def test_a_promise_is_kept(kind: str, data: st.DataObject) -> None:
    with transaction.atomic():
        home, people = rich_in_awards()
        payers = paid_through_june()
        said = typed(kind, data.draw, people)
        desk = Desk(home)
        promise = desk.preview(kind, **said)
        assert isinstance(promise, Promise), (kind, said, promise)
        done(desk.submit(kind, **said))
        follows(promise, payers)
        transaction.set_rollback(True)
