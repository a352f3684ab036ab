"""Papers are verified by everybody, so wrong guesses are counted: each test begins at none."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_has_guessed() -> None:
    """The count of wrong codes by address lives in the cache and outlasts a test."""
    cache.clear()
