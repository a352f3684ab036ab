"""动态管理: what happens to an award after it has begun, and the two dates of each act.

Every decision has two people: who prepared it and who decided it; the database sees to it.
"""

from apps.reviews.models.life import (
    CLASSES,
    AwardQuerySet,
    Custody,
    Extension,
    Reminder,
    Review,
    ReviewClass,
    Screening,
    Served,
    Suspension,
    Termination,
)
from apps.reviews.models.proposal import Proposal

__all__ = [
    "CLASSES",
    "AwardQuerySet",
    "Custody",
    "Extension",
    "Proposal",
    "Reminder",
    "Review",
    "ReviewClass",
    "Screening",
    "Served",
    "Suspension",
    "Termination",
]
