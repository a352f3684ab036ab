"""How hard the properties look: HYPOTHESIS_PROFILE=ci (as in the suite), soak (for hours)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from civil_affairs.casebook.cast import Posts

slow_is_fine = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, suppress_health_check=slow_is_fine
)
settings.register_profile(
    "soak", deadline=None, max_examples=2000, suppress_health_check=slow_is_fine
)
# What the list of faults uses: to notice is enough, the smallest story is not looked for.
settings.register_profile(
    "notice",
    settings.get_profile("ci"),
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def posts(db: None) -> Posts:
    """The staff of the stories."""
    return Posts()
