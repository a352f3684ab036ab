"""公示的办理: posting, photos, objections, ending; and the board that others announce on."""

from apps.casework.actions import Refused
from apps.publicity.actions import announcing as announcing
from apps.publicity.actions.posting import (
    add_photo,
    answer,
    end,
    object_to,
    post_applications,
    post_standing,
    post_terminations,
    withdraw,
)

__all__ = [
    "Refused",
    "add_photo",
    "answer",
    "end",
    "object_to",
    "post_applications",
    "post_standing",
    "post_terminations",
    "withdraw",
]
