"""案件办理: every write to cases goes through here; one module for each kind of act."""

from apps.casework.actions.applying import apply
from apps.casework.actions.arranging import drop_view, hand_over, plan, save_view
from apps.casework.actions.awarding import NO_TERMS
from apps.casework.actions.deciding import (
    confirm,
    decide,
    examine,
    imagine,
    reject,
    stop,
)
from apps.casework.actions.drafting import drop_draft, keep_draft
from apps.casework.actions.graph import adopt_transitions
from apps.casework.actions.imagining import imagine_all, imagine_applications
from apps.casework.actions.kinship import register_complaint, register_relative
from apps.casework.actions.sampling import draw_sample
from apps.casework.actions.saying import Missing, Refused
from apps.casework.actions.stepping import accept, withdraw
from apps.casework.actions.taking import take
from apps.casework.actions.together import take_together
from apps.casework.beginning import Terms
from apps.casework.steps import options

__all__ = [
    "NO_TERMS",
    "Missing",
    "Refused",
    "Terms",
    "accept",
    "adopt_transitions",
    "apply",
    "confirm",
    "decide",
    "draw_sample",
    "drop_draft",
    "drop_view",
    "examine",
    "hand_over",
    "imagine",
    "imagine_all",
    "imagine_applications",
    "keep_draft",
    "options",
    "plan",
    "register_complaint",
    "register_relative",
    "reject",
    "save_view",
    "stop",
    "take",
    "take_together",
    "withdraw",
]
