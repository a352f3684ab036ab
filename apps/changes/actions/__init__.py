"""变更: every write about a change goes through here."""

from apps.changes.actions.filing import (
    approve,
    ask_after_split,
    check_may_report,
    form_of,
    found,
    save_draft,
    send_back,
    submit,
    submitted_before,
    told_apart,
    withdraw,
)
from apps.changes.actions.previewing import is_decided, preview

__all__ = [
    "approve",
    "ask_after_split",
    "check_may_report",
    "form_of",
    "found",
    "is_decided",
    "preview",
    "save_draft",
    "send_back",
    "submit",
    "submitted_before",
    "told_apart",
    "withdraw",
]
