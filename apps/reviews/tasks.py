"""后台任务: what is opened by itself once a day; ids are not needed, and nothing is returned."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.reviews import actions


@shared_task(acks_late=True, ignore_result=True)
def open_cycles(**_: object) -> None:
    """Reviews and certification cycles that begin soon; delivered twice, it opens nothing more."""
    today = timezone.localdate()
    actions.open_reviews(on=today)
    actions.open_life_cycles(on=today)
