"""登记与申请 on one page, with the amount appearing as it fills; nothing is written twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from apps.casework.models import Application
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.units.id_number import make_id
from tests import builders
from tests.pages.conftest import FAR, HERE, client_of

pytestmark = pytest.mark.django_db
WIFE = make_id("430482", dt.date(1984, 9, 23), 22)
HEAD = make_id("430482", dt.date(1982, 4, 12), 11)


@pytest.fixture
def clerk() -> Client:
    """A township caseworker's browser."""
    return client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))


def typed(**changes: str) -> dict[str, object]:
    """A couple with 800 yuan of wages, as typed into the page."""
    return {
        "token": "12345",
        "village": HERE,
        "zone": "rural",
        "programmes": ["minimum_living"],
        "property": "within",
        "payee": "张三",
        "stands_as": "head",
        "bank": "农村商业银行",
        "account": "6217990000000000011",
        "m1-id_number": HEAD,
        "m1-name": "张三",
        "m1-relationship": "applicant",
        "m1-wage": "800",
        "m2-id_number": WIFE,
        "m2-name": "李四",
        "m2-relationship": "spouse",
        **changes,
    }


def test_a_family_is_registered_once_however_often_it_is_sent(clerk: Client) -> None:
    first = clerk.post("/apply/", typed())
    assert first.status_code == 302, first.content.decode()[:3000]
    again = clerk.post("/apply/", typed())
    assert again.url == first.url
    home = Household.objects.get()
    assert home.members.count() == 2
    assert Application.objects.get().programme == "minimum_living"
    assert {f.kind for f in home.facts.all()} >= {"zone", "property"}


def test_the_amount_appears_as_the_form_fills_and_nothing_is_written(clerk: Client) -> None:
    before = Person.objects.count()
    answer = clerk.post("/apply/trial/", typed(), headers={"HX-Request": "true"})
    assert "100.00" in answer.content.decode()  # (5400 × 2 − 9600) ÷ 12
    assert (Household.objects.count(), Person.objects.count()) == (0, before)


def test_a_wrong_number_names_its_row_and_keeps_what_was_typed(clerk: Client) -> None:
    wrong = HEAD[:-1] + ("0" if HEAD[-1] != "0" else "1")
    answer = clerk.post("/apply/", typed(**{"m1-id_number": wrong}))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "第1人" in page
    assert wrong in page
    assert "李四" in page
    assert not Household.objects.exists()


def test_a_village_outside_the_territory_is_refused(clerk: Client) -> None:
    answer = clerk.post("/apply/", typed(village=FAR))
    assert answer.status_code == 400
    assert not Household.objects.exists()


def test_emergency_relief_is_asked_for_when_the_family_is_registered(clerk: Client) -> None:
    both = ["minimum_living", "temporary_relief"]
    wanted: dict[str, Any] = typed(track="emergency") | {"programmes": both}
    kept = clerk.post("/apply/", wanted | {"m1-name": ""})
    assert kept.status_code == 400
    assert '<option value="emergency" selected>' in kept.content.decode()
    assert clerk.post("/apply/", wanted).status_code == 302
    tracks = Application.objects.values_list("programme", "track").order_by("programme")
    assert list(tracks) == [("minimum_living", ""), ("temporary_relief", "emergency")]


def test_a_type_of_relief_without_relief_is_no_application(clerk: Client) -> None:
    refused = clerk.post("/apply/", typed(track="emergency"))
    assert refused.status_code == 400
    assert "只有临时救助分类型，请勾选临时救助" in refused.content.decode()
    assert not Household.objects.exists()
    wrong: dict[str, Any] = typed(track="gift") | {"programmes": ["temporary_relief"]}
    assert clerk.post("/apply/", wrong).status_code == 400
    assert not Household.objects.exists()
