"""后台任务: envelopes around actions; ids in, nothing out."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.offices.crash import crash_point
from apps.payments import actions
from apps.payments.figures import keep
from apps.payments.progress import Cancelled, ProgressWatch


@shared_task(acks_late=True, ignore_result=True)
def compute_run(*, run_id: int, **_: object) -> None:
    """Safe to deliver twice: a calculation is there whole or not at all, and only once."""
    with ProgressWatch(run_id) as watch:
        try:
            found = actions.compute_run(run_id, watch=watch, if_asked=True)
        except actions.Busy:
            return
        except Cancelled:
            watch.stopped()
            return
    crash_point("computed")
    if found is not None:
        keep(run_id)


@shared_task(acks_late=True, ignore_result=True)
def pick_up_stale_runs(**_: object) -> None:
    """Send again what was asked for but is not being worked on (worker or broker lost it)."""
    before = timezone.now() - dt.timedelta(seconds=settings.STALE_RUN_SECONDS)
    for run_id in actions.stale_runs(before):
        compute_run.delay(run_id=run_id)
