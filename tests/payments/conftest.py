"""For every story of money: afterwards the books tie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from apps.payments.books.checking import always


@pytest.fixture
def tied(db: None) -> Iterator[None]:
    """Whatever the story did, what must always hold of the money holds when it ends."""
    yield
    if connection.needs_rollback:
        return  # the story ends with what the database refused
    broken = [one for one in always() if one.broken]
    assert not broken, "; ".join(f"{one.code} {one.says}: {one.example}" for one in broken)
