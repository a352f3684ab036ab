"""拟停发: how an app that sees the reason for an award gone has its end proposed.

Whoever keeps the proposals (动态管理) answers here; who sees that the reason is gone (救助站) asks
here. Neither imports the other (docs/decisions/0008).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Protocol

from apps.offices.models import Staff
from apps.units.months import Month


class Endings(Protocol):
    """The proposals as seen by who wants an award to end."""

    def propose(
        self, award_id: int, *, reason: str, note: str, effective: Month, on: dt.date, by: Staff
    ) -> None:
        """Propose a stop from a month on, for another person to approve; refuses in words."""
        ...

    def waiting(self, award_ids: Collection[int]) -> set[int]:
        """Those of the awards about which something has been proposed and not yet decided."""
        ...


ENDINGS: list[Endings] = []


def keep_endings(endings: Endings) -> None:
    """Answer for the proposals; called once at import."""
    ENDINGS[:] = [endings]


def endings() -> Endings:
    """The proposals that somebody keeps."""
    if not ENDINGS:
        raise LookupError("nobody keeps proposals: apps.reviews is not installed")
    return ENDINGS[0]
