"""Whose stories these are."""

from __future__ import annotations

import pytest

from tests.disability_subsidies.amounts import Home, certificate, person_of


@pytest.fixture
def lives(db: None) -> Home:
    """Someone alone in a rural household, with a grade 2 certificate since 2020."""
    home, who = person_of("1980-05-05")
    certificate(who, "2020-06-01", 2)
    return home, who
