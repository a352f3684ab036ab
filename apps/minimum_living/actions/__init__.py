"""低保的后续决定的办理: 重新核定, 渐退, 停发本人份额, and how they are proposed on a page."""

from apps.minimum_living.actions import proposing as proposing
from apps.minimum_living.actions.deciding import grant_grace, redetermine, sanction

__all__ = ["grant_grace", "redetermine", "sanction"]
