"""后台任务: the answers of the worklist are kept ready, so that nobody's first page waits."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.casework.kept import KEPT
from apps.casework.worklist import WORKERS, Asked, queues_of
from apps.offices.calendar import current_calendar
from apps.offices.keeping import forget_answers
from apps.offices.models import Staff
from apps.standards.models import current_book

FORGOTTEN = 2  # days


@shared_task(acks_late=True, ignore_result=True)
def keep_answers(**_: object) -> None:
    """Of every post's territory; what is kept already and untouched is not asked again."""
    forget_answers(FORGOTTEN)
    today, calendar, book = timezone.localdate(), current_calendar(), current_book()
    posts = Staff.objects.filter(active=True, role__in=WORKERS).order_by("role", "division")
    for staff in posts.distinct("role", "division"):
        asked = Asked(staff, today, calendar, book)
        asked.ask(*(ask for one in queues_of(staff) for ask in one.asks if ask in KEPT))
