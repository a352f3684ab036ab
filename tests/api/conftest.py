"""Callers of the API: programs with tokens, and the little county they call about."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from apps.offices.actions import issue_token
from apps.offices.models import Role, Staff
from apps.offices.tokens import Scope
from tests import builders
from tests.pages.conftest import county  # noqa: F401  (a fixture)

V1 = "/api/v1/"
ALL = tuple(Scope.values)


@pytest.fixture
def day() -> dt.date:
    """The clock of every call stands at this day."""
    return dt.date(2024, 7, 10)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """The API reads the clock: it is set."""


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Any) -> None:
    """The folder of files of this test."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")


@pytest.fixture(autouse=True)
def nobody_waits(settings: Any) -> None:
    """Rates are counted in Redis, which outlives a test; the tests of rates set their own."""
    settings.API_RATES = dict.fromkeys(("read", "write", "reveal"), 10**9)


class Caller:
    """A program that speaks for a member of staff, by a token of some scopes."""

    def __init__(self, staff: Staff, scopes: tuple[str, ...] = ALL, days: int = 30) -> None:
        if staff.user is None:
            user = get_user_model().objects.create(username=f"api-{staff.pk}")
            Staff.objects.filter(pk=staff.pk).update(user=user)
            staff.refresh_from_db()
        self.staff, self.client = staff, Client()
        at = timezone.now()
        self.token, self.text = issue_token(
            name="试", scopes=scopes, at=at, expires_at=at + dt.timedelta(days=days), by=staff
        )

    def get(self, path: str, **params: Any) -> Any:
        """A call that reads; ``path`` as it stands after /api/v1/."""
        return self.client.get(_full(path), params, headers=self._headers())

    def post(self, path: str, body: Any = None, *, seen: str = "", key: str = "") -> Any:
        """A call that does something, under a key of its own; ``seen`` is its If-Match."""
        headers = self._headers() | {"Idempotency-Key": key or str(uuid.uuid4())}
        headers |= {"If-Match": seen} if seen else {}
        data = {} if body is None else body
        return self.client.post(_full(path), data, content_type="application/json", headers=headers)

    def edit(self, path: str, body: Any = None, *, of: str) -> Any:
        """An edit of what stands at ``of``, by the version it has now."""
        return self.post(path, body, seen=self.get(of)["ETag"])

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}"}


def _full(path: str) -> str:
    return path if path.startswith("/") else f"{V1}{path}"


Call = Callable[..., Caller]


@pytest.fixture
def caller(db: None) -> Call:
    """``caller(role, division, scopes=…)``: a fresh post and its program."""

    def made(
        role: Role = Role.COUNTY_CLERK, division: str = builders.COUNTY, **more: Any
    ) -> Caller:
        return Caller(builders.staff(role, division), **more)

    return made


def faults(answer: Any) -> dict[str | None, str]:
    """What a refusal says, by what it is about."""
    return {one["attr"]: one["detail"] for one in answer.json()["errors"]}
