"""后台任务: envelopes around actions; ids in, nothing out."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.offices import outbox
from apps.offices.crash import crash_point
from apps.payments import actions
from apps.payments.figures import keep
from apps.payments.progress import Cancelled, ProgressWatch


@shared_task(acks_late=True, ignore_result=True)
def compute_run(*, run_id: int, **_: object) -> None:
    """Safe to deliver twice: a calculation is there whole or not at all, and only once."""
    try:
        actions.refuse_busy(run_id)
        with ProgressWatch(run_id) as watch:
            found = _computed(run_id, watch)
    except actions.Busy:
        return  # whoever computes it ends the errand; if they die, it is sent again
    crash_point("computed")
    if found:
        keep(run_id)


def _computed(run_id: int, watch: ProgressWatch) -> bool:
    """Whether there is a new calculation; a stop on request ends the errand without one."""
    try:
        return actions.compute_run(run_id, watch=watch, if_asked=True) is not None
    except Cancelled:
        watch.stopped()
        actions.nobody_waits(run_id)
        return False


@shared_task(acks_late=True, ignore_result=True)
def pick_up_stale_runs(**_: object) -> None:
    """Send again what was asked for but is not being worked on (worker or broker lost it).

    The relay of the outbox would do so too, later: it knows when an errand was sent, but not
    that nobody has been heard of who works on it.
    """
    before = timezone.now() - dt.timedelta(seconds=settings.STALE_RUN_SECONDS)
    for run_id in actions.stale_runs(before):
        with transaction.atomic():
            hand_over_computing(run_id)


def hand_over_computing(run_id: int) -> None:
    """Have a run computed by a worker, once the caller's transaction commits."""
    outbox.hand_over(compute_run, key=actions.errand_of(run_id), run_id=run_id)
