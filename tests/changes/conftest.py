"""The clock of every story of change stands at 10 July 2024."""

from __future__ import annotations

import datetime as dt

import pytest


@pytest.fixture
def day() -> dt.date:
    """Wednesday 10 July 2024."""
    return dt.date(2024, 7, 10)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock: it is set."""
