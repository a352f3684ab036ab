"""崩溃点: named places of the money's way where ./run chaos may let a process die.

Everywhere else a point does nothing: only the storm (tests/chaos) sets CIVIL_CRASH_FILE, and only
when that file holds the point's name does who comes by first take it away and die as by kill -9.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

DIED = 137  # what a shell says of kill -9
_ASKED = os.environ.get("CIVIL_CRASH_FILE", "")


def crash_point(name: str) -> None:
    """Die here, at once and without tidying up, when the storm asks for this very point."""
    if not _ASKED:
        return
    asked = Path(_ASKED)
    with suppress(OSError):
        if asked.read_text() == name:
            asked.rename(asked.with_suffix(".hit"))
            os._exit(DIED)
