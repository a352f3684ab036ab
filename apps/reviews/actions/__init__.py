"""动态管理的办理: every write to the life of an award stands in this folder."""

from apps.casework.actions import Refused
from apps.reviews.actions import ending as ending
from apps.reviews.actions.awards import (
    approve_resumption,
    approve_suspension,
    conclude_termination,
    drop_termination,
    post_again,
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
from apps.reviews.actions.proposals import (
    approve_proposal,
    propose,
    record_refusal_of_work,
    refuse_proposal,
    withdraw_proposal,
)

__all__ = [
    "Refused",
    "approve_proposal",
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
    "open_life_cycles",
    "open_reviews",
    "post_again",
    "propose",
    "propose_extension",
    "propose_resumption",
    "propose_suspension",
    "propose_termination",
    "record_custody",
    "record_refusal_of_work",
    "refuse_extension",
    "refuse_proposal",
    "refuse_resumption",
    "refuse_suspension",
    "remind",
    "screen",
    "serve",
    "withdraw_proposal",
]
