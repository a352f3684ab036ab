"""材料、核对、入户、采信、评议: every write of evidence goes through here."""

from apps.casework.actions import Refused
from apps.evidence.actions import beginning as beginning
from apps.evidence.actions.adopting import adopt, conclude_property, declare, find_property
from apps.evidence.actions.assessing import Held, record_assessment
from apps.evidence.actions.checks import (
    Reported,
    answer,
    answer_the_rest,
    authorise,
    conclude_check,
    explain,
    recheck,
    request_check,
    send_check,
)
from apps.evidence.actions.conditions import find_condition
from apps.evidence.actions.documents import Paper, file_document, open_document
from apps.evidence.actions.surveys import (
    finish_step,
    open_survey,
    reopen_survey,
    save_survey,
    sign_survey,
)
from apps.evidence.sniffing import BadFile

__all__ = [
    "BadFile",
    "Held",
    "Paper",
    "Refused",
    "Reported",
    "adopt",
    "answer",
    "answer_the_rest",
    "authorise",
    "conclude_check",
    "conclude_property",
    "declare",
    "explain",
    "file_document",
    "find_condition",
    "find_property",
    "finish_step",
    "open_document",
    "open_survey",
    "recheck",
    "record_assessment",
    "reopen_survey",
    "request_check",
    "save_survey",
    "send_check",
    "sign_survey",
]
