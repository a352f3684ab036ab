"""The Celery app: one queue, JSON only, settings under CELERY_."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import task_postrun, task_prerun, worker_ready

from apps.offices import outbox
from apps.units import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")


class Named(Task):  # type: ignore[type-arg]
    """A task whose name stands with all it writes (审计留痕)."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from apps.offices.trail.acting import Acting, acting

        with acting(Acting(None, "", f"task {self.name}", web=False)):
            return super().__call__(*args, **kwargs)


app = Celery("civil_affairs", task_cls=Named)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def send_what_waits(**_: Any) -> None:
    """A worker that starts asks the database what is to be done, not only the broker."""
    from django.db import connection

    try:
        outbox.relay()
    finally:
        connection.close()


@task_prerun.connect
def begin(task_id: str, task: Any, **_: Any) -> None:
    """A task runs under the number of the request that set it off, else under its own.

    Until after Celery has logged how it ended, which a base class could not see.
    """
    asked = task.request.headers or {}
    number = asked.get(outbox.NUMBER) or task.request.get(outbox.NUMBER) or task_id
    request_id.begin(request_id.fitting(number))


@task_postrun.connect
def end(**_: Any) -> None:
    """The process is nobody's until the next task."""
    request_id.begin("")
