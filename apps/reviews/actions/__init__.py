"""动态管理的办理: every write to the life of an award stands in this folder."""

from apps.casework.actions import Refused
from apps.reviews.actions.awards import (
    answer_objection,
    approve_resumption,
    approve_suspension,
    conclude_termination,
    drop_termination,
    object_to_termination,
    propose_resumption,
    propose_suspension,
    propose_termination,
    refuse_resumption,
    refuse_suspension,
    screen,
)
from apps.reviews.actions.cycles import (
    certify,
    classify,
    finish_review,
    open_life_cycles,
    open_reviews,
)
from apps.reviews.actions.papers import (
    end_custody,
    file_custody,
    grant_extension,
    propose_extension,
    record_custody,
    refuse_extension,
    remind,
    serve,
)

__all__ = [
    "Refused",
    "answer_objection",
    "approve_resumption",
    "approve_suspension",
    "certify",
    "classify",
    "conclude_termination",
    "drop_termination",
    "end_custody",
    "file_custody",
    "finish_review",
    "grant_extension",
    "object_to_termination",
    "open_life_cycles",
    "open_reviews",
    "propose_extension",
    "propose_resumption",
    "propose_suspension",
    "propose_termination",
    "record_custody",
    "refuse_extension",
    "refuse_resumption",
    "refuse_suspension",
    "remind",
    "screen",
    "serve",
]
