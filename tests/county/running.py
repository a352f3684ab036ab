"""The run of December for the checks of money: opened, computed and taken back as each needs it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from apps.payments import actions
from apps.payments.models import PaymentRun
from tests.county.conftest import staff_of

DECEMBER = dt.date(2024, 12, 1)
COUNTY = "430482"


def drafted() -> PaymentRun:
    """December as a draft, whatever another check has made of it."""
    run = PaymentRun.objects.exclude(state="cancelled").filter(month=DECEMBER).first()
    if run is None:
        return actions.open_run(
            month=DECEMBER, cutoff=timezone.localdate(), division=COUNTY, by=staff_of("clerk")
        )
    if run.state in ("computed", "checked", "approved"):
        actions.return_run(run.pk, by=staff_of("checker"), reason="重新计算")
        run.refresh_from_db()
    assert run.state == "draft", run.state
    return run


def computed() -> PaymentRun:
    """December computed on everything that is recorded."""
    run = drafted()
    actions.compute_run(run.pk)
    run.refresh_from_db()
    return run


def checked() -> PaymentRun:
    """The same, passed by the checker."""
    run = computed()
    actions.check_run(run.pk, by=staff_of("checker"))
    run.refresh_from_db()
    return run


def approved() -> PaymentRun:
    """The same, approved: sealed for the bank."""
    run = checked()
    actions.approve_run(run.pk, by=staff_of("approver"))
    run.refresh_from_db()
    return run
