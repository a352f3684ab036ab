"""What the tests of the trail share: a chain that begins afresh, and the owner's heavy hand."""

from __future__ import annotations

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
def chain(transactional_db: None, roots: Path) -> None:
    """A database in which acts commit, and nothing is sealed yet."""


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
