"""Log-ins as in earnest: the limits are those of a new installation, and people type passwords."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from apps.offices.doors import actions
from apps.offices.models import Role, Staff
from tests import builders
from tests.pages import test_browser as pages

PASSWORD = "Zhanlan-2024"
Person = Callable[..., Staff]
browser_type_launch_args = pages.browser_type_launch_args


@pytest.fixture(autouse=True)
def a_log_in_holds(settings: Any) -> None:
    """As long as the settings of a new installation say."""
    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS, settings.SESSION_CAP = 15, 8, 3
    settings.STEP_UP_MINUTES = 30
    settings.MFA_ROLES = []


@pytest.fixture
def day() -> dt.date:
    """A Wednesday."""
    return dt.date(2024, 7, 10)


def account(name: str = "wang", role: Role = Role.COUNTY_CLERK, **more: Any) -> Staff:
    """Somebody with a post and a password they have chosen today."""
    user = get_user_model().objects.create(username=name)
    actions.choose_password(user, more.pop("password", PASSWORD), at=timezone.now())
    return Staff.objects.create(
        user=user, name=name, role=role, division=more.pop("division", builders.COUNTY)
    )


def log_in(name: str = "wang", password: str = PASSWORD, **more: Any) -> Any:
    """A browser that has sent the form of the log-in, and what it was answered."""
    client = more.pop("client", None) or Client(**more)
    answer = client.post("/login/", {"username": name, "password": password})
    return client, answer


def inside(client: Client) -> bool:
    """Whether a page opens."""
    return client.get("/standards/").status_code == 200


def words(answer: Any) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))
