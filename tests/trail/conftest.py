"""What the tests of the trail share: a chain that begins afresh, and the owner's heavy hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from apps.offices.models import Trail


@pytest.fixture
def roots(settings: Any, tmp_path: Path) -> Path:
    """The file of anchors, of this test's own."""
    settings.AUDIT_ROOTS = str(tmp_path / "audit-roots.txt")
    return tmp_path / "audit-roots.txt"


@pytest.fixture
def chain(transactional_db: None, roots: Path) -> Iterator[None]:
    """Nothing is sealed yet; a sequence is not emptied with the tables, so it is put back."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('offices_traillink_sealed', 0)")


def by_owner(*statements: str) -> None:
    """What somebody does who owns the tables and switches every trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            for one in statements:
                cursor.execute(one)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def newest(relation: str, op: str = "") -> Trail:
    """The last row of a table's trail."""
    rows = Trail.objects.filter(relation=relation)
    return (rows.filter(op=op) if op else rows).latest("pk")
