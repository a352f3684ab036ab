"""名册的办理: every write to the registers; one module for each register."""

from apps.casework.actions import Refused
from apps.registers.actions.children import (
    answer_report,
    child_named,
    close_file,
    confirm_carer,
    open_file,
    rate,
    refer,
    report,
    reregister,
    transfer,
    visit,
)
from apps.registers.actions.exports import note_export

__all__ = [
    "Refused",
    "answer_report",
    "child_named",
    "close_file",
    "confirm_carer",
    "note_export",
    "open_file",
    "rate",
    "refer",
    "report",
    "reregister",
    "transfer",
    "visit",
]
