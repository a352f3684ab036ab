"""The roof as a Django app, so that `demo`, `backup` and `restore` are found."""

from django.apps import AppConfig


class CivilAffairsConfig(AppConfig):
    name = "civil_affairs"
    verbose_name = "社会救助系统"

    def ready(self) -> None:
        # Binds every @shared_task to our Celery app, in web processes and commands as well.
        from civil_affairs import celery, demo_clock  # noqa: F401

        demo_clock.set_back()
