"""提请核对 at once, for who registers a family (casework.checking)."""

from __future__ import annotations

import datetime as dt

from apps.casework.checking import answer_checks
from apps.casework.models import Application
from apps.casework.steps import steps_of
from apps.evidence.actions.checks import request_check
from apps.offices.models import Staff


def begin(application: Application, *, on: dt.date, by: Staff) -> None:
    """Ask for the verification of an application whose procedure has one."""
    if any("checked" in step.needs for step in steps_of(application)):
        request_check(application.pk, on=on, by=by)


answer_checks(begin)
