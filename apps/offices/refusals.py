"""数据库的拒绝: the Chinese words of the constraint that a write has met."""

from __future__ import annotations

from django.db import IntegrityError, models

from apps.units.language import lazy as _

# Constraints that triggers hold, by the name they raise with.
OF_TRIGGERS = {
    "no_case_of_ones_own_kin": _("您与这一户有近亲属关系（近亲属备案），应当回避，请由他人办理。"),
}


def words_of(error: IntegrityError, *tables: type[models.Model]) -> str | None:
    """What the violated constraint of these tables says to people; None when it is none of them."""
    diagnostics = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    if name in OF_TRIGGERS:
        return str(OF_TRIGGERS[name])
    for table in tables:
        for constraint in table._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
    return None
