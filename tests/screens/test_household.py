"""家庭页 by its answers: how it was on an earlier day, and who sees whole numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.households.actions import admit, reveal_ids
from apps.offices.models import Event, Role
from apps.offices.moves import NotAllowed
from tests import builders
from tests.pages.conftest import FAR, HERE, client_of, deaf
from tests.payments.paying import four, paid
from tests.screens.conftest import live


@pytest.mark.django_db
def test_t11_the_page_of_an_earlier_day_is_as_it_was(clock: Any) -> None:
    home, _ = deaf("周国华")
    paid(four(), "2024-06", day=20)
    child = builders.person("周雨欣", "2015-09-04")
    came = dt.date(2024, 6, 25)
    admit(
        household_id=home.pk,
        person_id=child.pk,
        relationship="grandchild",
        on=came,
        recorded_on=came,
        by=None,
    )
    builders.fact("illness", child, "2024-06-26", flag=True)
    clock.move_to(dt.datetime(2024, 7, 10, 1, tzinfo=dt.UTC))
    client = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    now = client.get(f"/households/{home.number}/").content.decode()
    assert "周雨欣" in now
    then = client.get(f"/households/{home.number}/?on=2024-06-15").content.decode()
    assert 'data-testid="then"' in then
    assert "周雨欣" not in then
    assert "护理" in then
    assert 'data-testid="change"' not in then
    before = client.get(f"/households/{home.number}/?on=2024-05-15").content.decode()
    assert 'data-testid="awards"' not in before
    assert client.get(f"/households/{home.number}/?on=2024-13-45").status_code == 200


@pytest.mark.django_db
def test_whole_numbers_are_for_those_who_work_on_cases() -> None:
    home, who = live("周国华")
    path = f"/households/{home.number}/ids/"
    for role in (Role.LEADER, Role.FINANCE, Role.VILLAGE_HELPER):
        client = client_of(builders.staff(role, HERE[:9]))
        assert client.post(path).status_code == 403
        assert "show-ids" not in client.get(f"/households/{home.number}/").content.decode()
    far = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    assert client_of(far).post(path).status_code == 404
    assert not Event.objects.filter(verb="查看证件号码").exists()
    plain = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])).post(path).content.decode()
    assert who.id_number[6:14] in plain
    assert 'http-equiv="refresh"' in plain
    with pytest.raises(NotAllowed):
        reveal_ids(home, by=builders.staff(Role.LEADER), on=dt.date(2024, 6, 5))
