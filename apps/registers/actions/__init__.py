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
from apps.registers.actions.low_income import end_monitoring, monitor, work_alert
from apps.registers.actions.relief import ask_relief, end_relief
from apps.registers.actions.stays import (
    admit,
    close_prone,
    conclude_search,
    decide_extension,
    enter_prone,
    file_extension,
    identify,
    leave,
    propose_extension,
    search,
)

__all__ = [
    "Refused",
    "admit",
    "answer_report",
    "ask_relief",
    "child_named",
    "close_file",
    "close_prone",
    "conclude_search",
    "confirm_carer",
    "decide_extension",
    "end_monitoring",
    "end_relief",
    "enter_prone",
    "file_extension",
    "identify",
    "leave",
    "monitor",
    "open_file",
    "propose_extension",
    "rate",
    "refer",
    "report",
    "reregister",
    "search",
    "transfer",
    "visit",
    "work_alert",
]
