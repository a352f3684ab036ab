"""账簿总核对: the properties that must always hold, asked of the database by one script."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from django.db import connection

from apps.payments.difference import CASH, codes

SCRIPT = Path(__file__).with_name("always.sql")


class Property(NamedTuple):
    """One property: how many break it (0: it holds), and one that does."""

    code: str
    says: str
    broken: int
    example: str


def always() -> list[Property]:
    """Every property with what breaks it; nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('civil.cash', %s, FALSE)", [",".join(codes(*CASH))])
        cursor.execute(SCRIPT.read_text(encoding="utf-8"))
        return [Property(*row) for row in cursor.fetchall()]
