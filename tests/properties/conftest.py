"""What the stories need."""

from __future__ import annotations

import pytest

from civil_affairs.casebook.cast import Posts


@pytest.fixture
def posts(db: None) -> Posts:
    """The staff of the stories."""
    return Posts()
