"""The Celery app: one queue, JSON only, settings under CELERY_."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")

app = Celery("civil_affairs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def send_what_waits(**_: Any) -> None:
    """A worker that starts asks the database what is to be done, not only the broker."""
    from django.db import connection

    from apps.offices import outbox

    try:
        outbox.relay()
    finally:
        connection.close()
