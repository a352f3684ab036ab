"""The run of December for the checks of money: opened, computed and taken back as each needs it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from apps.payments import actions
from apps.payments.models import PaymentRun
from apps.payments.review import actions as review
from apps.payments.review.models import Doubt
from tests.county.conftest import staff_of

DECEMBER = dt.date(2024, 12, 1)
COUNTY = "430482"
OWNERS = {"county_clerk": "clerk", "county_supervisor": "supervisor", "checker": "checker"}


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


def answered(run: PaymentRun) -> None:
    """What December asks is passed by its owners, rule by rule."""
    left = Doubt.objects.unanswered().filter(calculation_id=run.calculation_id)
    for code, owner in dict(left.values_list("code", "rule__owner")).items():
        by = staff_of(OWNERS[owner])
        review.pass_doubts(run.pk, code=code, note="已核实", by=by, at=timezone.now())


def checked() -> PaymentRun:
    """The same, passed by the checker."""
    run = computed()
    answered(run)
    actions.check_run(run.pk, by=staff_of("checker"))
    run.refresh_from_db()
    return run


def approved() -> PaymentRun:
    """The same, approved: sealed for the bank."""
    run = checked()
    actions.approve_run(run.pk, by=staff_of("approver"))
    run.refresh_from_db()
    return run
