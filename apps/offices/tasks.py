"""后台任务: the outbox is sent, the trail is sealed, and what is long over is forgotten.

All are safe to deliver twice.
"""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.offices import once, outbox
from apps.offices.doors import actions as doors
from apps.offices.trail import actions as trail


@shared_task(acks_late=True, ignore_result=True)
def relay(**_: object) -> None:
    """出件: what waits is sent, and again what was lost on the way."""
    outbox.relay()


@shared_task(acks_late=True, ignore_result=True)
def forget(**_: object) -> None:
    """清理: done errands and answered keys past their days; constraints keep the business keys."""
    outbox.forget_done(settings.OUTBOX_KEEP_DAYS)
    once.forget_keys(settings.IDEMPOTENCY_KEEP_DAYS)
    doors.forget(at=timezone.now())


@shared_task(acks_late=True, ignore_result=True)
def seal(**_: object) -> None:
    """封存: what is committed is chained, and the first seal of a day leaves its root outside."""
    trail.seal()
    trail.keep_root(on=timezone.localdate())
