"""A small county with two paid months, and clients that are somebody."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.payments.models import PaymentRun
from tests import builders
from tests.payments.paying import Four, account, computed, four, paid

HERE, FAR = "430482001200", "430482101200"  # 禄福村, 小柏村
As = Callable[[Staff], Client]


@pytest.fixture
def day() -> dt.date:
    """The clock of every page test stands at this day."""
    return dt.date(2024, 7, 10)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock: it is set."""


def client_of(staff: Staff) -> Client:
    """A browser in which this member of staff has logged in."""
    if staff.user is None:
        user = get_user_model().objects.create(username=f"user-{staff.pk}")
        Staff.objects.filter(pk=staff.pk).update(user=user)
        staff.refresh_from_db()
    assert staff.user is not None
    client = Client()
    client.force_login(staff.user)
    return client


def as_json(key: str = "") -> dict[str, Any]:
    """How a call of the API is sent: JSON, under a key of its own unless one is given."""
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return {"content_type": "application/json", "headers": headers}


def edit(client: Client, of: str, act: str, body: Any, key: str = "") -> Any:
    """An act on what stands at ``of``, as it stands now."""
    sent = as_json(key)
    sent["headers"]["If-Match"] = client.get(of).headers.get("ETag", '"unseen"')
    return client.post(f"{of}{act}/", body, **sent)


@pytest.fixture
def as_() -> As:
    """``as_(staff)``: their browser."""
    return client_of


def deaf(name: str, grade: int = 2, division: str = HERE) -> tuple[Household, Person]:
    """Someone with a hearing certificate, an account, and the nursing subsidy since June."""
    who = builders.person(name, "1980-05-05")
    home = builders.household((who, "applicant"), division=division)
    builders.fact("disability", who, "2020-06-01", code="hearing", number=grade)
    account(who)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    return home, who


def poor(name: str, division: str = HERE) -> tuple[Household, Person]:
    """A poor household of one with an account, on minimum living since June."""
    who = builders.person(name, "1990-01-01")
    home = builders.household((who, "applicant"), division=division, zone="rural")
    builders.fact("property", home, "2024-05-01", flag=True)
    account(home)
    builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    return home, who


class County(NamedTuple):
    """Two villages, paid for June; July is open and computed."""

    people: Four
    june: PaymentRun
    july: PaymentRun
    deaf: tuple[Household, Person]
    poor: tuple[Household, Person]
    far: tuple[Household, Person]


@pytest.fixture
def county(db: None) -> County:
    """June: two households. July: a third begins, and the poor one's standard is raised."""
    people = four()
    one, two = deaf("李四"), poor("王五")
    june = paid(people, "2024-06", day=20)
    far = deaf("赵六", division=FAR)
    july = computed(people, "2024-07")
    return County(people, june, july, one, two, far)


@pytest.fixture
def township(db: None) -> Staff:
    """乡镇经办 of the first village's township."""
    return builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
