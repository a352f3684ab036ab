"""分户: the new household asks for what the old one gets, with the change or one click later."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Application
from apps.households.models import Household, Person
from apps.offices.models import Role
from tests import builders
from tests.changes.reporting import Desk, approve, client_of, done, poor
from tests.pages.conftest import FAR

pytestmark = pytest.mark.django_db


def going(people: list[Person], **more: Any) -> dict[str, Any]:
    """The spouse and the child go; the spouse heads the new household."""
    _, spouse, child = people
    boxes = {f"member_{spouse.pk}": "applicant", f"member_{child.pk}": "child"}
    return {**boxes, "zone": "urban", "on": "2024-07-01", **more}


def formed(old: Household) -> Household:
    """The household that split off."""
    return Household.objects.exclude(pk=old.pk).get()


def test_the_new_households_application_is_foretold_and_opened_with_the_change() -> None:
    home, people = poor()
    desk = Desk(home)
    promise = desk.preview("split", **going(people))
    assert any("新户同时提出最低生活保障申请" in words for words in promise.notes)
    change = desk.submit("split", **going(people))
    assert not Application.objects.filter(state="submitted").exists()  # not before the decision
    approve(change)
    asked = Application.objects.get(state="submitted")
    new = formed(home)
    assert (asked.programme, asked.household_id) == ("minimum_living", new.pk)
    assert (asked.person_id, f"{asked.applied_on}") == (None, "2024-07-10")
    assert asked.prepared_by_id == desk.staff.pk
    page = desk.client.get(f"/changes/{change.pk}/").content.decode()
    assert f'href="/applications/{asked.pk}/"' in page
    assert 'data-testid="ask"' not in page


def test_a_preview_opens_nothing() -> None:
    home, people = poor()
    before = Application.objects.count()
    Desk(home).preview("split", **going(people))
    assert Application.objects.count() == before


def test_who_is_not_in_need_asks_for_nothing_and_may_ask_later_with_one_click() -> None:
    home, people = poor()
    desk = Desk(home)
    promise = desk.preview("split", **going(people, asks="no"))
    assert any("新户不申请最低生活保障" in words for words in promise.notes)
    change = done(desk.submit("split", **going(people, asks="no")))
    new = formed(home)
    assert not Application.objects.filter(household=new).exists()
    url = f"/changes/{change.pk}/"
    assert 'data-testid="ask"' in desk.client.get(url).content.decode()
    assert desk.client.post(url, {"act": "ask"}).status_code == 302
    assert Application.objects.get(household=new).programme == "minimum_living"
    again = desk.client.post(url, {"act": "ask"})
    assert (again.status_code, Application.objects.filter(household=new).count()) == (409, 1)


def test_a_household_without_an_award_is_not_asked_about_one() -> None:
    home = builders.household(
        (builders.person("张三"), "applicant"), (builders.person("李四"), "spouse")
    )
    home_people = list(Person.objects.order_by("pk"))
    desk = Desk(home, builders.staff(Role.COUNTY_CLERK))
    typed = {f"member_{home_people[1].pk}": "applicant", "zone": "urban", "on": "2024-07-01"}
    assert desk.preview("split", **typed).notes == []
    page = desk.client.get(desk.path, {"kind": "split"}).content.decode()
    assert 'name="asks"' not in page
    change = desk.submit("split", **typed)
    assert not Application.objects.exists()
    assert "没有提出申请" not in desk.client.get(f"/changes/{change.pk}/").content.decode()


def test_another_township_neither_sees_nor_asks() -> None:
    home, people = poor()
    change = done(Desk(home).submit("split", **going(people, asks="no")))
    stranger = client_of(builders.staff(Role.TOWNSHIP_CLERK, FAR[:9]))
    url = f"/changes/{change.pk}/"
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, {"act": "ask"}).status_code == 404
    reader = client_of(builders.staff(Role.AUDITOR))
    assert 'data-testid="ask"' not in reader.get(url).content.decode()
    assert reader.post(url, {"act": "ask"}).status_code == 403
    assert not Application.objects.filter(household=formed(home)).exists()
