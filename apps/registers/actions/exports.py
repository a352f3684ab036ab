"""导出留痕: who took a list out of the system, and how long it was."""

from __future__ import annotations

from apps.offices.actions import log
from apps.offices.models import Staff


def note_export(*, by: Staff, what: str, count: int) -> None:
    """登记导出: one line of the 经办记录 about a list."""
    log(by=by, kind="registers.export", object_id=0, verb=f"导出{what}", reason=f"{count}行")
