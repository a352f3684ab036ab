"""数据库的拒绝: the Chinese words of the constraint that a write has met."""

from __future__ import annotations

from django.db import IntegrityError, models


def words_of(error: IntegrityError, *tables: type[models.Model]) -> str | None:
    """What the violated constraint of these tables says to people; None when it is none of them."""
    diagnostics = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    for table in tables:
        for constraint in table._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
    return None
