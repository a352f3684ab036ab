"""发起核对: how an application just registered is put forward for verification.

Whoever verifies answers here; registration asks here. Neither imports the other (decision 0008).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from apps.casework.models import Application
from apps.offices.models import Staff


class Check(Protocol):
    """Put one application forward, where its procedure has a verification at all."""

    def __call__(self, application: Application, *, on: dt.date, by: Staff) -> None: ...


CHECKS: list[Check] = []


def answer_checks(check: Check) -> None:
    """Verify for everybody; called once at import."""
    CHECKS[:] = [check]


def begin_checks(applications: Iterable[Application], *, on: dt.date, by: Staff) -> None:
    """提请核对 for each of these."""
    for one in applications:
        for check in CHECKS:
            check(one, on=on, by=by)
